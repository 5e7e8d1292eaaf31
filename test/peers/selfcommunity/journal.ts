import { EventLog, type Transfers } from '../event-log.ts';

/** What has arrived, over all lives of the server. */
export interface FineUploaderReport {
  /** By UUID and part index. A file that comes in one request is part 0. */
  readonly transfers: Transfers;
  /** By UUID, how often `done` arrived. */
  readonly done: Readonly<Record<string, number>>;
  /** How often a token was granted, by the kind of grant. */
  readonly grants: Readonly<Record<string, number>>;
  /** By `file_uuid`, how often it was sent as a message. */
  readonly messages: Readonly<Record<string, number>>;
  /** How often a file was asked for by its address, by whether a token came along: "bare" and "token". */
  readonly looks: Readonly<Record<string, number>>;
  /** By its place in the configuration, how often a vice was shown. */
  readonly vices: Readonly<Record<string, number>>;
}

/** Keeps what a test needs to judge a client. */
export class Journal extends EventLog {
  report(): FineUploaderReport {
    const counts: Record<Exclude<keyof FineUploaderReport, 'transfers'>, Record<string, number>> = {
      done: {},
      grants: {},
      messages: {},
      looks: {},
      vices: {},
    };
    const transfers = this.count((event, subject) => {
      const count = counts[event as keyof typeof counts];
      count[subject] = (count[subject] ?? 0) + 1;
    });
    return { transfers, ...counts };
  }
}
