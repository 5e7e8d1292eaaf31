import type { CallOutput, ProblemView } from '../../preload/contract.ts';
import { problemOf, type Client } from '../client/client.ts';
import { findByName } from '../ui/row-window.ts';

export type RemoteFolder = CallOutput<'folders.list'>['folders'][number];
export type Crumb = { readonly name: string; readonly path: string };

/** ms within which letters make one word. */
const typingTime = 800;
/** Rows from the end at which the next page is asked for. */
const early = 20;

const namesIn = (path: string): readonly string[] => path.split('/').filter((name) => name !== '');

/** The folders from an account's root to a folder. The root has no name here. */
export const crumbsOf = (path: string): readonly Crumb[] => [
  { name: '', path: '/' },
  ...namesIn(path).map((name, n, all) => ({ name, path: `/${all.slice(0, n + 1).join('/')}` })),
];

/** The folders of an account on a server, one open at a time. */
export class RemoteFolders {
  /** The one that is open, or that was to be opened first. */
  path = $state('/');
  folders = $state.raw<readonly RemoteFolder[]>([]);
  canWrite = $state(true);
  /** Whether one was ever opened: nothing can be chosen before. */
  loaded = $state(false);
  loading = $state(false);
  /** More of the open one is being asked for. */
  adding = $state(false);
  problem = $state.raw<ProblemView>();
  /** The folder in the list that keys act on. */
  cursor = $state(0);
  /** Why the new folder was not made. */
  refusal = $state.raw<ProblemView>();
  making = $state(false);
  #next = $state.raw<string>();
  readonly #client: Pick<Client, 'call'>;
  readonly #serverId: string;
  /** What `retry` asks for again. */
  #wanted: string;
  #asked = 0;
  #asking = new AbortController();
  #typed = '';
  #typedAt = 0;

  constructor(client: Pick<Client, 'call'>, serverId: string, path: string) {
    this.#client = client;
    this.#serverId = serverId;
    this.#wanted = path;
    this.path = path;
  }

  get crumbs(): readonly Crumb[] {
    return crumbsOf(this.path);
  }

  get parent(): string | undefined {
    return this.crumbs.at(-2)?.path;
  }

  get more(): boolean {
    return this.#next !== undefined;
  }

  /** Opens a folder. What was open stays where that fails. Never rejects. */
  async open(path: string): Promise<void> {
    this.stop();
    const asked = this.#asked;
    const from = this.path;
    this.#wanted = path;
    this.loading = true;
    this.adding = false;
    this.refusal = undefined;
    try {
      const found = await this.#client.call('folders.list', { serverId: this.#serverId, path }, this.#asking.signal);
      if (asked !== this.#asked) return;
      this.path = path;
      this.folders = found.folders;
      this.canWrite = found.canWrite;
      this.#next = found.next;
      this.loaded = true;
      this.problem = undefined;
      this.#typed = '';
      // After going up, the folder that was left is the current one.
      this.cursor = Math.max(
        0,
        found.folders.findIndex((folder) => folder.path === from),
      );
    } catch (error) {
      if (asked === this.#asked) this.problem = problemOf(error);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }

  /** Nothing that was asked counts any more. */
  stop(): void {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#asked++;
  }

  /** What failed, once more. */
  async retry(): Promise<void> {
    if (this.loaded && this.#wanted === this.path && this.more) {
      this.problem = undefined;
      await this.fetchMore();
    } else await this.open(this.#wanted);
  }

  /** Makes the folder that was to be opened and is not there. */
  async makeWanted(): Promise<void> {
    await this.#make(this.#wanted);
  }

  /** The next page of the open folder, where there is one. Never rejects. */
  async fetchMore(): Promise<void> {
    const after = this.#next;
    if (after === undefined || this.adding || this.loading || this.problem !== undefined) return;
    const asked = this.#asked;
    this.adding = true;
    try {
      const input = { serverId: this.#serverId, path: this.path, after };
      const found = await this.#client.call('folders.list', input, this.#asking.signal);
      if (asked !== this.#asked) return;
      const known = new Set(this.folders.map(({ path }) => path));
      this.folders = [...this.folders, ...found.folders.filter(({ path }) => !known.has(path))];
      this.#next = found.next;
    } catch (error) {
      if (asked === this.#asked) this.problem = problemOf(error);
    } finally {
      if (asked === this.#asked) this.adding = false;
    }
  }

  /**
   * Makes a folder in the open one, and opens it. False where it was refused: `refusal` says why; and where another one
   * was opened meanwhile.
   */
  async make(name: string): Promise<boolean> {
    return this.#make(`/${[...namesIn(this.path), ...namesIn(name.trim())].join('/')}`);
  }

  /** Does what a key means in the list; false where it means nothing here. */
  press(key: string, now = Date.now()): boolean {
    const { folders, cursor, parent } = this;
    const to = {
      ArrowDown: cursor + 1,
      ArrowUp: cursor - 1,
      Home: 0,
      End: folders.length - 1,
      PageDown: cursor + 10,
      PageUp: cursor - 10,
    }[key];
    if (to !== undefined) this.#go(to);
    else if (key === 'Backspace' || key === 'ArrowLeft') {
      if (parent !== undefined) void this.open(parent);
    } else if (key === 'Enter' || key === 'ArrowRight') {
      const folder = folders[cursor];
      if (folder === undefined) return false;
      void this.open(folder.path);
    } else if (key.length === 1) {
      this.#typed = now - this.#typedAt > typingTime ? key : this.#typed + key;
      this.#typedAt = now;
      void this.#find();
    } else return false;
    return true;
  }

  #go(to: number): void {
    this.cursor = Math.max(0, Math.min(this.folders.length - 1, to));
    if (this.cursor >= this.folders.length - early) void this.fetchMore();
  }

  /** Goes to the folder whose name begins with what was typed: pages that are not here yet are looked through, too. */
  async #find(): Promise<void> {
    const { path } = this;
    const typed = this.#typed;
    for (;;) {
      const at = findByName(this.folders, typed, this.cursor);
      if (at >= 0) this.cursor = at;
      if (at >= 0 || !this.more) return;
      const before = this.folders.length;
      await this.fetchMore();
      if (typed !== this.#typed || path !== this.path || this.folders.length === before) return;
    }
  }

  async #make(path: string): Promise<boolean> {
    if (this.making) return false;
    this.making = true;
    this.refusal = undefined;
    const asked = this.#asked;
    try {
      await this.#client.call('folders.make', { serverId: this.#serverId, path });
    } catch (error) {
      // Another folder was opened since: the refusal is not about that one.
      if (asked === this.#asked) this.refusal = problemOf(error);
      return false;
    } finally {
      this.making = false;
    }
    // Another folder was opened since: it stays open.
    if (asked !== this.#asked) return false;
    await this.open(path);
    return true;
  }
}
