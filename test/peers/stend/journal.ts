import { appendFileSync, readFileSync } from 'node:fs';

/** What happened to the bodies that were sent for one chunk. */
export interface ChunkReport {
  /** Bodies of which a byte of the file arrived. */
  readonly began: number;
  /** Bodies that were stored whole. */
  readonly stored: number;
  /** Bodies that were sent although the chunk was stored. */
  readonly again: number;
}

/** For each transfer key and chunk number what arrived, and how often the server crashed. */
export interface StendReport {
  readonly crashes: number;
  readonly transfers: Readonly<Record<string, Readonly<Record<string, ChunkReport>>>>;
}

type Event = 'began' | 'stored' | 'again';

/** Keeps what a test needs to judge a client: a line an event, in a file that outlives the server. */
export class Journal {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  note(event: Event, transferKey: string, chunk: number): void {
    appendFileSync(this.#path, `${event} ${transferKey} ${chunk}\n`);
  }

  noteCrash(): void {
    appendFileSync(this.#path, 'crash\n');
  }

  report(): StendReport {
    const transfers: Record<string, Record<string, { -readonly [key in Event]: number }>> = {};
    let crashes = 0;
    for (const line of readLines(this.#path)) {
      const [event, key, chunk] = line.split(' ') as [Event | 'crash', string, string];
      if (event === 'crash') crashes++;
      else ((transfers[key] ??= {})[chunk] ??= { began: 0, stored: 0, again: 0 })[event]++;
    }
    return { crashes, transfers };
  }
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}
