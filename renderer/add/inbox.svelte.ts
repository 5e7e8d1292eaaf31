import type { HeldItem } from './drop-entries.ts';
import { sizeOf } from './drop-entries.ts';
import type { Terms } from './drop-terms.ts';
import { upload, type InboxPort, type Outcome } from './inbox-upload.ts';

/** What is on its way from this browser into the host's inbox. One drop after the other. */
export class Inbox {
  /** Files of all drops that are not in yet. */
  files = $state(0);
  #bytes = $state(0);
  #sent = $state(0);
  readonly #port: InboxPort;
  #ending = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  constructor(port: InboxPort) {
    this.#port = port;
  }

  /** Whole percent of the bytes that are to come; nothing counts as arrived before it is. */
  get percent(): number {
    return this.#bytes === 0 ? 0 : Math.min(99, Math.floor((this.#sent / this.#bytes) * 100));
  }

  /** Resolves when all of it has arrived and was queued, or has ended. */
  async receive(items: readonly HeldItem[], terms: Terms): Promise<Outcome> {
    const files = items.reduce((sum, item) => sum + item.files.length, 0);
    const bytes = items.reduce((sum, item) => sum + sizeOf(item), 0);
    if (this.files === 0) addEventListener('beforeunload', warn);
    this.files += files;
    this.#bytes += bytes;
    const { signal } = this.#ending;
    let sent = 0;
    const work = this.#last.then(() =>
      upload(this.#port, items, terms, signal, (now) => {
        this.#sent += now - sent;
        sent = now;
      }),
    );
    this.#last = work.catch(() => undefined);
    try {
      return await work;
    } finally {
      this.#sent -= sent;
      this.#bytes -= bytes;
      this.files -= files;
      if (this.files === 0) removeEventListener('beforeunload', warn);
    }
  }

  /** Ends all of it; what has arrived whole stays in the queue. */
  cancel(): void {
    this.#ending.abort();
    this.#ending = new AbortController();
  }
}

/** Leaving the page would lose what has not arrived. */
const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
