/** How a lane frees its server of what its upload left there: of a session, or of what a create may have made. */
import { isLeftOut, problem } from '../../../preload/problems.ts';
import { fail, ok, unexpected, type Outcome } from '../outcome.ts';
import type { Cancelled } from '../providers/provider.ts';
import { DiskFullError, StoreLostError } from '../store/errors.ts';
import type { Transfer } from '../store/rows.ts';
import type { LaneRecord, LaneRecordDeps } from './lane-record.ts';
import { readRemote } from './remote.ts';
import type { UploadCalls } from './upload-calls.ts';

export class LaneFrees {
  readonly #calls: UploadCalls;
  readonly #record: LaneRecord;
  readonly #leave: AbortSignal;
  readonly #deps: Pick<LaneRecordDeps, 'store' | 'now' | 'changed'>;

  /** @param leave aborted: answers are not waited for any longer */
  constructor(
    calls: UploadCalls,
    record: LaneRecord,
    leave: AbortSignal,
    deps: Pick<LaneRecordDeps, 'store' | 'now' | 'changed'>,
  ) {
    this.#calls = calls;
    this.#record = record;
    this.#leave = leave;
    this.#deps = deps;
  }

  /** Frees the session. What it is given last is kept as long as the store takes it. */
  async free(): Promise<Outcome<Cancelled>> {
    this.#deps.store.check();
    const row = this.#record.row();
    const server = this.#calls.server();
    if (!server.ok) return server;
    const { provider } = server.value;
    try {
      const remote = readRemote(provider, row.remote);
      return await provider.cancel({
        ...this.#calls.call(server.value, this.#calls.job(row), remote, this.#leave),
        remember: (next) => {
          try {
            this.#record.remember(provider, next);
          } catch (error) {
            // Only this process knows the delete key now, so it is used at once.
            if (!(error instanceof DiskFullError || error instanceof StoreLostError)) throw error;
          }
        },
      });
    } catch (error) {
      if (error instanceof DiskFullError) throw error;
      if (this.#leave.aborted)
        return fail('retry', problem('connection-broken', { server: this.#calls.serverName(), reason: 'closed-here' }));
      return fail('retry', unexpected(error));
    }
  }

  /** What a create made whose answer was lost: without its session nobody else could free it. */
  async #freeDoubt(row: Transfer): Promise<Outcome<Cancelled>> {
    this.#deps.store.check();
    const server = this.#calls.server();
    if (!row.creating) return ok({});
    if (!server.ok) return server;
    const { provider } = server.value;
    try {
      const freed = await provider.freeDoubt?.(this.#calls.opening(server.value, this.#calls.job(row), this.#leave));
      return freed?.ok === false ? freed : ok({});
    } catch (error) {
      return fail('retry', unexpected(error));
    }
  }

  /**
   * Cancelling ends here in any case: what cannot be freed now is left to the janitor.
   *
   * @param openCut a create was cut, and its server may still be at it
   */
  async cancel(openCut: boolean): Promise<void> {
    const { store, now } = this.#deps;
    const row = this.#record.row();
    const name = this.#calls.serverName();
    const freed = await (row.remote === undefined ? this.#freeDoubt(row) : this.free());
    // Without a session there is nothing for the janitor: the next start cancels it again.
    if (row.remote === undefined && !freed.ok && this.#leave.aborted) return;
    store.transaction(() => {
      if (row.remote !== undefined) {
        const told = freed.ok
          ? (freed.value.left ?? problem('freed', { server: name }))
          : problem('freed-later', { server: name });
        store.transfers.sessionLost(this.#record.id, told, freed.ok, now());
      }
      this.#record.write({ type: 'freed' });
      // Of what was wished on the way a reason is kept where it is the person's own.
      const { problem: reason } = row;
      const why = reason !== undefined && isLeftOut('cancelled', reason) ? { problem: reason } : {};
      store.transfers.end(this.#record.id, 'cancelled', now(), name, why);
      if (row.remote === undefined && (!freed.ok || openCut)) {
        // Without a session there is nothing for the janitor: who retries it has to know of the doubt. A create that was cut
        // may come to its end after the server said that there is nothing.
        store.transfers.update(this.#record.id, { creating: true });
        if (!freed.ok) this.#record.tell([problem('doubt-left', { server: name })]);
      }
      if (this.#record.row().wish === 'remove') store.transfers.remove([this.#record.id]);
    });
    this.#deps.changed();
  }
}
