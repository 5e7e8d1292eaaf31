import { SvelteSet } from 'svelte/reactivity';
import type { CallInput, TransferView } from '../../preload/contract.ts';
import { m } from '../paraglide/messages.js';
import type { App } from './app.svelte.ts';
import { copyText } from './copy.ts';
import { keptBy } from './kept.svelte.ts';

type Wish = CallInput<'transfers.wish'>['wish'];

const begun = (row: TransferView): boolean => row.acknowledged > 0 || row.inFlight > 0;

/** What a person can do with transfers. Refusals are told in words. */
export class QueueActions {
  readonly #app: App;
  /** Cancels that can still be taken back, by the transfer's id. */
  readonly leaving = new SvelteSet<number>();

  constructor(app: App) {
    this.#app = app;
  }

  readonly pause = (ids: readonly number[]): Promise<void> => this.#wish(ids, 'pause');
  readonly resume = (ids: readonly number[]): Promise<void> => this.#stayAnd(ids, 'resume');
  readonly retry = (ids: readonly number[]): Promise<void> => this.#stayAnd(ids, 'retry');
  /** Out of the list; what is done stays in the history, what is not is cancelled first. */
  readonly remove = (ids: readonly number[]): Promise<void> => this.#wish(ids, 'remove');

  /**
   * Cancels. What has bytes on its server is paused at once, and freed there only when the line that offers the way
   * back has gone; closing the window meanwhile leaves it paused, so that nothing is lost by haste.
   */
  async cancel(rows: readonly TransferView[]): Promise<void> {
    if (rows.length === 0) return;
    const undo = async (): Promise<void> => {
      for (const { id } of rows) this.leaving.delete(id);
      await Promise.all([
        this.#wish(
          rows.filter(begun).map(({ id }) => id),
          'resume',
        ),
        this.#wish(
          rows.filter((row) => !begun(row)).map(({ id }) => id),
          'retry',
        ),
      ]);
    };
    const later = rows.filter(begun).map(({ id }) => id);
    for (const id of later) this.leaving.add(id);
    await Promise.all([
      this.#wish(later, 'pause'),
      this.#wish(
        rows.filter((row) => !begun(row)).map(({ id }) => id),
        'cancel',
      ),
    ]);
    const [only] = rows;
    const text =
      rows.length === 1 && only !== undefined
        ? m.queue_cancelled({ name: only.name })
        : m.queue_cancelled_several({ count: rows.length });
    this.#last = undo;
    this.#app.slip(text, {
      tone: 'plain',
      actions: [{ label: m.undo(), act: () => void undo() }],
      gone: () => {
        if (this.#last === undo) this.#last = undefined;
        void this.#leave(later);
      },
    });
  }

  /** The time to take a cancel back is over. */
  async #leave(ids: readonly number[]): Promise<void> {
    const left = ids.filter((id) => this.leaving.delete(id));
    await this.#wish(left, 'cancel');
  }

  #last: (() => Promise<void>) | undefined;
  /** Takes the last cancel back, where that is still possible. */
  async undo(): Promise<void> {
    const last = this.#last;
    this.#last = undefined;
    await last?.();
  }

  /** The person's answer to a changed file. */
  async sendNew(ids: readonly number[]): Promise<void> {
    try {
      const { refused } = await this.#app.client.call('transfers.sendNew', { ids: [...ids] });
      for (const { problem } of refused) this.#app.slip(problem.message, { tone: 'warn' });
    } catch (error) {
      this.#app.tellError(error);
    }
  }

  async move(ids: readonly number[], to: CallInput<'transfers.move'>['to']): Promise<void> {
    try {
      await this.#app.client.call('transfers.move', { ids: [...ids], to });
    } catch (error) {
      this.#app.tellError(error);
    }
  }

  /** Everything that runs stops, at a chunk's end where its server cannot bear less. */
  async pauseAll(): Promise<void> {
    const states = ['queued', 'preparing', 'opening', 'uploading', 'waiting', 'finishing', 'verifying'] as const;
    await this.#wishAll({ states: [...states] }, 'pause');
  }

  async resumeAll(): Promise<void> {
    // What was cancelled is paused as well for as long as that can be taken back: it is not meant.
    await this.#leave([...this.leaving]);
    await this.#wishAll({ states: ['paused'] }, 'resume');
  }

  /** Everything that failed, once more. */
  async retryFailed(): Promise<void> {
    await this.#wishAll({ states: ['failed'] }, 'retry');
  }

  /** Takes what is done or cancelled out of the list; the history keeps it. */
  async clearDone(): Promise<void> {
    await this.#wishAll({ states: ['done', 'cancelled'] }, 'remove');
  }

  /** Sends a file that one server does not take to another one. */
  async sendElsewhere(row: TransferView, serverId: string): Promise<void> {
    try {
      const { added, refused } = await this.#app.client.call('transfers.add', {
        paths: [row.path],
        serverId,
        drop: 'new',
      });
      const [no] = refused;
      if (no !== undefined) this.#app.slip(no.problem.message, { tone: 'warn' });
      if (added.length > 0) await this.#wish([row.id], 'remove');
    } catch (error) {
      this.#app.tellError(error);
    }
  }

  /** Asks a server anew; what it says is told in words, and its transfers go on where it is well. */
  async testServer(row: TransferView): Promise<void> {
    try {
      const { notices } = await this.#app.client.call('servers.test', { id: row.serverId });
      this.#app.slip(notices[0]?.message ?? m.queue_server_answers({ server: row.serverName }));
      await this.#wish([row.id], 'retry');
    } catch (error) {
      this.#app.tellError(error);
    }
  }

  /** Trusts the certificate that a server showed, for this server alone. */
  async trustCertificate(row: TransferView): Promise<void> {
    const pin = String(row.problem?.params['fingerprint'] ?? '');
    const connection = { ...this.#app.server(row.serverId)?.connection, pin };
    try {
      await this.#app.client.call('servers.update', { id: row.serverId, connection });
    } catch (error) {
      this.#app.tellError(error);
    }
  }

  /** Starts the queue again after it stopped, as for a full disk. */
  async startQueue(): Promise<void> {
    try {
      const { problem } = await this.#app.client.call('queue.start', {});
      if (problem !== undefined) this.#app.slip(problem.message, { tone: 'warn' });
    } catch (error) {
      this.#app.tellError(error);
    }
  }

  async copyLinks(rows: readonly TransferView[]): Promise<void> {
    const links = rows.flatMap((row) => row.share?.link ?? []);
    if (links.length === 0) return;
    try {
      await copyText(this.#app, links.join('\n'));
      this.#app.slip(links.length === 1 ? m.queue_link_copied() : m.queue_links_copied({ count: links.length }));
    } catch (error) {
      this.#app.tellError(error);
    }
  }

  /** Whoever lets it go on has taken its cancel back. */
  async #stayAnd(ids: readonly number[], wish: 'resume' | 'retry'): Promise<void> {
    for (const id of ids) this.leaving.delete(id);
    await this.#wish(ids, wish);
  }

  async #wish(ids: readonly number[], wish: Wish): Promise<void> {
    if (ids.length > 0) await this.#wishAll({ ids: [...ids] }, wish);
  }

  async #wishAll(filter: CallInput<'transfers.wish'>['filter'], wish: Wish): Promise<void> {
    try {
      await this.#app.client.call('transfers.wish', { filter, wish });
    } catch (error) {
      this.#app.tellError(error);
    }
  }
}

/** The one of a window: what can be taken back can still be when the person comes back to the queue. */
export const queueActionsOf = keptBy((app) => new QueueActions(app));
