import { EventLog } from '../event-log.ts';
import type { StoreReport } from './store.ts';

/** Keeps what a test needs to judge a client. */
export class Journal extends EventLog {
  noteRefusal(word: string | number): void {
    this.write('refused', word);
  }

  noteUntold(session: string): void {
    this.write('untold', session);
  }

  report(): StoreReport {
    const refused: Record<string, number> = {};
    const untold = new Set<string>();
    let crashes = 0;
    const transfers = this.count((event, subject) => {
      if (event === 'crash') crashes++;
      else if (event === 'untold') untold.add(subject);
      else refused[subject] = (refused[subject] ?? 0) + 1;
    });
    return { crashes, transfers, refused, untold: [...untold] };
  }
}
