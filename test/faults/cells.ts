/** Which cells the matrix of faults has, and which are left out because they mean nothing. */
import { seeded } from './random.ts';

export const faults = [
  'reset',
  'stall',
  'truncated',
  '500',
  '502-html',
  '413-html',
  '429',
  'refused',
  'no-name',
  'slow-close',
] as const;
export const steps = ['open', 'first', 'middle', 'last', 'finish', 'verify'] as const;
export const losses = ['answer', 'request'] as const;
export const recoveries = ['retry', 'restart', 'kill'] as const;

export type FaultName = (typeof faults)[number];
export type Step = (typeof steps)[number];
/** `answer`: the server got the request and did what it says; `request`: it never got it whole. */
export type Lost = (typeof losses)[number];
/** `retry`: the same engine goes on. `restart`: it is closed in order and opened again. `kill`: it ends at that moment. */
export type Recovery = (typeof recoveries)[number];

/** How requests get to the server: straight, through a proxy that the server's settings name, or over TLS with a pin. */
export type Way = 'straight' | 'proxied' | 'tls';

export type Cell = {
  readonly provider: string;
  readonly fault: FaultName;
  readonly step: Step;
  readonly lost: Lost;
  readonly recovery: Recovery;
};

/** What decides about a server's cells. */
export type Traits = {
  /** The end of an upload is a request of its own. */
  readonly finishes: boolean;
  /** That request must not be sent twice, so that nobody but a person knows what became of one without an answer. */
  readonly finishOnce?: boolean;
  /** Chunks go to a store of their own, whose address has no TLS. */
  readonly plainStore?: boolean;
};

export const nameOf = ({ provider, fault, step, lost, recovery }: Cell): string =>
  [provider, fault, step, `${lost}-lost`, recovery].join('/');

/** Why a cell means nothing, each with what it holds for. */
const rules: readonly (readonly [why: string, holds: (cell: Cell, traits: Traits, way: Way) => boolean])[] = [
  [
    'no connection came about, so that there is no answer to lose',
    ({ fault, lost }) => lost === 'answer' && (fault === 'refused' || fault === 'no-name'),
  ],
  [
    'a limit of size or of requests is applied before the server gets the request',
    ({ fault, lost }) => lost === 'answer' && (fault === '413-html' || fault === '429'),
  ],
  ['this server has no request to finish an upload', ({ step }, { finishes }) => step === 'finish' && !finishes],
  ['its store is reached without TLS', (_cell, { plainStore = false }, way) => way === 'tls' && plainStore],
  ['the proxy looks names up, not this program', ({ fault }, _traits, way) => way === 'proxied' && fault === 'no-name'],
];

/** Why a cell is left out; `undefined`: it runs. */
export const leftOut = (cell: Cell, traits: Traits, way: Way): string | undefined =>
  rules.find(([, holds]) => holds(cell, traits, way))?.[0];

/** Whether an upload may end in a question: every other fault has to be overcome without a person. */
export const mayAsk = ({ fault, step }: Cell, code: string, { finishOnce = false }: Traits): boolean =>
  // The server chose the size of its chunks: only its administrator can change what refuses them.
  (fault === '413-html' && code === 'proxy-limit') || (finishOnce && step === 'finish' && code === 'outcome-unknown');

/** Every cell of a provider that means something. */
export const cellsOf = (provider: string, traits: Traits, way: Way): readonly Cell[] =>
  faults.flatMap((fault) =>
    steps.flatMap((step) =>
      losses.flatMap((lost) =>
        recoveries
          .map((recovery) => ({ provider, fault, step, lost, recovery }))
          .filter((cell) => leftOut(cell, traits, way) === undefined),
      ),
    ),
  );

/** How many cells each rule leaves out. */
export const countLeftOut = (all: Readonly<Record<string, Traits>>, way: Way): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const [provider, traits] of Object.entries(all))
    for (const fault of faults)
      for (const step of steps)
        for (const lost of losses)
          for (const recovery of recoveries) {
            const why = leftOut({ provider, fault, step, lost, recovery }, traits, way);
            if (why !== undefined) counts.set(why, (counts.get(why) ?? 0) + 1);
          }
  return counts;
};

/** Chance for one cell: the same for the same seed, whatever ran before. */
export const chanceOf = (cell: Cell, seed: number): (() => number) =>
  seeded(Buffer.from(nameOf(cell)).reduce((sum, byte) => (sum * 31 + byte) >>> 0, seed));

/** So many of the cells, the same ones for the same seed; in their order. */
export const sample = (cells: readonly Cell[], count: number, seed: number): readonly Cell[] => {
  const random = seeded(seed);
  const drawn = cells
    .map((cell, at) => ({ cell, at, draw: random() }))
    .sort((a, b) => a.draw - b.draw)
    .slice(0, count);
  return drawn.sort((a, b) => a.at - b.at).map(({ cell }) => cell);
};
