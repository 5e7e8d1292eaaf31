import type { CallInput, CallOutput, TransferView } from '../../preload/contract.ts';
import { linkText, templateFor } from '../../preload/link-template.ts';
import { m } from '../../preload/paraglide/messages.js';
import { finalStates, unfinishedStates } from '../../preload/states.ts';
import type { App } from '../client/app.svelte.ts';
import { copyText } from '../client/copy.ts';
import { keptBy } from '../client/kept.svelte.ts';
import { idsOf, isFolder, localNameOf, type Entry } from './entries.ts';
import { folderLinks } from './folder-links.ts';

type Wish = CallInput<'transfers.wish'>['wish'];
type Filter = CallInput<'transfers.wish'>['filter'];

/** What a wish for a folder means of its files; absent: what the engine takes it to mean. */
const statesMeant: Partial<Readonly<Record<Wish, Filter>>> = {
  cancel: { states: [...unfinishedStates] },
  remove: { states: [...finalStates] },
  retry: { states: ['failed'] },
  undo: { undoable: true },
};

/** The transfers that rows stand for, in as many filters as that takes. */
const filtersOf = (ids: readonly number[], wish: Wish): readonly Filter[] => {
  const { files, folders } = idsOf(ids);
  return [
    ...(files.length === 0 ? [] : [{ ids: files }]),
    ...folders.map((folderId) => ({ folderId, ...statesMeant[wish] })),
  ];
};

/** ms that the host keeps what was cancelled when it hears no more of this window, and how often it hears of it. */
const undoKept = 30_000;
const keepEvery = 10_000;

/** The last cancel of this window, as long as its line offers an undo. `withdraw`: takes the line away, and does no more. */
type Undoable = {
  readonly ids: readonly number[];
  readonly undo: () => Promise<void>;
  readonly withdraw: () => void;
};

/** What a person can do with transfers. Refusals are shown in words. */
export class QueueActions {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  readonly pause = (ids: readonly number[]): Promise<void> => this.#wish(ids, 'pause');
  readonly resume = (ids: readonly number[]): Promise<void> => this.#wish(ids, 'resume');
  readonly retry = (ids: readonly number[]): Promise<void> => this.#wish(ids, 'retry');
  /** Out of the list; what is done stays in the history, what is not is cancelled first. */
  readonly remove = (ids: readonly number[]): Promise<void> => this.#wish(ids, 'remove');

  /**
   * Cancels. The host pauses them at once and cancels them when the line that offers the undo has gone, or by itself
   * where this window is gone before.
   */
  async cancel(rows: readonly Entry[]): Promise<void> {
    const [only] = rows;
    if (only === undefined) return;
    const asked = rows.map(({ id }) => id);
    const told = await this.#wishEach(asked, 'cancel', undoKept);
    if (told === undefined || told.changed.length === 0) return;
    const changed = new Set(told.changed);
    const ids = asked.filter((id) => id < 0 || changed.has(id));
    const name = rows.length === 1 ? localNameOf(only) : undefined;
    let settled = false;
    // Somebody may look at the line for as long as they like.
    const keep = setInterval(() => void this.#quietly(ids, undoKept), keepEvery);
    const withdraw = (): void => {
      settled = true;
      this.#app.slips.drop(slip);
    };
    const undo = async (): Promise<void> => {
      withdraw();
      await this.#undo(ids, name);
    };
    const last = { ids, undo, withdraw };
    this.#last = last;
    const slip = this.#app.slips.show(
      name === undefined ? m.queue_cancelled_several({ count: told.changed.length }) : m.queue_cancelled({ name }),
      {
        tone: 'plain',
        actions: [{ label: m.undo(), act: () => void undo() }],
        gone: () => {
          clearInterval(keep);
          if (this.#last === last) this.#last = undefined;
          if (!settled) void this.#quietly(ids);
        },
      },
    );
  }

  /**
   * Follows up on a cancel: keeps its undo, or carries it out. The host carries it out by itself where it cannot be reached
   * now, so a failure is not shown.
   */
  async #quietly(ids: readonly number[], undoMs?: number): Promise<void> {
    for (const filter of filtersOf(ids, 'cancel'))
      await this.#ask({ ...filter, undoable: true }, 'cancel', undoMs).catch(() => undefined);
  }

  async #undo(ids: readonly number[], name: string | undefined): Promise<void> {
    const told = await this.#wishEach(ids, 'undo');
    // Of a folder, only what can still be undone is asked for.
    const late =
      told === undefined ? 0 : told.refused.length + (told.changed.length === 0 && told.refused.length === 0 ? 1 : 0);
    if (late === 0) return;
    this.#app.slips.show(
      name === undefined ? m.queue_undo_late_several({ count: late }) : m.queue_undo_late({ name }),
      {
        tone: 'warn',
      },
    );
  }

  #last: Undoable | undefined;
  /** Undoes the last cancel, where that is still possible. */
  async undo(): Promise<void> {
    await this.#last?.undo();
  }

  /** Undoes the cancel of one transfer, or of a folder's files, from its row. */
  async undoOf(row: Entry): Promise<void> {
    this.#withdraw([row.id]);
    await this.#undo([row.id], localNameOf(row));
  }

  /** The line that offers an undo goes with the last of its transfers for which the person decides otherwise. */
  #withdraw(ids: readonly number[]): void {
    const last = this.#last;
    if (last === undefined) return;
    const left = last.ids.filter((id) => !ids.includes(id));
    if (left.length === 0) last.withdraw();
  }

  async move(ids: readonly number[], to: CallInput<'transfers.move'>['to']): Promise<void> {
    const { files, folders } = idsOf(ids);
    const moves = [...(files.length === 0 ? [] : [{ ids: files }]), ...folders.map((folderId) => ({ folderId }))];
    // Of several at the front, or after one row, the last to move comes first.
    const inOrder = to === 'first' || (typeof to === 'object' && 'after' in to) ? moves.toReversed() : moves;
    try {
      for (const move of inOrder) await this.#app.client.call('transfers.move', { ...move, to });
    } catch (error) {
      this.#app.slips.error(error);
    }
  }

  /** The filter is empty, so that the engine decides for every host which transfers *Pause all* and *Resume all* mean. */
  async pauseAll(): Promise<void> {
    await this.#wishAll({}, 'pause');
  }

  async resumeAll(): Promise<void> {
    await this.#wishAll({}, 'resume');
  }

  /** Everything that failed, once more. */
  async retryFailed(): Promise<void> {
    await this.#wishAll({ states: ['failed'] }, 'retry');
  }

  /** Takes what is done or cancelled out of the list; the history keeps it. */
  async clearDone(): Promise<void> {
    await this.#wishAll({ states: [...finalStates] }, 'remove');
  }

  /** Starts the queue again after it stopped, as for a full disk. */
  async startQueue(): Promise<void> {
    try {
      const { problem } = await this.#app.client.call('queue.start', { anyway: true });
      if (problem !== undefined) this.#app.slips.show(problem.message, { tone: 'warn' });
    } catch (error) {
      this.#app.slips.error(error);
    }
  }

  /** The link of an upload as the template of its server writes it. */
  readonly #linkText = ({ share, serverId, localName, name, size }: TransferView): string | undefined => {
    if (share?.link === undefined) return undefined;
    const template = templateFor(this.#app.server(serverId), this.#app.settings);
    return linkText(template, { link: share.link, names: [localName ?? name], size, expiresAt: share.expiresAt });
  };

  async copyLinks(rows: readonly Entry[]): Promise<void> {
    const links: string[] = [];
    try {
      for (const row of rows)
        links.push(
          ...(isFolder(row)
            ? await folderLinks(this.#app.client, row.folderId, this.#linkText)
            : [this.#linkText(row) ?? []].flat()),
        );
    } catch (error) {
      this.#app.slips.error(error);
      return;
    }
    if (links.length === 0 && rows.some(isFolder)) this.#app.slips.show(m.added_folder_no_links(), { tone: 'plain' });
    if (links.length === 0) return;
    await this.#copy(
      links.join('\n'),
      links.length === 1 ? m.queue_link_copied() : m.queue_links_copied({ count: links.length }),
    );
  }

  /** The key under which a server knows an upload, where its link does not end with it. */
  async copyKey(key: string): Promise<void> {
    await this.#copy(key, m.queue_key_copied());
  }

  async #copy(text: string, done: string): Promise<void> {
    try {
      await copyText(this.#app, text);
      this.#app.slips.show(done);
    } catch (error) {
      this.#app.slips.error(error);
    }
  }

  async #wish(ids: readonly number[], wish: Wish): Promise<void> {
    if (ids.length === 0) return;
    if (wish === 'resume' || wish === 'retry' || wish === 'remove') this.#withdraw(ids);
    await this.#wishEach(ids, wish);
  }

  /** The same of files and folders; the answers as one. `undefined`: it failed, and the user was informed. */
  async #wishEach(
    ids: readonly number[],
    wish: Wish,
    undoMs?: number,
  ): Promise<CallOutput<'transfers.wish'> | undefined> {
    let whole: CallOutput<'transfers.wish'> = { changed: [], refused: [] };
    for (const filter of filtersOf(ids, wish)) {
      const told = await this.#wishAll(filter, wish, undoMs);
      if (told === undefined) return undefined;
      whole = { changed: whole.changed.concat(told.changed), refused: whole.refused.concat(told.refused) };
    }
    return whole;
  }

  /** `undefined`: it failed, and the user was informed. */
  async #wishAll(filter: Filter, wish: Wish, undoMs?: number): Promise<CallOutput<'transfers.wish'> | undefined> {
    try {
      const told = await this.#ask(filter, wish, undoMs);
      const reasons = told.refused.flatMap(({ problem }) => problem?.message ?? []);
      const [why] = reasons;
      if (why !== undefined)
        this.#app.slips.show(reasons.length === 1 ? why : m.queue_refused_several({ count: reasons.length, why }), {
          tone: 'warn',
        });
      return told;
    } catch (error) {
      this.#app.slips.error(error);
      return undefined;
    }
  }

  #ask(filter: Filter, wish: Wish, undoMs: number | undefined): Promise<CallOutput<'transfers.wish'>> {
    return this.#app.client.call('transfers.wish', {
      filter,
      wish,
      ...(undoMs === undefined ? {} : { undoMs }),
    });
  }
}

/** The one of a window: what can be undone still can when the person comes back to the queue. */
export const queueActionsOf = keptBy((app) => new QueueActions(app));
