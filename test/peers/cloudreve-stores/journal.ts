import { appendFileSync, readFileSync } from 'node:fs';
import type { PartReport, StoreReport } from './store.ts';

type Event = keyof PartReport;

/** Keeps what a test needs to judge a client: a line an event, in a file that outlives the server. */
export class Journal {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  note(event: Event, session: string, part: number): void {
    appendFileSync(this.#path, `${event} ${session} ${part}\n`);
  }

  noteRefusal(word: string | number): void {
    appendFileSync(this.#path, `refused ${word}\n`);
  }

  noteUntold(session: string): void {
    appendFileSync(this.#path, `untold ${session}\n`);
  }

  noteCrash(): void {
    appendFileSync(this.#path, 'crash\n');
  }

  report(): StoreReport {
    const transfers: Record<string, Record<string, { -readonly [key in Event]: number }>> = {};
    const refused: Record<string, number> = {};
    const untold = new Set<string>();
    let crashes = 0;
    for (const line of readLines(this.#path)) {
      const [event = '', subject = '', part = ''] = line.split(' ');
      if (event === 'crash') crashes++;
      else if (event === 'untold') untold.add(subject);
      else if (event === 'refused') refused[subject] = (refused[subject] ?? 0) + 1;
      else ((transfers[subject] ??= {})[part] ??= { began: 0, stored: 0, again: 0 })[event as Event]++;
    }
    return { crashes, transfers, refused, untold: [...untold] };
  }
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}
