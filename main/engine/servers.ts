/** The saved servers, each with its provider and a connection of its own: what lanes and handlers talk to. */
import { m } from '../../preload/paraglide/messages.js';
import { problem, type Problem } from '../../preload/problems.ts';
import { countIn, unendedStates } from '../../preload/states.ts';
import { createHttp } from './http/client.ts';
import type { Lookup } from './http/connect.ts';
import { judgeFields } from './field-values.ts';
import type { Http } from './http/http.ts';
import { routesOf } from './http/route.ts';
import { toJson, type JsonObject } from './json.ts';
import { noLog, type Log } from './log.ts';
import { fail, ok, type Outcome } from './outcome.ts';
import type { SavedServer, Settings } from './profile/settings.ts';
import type { AnyProvider, Limits, ProviderContext, Recognised } from './providers/provider.ts';
import { offersOf } from './providers/offers.ts';
import { providerOf, providers } from './providers/registry.ts';
import type { ServerPort } from './queue/server-port.ts';
import type { Store } from './store/store.ts';
import type { Vaults } from './vault/vaults.ts';

/** One server's HTTP; closing ends its connections. */
export type ClosableHttp = Http & { close(): void };

export type Connection = { readonly [K in 'proxy' | 'caFile' | 'pin']?: SavedServer[K] | undefined };

export type ServersDeps = {
  readonly settings: Settings;
  readonly store: Store;
  readonly vaults: Vaults;
  readonly userAgent: string;
  readonly log?: Log;
  /** ms since the epoch. */
  readonly now?: () => number;
  /** How names become addresses. */
  readonly lookup?: Lookup;
};

/** The path of a request for the log, whichever provider makes it. */
const routeOf = routesOf([...providers.values()].flatMap(({ routes = [] }) => routes));

type Cached = { readonly saved: SavedServer; readonly http: ClosableHttp; readonly port: ServerPort };

export class Servers {
  readonly #deps: ServersDeps;
  readonly #cache = new Map<string, Cached>();
  /** Connections that nothing new is sent over: what is on its way there goes on. */
  readonly #retired = new Set<ClosableHttp>();
  readonly #closed = new AbortController();

  constructor(deps: ServersDeps) {
    this.#deps = deps;
  }

  all(): readonly SavedServer[] {
    return this.#deps.settings.servers();
  }

  get(id: string): SavedServer | undefined {
    return this.all().find((server) => server.id === id);
  }

  nameOf(id: string): string {
    return this.get(id)?.name ?? m.server_removed();
  }

  /** Transfers that still need the server. */
  pending(id: string): number {
    const { byState, delivering } = this.#deps.store.transfers.totals({ serverId: id });
    return countIn(byState, unendedStates) + delivering;
  }

  limits(id: string): Limits {
    const port = this.port(id);
    return port.ok ? port.value.provider.limits(port.value.context.server.settings) : {};
  }

  /** The expiry of a link that nobody chose one for, seconds; `undefined`: the server decides, or it knows none. */
  usualExpiry(id: string): number | undefined {
    const saved = this.get(id);
    if (providerOf(saved?.kind ?? '')?.capabilities.expiry !== true) return undefined;
    const usual = saved?.defaultExpirySeconds ?? this.#deps.settings.get().defaultExpirySeconds ?? undefined;
    // What a person says for a file is refused where it is too long; what is only usual gives way.
    return usual === undefined ? undefined : Math.min(usual, this.limits(id).expirySeconds ?? Infinity);
  }

  /** Whether its shares are revoked without a delete key. */
  revokesWithoutKey(id: string): boolean {
    const provider = providerOf(this.get(id)?.kind ?? '');
    return provider?.revoke !== undefined && !provider.capabilities.shares.needsDeleteKey;
  }

  /** Whether its shares are files without a public link. */
  sharesFiles(id: string): boolean {
    return providerOf(this.get(id)?.kind ?? '')?.capabilities.shares.link === 'none';
  }

  /** Whether the terms of a share that was made there can be changed. */
  editsShare(id: string, key: string): boolean {
    const provider = providerOf(this.get(id)?.kind ?? '');
    return offersOf(provider).editShares && provider?.shares?.lists?.(key) !== false;
  }

  /** The server's provider and context. Fails with `attention`: server-unknown, kind-unknown, server-unreadable. */
  port(id: string): Outcome<ServerPort> {
    const saved = this.get(id);
    if (saved === undefined) return fail('attention', problem('server-unknown', { name: id }));
    const cached = this.#cache.get(id);
    if (cached !== undefined && cached.saved === saved) return ok(cached.port);
    const provider = providerOf(saved.kind);
    if (provider === undefined) return fail('attention', unknownKind(saved.kind));
    const settings = readSettings(provider, saved);
    if (!settings.ok) return settings;
    const same = cached !== undefined && sameConnection(cached.saved, saved);
    if (!same) this.refresh(id);
    const http = same ? cached.http : this.#http(saved.name, saved);
    const { uploads } = this.#deps.vaults;
    const port = {
      provider,
      context: this.#context(saved, settings.value, http),
      uploadSecrets: (transferId: number) => uploads.of(saved, transferId),
    };
    this.#cache.set(id, { saved, http, port });
    return ok(port);
  }

  /** A connection to an address that is not saved yet; the caller closes it. */
  connect(name: string, connection: Connection): ClosableHttp {
    return this.#http(name, connection);
  }

  #http(serverName: string, { proxy, caFile, pin }: Connection): ClosableHttp {
    const { userAgent, log = noLog, lookup } = this.#deps;
    return createHttp({
      serverName,
      userAgent,
      onRequest: ({ url, ...done }) => log.write({ event: 'request', ...done, host: url.host, route: routeOf(url) }),
      proxy: proxy === undefined || proxy === 'system' || proxy === 'none' ? (proxy ?? 'system') : { url: proxy },
      ...(caFile === undefined ? {} : { caFile }),
      ...(pin === undefined ? {} : { pinnedCertificate: pin }),
      ...(lookup === undefined ? {} : { lookup }),
    });
  }

  #context(saved: SavedServer, settings: unknown, http: ClosableHttp): ProviderContext<unknown> {
    return {
      server: { id: saved.id, name: saved.name, address: saved.address, settings },
      http,
      secret: () => this.#deps.vaults.secretOf(this.get(saved.id) ?? saved),
      // What a removed server, or one signed out of meanwhile, still renews is not kept.
      keepSecret: (secret) => this.#deps.vaults.renew(this.get(saved.id) ?? saved, secret),
      // Of no transfer: what is kept here anyway goes at the next start.
      uploadSecrets: this.#deps.vaults.uploads.of(saved, 0),
      now: this.#deps.now ?? Date.now,
      signal: this.#closed.signal,
    };
  }

  /**
   * Finds out what kind of server answers at an address. Fails with server-unrecognised, kind-unknown, option-invalid for a
   * value that its fields cannot have, or with what kept it from being reached.
   */
  async recognise(
    address: string,
    kind: string | undefined,
    fields: JsonObject,
    http: Http,
  ): Promise<Outcome<{ readonly provider: AnyProvider; readonly found: Recognised<unknown> }>> {
    // An address without a scheme is meant to be safe; http has to be asked for.
    const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`;
    if (!URL.canParse(full)) return fail('fatal', problem('address-invalid', { address: withoutSecret(address) }));
    const wanted = kind === undefined ? [...providers.values()] : [providerOf(kind)].filter((p) => p !== undefined);
    if (wanted.length === 0) return fail('fatal', unknownKind(kind ?? ''));
    let last: Outcome<never> | undefined;
    for (const provider of wanted) {
      const found = await provider.recognise(full, fields, http);
      if (!found.ok) last = found;
      else if (found.value !== undefined) {
        // Until it is known what answers there, they may be values of any kind.
        const own = Object.entries(fields).filter(([key]) => provider.serverFields.some((field) => field.key === key));
        const wrong = judgeFields(provider.serverFields, Object.fromEntries(own), found.value.title);
        return wrong === undefined ? ok({ provider, found: found.value }) : fail('fatal', wrong);
      }
    }
    const tried = wanted.map((provider) => provider.title).join(', ');
    return last ?? fail('fatal', problem('server-unrecognised', { address: withoutSecret(address), tried }));
  }

  /**
   * A real round trip with settings that need not be saved. What is learnt is in the answer; `secret` there: the one
   * that was given, or what it was renewed to.
   */
  async check(
    saved: SavedServer,
    secret: string | undefined,
    http: ClosableHttp,
  ): Promise<
    Outcome<{
      readonly saved: SavedServer;
      readonly secret: string | undefined;
      readonly notices: readonly Problem[];
    }>
  > {
    const provider = providerOf(saved.kind);
    if (provider === undefined) return fail('fatal', unknownKind(saved.kind));
    const read = readSettings(provider, saved);
    if (!read.ok) return read;
    const context = this.#context(saved, read.value, http);
    let present = secret;
    const given: Partial<ProviderContext<unknown>> = {
      secret: () => Promise.resolve(ok(present)),
      keepSecret: (renewed) => {
        present = renewed;
        return Promise.resolve(ok(undefined));
      },
    };
    const checked = await provider.check(secret === undefined ? context : { ...context, ...given });
    if (!checked.ok) return checked;
    const settings = { version: provider.settings.version, value: toJson(checked.value.settings) };
    return ok({ saved: { ...saved, settings }, secret: present, notices: checked.value.notices });
  }

  /** Keeps what a provider found out about its server while it worked. */
  learnt(id: string, settings: unknown): void {
    const saved = this.get(id);
    const provider = saved === undefined ? undefined : providerOf(saved.kind);
    if (saved === undefined || provider === undefined) return;
    this.#deps.settings.saveServer({
      ...saved,
      settings: this.#withFields(saved, { version: provider.settings.version, value: toJson(settings) }),
    });
  }

  /** The values of the provider's server fields; `undefined` where they cannot be edited. */
  fields(saved: SavedServer): Record<string, string | number | boolean> | undefined {
    const provider = providerOf(saved.kind);
    const settings = provider === undefined ? undefined : readSettings(provider, saved);
    const values = settings?.ok === true ? provider?.readFields?.(settings.value) : undefined;
    return values === undefined ? undefined : { ...values };
  }

  /** What is kept of a server, with other values of its fields. */
  withFields(saved: SavedServer, values: JsonObject): SavedServer['settings'] {
    const provider = providerOf(saved.kind);
    const settings = provider === undefined ? undefined : readSettings(provider, saved);
    if (provider?.withFields === undefined || settings?.ok !== true) return saved.settings;
    const next = provider.withFields(settings.value, values);
    return { version: provider.settings.version, value: toJson(next) };
  }

  /** The settings that a check found, with the fields that the user may have changed during it. */
  #withFields(saved: SavedServer, settings: SavedServer['settings']): SavedServer['settings'] {
    return this.withFields({ ...saved, settings }, this.fields(saved) ?? {});
  }

  /** `saved` with what a test of it found out. */
  tested(saved: SavedServer, { settings }: SavedServer): SavedServer {
    return { ...saved, settings: this.#withFields(saved, settings) };
  }

  /** Uses the saved settings for the next connection. Requests in flight continue, since a cut could spoil a chunk. */
  refresh(id: string): void {
    const cached = this.#cache.get(id);
    if (cached !== undefined) this.#retired.add(cached.http);
    this.#cache.delete(id);
  }

  close(): void {
    this.#closed.abort();
    for (const id of [...this.#cache.keys()]) this.refresh(id);
    for (const http of this.#retired) http.close();
    this.#retired.clear();
  }
}

const unknownKind = (kind: string): Problem =>
  problem('kind-unknown', { kind, known: [...providers.keys()].join(', ') });

const sameConnection = (
  a: Connection & { readonly name: string },
  b: Connection & { readonly name: string },
): boolean => a.proxy === b.proxy && a.caFile === b.caFile && a.pin === b.pin && a.name === b.name;

/** An address as it may be shown: people type names and passwords into them, and deep links carry them behind `?`. */
export const withoutSecret = (address: string): string => {
  const [shown = ''] = address.split(/[?#]/, 1);
  const at = shown.lastIndexOf('@');
  if (at === -1) return shown;
  const slashes = shown.lastIndexOf('//', at);
  return (slashes === -1 ? '' : shown.slice(0, slashes + 2)) + shown.slice(at + 1);
};

const readSettings = (provider: AnyProvider, saved: SavedServer): Outcome<unknown> => {
  const { version, value } = saved.settings;
  try {
    const now = version < provider.settings.version ? provider.settings.migrate(value, version) : value;
    return ok(provider.settings.schema.parse(now));
  } catch {
    return fail('attention', problem('server-unreadable', { name: saved.name }));
  }
};
