/** What a stand-in is started with. */
export interface StandInOptions {
  /** What it stands for, as recordings name it: "stend-api 2.2.3". Absent: its newest version. */
  readonly as?: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** All its state is in here: it finds it again after it was killed. */
  readonly folder: string;
  readonly port: number;
  /** How far its clock is ahead, ms. */
  readonly ahead: number;
  /** What only this kind knows. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Asks what the peer keeps beside the server, and what outlives it: a store behind it. */
  readonly ask?: (name: string, args: readonly unknown[]) => Promise<unknown>;
  /** Ends it at this moment, as a crash does. */
  readonly crash: () => void;
}

/** A server that was started; it keeps nothing outside of its folder and of itself, so that several run in a process. */
export interface StandIn {
  readonly port: number;
  readonly vars?: Readonly<Record<string, string>>;
  /** Makes time pass, to this many ms ahead of the machine's clock, with all that the server does in that time. */
  readonly setClock: (ahead: number) => void | Promise<void>;
  /** An orderly end. */
  readonly close: () => Promise<void>;
  /** Ends every connection at once and listens no more: what was in memory is lost, and nothing more is written down. */
  readonly drop: () => Promise<void>;
  /** Resolves when nothing is left of what closing has cut, unless the server ends of it. */
  readonly settled?: () => Promise<unknown>;
}

export type StartStandIn = (options: StandInOptions) => Promise<StandIn>;
