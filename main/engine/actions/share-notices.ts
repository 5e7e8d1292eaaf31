/** What a person is notified of about their shares: those that end soon, and the first downloads. */
import { problem } from '../../../preload/problems.ts';
import type { Engine } from '../engine.ts';
import { fail, type Outcome } from '../outcome.ts';
import type { RemoteShare } from '../providers/account.ts';
import type { ShareRow } from '../store/rows.ts';
import { editShare, listShares } from './share-files.ts';

/** How long before its end a share is worth a notice, ms. */
const soon = 24 * 60 * 60 * 1000;
/** Pages of an account's list that are asked for in one look: the newest shares are on the first ones. */
const pagesMost = 10;
/** A share that was made longer ago than this, ms, and never looked at, may have had its first download at any time. */
const stillNew = 24 * 60 * 60 * 1000;

/** A share that ends soon. `extendSeconds`: by how much `extendShare` extends it; absent where that is not possible. */
export type Expiring = { readonly row: ShareRow; readonly extendSeconds?: number };

/** By how much a share is extended where nobody says: the default of new links, else as long as it was made for. */
const extension = (engine: Engine, { serverId, expiresAt, createdAt }: ShareRow): number | undefined => {
  if (expiresAt === undefined) return undefined;
  const server = engine.servers.get(serverId);
  const wanted = server?.defaultExpirySeconds ?? engine.settings.get().defaultExpirySeconds ?? undefined;
  return wanted ?? Math.max(1, Math.round((expiresAt - createdAt) / 1000));
};

const canExtend = (engine: Engine, { state, isGroup, serverId, key, expiresAt }: ShareRow): boolean =>
  state === 'live' && !isGroup && expiresAt !== undefined && engine.servers.editsShare(serverId, key);

/**
 * The shares that end within 24 hours and that nobody was warned of before: each is given once for each end that it gets.
 * One that was made for 24 hours or less is never among them, because its end was known when it was made.
 */
export const takeExpiring = (engine: Engine, now: number): readonly Expiring[] =>
  engine.store.shares.takeExpiring(now, soon).map((row) => {
    const extendSeconds = canExtend(engine, row) ? extension(engine, row) : undefined;
    return extendSeconds === undefined ? { row } : { row, extendSeconds };
  });

/**
 * Makes a share end later.
 *
 * @param id of a share that was made here
 * @param seconds by how much, from its present end on; absent: by the default of new links, else by as long as it was made for.
 *   No later than its server allows.
 * @returns the share as it is now. Fails with share-unknown, share-no-end, option-unsupported, and as the provider does.
 */
export const extendShare = async (
  engine: Engine,
  id: number,
  now: number,
  seconds?: number,
): Promise<Outcome<RemoteShare>> => {
  const row = engine.store.shares.get(id);
  if (row?.state !== 'live') return fail('fatal', problem('share-unknown', { key: row?.key ?? String(id) }));
  const { key, name, createdAt, expiresAt, link, path, serverId } = row;
  const by = seconds ?? extension(engine, row);
  if (by === undefined || expiresAt === undefined) return fail('fatal', problem('share-no-end', { name }));
  const server = engine.servers.nameOf(serverId);
  if (!canExtend(engine, row)) return fail('fatal', problem('option-unsupported', { option: 'share-edit', server }));
  const most = engine.servers.limits(serverId).expirySeconds ?? Infinity;
  const left = Math.max(0, Math.round((expiresAt - now) / 1000));
  const share: RemoteShare = {
    id: key,
    name,
    createdAt,
    expiresAt,
    expired: expiresAt <= now,
    ...(link === undefined ? {} : { link }),
    ...(path === undefined ? {} : { path }),
  };
  return await editShare(engine, serverId, share, { expirySeconds: Math.max(left, Math.min(most, left + by)) });
};

/**
 * Asks every account whose list counts downloads. A server that does not answer is asked with the next look.
 *
 * @returns the shares made here that were downloaded for the first time since the last look
 */
export const firstDownloads = async (engine: Engine, now: number): Promise<readonly ShareRow[]> => {
  const { store } = engine;
  const found: ShareRow[] = [];
  for (const { id: serverId } of engine.servers.all()) {
    let after: string | undefined;
    for (let n = 0; n < pagesMost; n++) {
      const page = await listShares(engine, serverId, after);
      if (!page.ok) break;
      for (const { id: key, downloads } of page.value.shares) {
        if (downloads === undefined) continue;
        const [row] = store.shares.byKey(key).filter((one) => one.serverId === serverId && one.state === 'live');
        if (row !== undefined && store.shares.countDownloads(row.id, downloads.counted, now - stillNew))
          found.push(row);
      }
      if (page.value.next === undefined) break;
      after = page.value.next;
    }
  }
  return found;
};
