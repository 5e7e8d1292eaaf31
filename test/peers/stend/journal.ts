import { EventLog, type Transfers } from '../event-log.ts';

export type { ChunkReport } from '../event-log.ts';

/** For each transfer key and chunk number what arrived, and how often the server crashed. */
export interface StendReport {
  readonly crashes: number;
  readonly transfers: Transfers;
}

/** Keeps what a test needs to judge a client. */
export class Journal extends EventLog {
  report(): StendReport {
    let crashes = 0;
    const transfers = this.count(() => void crashes++);
    return { crashes, transfers };
  }
}
