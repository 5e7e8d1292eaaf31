/** Cloudreve sites for a campaign, one for each kind of storage, each with two accounts. */
import type { Client } from '../../preload/contract.ts';
import type { CloudreveReport } from '../peers/cloudreve/chunk-log.ts';
import type { StoredContent } from '../peers/cloudreve/side-door.ts';
import { type Peer, startPeer } from '../peers/peer.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

export type Storage = {
  /** Bytes; 0: a file travels whole. */
  readonly chunk: number;
  readonly version?: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly storage_policy: string };
};

/** Tokens that do not live as long as the campaign: they are renewed among the kills. Seconds. */
const shortLived = { access_token_ttl: 10 };

export const storages: Readonly<Record<string, Storage>> = {
  local: { chunk: 400_000, config: { storage_policy: 'local', ...shortLived } },
  'side by side': { chunk: 300_000, config: { storage_policy: 'local', chunk_concurrency: 3, lock_race_every: 40 } },
  encrypted: { chunk: 400_001, config: { storage_policy: 'local', encryption: true, chunk_concurrency: 2 } },
  'of 4.17.0': { chunk: 400_000, version: '4.17.0', config: { storage_policy: 'local', chunk_concurrency: 2 } },
  'of 4.10.1': { chunk: 400_000, version: '4.10.1', config: { storage_policy: 'local', ...shortLived } },
  relay: { chunk: 0, config: { storage_policy: 's3', relay: true } },
  remote: { chunk: 400_000, config: { storage_policy: 'remote', ...shortLived } },
  // Parts of less are taken alone only.
  s3: { chunk: 5 * MiB, config: { storage_policy: 's3' } },
  ks3: { chunk: 5 * MiB, config: { storage_policy: 'ks3' } },
  cos: { chunk: MiB, config: { storage_policy: 'cos', chunk_concurrency: 2 } },
  oss: { chunk: MiB, config: { storage_policy: 'oss', ...shortLived } },
  obs: { chunk: MiB, config: { storage_policy: 'obs' } },
  qiniu: { chunk: MiB, config: { storage_policy: 'qiniu' } },
  upyun: { chunk: 0, config: { storage_policy: 'upyun' } },
  // A multiple of 320 KiB.
  onedrive: { chunk: 640 * KiB, config: { storage_policy: 'onedrive' } },
};

/** One account of a site, saved as a server of its own. */
export type Holder = {
  readonly name: string;
  readonly user: number;
  readonly email: string;
  readonly password: string;
};

/** A file or folder as the site lists it. */
export type Listed = { readonly path: string; readonly session: string | undefined };

type Envelope = { readonly code: number; readonly data: unknown };
type Tree = { readonly files: readonly (Listed & { readonly type: number; readonly metadata: Metadata | null })[] };
type Metadata = Readonly<Record<string, string>>;
type Page = {
  readonly shares: readonly { readonly id: string; readonly password?: string }[] | null;
  readonly pagination: { next_token?: string };
};

export class Site {
  readonly name: string;
  readonly storage: Storage;
  readonly peer: Peer;
  readonly holders: readonly Holder[];
  /** What has been done to it that loses unfinished uploads, ms since the epoch. */
  readonly losses: number[] = [];
  /** Of the saved servers, by the name of their holder. */
  readonly serverIds = new Map<string, string>();
  #busy: Promise<void> | undefined;

  private constructor(name: string, storage: Storage, peer: Peer) {
    this.name = name;
    this.storage = storage;
    this.peer = peer;
    const { email = '', password = '', email2 = '', password2 = '' } = peer.vars;
    this.holders = [
      { name, user: 1, email, password },
      { name: `${name}, second`, user: 2, email: email2, password: password2 },
    ];
  }

  static async start(name: string, storage: Storage): Promise<Site> {
    const { config, version = '4.18.0', chunk } = storage;
    const peer = await startPeer('cloudreve', {
      as: `cloudreve ${version}`,
      config: { chunk_size: chunk, max_size: 200_000_000, ...config },
      apart: true,
    });
    return new Site(name, storage, peer);
  }

  /** Signs in with both accounts, and saves them. */
  async save(client: Client): Promise<void> {
    for (const { name, email, password } of this.holders) {
      const where = { address: this.peer.url, name, kind: 'cloudreve', vault: 'file' } as const;
      const step = await client.call('servers.signIn', { ...where, way: 'password' });
      if (!('carry' in step)) throw new Error(`${name}: nothing was asked`);
      const { carry } = step;
      const last = await client.call('servers.signIn', { carry, answers: { email, password } });
      if (!('server' in last)) throw new Error(`${name}: not signed in`);
      this.serverIds.set(name, last.server.id);
    }
  }

  get busy(): boolean {
    return this.#busy !== undefined;
  }

  /** Does something to the site, one thing at a time. `loses`: unfinished uploads may be lost by it. */
  meddle(act: () => Promise<void>, loses: boolean): void {
    if (this.#busy !== undefined) return;
    this.#busy = act().finally(() => {
      // Until it is up again it loses what is begun.
      if (loses) this.losses.push(Date.now());
      this.#busy = undefined;
    });
  }

  async settled(): Promise<void> {
    await this.#busy;
  }

  /** Uploads that were whole in the store, which could not tell the site: nobody else does. */
  get untold(): number {
    return this.peer.companion?.store?.report().untold.length ?? 0;
  }

  /** Bodies that began to arrive, by session and chunk. */
  async bodies(): Promise<ReadonlyMap<string, number>> {
    const { storage_policy: type, relay } = this.storage.config;
    const store = relay === true ? undefined : this.peer.companion?.store;
    const { transfers } = store?.report() ?? (await this.peer.ask<CloudreveReport>('/__peer/report'));
    const first = store === undefined || type === 'remote' ? 0 : 1;
    return new Map(
      Object.entries(transfers).flatMap(([session, chunks]) =>
        Object.entries(chunks).map(([chunk, { began, again }]) => [
          `${session} ${Number(chunk) - first}`,
          Math.max(began, again),
        ]),
      ),
    );
  }

  stored({ user }: Holder, path: string): Promise<StoredContent | null> {
    return this.peer.ask(`/__peer/file?user=${user}&uri=${encodeURIComponent(uriOf(path))}`);
  }

  /** All that an account holds: its files, what it is told to use, bytes, and what it shares, by the share's id. */
  async holdings(holder: Holder): Promise<{
    readonly files: readonly Listed[];
    readonly used: number;
    readonly shares: ReadonlyMap<string, string>;
  }> {
    const { email, password } = holder;
    const { token } = (await this.#call('POST', '/session/token', undefined, { email, password })) as {
      readonly token: { readonly access_token: string };
    };
    const get = (path: string): Promise<unknown> => this.#call('GET', path, token.access_token);
    const files: Listed[] = [];
    const folders = ['/'];
    for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
      const tree = (await get(`/file?page_size=2000&uri=${encodeURIComponent(uriOf(folder))}`)) as Tree;
      for (const { type, path: uri, metadata } of tree.files) {
        const path = decodeURIComponent(uri.slice(root.length));
        if (type === 1) folders.push(path);
        else files.push({ path, session: metadata?.['sys:upload_session_id'] });
      }
    }
    const shares = new Map<string, string>();
    let next: string | undefined;
    do {
      const cursor = next === undefined ? '' : `&next_page_token=${encodeURIComponent(next)}`;
      const page = (await get(`/share?page_size=100${cursor}`)) as Page;
      for (const { id, password = '' } of page.shares ?? []) {
        const info = await get(`/share/info/${id}?owner_extended=true&password=${password}`);
        const { name, source_uri: uri } = info as { readonly name: string; readonly source_uri: string };
        const folder = decodeURIComponent(uri.replace(/^cloudreve:\/\/[^/]*my/, ''));
        shares.set(id, `${folder}/${name}`);
      }
      next = page.pagination.next_token;
    } while (next !== undefined && next !== '');
    const { used } = (await get('/user/capacity')) as { readonly used: number };
    return { files, used, shares };
  }

  async #call(method: string, path: string, token?: string, json?: unknown): Promise<unknown> {
    const response = await fetch(`${this.peer.url}/api/v4${path}`, {
      method,
      headers: { connection: 'close', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const { code, data } = (await response.json()) as Envelope;
    if (code !== 0) throw new Error(`${this.name}: ${method} ${path}: ${code}`);
    return data;
  }
}

const root = 'cloudreve://my';
const uriOf = (path: string): string => root + path.split('/').map(encodeURIComponent).join('/');
