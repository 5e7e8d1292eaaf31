import { appendFileSync, readFileSync } from 'node:fs';

/** What happened to the bodies that were sent for one chunk. */
export interface ChunkReport {
  /** Bodies of which a byte arrived. */
  readonly began: number;
  /** Bodies that were stored whole. */
  readonly stored: number;
  /** Bodies that were sent although the chunk was stored. */
  readonly again: number;
}

export interface CloudreveReport {
  /** Lives that ended without an orderly end. */
  readonly crashes: number;
  /** By session and index. */
  readonly transfers: Readonly<Record<string, Readonly<Record<string, ChunkReport>>>>;
  /** Sessions that were made, and that completed. */
  readonly created: number;
  readonly completed: number;
  readonly cancelled: number;
  /** Refreshes of tokens that were asked. */
  readonly refreshes: number;
}

type ChunkEvent = 'began' | 'stored' | 'again';
type SiteEvent = 'start' | 'end' | 'created' | 'completed' | 'cancelled' | 'refresh';

/** Keeps what a test needs to judge a client: a line an event, in a file that outlives the server. */
export class ChunkLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  note(event: ChunkEvent, session: string, index: number): void {
    appendFileSync(this.#path, `${event} ${session} ${index}\n`);
  }

  noteSite(event: SiteEvent): void {
    appendFileSync(this.#path, `${event}\n`);
  }

  report(): CloudreveReport {
    const counts: Record<SiteEvent, number> = { start: 0, end: 0, created: 0, completed: 0, cancelled: 0, refresh: 0 };
    const transfers: Record<string, Record<string, { -readonly [key in ChunkEvent]: number }>> = {};
    for (const line of readFileSync(this.#path, 'utf8').split('\n').filter(Boolean)) {
      const [event, session, index] = line.split(' ');
      if (session === undefined || index === undefined) counts[event as SiteEvent]++;
      else ((transfers[session] ??= {})[index] ??= { began: 0, stored: 0, again: 0 })[event as ChunkEvent]++;
    }
    const { start, end, created, completed, cancelled, refresh } = counts;
    return { crashes: Math.max(0, start - end - 1), transfers, created, completed, cancelled, refreshes: refresh };
  }
}
