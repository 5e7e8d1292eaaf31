/** Shares of an account, in agreement with those that were made here: one share is one, whichever list it is in. */
import { problem } from '../../../preload/problems.ts';
import type { Engine } from '../engine.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import type { Account, RemoteShare, SharePage, ShareTerms } from '../providers/account.ts';
import type { ProviderContext, Share } from '../providers/provider.ts';
import type { ShareRow } from '../store/rows.ts';

type Shares = NonNullable<Account<unknown, unknown>['shares']>;
type Method = 'create' | 'list' | 'edit';
type Part<M extends Method> = {
  readonly part: Shares & Required<Pick<Shares, M>>;
  readonly context: ProviderContext<unknown>;
};

const has = <M extends Method>(part: Shares | undefined, what: M): part is Part<M>['part'] =>
  part?.[what] !== undefined;

const partOf = <M extends Method>(engine: Engine, serverId: string, what: M): Outcome<Part<M>> => {
  const port = engine.servers.port(serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  return has(provider.shares, what)
    ? ok({ part: provider.shares, context })
    : fail('fatal', problem('option-unsupported', { option: `share-${what}`, server: context.server.name }));
};

/** The share as it is kept of what was made here. */
const kept = ({ id, link, expiresAt, path }: RemoteShare): Share => ({
  key: id,
  ...(link === undefined ? {} : { link }),
  ...(expiresAt === undefined ? {} : { expiresAt }),
  ...(path === undefined ? {} : { path }),
});

const madeHere = (engine: Engine, serverId: string, key: string): readonly ShareRow[] =>
  engine.store.shares.byKey(key).filter((row) => row.serverId === serverId);

/** The account's list tells no paths: what was made here knows its own. */
const withPath = (engine: Engine, serverId: string, share: RemoteShare): RemoteShare => {
  if (share.path !== undefined) return share;
  const path = madeHere(engine, serverId, share.id).find((row) => row.path !== undefined)?.path;
  return path === undefined ? share : { ...share, path };
};

export type Shared = { readonly serverId: string; readonly path: string; readonly transferId?: number };

/** What an upload stored, and where. Fails with share-path-unknown where it is not done, or its server tells no path. */
export const storedBy = (engine: Engine, transferId: number): Outcome<Shared> => {
  const ended = engine.store.history.ofTransfer(transferId);
  const path = ended?.proof?.path;
  return ended?.outcome !== 'done' || path === undefined
    ? fail('fatal', problem('share-path-unknown', { name: ended?.name ?? String(transferId) }))
    : ok({ serverId: ended.serverId, path, transferId });
};

/**
 * Shares what the account has, and keeps the share among those made here. Not repeatable: twice makes two. Fails with
 * option-unsupported and as the provider does.
 */
export const createShare = async (
  engine: Engine,
  { serverId, path, transferId }: Shared,
  terms: ShareTerms,
): Promise<Outcome<RemoteShare>> => {
  const found = partOf(engine, serverId, 'create');
  if (!found.ok) return found;
  const { part, context } = found.value;
  const made = await part.create({ path }, terms, context);
  if (!made.ok) return made;
  const share = { path, ...made.value };
  const { store } = engine;
  store.transaction(() => {
    store.shares.add({
      ...kept(share),
      transferId,
      serverId,
      name: share.name,
      size: share.size ?? 0,
      isGroup: false,
      createdAt: context.now(),
      state: 'live',
    });
    // What was uploaded without a link has this one now.
    if (transferId === undefined || store.transfers.get(transferId)?.share !== undefined) return;
    store.transfers.update(transferId, { share: kept(share) });
  });
  return ok(share);
};

/**
 * A page of the account's shares, the newest first. Where one page is all, what was made here and is not on it is gone
 * there. Fails with option-unsupported and as the provider does.
 */
export const listShares = async (
  engine: Engine,
  serverId: string,
  after: string | undefined,
): Promise<Outcome<SharePage>> => {
  const found = partOf(engine, serverId, 'list');
  if (!found.ok) return found;
  const { part, context } = found.value;
  const { shares } = engine.store;
  // Before the server is asked: what is made meanwhile may not be on its page.
  const known = shares
    .page({ serverId, states: ['live', 'forgotten'] }, { limit: 1_000 })
    .rows.filter(({ key }) => part.lists?.(key) !== false);
  const listed = await part.list(after, context);
  if (!listed.ok) return listed;
  const { next } = listed.value;
  const there = new Set(listed.value.shares.map(({ id }) => id));
  for (const row of known) {
    if (row.state === 'forgotten' && there.has(row.key)) shares.setState(row.id, 'live');
    const gone = after === undefined && next === undefined && !there.has(row.key);
    // It may have been taken back from here meanwhile.
    if (gone && shares.get(row.id)?.state === 'live') shares.setState(row.id, 'forgotten');
  }
  return ok({ ...listed.value, shares: listed.value.shares.map((share) => withPath(engine, serverId, share)) });
};

/**
 * Changes what `terms` names, and nothing else; what is kept of a share that was made here follows. Fails with
 * option-unsupported and as the provider does.
 */
export const editShare = async (
  engine: Engine,
  serverId: string,
  share: RemoteShare,
  terms: ShareTerms,
): Promise<Outcome<RemoteShare>> => {
  const found = partOf(engine, serverId, 'edit');
  if (!found.ok) return found;
  const { part, context } = found.value;
  const whole = withPath(engine, serverId, share);
  const changed = await part.edit(whole, terms, context);
  if (!changed.ok) return changed;
  const now = whole.path === undefined ? changed.value : { path: whole.path, ...changed.value };
  for (const row of madeHere(engine, serverId, share.id)) engine.store.shares.change(row.id, kept(now));
  return ok(now);
};
