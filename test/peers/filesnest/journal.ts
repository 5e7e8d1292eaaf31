import { EventLog, type Transfers } from '../event-log.ts';

/** What has arrived, over all lives of the server. */
export interface FilesNestReport {
  /** By file ID and chunk number (from 1). */
  readonly transfers: Transfers;
  /**
   * By file ID and number ("3/1"), how often a chunk came again while all were there and no merge was due, which is the
   * way to have one.
   */
  readonly nudges: Readonly<Record<string, number>>;
  /** How often a file was created, and deleted, by its ID. */
  readonly creates: Readonly<Record<string, number>>;
  readonly deletes: Readonly<Record<string, number>>;
  /** By its place in the configuration, how often a vice was shown. */
  readonly vices: Readonly<Record<string, number>>;
  readonly crashes: number;
}

/** Keeps what a test needs to judge a client. */
export class Journal extends EventLog {
  report(): FilesNestReport {
    let crashes = 0;
    const counts: Record<'nudges' | 'creates' | 'deletes' | 'vices', Record<string, number>> = {
      nudges: {},
      creates: {},
      deletes: {},
      vices: {},
    };
    const transfers = this.count((event, subject) => {
      if (event === 'crash') return void crashes++;
      const count = counts[event as keyof typeof counts];
      count[subject] = (count[subject] ?? 0) + 1;
    });
    return { transfers, ...counts, crashes };
  }
}
