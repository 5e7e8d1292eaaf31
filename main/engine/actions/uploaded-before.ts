/** Which of the files that are added were uploaded before, as their server confirms it now. */
import { basename } from 'node:path';
import type { Outcome } from '../outcome.ts';
import { abortable, unlessAborted } from '../providers/abortable.ts';
import type { Stored, TransferOptions } from '../providers/provider.ts';
import { readRemote } from '../queue/remote.ts';
import type { ServerPort } from '../queue/server-port.ts';
import type { Identity } from '../source/identity.ts';
import type { UploadedRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/** A file that is not uploaded again. `name`: on this machine. `link`: absent where its server gave none. `at`: ms since the epoch. */
export type Before = Pick<UploadedRow, 'link' | 'at' | 'proof'> & { readonly path: string; readonly name: string };

type File = {
  readonly path: string;
  readonly folder: readonly string[];
  readonly size: number;
  readonly identity: Identity;
  readonly options: TransferOptions;
};

/** How long is waited for one answer, and for all answers of one request to add files, ms. `after`: aborted that much later. */
export type Patience = {
  readonly answer: number;
  readonly all: number;
  readonly after: (ms: number) => AbortSignal;
};
export const usualPatience: Patience = { answer: 10_000, all: 45_000, after: (ms) => AbortSignal.timeout(ms) };

/** Questions that are asked at once. */
const atOnce = 4;
/** So many answers in a row that say nothing end the questions. */
const failuresMost = 3;

/**
 * Asks one server about files that seem to have been uploaded before. What it does not confirm counts as not uploaded: it
 * is better to send a file twice than not at all. A server that does not answer is not asked again.
 */
export class UploadedBefore {
  readonly #store: Store;
  readonly #port: ServerPort;
  readonly #patience: Patience;
  readonly #cancelled: AbortSignal | undefined;
  readonly #silent = new AbortController();
  #signal: AbortSignal | undefined;
  #failures = 0;

  /** @param cancelled ends the questions: the answers are not wanted any more */
  constructor(store: Store, port: ServerPort, patience: Patience = usualPatience, cancelled?: AbortSignal) {
    this.#store = store;
    this.#port = port;
    this.#patience = patience;
    this.#cancelled = cancelled;
  }

  /** What the server still has of these files. */
  async among<F extends File>(files: readonly F[]): Promise<ReadonlyMap<F, Before>> {
    const { provider, context } = this.#port;
    const confirmed = new Map<F, Before>();
    if (provider.stillHas === undefined) return confirmed;
    const maybe = files.flatMap((file) => this.#known(file));
    if (maybe.length === 0) return confirmed;
    const signal = (this.#signal ??= AbortSignal.any([
      this.#silent.signal,
      context.signal,
      ...(this.#cancelled === undefined ? [] : [this.#cancelled]),
      this.#patience.after(this.#patience.all),
    ]));
    const questions = provider.stillHas(
      maybe.map(({ stored }) => stored),
      abortable(context, signal),
    );
    const rest = maybe.entries();
    const worker = async (): Promise<void> => {
      for (const [n, { file, row }] of rest) {
        if (signal.aborted) return;
        if (!(await this.#isThere(questions[n], signal))) continue;
        const { link, at, proof } = row;
        confirmed.set(file, { path: file.path, name: basename(file.path), link, at, proof });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return confirmed;
  }

  async #isThere(ask: (() => Promise<Outcome<boolean>>) | undefined, signal: AbortSignal): Promise<boolean> {
    if (ask === undefined) return false;
    try {
      const answer = await unlessAborted(ask(), AbortSignal.any([signal, this.#patience.after(this.#patience.answer)]));
      this.#failures = answer.ok ? 0 : this.#failures + 1;
      if (this.#failures >= failuresMost) this.#silent.abort();
      return answer.ok && answer.value;
    } catch {
      this.#silent.abort();
      return false;
    }
  }

  /** The earlier upload of a file, if there is one that can be asked about. */
  #known<F extends File>(
    file: F,
  ): readonly { readonly file: F; readonly row: UploadedRow; readonly stored: Stored<unknown> }[] {
    const { provider, context } = this.#port;
    const { identity, folder, options, size } = file;
    const row = this.#store.uploaded.find(context.server.id, identity, folder, options);
    if (row === undefined) return [];
    try {
      const remote = readRemote(provider, row.remote);
      return [{ file, row, stored: { size, remote, ...(row.hashes === undefined ? {} : { hashes: row.hashes }) } }];
    } catch {
      return [];
    }
  }
}
