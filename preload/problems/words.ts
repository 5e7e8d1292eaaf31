/** What an entry of the table of problems holds, and how its params become inputs of its messages. */
import { visible } from '../bounds.ts';
import { reasonWords, type Reason } from './reasons.ts';
import { amount, bytes, duration, time } from '../format.ts';
import { m } from '../paraglide/messages.js';
import type { TransferState } from '../states.ts';

/** What a person can be offered beside the words. The host decides how a button, or a command, does it. */
export type ProblemAction =
  | 'retry'
  | 'resume'
  | 'sign-in'
  | 'send-new'
  | 'choose-file'
  | 'other-server'
  | 'rename'
  | 'drop'
  | 'test-server'
  | 'trust-certificate'
  | 'start-app'
  | 'free-space';

export type Param = string | number | boolean;

type Coded = { readonly code: string; readonly params: Readonly<Record<string, Param>> };
type Describe = (problem: Coded) => Words;

declare const isProblem: unique symbol;
/** A problem as a param of another one. */
export type ProblemText = string & { readonly [isProblem]: true };

/** Makes a problem a param of another one, which says what happened in the words of the first. */
export const asParam = ({ code, params }: Coded): ProblemText => JSON.stringify({ code, params }) as ProblemText;

/**
 * What a param is, which decides how a message shows it. `text`: a name, an address, or words of a server.
 * `reason`: a code of the closed set in reasons.ts, or what a system or a server said. `quoted`: text in
 * quotes. `number`: shown as it is (ids, statuses, counts that a message selects a plural by). `amount`: with its thousands
 * grouped. `state`: of a transfer. `problem`: another one, of which the sentence that says what happened is shown. `bytes`. `ms`, `seconds`, `hours`: a length of time. `moment`: ms since the epoch. `flag`: messages get `yes` or `no`.
 */
type Plain =
  | 'text'
  | 'reason'
  | 'quoted'
  | 'number'
  | 'amount'
  | 'state'
  | 'problem'
  | 'bytes'
  | 'ms'
  | 'seconds'
  | 'hours'
  | 'moment'
  | 'flag';

/**
 * `?`: it may be missing or empty ('' or 0). Its message gets `<name>Given` as well, `yes` or `no`, to select by. A list is a
 * closed set of codes: the message has words for each of them, and shows what an earlier version stored as it is.
 */
export type ParamKind = Plain | `${Plain}?` | readonly string[];

type Values = {
  readonly text: string;
  readonly reason: Reason;
  readonly quoted: string;
  readonly number: number;
  readonly amount: number;
  readonly state: TransferState | 'removed';
  readonly problem: ProblemText;
  readonly bytes: number;
  readonly ms: number;
  readonly seconds: number;
  readonly hours: number;
  readonly moment: number;
  readonly flag: boolean;
};
type ValueOf<K> = K extends keyof Values
  ? Values[K]
  : K extends `${infer P extends Plain}?`
    ? Values[P]
    : K extends readonly (infer Code)[]
      ? Code
      : never;

/** The params of a problem by what its entry declares. */
export type ParamsFor<S> = {
  readonly [K in keyof S as S[K] extends `${string}?` ? never : K]: ValueOf<S[K]>;
} & {
  readonly [K in keyof S as S[K] extends `${string}?` ? K : never]?: ValueOf<S[K]>;
};

/**
 * `automatic`: uploads resume by themselves, and the words say so: whoever tries a server once says something else. `leaves`: it says
 * what a cancelled upload leaves on its server, for now or for good.
 */
type ProblemFlag = 'automatic' | 'leaves';

const isFlag = (flag: ProblemAction | ProblemFlag): flag is ProblemFlag => flag === 'automatic' || flag === 'leaves';

/**
 * Its words: a line each for what happened, what it means for the file or for what the person has, and, where something is needed,
 * what the person can do. Then the params that they take, and what a host has to know beside them: the action to offer, and flags.
 */
export type ProblemEntry = readonly [
  words: (inputs: never) => string,
  params?: Readonly<Record<string, ParamKind>>,
  ...flags: readonly (ProblemAction | ProblemFlag)[],
];

/** The problems of one area: code → entry. */
export type ProblemArea = Readonly<Record<string, ProblemEntry>>;

export type Words = {
  readonly happened: string;
  readonly means: string;
  /** Empty where nothing is needed. */
  readonly todo: string;
  readonly action?: ProblemAction;
  readonly automatic?: true;
  readonly leaves?: true;
};

/** Longest text of a server or a file that is repeated in a sentence. */
const paramMost = 1_000;

/** A server's words and file names may hold anything. */
const harmless = (value: Param): string => visible(String(value).slice(0, paramMost));

/** What happened in a problem that is a param. An earlier version stored the sentence itself. */
const happenedIn = (value: Param, describe: Describe): string => {
  try {
    return describe(JSON.parse(String(value)) as Coded).happened;
  } catch {
    return harmless(value);
  }
};

const show: Readonly<Record<Plain, (value: Param, describe: Describe) => string>> = {
  text: harmless,
  reason: (value) => reasonWords(harmless(value)),
  quoted: (value) => JSON.stringify(harmless(value)),
  number: harmless,
  amount: (value) => amount(Number(value)),
  state: (value) => m.state_word({ state: harmless(value) }),
  problem: happenedIn,
  bytes: (value) => bytes(Number(value)),
  ms: (value) => duration(Number(value)),
  seconds: (value) => duration(Number(value) * 1000),
  hours: (value) => duration(Number(value) * 3_600_000),
  moment: (value) => time(Number(value)),
  flag: (value) => (value === true ? 'yes' : 'no'),
};

type Inputs = Readonly<Record<string, string>>;

/** The inputs of an entry's messages; `undefined` where params do not fit. */
const inputsOf = (
  kinds: Readonly<Record<string, ParamKind>>,
  params: Readonly<Record<string, Param>>,
  describe: Describe,
): Inputs | undefined => {
  const inputs: Record<string, string> = {};
  for (const [key, kind] of Object.entries(kinds)) {
    const value = Object.hasOwn(params, key) ? params[key] : undefined;
    if (typeof kind === 'object') {
      if (value === undefined) return undefined;
      inputs[key] = harmless(value);
    } else if (!kind.endsWith('?')) {
      if (value === undefined) return undefined;
      inputs[key] = show[kind as Plain](value, describe);
    } else {
      const given = value !== undefined && value !== '' && value !== 0;
      inputs[`${key}Given`] = given ? 'yes' : 'no';
      inputs[key] = given ? show[kind.slice(0, -1) as Plain](value, describe) : '';
    }
  }
  return inputs;
};

/** The sentences of a text; a value in it never holds a line of its own (`visible`). */
export const sentencesOf = (text: string): Pick<Words, 'happened' | 'means' | 'todo'> => {
  const [happened = '', means = '', todo = ''] = text.split('\n');
  return { happened, means, todo };
};

/** The words of a problem by its entry; `undefined` where its params do not fit. `describe`: the words of another one. */
export const wordsOf = (
  [words, kinds = {}, ...flags]: ProblemEntry,
  params: Readonly<Record<string, Param>>,
  describe: Describe,
): Words | undefined => {
  const given = inputsOf(kinds, params, describe);
  if (given === undefined) return undefined;
  const action = flags.find((flag) => !isFlag(flag));
  return {
    // A test compares what the words of an entry take with what it declares.
    ...sentencesOf(words(given as never)),
    ...(action === undefined ? {} : { action }),
    ...(flags.includes('automatic') ? { automatic: true as const } : {}),
    ...(flags.includes('leaves') ? { leaves: true as const } : {}),
  };
};
