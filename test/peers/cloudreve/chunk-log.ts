import { EventLog, type Transfers } from '../event-log.ts';

export interface CloudreveReport {
  /** Lives that ended without an orderly end. */
  readonly crashes: number;
  /** By session and index. */
  readonly transfers: Transfers;
  /** Sessions that were made, and that completed. */
  readonly created: number;
  readonly completed: number;
  readonly cancelled: number;
  /** Refreshes of tokens that were asked. */
  readonly refreshes: number;
}

type SiteEvent = 'start' | 'end' | 'created' | 'completed' | 'cancelled' | 'refresh';

/** Keeps what a test needs to judge a client. */
export class ChunkLog extends EventLog {
  noteSite(event: SiteEvent): void {
    this.write(event);
  }

  report(): CloudreveReport {
    const counts: Record<SiteEvent, number> = { start: 0, end: 0, created: 0, completed: 0, cancelled: 0, refresh: 0 };
    const transfers = this.count((event) => void counts[event as SiteEvent]++);
    const { start, end, created, completed, cancelled, refresh } = counts;
    return { crashes: Math.max(0, start - end - 1), transfers, created, completed, cancelled, refreshes: refresh };
  }
}
