import type { TransferView } from '../../preload/contract.ts';
import { Later } from '../../preload/later.ts';
import { isLeftOut } from '../../preload/problems.ts';
import { m } from '../../preload/paraglide/messages.js';

/** ms between two announcements at least: what happens in between is announced together. */
const tellEvery = 5_000;
/** ms after which an announcement is cleared, so that the same words are announced again. */
const wordsStay = 4_000;

type News = 'done' | 'failed' | 'attention' | 'left-out';
const newsOf = ({ state, problem }: TransferView): News | undefined =>
  state === 'done' || state === 'failed' || state === 'attention'
    ? state
    : isLeftOut(state, problem)
      ? 'left-out'
      : undefined;

/** What is read aloud of the queue: that uploads ended or ask for the person. Never how far they are. */
export class Announcer {
  /** Read when nothing else is. */
  polite = $state('');
  /** Read at once. */
  urgent = $state('');
  readonly #states = new Map<number, News>();
  readonly #count = { done: 0, failed: 0, 'left-out': 0 };
  #asking: string[] = [];
  #toldAt = -Infinity;
  readonly #next = new Later(() => this.#tell());
  readonly #clear = new Later(() => {
    this.polite = '';
    this.urgent = '';
  }, wordsStay);

  /** Takes note of rows that changed. */
  hear(rows: readonly TransferView[]): void {
    let isNew = false;
    for (const row of rows) {
      const id = row.id;
      const name = row.localName ?? row.name;
      const news = newsOf(row);
      if (news === undefined) {
        this.#states.delete(id);
        continue;
      }
      if (this.#states.get(id) === news) continue;
      this.#states.set(id, news);
      isNew = true;
      if (news === 'attention') this.#asking.push(name);
      else this.#count[news]++;
    }
    if (isNew) this.#next.soon(this.#wait());
  }

  /** ms until the next announcement: never longer than usual, even when the clock is set back. */
  #wait(): number {
    return Math.min(tellEvery, Math.max(0, this.#toldAt + tellEvery - Date.now()));
  }

  /** Says nothing more. */
  stop(): void {
    this.#next.stop();
    this.#clear.stop();
  }

  #tell(): void {
    this.#toldAt = Date.now();
    const { done, failed, 'left-out': leftOut } = this.#count;
    this.polite = [
      done === 0 ? '' : m.announce_done({ count: done }),
      leftOut === 0 ? '' : m.announce_left_out({ count: leftOut }),
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
    Object.assign(this.#count, { done: 0, failed: 0, 'left-out': 0 });
    this.#asking = [];
    this.#clear.again();
  }
}
