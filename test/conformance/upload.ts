/** Drives one upload as the queue does, with everything that is kept going through JSON and its schema. */
import { createHash, randomBytes } from 'node:crypto';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { createHttp } from '../../main/engine/http/client.ts';
import type { Outcome } from '../../main/engine/outcome.ts';
import { abortable } from '../../main/engine/providers/abortable.ts';
import type {
  Call,
  Cancelled,
  InFlight,
  Job,
  Opened,
  Opening,
  Progress,
  ProviderContext,
  Resumed,
  Sent,
  Shape,
  Told,
  TransferOptions,
  Verified,
} from '../../main/engine/providers/provider.ts';
import { keptSecrets, type KeptSecrets } from '../fakes/kept-secrets.ts';
import type { Fixture } from './fixture.ts';

/** What all files are made of, 64 KiB of it: the same bytes, moved up by so much. */
const patterns = new Map<number, Buffer>();
const patternBytes = 65_536;
const patternOf = (moved: number): Buffer => {
  const known = patterns.get(moved);
  if (known !== undefined) return known;
  const pattern = Buffer.from(
    Array.from({ length: patternBytes }, (_, at) => (at * 31 + (at >> 8) * 17 + moved) & 255),
  );
  patterns.set(moved, pattern);
  return pattern;
};

/** A file's bytes by their offset: any part of it can be made, none need be kept. */
export const fileBytes = (seed: number, from: number, length: number): Buffer => {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length;) {
    const at = from + done;
    const pattern = patternOf(((at >> 16) * 7 + seed) & 255);
    done += pattern.copy(
      bytes,
      done,
      at & (patternBytes - 1),
      Math.min(patternBytes, (at & (patternBytes - 1)) + length - done),
    );
  }
  return bytes;
};

export const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

export const must = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(`failed: ${JSON.stringify(outcome.failure)}`);
  return outcome.value;
};

/** Does it again while the failure says so, as the queue does; gives up after half a minute. */
export const patiently = async <T>(act: () => Promise<Outcome<T>>): Promise<Outcome<T>> => {
  const until = Date.now() + 30_000;
  for (;;) {
    const outcome = await act();
    const passes = !outcome.ok && ['retry', 'server-busy', 'pending'].includes(outcome.failure.behaviour);
    if (!passes || Date.now() > until) return outcome;
    await sleep(100);
  }
};

const never = new AbortController().signal;

/** Kept across starts of the program, as a vault is. */
const vaults = new WeakMap<Fixture, KeptSecrets>();
const secretsOf = (fixture: Fixture): KeptSecrets => {
  const kept = vaults.get(fixture) ?? keptSecrets(fixture.secret);
  vaults.set(fixture, kept);
  return kept;
};

/** A context as after a start of the program: nothing but the vault is shared with the one before. */
export const makeContext = (
  fixture: Fixture,
  address: string,
  settings: unknown,
  now: () => number = Date.now,
): ProviderContext<unknown> & { readonly close: () => void } => {
  const http = createHttp({ serverName: 'peer', userAgent: 'Stevedore/test', proxy: 'none' });
  const { schema } = fixture.provider.settings;
  return {
    server: { id: 's', name: 'peer', address, settings: schema.parse(JSON.parse(JSON.stringify(settings))) },
    http,
    ...secretsOf(fixture),
    now,
    signal: never,
    close: () => http.close(),
  };
};

export type Sending = {
  /** Called when so many bytes of the chunk have been given. */
  readonly onBytes?: (given: number) => void;
  readonly signal?: AbortSignal;
  readonly ending?: AbortSignal;
  /** The last quarter of the chunk never comes. */
  readonly stalls?: boolean;
  /** Thrown through the body after half of the chunk. */
  readonly fails?: Error;
};

const pieceBytes = 16 * 1024;

/** Of this run: some servers keep one of a name, and some are there longer than the run. */
export const run = randomBytes(4).toString('hex');
let made = 0;

export class Upload {
  readonly fixture: Fixture;
  readonly job: Job;
  readonly told: Told[] = [];
  remote: unknown;
  ctx: ProviderContext<unknown>;
  /** Ends the calls that begin from now on, as a cancel or a pause does. */
  signal = never;
  readonly #acknowledged = new Set<number>();
  #tags = new Map<number, string>();
  #inFlight: InFlight[] = [];
  readonly #seed: number;

  constructor(fixture: Fixture, ctx: ProviderContext<unknown>, size: number, options: TransferOptions, seed = 7) {
    this.fixture = fixture;
    this.ctx = ctx;
    this.#seed = seed;
    const name = `file ${size} ${run} ${++made}.bin`;
    const admitted = fixture.provider.admit({ name, folder: [], size, path: `/tmp/${name}` }, options, ctx.server);
    if ('refused' in admitted) throw new Error(`refused: ${JSON.stringify(admitted.refused)}`);
    this.job = {
      name: admitted.name,
      folder: [],
      size,
      modifiedAt: 1_700_000_000_000,
      options: admitted.options,
      createInDoubt: false,
    };
  }

  get shape(): Shape {
    return this.fixture.provider.shape(this.job, this.remote, this.ctx.server.settings);
  }

  get count(): number {
    return Math.max(1, Math.ceil(this.job.size / this.shape.chunkSize));
  }

  get progress(): Progress {
    return {
      count: this.count,
      acknowledged: (index) => this.#acknowledged.has(index),
      tag: (index) => this.#tags.get(index),
      inFlight: this.#inFlight,
    };
  }

  get next(): number | undefined {
    for (let index = 0; index < this.count; index++) if (!this.#acknowledged.has(index)) return index;
    return undefined;
  }

  get opening(): Opening<unknown> {
    const job = { ...this.job, ...this.#hashes() };
    return { job, context: abortable(this.ctx, this.signal, never), signal: this.signal };
  }

  /** As the queue gives them: those that the provider needs. */
  #hashes(): Pick<Job, 'hashes'> {
    const needs = this.fixture.provider.needs?.(this.ctx.server.settings, this.remote) ?? [];
    if (needs.length === 0) return {};
    const bytes = fileBytes(this.#seed, 0, this.job.size);
    return {
      hashes: Object.fromEntries(needs.map(({ hash }) => [hash, createHash(hash).update(bytes).digest('hex')])),
    };
  }

  get call(): Call<unknown, unknown> {
    return { ...this.opening, remote: this.remote, progress: this.progress, remember: (remote) => this.keep(remote) };
  }

  /** As the database gives it back. */
  keep(remote: unknown): void {
    this.remote = this.fixture.provider.remote.schema.parse(JSON.parse(JSON.stringify(remote)));
  }

  async open(): Promise<Outcome<Opened<unknown>>> {
    const opened = await this.fixture.provider.open(this.opening);
    if (opened.ok) {
      this.keep(opened.value.remote);
      this.#acknowledged.clear();
      this.#inFlight = [];
      this.#settings(opened.value.settings);
    }
    return opened;
  }

  async send(index: number, sending: Sending = {}): Promise<Outcome<Sent<unknown>>> {
    const { chunkSize } = this.shape;
    const offset = index * chunkSize;
    const size = Math.min(chunkSize, this.job.size - offset);
    const record: { -readonly [K in keyof InFlight]: InFlight[K] } = { index, begun: false };
    this.#inFlight.push(record);
    const seed = this.#seed;
    const ending = sending.ending ?? never;
    const stream = async function* (): AsyncGenerator<Uint8Array> {
      record.begun = true;
      await turn();
      for (let given = 0; given < size && !ending.aborted; given += pieceBytes) {
        if (sending.fails !== undefined && given >= size / 2) throw sending.fails;
        if (sending.stalls === true && given >= (3 * size) / 4) await new Promise(() => undefined);
        yield fileBytes(seed, offset + given, Math.min(pieceBytes, size - given));
        sending.onBytes?.(Math.min(given + pieceBytes, size));
      }
    };
    const lastByte = (): void => {
      record.completeAt = Date.now();
    };
    const refused = (): void => {
      delete record.completeAt;
    };
    const body = { stream, signal: sending.signal ?? never, ending, lastByte, refused };
    const sent = await this.fixture.provider.send(this.call, { index, offset, size }, body);
    if (sent.ok) {
      if (sent.value.remote !== undefined) this.keep(sent.value.remote);
      if (sent.value.told !== undefined) this.told.push(sent.value.told);
      if (sent.value.tag !== undefined) this.#tags.set(index, sent.value.tag);
      if (sent.value.short === undefined) {
        this.#acknowledged.add(index);
        this.#inFlight = this.#inFlight.filter((chunk) => chunk !== record);
      }
    }
    return sent;
  }

  /** After a break: what is not acknowledged is asked of the server. */
  async resume(): Promise<Outcome<Resumed<unknown>>> {
    const resumed = await this.fixture.provider.resume(this.call);
    if (resumed.ok) {
      this.keep(resumed.value.remote);
      for (const index of resumed.value.stored) this.#acknowledged.add(index);
      this.#inFlight = [];
      this.#settings(resumed.value.settings);
    }
    return resumed;
  }

  async sendRest(upTo = Infinity): Promise<void> {
    for (let index = this.next; index !== undefined && index < upTo; index = this.next) must(await this.send(index));
  }

  /** Until its server is not at work on it any more. */
  async finish(): Promise<Outcome<Verified>> {
    const until = Date.now() + 30_000;
    for (;;) {
      const outcome = await this.finishOnce();
      const works = !outcome.ok && outcome.failure.behaviour === 'pending';
      if (!works || Date.now() > until) return outcome;
      await sleep(20);
    }
  }

  async finishOnce(): Promise<Outcome<Verified>> {
    const { provider } = this.fixture;
    const finished = await provider.finish(this.call);
    if (!finished.ok) return finished;
    if (finished.value.remote !== undefined) this.keep(finished.value.remote);
    if (finished.value.told !== undefined) this.told.push(finished.value.told);
    return this.verify();
  }

  verify(): Promise<Outcome<Verified>> {
    return this.fixture.provider.verify(this.call);
  }

  cancel(): Promise<Outcome<Cancelled>> {
    return this.fixture.provider.cancel(this.call);
  }

  hash(): string {
    return sha256(fileBytes(this.#seed, 0, this.job.size));
  }

  /** Kills the program: what was only in memory is gone. */
  afterKill(ctx: ProviderContext<unknown>): void {
    this.ctx = ctx;
    this.keep(this.remote);
  }

  #settings(settings: unknown): void {
    if (settings !== undefined) this.ctx = { ...this.ctx, server: { ...this.ctx.server, settings } };
  }
}
