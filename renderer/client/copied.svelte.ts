import { clipboardText } from '../../preload/bounds.ts';
import { SvelteSet } from 'svelte/reactivity';
import type { DropView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { App } from './app.svelte.ts';
import { copyText } from './copy.ts';
import { keptBy } from './kept.svelte.ts';

/** Which links are in the clipboard, as far as this window knows, and how the links of a drop get there. */
export class Copied {
  readonly #ids = new SvelteSet<number>();
  readonly #app: App;
  /** Drops that wait until the page has the focus: only then does a browser let it write to the clipboard. */
  #ready: readonly DropView[] = [];
  #taking = false;

  constructor(app: App) {
    this.#app = app;
    app.client.on('copied', ({ transferIds, links }) => {
      this.#hold(transferIds);
      app.slips.show(m.copy_done({ count: links.length }));
    });
    app.client.on('drops', ({ rows }) => this.#note(rows));
    app.onReconnect(() => void this.start());
  }

  /** Whether the link of this transfer is what was copied last. */
  has(id: number): boolean {
    return this.#ids.has(id);
  }

  /** Copies what the user asked for, and shows that it did. Never rejects. */
  async copy(text: string, ids: readonly number[], count = text.split('\n').length): Promise<void> {
    try {
      await copyText(this.#app, text);
      this.#hold(ids);
      this.#app.slips.show(m.copy_done({ count }));
    } catch (error) {
      this.#app.slips.error(error);
    }
  }

  /** In a browser: asks for drops that ended while no window was open. The app's main process does this for its window. */
  async start(): Promise<void> {
    if (this.#app.info?.host !== 'web') return;
    try {
      const { rows } = await this.#app.client.call('drops.ready', {});
      this.#note(rows);
    } catch {
      // They arrive with the next connection or the next drop.
    }
  }

  /** The page has the focus: what waited for it is taken. */
  async take(): Promise<void> {
    const { info, client } = this.#app;
    if (this.#taking || info?.host !== 'web') return;
    this.#taking = true;
    try {
      for (;;) {
        const [first] = this.#ready;
        if (first === undefined || (first.copies === true && !document.hasFocus())) break;
        this.#ready = this.#ready.slice(1);
        const { drop } = await client.call('drops.take', { id: first.id });
        // Another window was faster; or the links are to go nowhere.
        if (drop?.copies === true && drop.links.length > 0) await this.#write(drop);
      }
    } catch {
      // Whoever is asked next has it.
    } finally {
      this.#taking = false;
    }
  }

  async #write({ links, transferIds, text = links.join('\n') }: DropView): Promise<void> {
    try {
      await navigator.clipboard.writeText(clipboardText(text));
      this.#hold(transferIds);
      this.#app.slips.show(m.copy_done({ count: links.length }));
    } catch {
      this.#app.slips.show(m.copy_by_hand({ count: links.length }), {
        tone: 'plain',
        stays: true,
        actions: [
          { label: m.copy_button({ count: links.length }), act: () => void this.copy(text, transferIds, links.length) },
        ],
      });
    }
  }

  #hold(ids: readonly number[]): void {
    this.#ids.clear();
    for (const id of ids) this.#ids.add(id);
  }

  #note(rows: readonly DropView[]): void {
    this.#ready = [...this.#ready, ...rows.filter(({ id }) => !this.#ready.some((one) => one.id === id))];
    void this.take();
  }
}

/** The one of a window. */
export const copiedOf = keptBy((app) => new Copied(app));
