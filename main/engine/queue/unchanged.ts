/**
 * Keeps two contents of one file out of one upload, also where the modification time was put back. What was
 * acknowledged is known by the digests of its chunks, and the row keeps the ctime at which the file matched them.
 *
 * A ctime that differs is taken over only after all acknowledged chunks were read again and matched, and only while no
 * chunk is on its way: a chunk that the change met is acknowledged by then and compared like the others.
 */
import { problem } from '../../../preload/problems.ts';
import { failed, ok, type Failure, type Outcome } from '../outcome.ts';
import { beyondEnd, readChunk, type Source } from '../source/chunk-reader.ts';
import { startDigest } from '../source/digest.ts';
import { settledLook } from '../source/settled.ts';
import type { LaneRecord, LaneRecordDeps } from './lane-record.ts';
import { chunkOf } from './plan.ts';

export type Watched = {
  readonly source: Source;
  readonly halted: () => boolean;
  /** Ends the lane; nothing is on its way. */
  readonly cut: () => unknown;
};

/** What comes after a look: any chunk, or the last one or the end. Before the end, one byte past it is read. */
export type Before = 'chunk' | 'end';

const attention = (reason: Failure['problem']): Failure => ({ behaviour: 'attention', problem: reason });

export class Unchanged {
  readonly #watched: Watched;
  readonly #record: LaneRecord;
  readonly #deps: Pick<LaneRecordDeps, 'store' | 'now'>;
  readonly #sending = new Set<Promise<unknown>>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(watched: Watched, record: LaneRecord, deps: Pick<LaneRecordDeps, 'store' | 'now'>) {
    this.#watched = watched;
    this.#record = record;
    this.#deps = deps;
  }

  /**
   * Looks at the file. `undefined`: its content is what was sent of it, or the lane is halted. Else `attention`:
   * file-changed, file-missing, file-unreadable, file-read-short, file-size-wrong.
   */
  look(before: Before): Promise<Failure | undefined> {
    return this.#inTurn(() => this.#look(before));
  }

  /** Looks, then sends a chunk; sends nothing where the file differs or the lane is halted. */
  async before(before: Before, send: () => Promise<Outcome<void>>): Promise<Outcome<void>> {
    // The turn ends when sending has begun; it is wrapped so that the turn does not wait for its end.
    const { sent } = await this.#inTurn(async () => {
      const different = await this.#look(before);
      if (different !== undefined) return { sent: failed(different) };
      if (this.#watched.halted()) return { sent: ok(undefined) };
      const sending = send().finally(() => this.#sending.delete(sending));
      this.#sending.add(sending);
      return { sent: sending };
    });
    return sent;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #look(before: Before): Promise<Failure | undefined> {
    const { source, halted, cut } = this.#watched;
    for (;;) {
      const seen = await settledLook(source, this.#deps.now);
      if (!seen.ok) return seen.failure;
      const { identity } = this.#record.row();
      if (seen.value === undefined || seen.value === identity.ctimeNs) break;
      await Promise.allSettled(this.#sending);
      const different = await this.#compare();
      if (different === 'halted') cut();
      if (different === 'halted' || halted()) return undefined;
      if (different !== undefined) return different;
      // It may have changed again behind the reading.
      const still = await source.look();
      if (!still.ok) return still.failure;
      if (still.value !== seen.value) continue;
      this.#deps.store.transfers.update(this.#record.id, { identity: { ...identity, ctimeNs: seen.value } });
      break;
    }
    if (before !== 'end') return undefined;
    const longer = await beyondEnd(source);
    return longer === undefined ? undefined : attention(longer);
  }

  /** Reads again what was acknowledged. `undefined`: it is what was sent. */
  async #compare(): Promise<Failure | 'halted' | undefined> {
    const { source, halted } = this.#watched;
    const row = this.#record.row();
    const { path } = row;
    const acknowledged = this.#deps.store.transfers
      .chunks(row.id)
      .filter(({ state, size }) => state === 'acknowledged' && size > 0);
    const digested = acknowledged.filter(({ digest }) => digest !== undefined);
    // A row of an older version has neither ctime nor digests: its ctime is taken as it is found first.
    if (row.identity.ctimeNs !== undefined && digested.length < acknowledged.length)
      return attention(problem('file-changed', { path, what: 'content-unsure' }));
    if (digested.length > 0) this.#record.tell([problem('file-compared', { path })]);
    for (const { index, digest: sent } of digested) {
      const digest = await startDigest();
      for await (const block of readChunk({ source, ...chunkOf(row, index) })) {
        if (halted()) return 'halted';
        digest.update(block);
      }
      if (digest.hex() !== sent) return attention(problem('file-changed', { path, what: 'content' }));
    }
    return undefined;
  }
}
