/**
 * The hashes that a provider needs of a whole file (`Provider.needs`). They are made before they are needed, without a slot,
 * and belong to the file at one ctime: what was opened with a hash is finished only with a file that still has it.
 */
import { problem } from '../../../preload/problems.ts';
import { fail, failed, ok, type Outcome } from '../outcome.ts';
import type { Need } from '../providers/provider.ts';
import type { Source } from '../source/chunk-reader.ts';
import type { FileHashes } from '../source/file-hashes.ts';
import type { HashAlgorithm, HashedFile, Hashes } from '../source/hashes.ts';
import { settledLook } from '../source/settled.ts';
import type { LaneRecord, LaneRecordDeps } from './lane-record.ts';
import { isAtWork } from './machine.ts';
import type { ServerPort } from './server-port.ts';
import type { Slot } from './slot.ts';
import type { Unchanged } from './unchanged.ts';

export type NeedsDeps = Pick<LaneRecordDeps, 'store' | 'now' | 'changed'> & {
  readonly hashes: Pick<FileHashes, 'hash'>;
};

/** The file, and the lane's ways to end reading it. */
export type Needed = {
  readonly server: Pick<ServerPort, 'provider' | 'context'>;
  readonly source: Source;
  readonly unchanged: Unchanged;
  readonly slot: Slot;
  /** Aborted: nobody needs the hash any more. */
  readonly signal: AbortSignal;
  readonly halted: () => boolean;
};

const has = (hashes: Hashes, wanted: readonly HashAlgorithm[]): boolean =>
  wanted.every((algorithm) => hashes[algorithm] !== undefined);

/** Which hashes a step needs. */
export const neededFor = (
  step: Need['before'],
  { provider, context }: Pick<ServerPort, 'provider' | 'context'>,
  remote: unknown,
): readonly HashAlgorithm[] => [
  ...new Set(
    (provider.needs?.(context.server.settings, remote) ?? []).flatMap(({ hash, before }) =>
      before === step ? [hash] : [],
    ),
  ),
];

export class Needs {
  readonly #needed: Needed;
  readonly #record: LaneRecord;
  readonly #deps: NeedsDeps;
  #read: number | undefined;

  constructor(needed: Needed, record: LaneRecord, deps: NeedsDeps) {
    this.#needed = needed;
    this.#record = record;
    this.#deps = deps;
  }

  /** Bytes of the file that were read so far, while it is read. */
  get read(): number | undefined {
    return this.#read;
  }

  /** What is needed to open the upload. `undefined`: the lane is halted, or the upload waits for a slot. */
  async open(): Promise<Outcome<Hashes> | undefined> {
    const { server, source, slot } = this.#needed;
    const wanted = neededFor('open', server, undefined);
    if (wanted.length === 0) return this.#seated(ok({}));
    const looked = await settledLook(source, this.#deps.now);
    if (!looked.ok) return looked;
    this.#matched(looked.value);
    const known = this.#deps.store.hashes.of(this.#record.row().identity);
    if (has(known, wanted)) return this.#seated(ok(known));
    const made = await this.#make(wanted);
    if (made?.ok !== true) return made;
    this.#matched(made.value.ctimeNs);
    if (made.value.ctimeNs === undefined) slot.insist();
    return this.#seated(ok(made.value.hashes));
  }

  /** What is needed to finish it, once all chunks are acknowledged. `undefined`: as for `open`. */
  async finish(remote: unknown): Promise<Outcome<Hashes> | undefined> {
    const { server, unchanged, slot, halted } = this.#needed;
    const given = this.#record.row().hashes ?? {};
    const sent = Object.keys(given) as readonly HashAlgorithm[];
    const wanted = [...new Set([...sent, ...neededFor('finish', server, remote)])];
    if (wanted.length === 0) return ok({});
    for (;;) {
      const { identity, path } = this.#record.row();
      let hashes = this.#deps.store.hashes.of(identity);
      if (!has(hashes, wanted)) {
        const made = await this.#make(wanted);
        if (made?.ok !== true) return made;
        const different = await unchanged.look('end');
        if (different !== undefined) return failed(different);
        if (halted()) return undefined;
        if (made.value.ctimeNs !== this.#record.row().identity.ctimeNs) continue;
        if (made.value.ctimeNs === undefined) slot.insist();
        ({ hashes } = made.value);
      }
      if (sent.some((algorithm) => hashes[algorithm] !== given[algorithm]))
        return fail('attention', problem('file-changed', { path, what: 'content' }));
      // Asking a server that is at work needs no slot.
      return isAtWork(this.#record.row()) ? ok(hashes) : this.#seated(ok(hashes));
    }
  }

  /** Nothing of the file is sent yet: whatever it holds at this ctime is what will be sent. */
  #matched(ctimeNs: string | undefined): void {
    const { identity } = this.#record.row();
    if (ctimeNs !== undefined && ctimeNs !== identity.ctimeNs)
      this.#deps.store.transfers.update(this.#record.id, { identity: { ...identity, ctimeNs } });
  }

  /** The upload takes a slot again, or is queued until one is free; the hash is kept. */
  #seated(outcome: Outcome<Hashes>): Outcome<Hashes> | undefined {
    if (this.#needed.halted()) return undefined;
    if (this.#needed.slot.take()) return outcome;
    this.#record.write({ type: 'no-slot' });
    return undefined;
  }

  async #make(wanted: readonly HashAlgorithm[]): Promise<Outcome<HashedFile> | undefined> {
    const { slot, signal } = this.#needed;
    const { store, now, changed, hashes } = this.#deps;
    if (signal.aborted) return undefined;
    slot.giveForReading();
    this.#read = 0;
    this.#record.stage('preparing');
    const { identity } = this.#record.row();
    try {
      const onProgress = (bytes: number): void => {
        this.#read = bytes;
        changed();
      };
      const made = await hashes.hash(identity, wanted, { signal, onProgress });
      if (made.ok && made.value.ctimeNs !== undefined)
        store.hashes.keep({ ...identity, ctimeNs: made.value.ctimeNs }, made.value.hashes, now());
      return made;
    } catch (error) {
      if (this.#needed.signal.aborted) return undefined;
      throw error;
    } finally {
      this.#read = undefined;
      changed();
    }
  }
}
