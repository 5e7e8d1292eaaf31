/** What a kind of server brings to a campaign: servers of its own, what happens to them, and a judge of what arrived. */
import type { FrontName } from '../peers/front.ts';
import type { Program, Seen } from './program.ts';

export type WorldOptions = {
  /** For what is sent, and where. */
  readonly random: () => number;
  /** For what happens to the servers. */
  readonly mishap: () => number;
  readonly front: FrontName;
  /** A real nginx takes the place of its stand-in. */
  readonly realFront?: boolean;
  /** A small one, quickly made. */
  readonly sample: boolean;
};

/** Where a file goes. */
export type Wish = {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Options of the command line beside the path. */
  readonly words: readonly string[];
};

export type File = {
  readonly path: string;
  readonly sha256: string;
  readonly wish: Wish;
};

export type Judgement = {
  /** Files that did not arrive, or differ. */
  readonly lost: number;
  /** What the server has more than once. */
  readonly doubled: number;
  /** Bodies of chunks that the server had acknowledged before, within one remote session. */
  readonly acknowledgedResent: number;
  /** Bodies of chunks that were sent before, within one remote session. */
  readonly resent: number;
  /** Remote sessions that a break forced to be given up. */
  readonly restarted: number;
  /** Of these, where nothing that happened forces it. */
  readonly restartedUnforced: number;
};

export interface World {
  /** What is sent per second, over all files: most kills meet a chunk on its way. */
  readonly rate: string;
  /** Files on their way at a time, at least. */
  readonly pendingLeast: number;
  /** Saves its servers in the profile. */
  readonly save: (program: Program) => Promise<void>;
  /** Asked once for each file, in the order of `judge`. */
  readonly wish: () => Wish;
  /** The program has started. May do something to a server while it runs. */
  readonly disturb?: () => void;
  /** The program is dead, and nothing has been started since. */
  readonly note?: (program: Program) => Promise<void>;
  /** From now on nothing happens to a server any more. */
  readonly mend?: (program: Program) => Promise<void>;
  readonly judge: (program: Program, rows: readonly Seen[], files: readonly File[]) => Promise<Judgement>;
  /** What the last line has no room for. */
  readonly told?: () => readonly string[];
  readonly stop: () => Promise<void>;
}
