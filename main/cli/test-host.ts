/** Surroundings for tests of commands: streams that are kept, and an engine whose answers are scripted. */
import { serverRow } from '../../test/fakes/server-row.ts';
import { settingsRow } from '../../test/fakes/settings-row.ts';
import { Readable, Writable } from 'node:stream';
import type {
  CallInput,
  CallName,
  CallOutput,
  Client,
  EventName,
  EventPayload,
  TotalsView,
  TransferView,
} from '../../preload/contract.ts';
import { decisionsOf } from '../../preload/problem-decisions.ts';
import { type Problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { transferStates } from '../../preload/states.ts';
import type { Waited } from '../api/connect.ts';
import { main } from './main.ts';
import type { Io } from './out.ts';
import { WordsError } from './problem-error.ts';

export type Script = { readonly [C in CallName]?: (input: CallInput<C>) => CallOutput<C> | Promise<CallOutput<C>> };

class Sink extends Writable {
  text = '';
  isTTY = false;
  columns = 100;
  rows = 24;
  override _write(data: Buffer, _encoding: string, done: () => void): void {
    this.text += data.toString();
    done();
  }
}

export type TestHost = {
  readonly run: (...words: readonly string[]) => Promise<number>;
  readonly emit: <E extends EventName>(event: E, payload: EventPayload<E>) => void;
  readonly interrupt: () => void;
  /** Names of the calls, in order, with their inputs. */
  readonly calls: readonly { readonly name: CallName; readonly input: unknown }[];
  readonly stops: readonly ('chunk' | 'now')[];
  readonly out: () => string;
  readonly err: () => string;
  /** Standard output, parsed line by line. */
  readonly objects: () => readonly Readonly<Record<string, unknown>>[];
};

export { problemView };

export const refuse = (problem: Problem): never => {
  throw new WordsError(problemView(problem));
};

/** `decisions`: as the engine derives them from the problem, where none are given. */
export const transferRow = (patch: Partial<TransferView> = {}): TransferView => ({
  id: 1,
  state: 'queued',
  wish: 'run',
  name: 'report.pdf',
  path: '/home/me/report.pdf',
  folder: [],
  size: 1000,
  acknowledged: 0,
  inFlight: 0,
  serverId: 's1',
  serverName: 'nas',
  priority: 0,
  attempts: 0,
  restarts: 0,
  createdAt: 0,
  change: 1,
  ...(patch.problem === undefined || (patch.state !== 'attention' && patch.state !== 'failed')
    ? {}
    : { decisions: decisionsOf(patch.problem as unknown as Problem).map((one) => ({ ...one })) }),
  ...patch,
});

export const totalsOf = (rows: readonly TransferView[]): TotalsView => {
  const none = Object.fromEntries(transferStates.map((state) => [state, 0])) as TotalsView['byState'];
  const byState = { ...none };
  for (const row of rows) byState[row.state]++;
  return {
    count: rows.length,
    bytes: rows.reduce((sum, row) => sum + row.size, 0),
    acknowledged: rows.reduce((sum, row) => sum + row.acknowledged, 0),
    byState,
  };
};

const usual: Script = {
  'app.info': () => ({ version: '0', pid: 1, profile: '/p', queue: { running: false }, notices: [], change: 0 }),
  'app.kinds': () => [],
  'queue.start': () => ({ running: true }),
  'servers.list': () => [serverRow()],
  'groups.open': () => [],
  'transfers.since': ({ change }) => ({ rows: [], removed: [], change, more: false, complete: true }),
  'transfers.causes': () => ({ causes: [] }),
  'transfers.list': () => ({ rows: [], totals: totalsOf([]), change: 0 }),
  'settings.get': () => settingsRow(),
};

/** `owns`: whether the command's process owns the queue. `terminal`: whether a person sits there. */
export const testHost = (
  script: Script = {},
  how: {
    readonly stdin?: string;
    readonly terminal?: boolean;
    readonly owns?: boolean;
    readonly env?: Io['env'];
    readonly waitsFor?: readonly Waited[];
    readonly onStop?: (at: 'chunk' | 'now') => Promise<void>;
  } = {},
): TestHost => {
  const stdout = new Sink();
  const stderr = new Sink();
  stdout.isTTY = stderr.isTTY = how.terminal === true;
  const stdin = Object.assign(Readable.from(how.stdin === undefined ? [] : [how.stdin]), {
    isTTY: how.terminal === true,
    setRawMode: () => stdin,
  }) as unknown as Io['stdin'];
  const calls: { name: CallName; input: unknown }[] = [];
  const stops: ('chunk' | 'now')[] = [];
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const interrupts = new Set<() => void>();
  const answers = { ...usual, ...script };
  const client: Client = {
    call: async <C extends CallName>(name: C, input: CallInput<C>): Promise<CallOutput<C>> => {
      calls.push({ name, input });
      const answer = answers[name] as ((input: CallInput<C>) => CallOutput<C> | Promise<CallOutput<C>>) | undefined;
      if (answer === undefined) throw new Error(`nobody answers ${name}`);
      return await answer(input);
    },
    on: (event, listener) => {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
      return () => set.delete(listener);
    },
    close: () => Promise.resolve(),
  };
  return {
    run: (...words) =>
      main(words, {
        io: { stdin, stdout, stderr, env: how.env ?? {}, cwd: process.cwd() },
        connect: () =>
          Promise.resolve({
            client,
            profile: '/p',
            owns: () => how.owns !== false,
            waitsFor: () => how.waitsFor ?? [],
            stop: async (at) => {
              stops.push(at);
              await how.onStop?.(at);
            },
          }),
        onInterrupt: (listener) => {
          interrupts.add(listener);
          return () => interrupts.delete(listener);
        },
      }),
    emit: (event, payload) => {
      for (const listener of listeners.get(event) ?? []) (listener as (p: typeof payload) => void)(payload);
    },
    interrupt: () => {
      for (const listener of interrupts) listener();
    },
    calls,
    stops,
    out: () => stdout.text,
    err: () => stderr.text,
    objects: () =>
      stdout.text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
};

/** What a call was first made with. */
export const inputOf = (host: TestHost, call: CallName): unknown => host.calls.find(({ name }) => name === call)?.input;
