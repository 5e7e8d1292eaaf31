import type { CallInput, CallOutput, TransferView } from '../../preload/contract.ts';
import { linkText, templateFor } from '../../preload/link-template.ts';
import { m } from '../../preload/paraglide/messages.js';
import { finalStates } from '../../preload/states.ts';
import type { App } from '../client/app.svelte.ts';
import { copyText } from '../client/copy.ts';
import { keptBy } from '../client/kept.svelte.ts';

type Wish = CallInput<'transfers.wish'>['wish'];

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
  async cancel(rows: readonly TransferView[]): Promise<void> {
    const [only] = rows;
    if (only === undefined) return;
    const told = await this.#wishAll({ ids: rows.map(({ id }) => id) }, 'cancel', undoKept);
    const ids = told?.changed ?? [];
    if (ids.length === 0) return;
    const name = rows.length === 1 ? (only.localName ?? only.name) : undefined;
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
      name === undefined ? m.queue_cancelled_several({ count: ids.length }) : m.queue_cancelled({ name }),
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
    await this.#ask({ ids: [...ids], undoable: true }, 'cancel', undoMs).catch(() => undefined);
  }

  async #undo(ids: readonly number[], name: string | undefined): Promise<void> {
    const told = await this.#wishAll({ ids: [...ids] }, 'undo');
    const late = told?.refused.length ?? 0;
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

  /** Undoes the cancel of one transfer, from its row. */
  async undoOf(row: TransferView): Promise<void> {
    this.#withdraw([row.id]);
    await this.#undo([row.id], row.localName ?? row.name);
  }

  /** The line that offers an undo goes with the last of its transfers for which the person decides otherwise. */
  #withdraw(ids: readonly number[]): void {
    const last = this.#last;
    if (last === undefined) return;
    const left = last.ids.filter((id) => !ids.includes(id));
    if (left.length === 0) last.withdraw();
  }

  async move(ids: readonly number[], to: CallInput<'transfers.move'>['to']): Promise<void> {
    try {
      await this.#app.client.call('transfers.move', { ids: [...ids], to });
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

  async copyLinks(rows: readonly TransferView[]): Promise<void> {
    const links = rows.flatMap(({ share, serverId, localName, name, size }) => {
      if (share?.link === undefined) return [];
      const template = templateFor(this.#app.server(serverId), this.#app.settings);
      return (
        linkText(template, { link: share.link, names: [localName ?? name], size, expiresAt: share.expiresAt }) ?? []
      );
    });
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
    await this.#wishAll({ ids: [...ids] }, wish);
  }

  /** `undefined`: it failed, and the user was informed. */
  async #wishAll(
    filter: CallInput<'transfers.wish'>['filter'],
    wish: Wish,
    undoMs?: number,
  ): Promise<CallOutput<'transfers.wish'> | undefined> {
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

  #ask(
    filter: CallInput<'transfers.wish'>['filter'],
    wish: Wish,
    undoMs: number | undefined,
  ): Promise<CallOutput<'transfers.wish'>> {
    return this.#app.client.call('transfers.wish', {
      filter,
      wish,
      ...(undoMs === undefined ? {} : { undoMs }),
    });
  }
}

/** The one of a window: what can be undone still can when the person comes back to the queue. */
export const queueActionsOf = keptBy((app) => new QueueActions(app));
