/**
 * What nobody caught: an error in an event handler, a timer or a promise. Every host installs this once. It writes the fault
 * down, reports it, and lets the program continue, since one broken handler must not stop the uploads to all servers.
 *
 * It does not continue where nothing can be believed any more: an error of the database, or faults in quick succession.
 */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, problem } from '../preload/problems.ts';
import { faults } from './engine/faults.ts';
import { faultText } from './log/fault-text.ts';

/** Name of the log in the profile. */
export const faultLog = 'faults.log';
/** Bytes of the log after which it is put aside as `faults.log.1`, in place of the one before. */
const logMost = 256 * 1024;
/** More faults than this within the time mean that something is broken for good. */
const faultsMost = 20;
const faultsWithinMs = 10_000;

/** The store's own errors, and SQLite's: what is in memory may differ from what is stored. */
const isOfStore = (error: unknown): boolean =>
  error instanceof Error &&
  (/^Store(Closed|Damaged|Refused)Error$/.test(error.name) ||
    ('code' in error && error.code === 'ERR_SQLITE_ERROR') ||
    'errcode' in error);

export type NetPorts = {
  /** Ends the program, after the fault was written down. */
  readonly end: (reason: Problem) => void;
  /** Takes the text of a fault while no profile is known. */
  readonly write: (text: string) => void;
  /** ms since the epoch. */
  readonly now: () => number;
};

type Report = (reason: Problem) => void;

export class LastNet {
  readonly #ports: NetPorts;
  readonly #reports = new Set<Report>();
  #folder: string | undefined;
  #recent: readonly number[] = [];

  constructor(ports: NetPorts) {
    this.#ports = ports;
  }

  /** From now on faults are logged in this profile. */
  logIn(folder: string): void {
    this.#folder = folder;
  }

  /** Hears of every fault. Returns the way to stop. */
  onFault(report: Report): () => void {
    this.#reports.add(report);
    return () => this.#reports.delete(report);
  }

  /** A fault that a handler or a promise left uncaught. Never throws. */
  caught(error: unknown): void {
    faults.publish(error);
    const now = this.#ports.now();
    this.#recent = [...this.#recent.filter((at) => now - at < faultsWithinMs && at <= now), now];
    const what = faultText(error).split('\n', 1)[0] ?? '';
    const log = this.#log(`${new Date(now).toISOString()} ${faultText(error)}\n`);
    const stops = isOfStore(error) || this.#recent.length > faultsMost;
    const reason = stops ? problem('fault-ended', { what, log }) : problem('fault', { what, log });
    for (const report of this.#reports) this.#try(() => report(reason));
    if (stops) this.#try(() => this.#ports.end(reason));
  }

  /** Returns the path of the log; blank where the text went elsewhere. */
  #log(text: string): string {
    if (this.#folder !== undefined) {
      const path = join(this.#folder, faultLog);
      try {
        if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > logMost) renameSync(path, `${path}.1`);
        appendFileSync(path, text, { mode: 0o600 });
        return path;
      } catch {
        // A full disk, say: the text goes where it can.
      }
    }
    this.#try(() => this.#ports.write(text));
    return '';
  }

  #try(work: () => void): void {
    try {
      work();
    } catch {
      // Nothing else could report it.
    }
  }
}

let net: LastNet | undefined;

/** Puts the net under this process. Once, by each host, before anything else runs. */
export const installLastNet = (ports: Omit<NetPorts, 'now'>): LastNet => {
  const made = new LastNet({ ...ports, now: Date.now });
  net = made;
  process.on('uncaughtException', (error) => made.caught(error));
  process.on('unhandledRejection', (reason) => made.caught(reason));
  return made;
};

/** For a handler that catches for others, a loop over listeners say: the error goes to the net, and the loop continues. */
export const toLastNet = (error: unknown): void => {
  if (net !== undefined) net.caught(error);
  // In a test, without a host, it stays an uncaught error.
  else
    queueMicrotask(() => {
      throw error;
    });
};

/** Calls every listener, whatever the others throw. */
export const tellAll = <T>(listeners: Iterable<T>, tell: (listener: T) => void): void => {
  for (const listener of listeners) {
    try {
      tell(listener);
    } catch (error) {
      toLastNet(error);
    }
  }
};

/** What the host that runs this process reports faults through; does nothing where no net is installed. */
export const onFault = (report: Report): (() => void) => net?.onFault(report) ?? (() => undefined);

/** Has faults logged in a profile. */
export const logFaultsIn = (folder: string): void => net?.logIn(folder);
