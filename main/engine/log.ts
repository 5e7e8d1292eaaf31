/**
 * What the engine writes to its log. An entry holds numbers, ids, codes and words of the program alone. Nothing that a person
 * typed, a server sent or a file is called has a field here, except `name`, which only `debug` shows.
 */
import type { Problem } from '../../preload/problems.ts';

/** `off` writes nothing; `error`: unexpected errors; `info`: also requests and states; `debug`: also calls and file names. */
export const logLevels = ['off', 'error', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

type Code = Problem['code'];

export type LogEntry =
  /** One request. Bytes of the body and of the answer's body; ms from its start to its end. */
  | {
      readonly event: 'request';
      readonly method: string;
      readonly host: string;
      /** See `routeOf`. */
      readonly route: string;
      readonly ms: number;
      readonly sent: number;
      readonly received: number;
      readonly status?: number | undefined;
      /** Why there is no answer; `aborted`: this program ended the request. */
      readonly problem?: Code | 'aborted' | undefined;
    }
  /** Transfers that changed their state in one write; `from` is absent for new ones. */
  | {
      readonly event: 'state';
      readonly transfers: readonly number[];
      readonly server: string;
      readonly from?: string | undefined;
      readonly to: string;
      readonly waitFor?: string | undefined;
      readonly problem?: string | undefined;
    }
  | { readonly event: 'file'; readonly transfer: number; readonly name: string }
  | { readonly event: 'call'; readonly call: string; readonly ms: number; readonly problem?: string | undefined }
  | { readonly event: 'queue'; readonly running: boolean; readonly problem?: Code | undefined }
  | { readonly event: 'notice' | 'lost'; readonly problem: Code }
  | { readonly event: 'start-failed'; readonly problem: string }
  | { readonly event: 'error'; readonly error: string }
  /** So many lines before this one could not be written. */
  | { readonly event: 'gap'; readonly lines: number }
  | {
      readonly event: 'start';
      /** `takeover`: the process that owned the profile before has ended, and this one was its client. */
      readonly how: 'start' | 'takeover';
      readonly version: string;
      readonly node: string;
      readonly electron?: string | undefined;
      readonly platform: string;
      readonly pid: number;
    }
  | { readonly event: 'end'; readonly at: 'chunk' | 'now' };

export interface Log {
  /** Writes an entry where the level shows it. Never throws. */
  write(entry: LogEntry): void;
}

/** A log that nobody reads. */
export const noLog: Log = { write: () => undefined };
