import { SvelteMap } from 'svelte/reactivity';
import type { ProblemView } from '../../preload/contract.ts';
import type { BrowseEntry } from '../../preload/window.ts';
import type { App } from '../client/app.svelte.ts';
import { problemOf } from '../client/client.ts';

export type Crumb = { readonly name: string; readonly path: string };

/** The folders of the machine that the host runs on, one open at a time, and what was ticked in them. */
export class HostFolders {
  path = $state('');
  parent = $state<string>();
  entries = $state.raw<readonly BrowseEntry[]>([]);
  more = $state(false);
  loading = $state(false);
  problem = $state.raw<ProblemView>();
  /** The entry that keys act on. */
  cursor = $state(0);
  /** What is ticked, by its path, in whatever folder. */
  readonly picked = new SvelteMap<string, BrowseEntry>();
  #root = $state('');
  readonly #app: App;
  #asked = 0;

  constructor(app: App) {
    this.#app = app;
  }

  /** The way from the root to the folder that is open. */
  get crumbs(): readonly Crumb[] {
    if (this.path === '') return [];
    const slash = this.#app.info?.platform === 'win32' ? '\\' : '/';
    const root = { name: this.#root, path: this.#root };
    const below = this.path.startsWith(this.#root) ? this.path.slice(this.#root.length) : '';
    const crumbs: Crumb[] = [root];
    let way = this.#root.endsWith(slash) ? this.#root.slice(0, -1) : this.#root;
    for (const name of below.split(slash).filter((part) => part !== '')) {
      way += slash + name;
      crumbs.push({ name, path: way });
    }
    return crumbs;
  }

  /** Bytes of what is ticked; `undefined` where a folder is among it. */
  get bytes(): number | undefined {
    let sum = 0;
    for (const { folder, size } of this.picked.values()) {
      if (folder) return undefined;
      sum += size ?? 0;
    }
    return sum;
  }

  /** Opens a folder; the root without a path. What was open stays where that fails. Never rejects. */
  async open(path?: string): Promise<void> {
    const asked = ++this.#asked;
    const from = this.path;
    this.loading = true;
    try {
      const found = await this.#app.client.call('window.browse', path === undefined ? {} : { path });
      if (asked !== this.#asked) return;
      this.path = found.path;
      this.parent = found.parent;
      this.entries = found.entries;
      this.more = found.more;
      this.problem = undefined;
      if (found.parent === undefined) this.#root = found.path;
      // After going up, the folder that was left is the current one.
      this.cursor = Math.max(
        0,
        found.entries.findIndex((entry) => entry.path === from),
      );
    } catch (error) {
      if (asked === this.#asked) this.problem = problemOf(error);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }

  tick(entry: BrowseEntry): void {
    if (!this.picked.delete(entry.path)) this.picked.set(entry.path, entry);
  }

  /** Does what a key means in the list; false where it means nothing here. */
  press(key: string): boolean {
    const { entries, cursor, parent } = this;
    const entry = entries[cursor];
    const to = {
      ArrowDown: cursor + 1,
      ArrowUp: cursor - 1,
      Home: 0,
      End: entries.length - 1,
      PageDown: cursor + 10,
      PageUp: cursor - 10,
    }[key];
    if (to !== undefined) this.cursor = Math.max(0, Math.min(entries.length - 1, to));
    else if (key === 'Backspace' || key === 'ArrowLeft') {
      if (parent !== undefined) void this.open(parent);
    } else if (key === ' ') {
      if (entry !== undefined) this.tick(entry);
    } else if (key === 'Enter' || key === 'ArrowRight') {
      if (entry?.folder === true) void this.open(entry.path);
      else if (key === 'Enter' && entry !== undefined) this.tick(entry);
    } else if (key.length === 1) {
      const letter = key.toLowerCase();
      const after = [...entries.keys()].map((n) => (cursor + 1 + n) % entries.length);
      const found = after.find((n) => entries[n]?.name.toLowerCase().startsWith(letter));
      if (found !== undefined) this.cursor = found;
    } else return false;
    return true;
  }
}
