import { appendFileSync, readFileSync } from 'node:fs';

/** What happened to the bodies that were sent for one chunk or part. */
export interface ChunkReport {
  /** Bodies of which a byte of the file arrived. */
  readonly began: number;
  /** Bodies that were stored whole. */
  readonly stored: number;
  /** Bodies that were sent although the chunk was stored. */
  readonly again: number;
}
export type ChunkEvent = keyof ChunkReport;

/** For each upload and chunk what arrived. */
export type Transfers = Readonly<Record<string, Readonly<Record<string, ChunkReport>>>>;

/** Lines of words in a file that outlives the server which writes them, for a test that judges its client. */
export class EventLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  write(...words: readonly (string | number)[]): void {
    appendFileSync(this.#path, `${words.join(' ')}\n`);
  }

  note(event: ChunkEvent, upload: string, chunk: number): void {
    this.write(event, upload, chunk);
  }

  noteCrash(): void {
    this.write('crash');
  }

  /** Counts what `note` has written; every other line goes to `other`. */
  count(other: (event: string, subject: string) => void): Transfers {
    const transfers: Record<string, Record<string, { -readonly [event in ChunkEvent]: number }>> = {};
    for (const line of this.#lines()) {
      const [event = '', subject = '', chunk] = line.split(' ');
      if (chunk === undefined) other(event, subject);
      else ((transfers[subject] ??= {})[chunk] ??= { began: 0, stored: 0, again: 0 })[event as ChunkEvent]++;
    }
    return transfers;
  }

  #lines(): readonly string[] {
    try {
      return readFileSync(this.#path, 'utf8').split('\n').filter(Boolean);
    } catch {
      return [];
    }
  }
}
