/** One file on its way to the server of a fixture, by the real store and queue, on a profile of its own. */
import { createHash, randomBytes } from 'node:crypto';
import { cpSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createHttp } from '../../main/engine/http/client.ts';
import { decide } from '../../main/engine/actions/decide.ts';
import type { Engine } from '../../main/engine/engine.ts';
import { fail, ok } from '../../main/engine/outcome.ts';
import type { ProviderContext } from '../../main/engine/providers/provider.ts';
import { Bandwidth } from '../../main/engine/queue/bandwidth.ts';
import { Queue } from '../../main/engine/queue/queue.ts';
import { readRemote } from '../../main/engine/queue/remote.ts';
import type { ServerPort } from '../../main/engine/queue/server-port.ts';
import { identify } from '../../main/engine/source/identity.ts';
import type { StoreOptions } from '../../main/engine/store/open.ts';
import type { RemoteState, Transfer } from '../../main/engine/store/rows.ts';
import type { Store } from '../../main/engine/store/store.ts';
import { openStoreHere } from '../../main/engine/store/test-rows.ts';
import { problem } from '../../preload/problems.ts';
import type { TransferState } from '../../preload/states.ts';
import type { Fixture } from '../conformance/fixture.ts';
import { makeContext, must, run } from '../conformance/upload.ts';

/** Calls a test's hook before bytes leave. */
class Hooked extends Bandwidth {
  readonly #before: () => void;
  constructor(before: () => void) {
    super(undefined);
    this.#before = before;
  }
  override take(bytes: number, signal?: AbortSignal): Promise<void> {
    this.#before();
    return super.take(bytes, signal);
  }
}

/** What a test does while the upload is on its way. */
export type Hooks = {
  /** Before bytes of the file leave, with the number of chunks that are acknowledged. */
  readonly sending?: (acknowledged: number) => void;
  /** Right after a chunk was acknowledged in the database. */
  readonly acknowledged?: (chunks: number) => void;
  /** Before each write to the database; may throw what the disk would. */
  readonly writing?: () => void;
};

let uploads = 0;

type Checked = { readonly address: string; readonly settings: unknown };

/** What is known of a server once it was added; some take seconds to tell it. */
const checked = new WeakMap<Fixture, Promise<Checked>>();

const check = async (fixture: Fixture): Promise<Checked> => {
  const http = createHttp({ serverName: 'peer', userAgent: 'Stevedore/test', proxy: 'none' });
  const found = must(await fixture.provider.recognise(fixture.address, fixture.given, http));
  http.close();
  if (found === undefined) throw new Error('the provider does not recognise its own server');
  const context = makeContext(fixture, found.address, found.settings);
  const { settings } = must(await fixture.provider.check(context));
  context.close();
  return { address: found.address, settings };
};

export class OneUpload {
  readonly fixture: Fixture;
  readonly folder: string;
  readonly path: string;
  profile: string;
  store!: Store;
  queue!: Queue;
  id = 0;
  /** ms that this machine's clock is off. */
  clockOff = 0;
  readonly #address: string;
  #settings: unknown;
  #context: (ProviderContext<unknown> & { readonly close: () => void }) | undefined;
  #profiles = 0;
  readonly #remotes = new Map<string, RemoteState>();

  private constructor(fixture: Fixture, folder: string, address: string, settings: unknown) {
    this.fixture = fixture;
    this.folder = folder;
    this.profile = join(folder, 'profile');
    this.path = join(folder, `upload ${run} ${++uploads}.bin`);
    this.#address = address;
    this.#settings = settings;
  }

  /** A file of so many chunks, the last one short, that is not queued yet. */
  static async make(fixture: Fixture, chunks: number): Promise<OneUpload> {
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-faults-'));
    const known = checked.get(fixture) ?? check(fixture);
    checked.set(fixture, known);
    const { address, settings } = await known;
    const made = new OneUpload(fixture, folder, address, settings);
    const chunk = fixture.chunkBytes ?? fixture.provider.limits(settings).chunkSize ?? 100_000;
    await writeFile(made.path, randomBytes(Math.ceil((chunks - 0.4) * chunk)));
    return made;
  }

  now = (): number => Date.now() + this.clockOff;

  /** Opens store and queue, as a start of the program does; adds the file at the first. Nothing is sent yet. */
  async open(hooks: Hooks = {}): Promise<void> {
    const options: StoreOptions = {
      folder: this.profile,
      now: this.now,
      lost: () => {
        hooks.writing?.();
        return undefined;
      },
    };
    this.store = openStoreHere(options);
    await this.store.sound;
    const context = (this.#context = makeContext(this.fixture, this.#address, this.#settings, this.now));
    const port: ServerPort = {
      provider: this.fixture.provider,
      context,
      uploadSecrets: () => context.uploadSecrets,
    };
    const { transfers } = this.store;
    const chunkAcknowledged: Store['transfers']['chunkAcknowledged'] = (...given) => {
      transfers.chunkAcknowledged(...given);
      hooks.acknowledged?.(this.acknowledged);
    };
    this.queue = new Queue({
      store: { ...this.store, transfers: { ...transfers, chunkAcknowledged } },
      bandwidth: new Hooked(() => hooks.sending?.(this.acknowledged)),
      limits: () => ({ atOnce: 3, perServer: () => 3 }),
      server: (id) => (id === 'one' ? ok(port) : fail('attention', problem('server-unknown', { name: id }))),
      learnt: (_id, settings) => (this.#settings = settings),
      now: this.now,
      // No jitter: waits are as short as they get.
      random: () => 0,
    });
    if (this.id === 0) await this.#add();
  }

  async #add(): Promise<void> {
    const identity = must(await identify(this.path));
    const name = this.path.slice(this.folder.length + 1);
    const { size } = identity;
    const admission = this.fixture.provider.admit(
      { name, folder: [], size, path: this.path },
      this.fixture.shared ?? {},
      { name: 'one', settings: this.#settings },
    );
    if ('refused' in admission) throw new Error(`refused: ${admission.refused.code}`);
    const [id] = this.store.transfers.add([
      {
        ...{ serverId: 'one', path: this.path, name: admission.name, folder: [], size, identity },
        ...{ options: admission.options, groupId: undefined, priority: 0, createdAt: this.now() },
        ...{ wish: 'run', notices: [] },
      },
    ]);
    if (id === undefined) throw new Error('not added');
    this.id = id;
  }

  /**
   * Ends the program as a kill does at this moment: the next one opens the files as they are now, whatever this one still
   * does while its connections are cut.
   */
  async kill(): Promise<void> {
    const copy = join(this.folder, `profile-${++this.#profiles}`);
    cpSync(this.profile, copy, { recursive: true });
    await this.close();
    this.profile = copy;
  }

  /** Ends in order. */
  async close(): Promise<void> {
    await this.queue.stop('now');
    this.#context?.close();
    await this.store.close();
  }

  get row(): Transfer | undefined {
    const row = this.store.transfers.get(this.id);
    if (row?.remote !== undefined) this.#remotes.set(JSON.stringify(row.remote), row.remote);
    return row;
  }

  /** Chunks that the database knows as acknowledged. */
  get acknowledged(): number {
    const { acknowledgedBytes = 0, chunkSize = 1 } = this.row ?? {};
    return Math.ceil(acknowledgedBytes / chunkSize);
  }

  /** Waits until something holds; the test's own time-out is the limit. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Waits for one of these states, and gives it. */
  async reached(...states: readonly TransferState[]): Promise<TransferState> {
    await this.until(() => states.includes(this.row?.state ?? 'cancelled'));
    return this.row?.state ?? 'cancelled';
  }

  /** Takes a decision, as the window does. */
  async decide(decision: string): Promise<void> {
    await this.until(() => !this.queue.moving.includes(this.id));
    const { store, queue } = this;
    const servers = { port: () => ok(this.#port), nameOf: () => 'one', get: () => undefined };
    if (this.row === undefined) throw new Error('there is no upload');
    const engine = { store, queue, servers } as unknown as Engine;
    must(await decide(engine, this.row, { decision }));
  }

  #remote(kept: RemoteState | undefined): unknown {
    return kept === undefined ? undefined : readRemote(this.fixture.provider, kept);
  }

  get #port(): ServerPort {
    if (this.#context === undefined) throw new Error('not open');
    const { uploadSecrets } = this.#context;
    return { provider: this.fixture.provider, context: this.#context, uploadSecrets: () => uploadSecrets };
  }

  /** Whether the server has the file as it is here now. */
  async isStored(): Promise<boolean> {
    const bytes = await readFile(this.path);
    const stored = await this.fixture.stored(this.#remote(this.row?.remote));
    return stored?.size === bytes.length && stored.sha256 === createHash('sha256').update(bytes).digest('hex');
  }

  /** Bodies of the chunk that was sent most often within one session of the server. */
  async mostBodies(): Promise<number> {
    const counts = await Promise.all(
      [...this.#remotes.values()].map((kept) => this.fixture.bodies(this.#remote(kept))),
    );
    return Math.max(0, ...counts.flatMap((bodies) => [...bodies.values()]));
  }

  /** Done, and on the server as it is here; within one session no chunk was sent more often than `most` says. */
  async isDone(most = 1): Promise<void> {
    expect(await this.reached('done', 'failed', 'attention')).toBe('done');
    expect(await this.isStored()).toBe(true);
    expect(await this.mostBodies()).toBeLessThanOrEqual(most);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
