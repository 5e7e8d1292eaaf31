import type { TransferView } from '../../preload/contract.ts';
import { m } from '../paraglide/messages.js';

/** Whoever listens is told at most that often, ms: what happened meanwhile is summed up. */
const tellEvery = 5_000;
/** ms after which what was said is taken away, so that the same words are news again. */
const wordsStay = 4_000;

type News = 'done' | 'failed' | 'attention';
const isNews = (state: TransferView['state']): state is News =>
  state === 'done' || state === 'failed' || state === 'attention';

/** What is read aloud of the queue: that uploads ended or ask for the person. Never how far they are. */
export class Announcer {
  /** Read when nothing else is. */
  polite = $state('');
  /** Read at once. */
  urgent = $state('');
  readonly #states = new Map<number, News>();
  readonly #count = { done: 0, failed: 0 };
  #asking: string[] = [];
  #toldAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #clear: ReturnType<typeof setTimeout> | undefined;

  /** Takes note of rows that changed. */
  hear(rows: readonly TransferView[]): void {
    let isNew = false;
    for (const { id, state, name } of rows) {
      if (!isNews(state)) {
        this.#states.delete(id);
        continue;
      }
      if (this.#states.get(id) === state) continue;
      this.#states.set(id, state);
      isNew = true;
      if (state === 'attention') this.#asking.push(name);
      else this.#count[state]++;
    }
    if (isNew) this.#timer ??= setTimeout(() => this.#tell(), Math.max(0, this.#toldAt + tellEvery - Date.now()));
  }

  /** Says nothing more. */
  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#clear);
  }

  #tell(): void {
    this.#timer = undefined;
    this.#toldAt = Date.now();
    const { done, failed } = this.#count;
    this.polite = [
      done === 0 ? '' : m.announce_done({ count: done }),
      failed === 0 ? '' : m.announce_failed({ count: failed }),
    ]
      .filter((part) => part !== '')
      .join(' ');
    const [first = ''] = this.#asking;
    this.urgent =
      this.#asking.length > 1
        ? m.announce_several_need_you({ count: this.#asking.length })
        : first === ''
          ? ''
          : m.announce_needs_you({ name: first });
    Object.assign(this.#count, { done: 0, failed: 0 });
    this.#asking = [];
    clearTimeout(this.#clear);
    this.#clear = setTimeout(() => {
      this.polite = '';
      this.urgent = '';
    }, wordsStay);
  }
}
