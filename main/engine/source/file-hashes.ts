/**
 * Hashes of whole files, made in worker threads: one file at a time on each disk, so that no disk has to read in two
 * places. A worker is kept for the next file and ends when none comes.
 */
import { Worker } from 'node:worker_threads';
import { problem, type Problem } from '../../../preload/problems.ts';
import { fail, unexpected, type Outcome } from '../outcome.ts';
import { workerFile } from '../worker-file.ts';
import type { HashAlgorithm, HashedFile } from './hashes.ts';
import type { Identity } from './identity.ts';

export type HashRequest = { readonly identity: Identity; readonly algorithms: readonly HashAlgorithm[] };

/** `bytes`: read so far. */
export type HashReport = { readonly bytes: number } | { readonly outcome: Outcome<HashedFile> };

/** How long a worker without work is kept, ms. */
const idleMs = 10_000;

/** The worker of one disk. It holds no process open while it has nothing to do. */
class DiskReader {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** After what was asked before. Rejects with the reason of `signal`, at once. */
  read(request: HashRequest, signal: AbortSignal, onProgress: (bytes: number) => void): Promise<Outcome<HashedFile>> {
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const turn = this.#last.then(() => {
      signal.throwIfAborted();
      return Promise.race([this.#work(request, onProgress), aborted.promise]);
    });
    this.#last = turn.then(
      () => this.#rest(),
      // Its worker may be in the middle of a file.
      () => this.end(),
    );
    return Promise.race([turn, aborted.promise]).finally(() => signal.removeEventListener('abort', onAbort));
  }

  #work(request: HashRequest, onProgress: (bytes: number) => void): Promise<Outcome<HashedFile>> {
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= new Worker(workerFile(import.meta.url, 'hash-worker')));
    worker.ref();
    return new Promise((resolve) => {
      const ended = (reason: Problem): void => {
        this.end();
        resolve(fail('retry', reason));
      };
      worker.removeAllListeners();
      worker.on('message', (report: HashReport) => {
        if ('bytes' in report) onProgress(report.bytes);
        else resolve(report.outcome);
      });
      worker.once('error', (error) => ended(unexpected(error)));
      worker.once('exit', () => ended(problem('internal', { what: 'hash-worker' })));
      worker.postMessage(request);
    });
  }

  #rest(): void {
    this.#worker?.unref();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.end(), idleMs);
    this.#idle.unref();
  }

  end(): void {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    // Nobody waits for its end: a disk that does not answer may hold it up.
    void worker
      ?.removeAllListeners()
      .on('error', () => undefined)
      .terminate();
  }
}

// The device of a file's id; files without one share a reader.
const diskOf = ({ fileId }: Identity): string => fileId.slice(0, Math.max(0, fileId.indexOf(':')));

export class FileHashes {
  readonly #readers = new Map<string, DiskReader>();

  /**
   * The hashes of a file as it is now. Fails with `attention` where it is not the one that is known, or changes while it
   * is read; with `retry` where the worker fails.
   * @throws the reason of `signal`, at once; the work is not kept
   */
  hash(
    identity: Identity,
    algorithms: readonly HashAlgorithm[],
    { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (bytes: number) => void },
  ): Promise<Outcome<HashedFile>> {
    const disk = diskOf(identity);
    const reader = this.#readers.get(disk) ?? new DiskReader();
    this.#readers.set(disk, reader);
    return reader.read({ identity, algorithms }, signal, onProgress);
  }

  /** Ends all workers. */
  close(): void {
    for (const reader of this.#readers.values()) reader.end();
  }
}
