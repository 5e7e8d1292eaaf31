/** What broken uploads left in an account: placeholders, and ghosts that have forgotten their session. */
import { ok, type Outcome } from '../../outcome.ts';
import type { Account, Leftover } from '../account.ts';
import type { ProviderContext } from '../provider.ts';
import { timeOf } from './clock.ts';
import { freeSession, removeFile } from './free.ts';
import { list } from './folders.ts';
import { askFile, createdAt, isFolder, isHollow, isShortcut, type RemoteFile, sessionOf } from './remote-file.ts';
import { nothingOf } from './site.ts';
import type { CloudreveRemote, CloudreveSettings } from './state.ts';
import { pathIn, pathOf, uriOf } from './uri.ts';

type Ctx = ProviderContext<CloudreveSettings>;

/** Listings that one search for ghosts may take: the rest of a huge account is looked through the next time. */
const listingsMost = 2_000;

/** protocol: the search for placeholders; running overwrites carry the same metadata. */
const searchUri = 'cloudreve://my?meta_sys:upload_session_id=';

const leftoverOf = (file: RemoteFile, path: string): Leftover => {
  const session = sessionOf(file);
  const [newest] = file.extended_info?.entities ?? [];
  const since = timeOf(newest?.created_at) ?? createdAt(file);
  return {
    id: session ?? `ghost:${path}`,
    name: file.name,
    path,
    size: newest?.size ?? file.extended_info?.storage_used ?? 0,
    ...(since === undefined ? {} : { since }),
    kind: session === undefined ? 'empty' : 'unfinished',
  };
};

/** Every page of a listing. */
const all = async (uri: string, ctx: Ctx, left: { listings: number }): Promise<Outcome<readonly RemoteFile[]>> => {
  const files: RemoteFile[] = [];
  let cursor: string | undefined;
  do {
    if (left.listings-- <= 0) break;
    const page = await list(uri, cursor, ctx);
    if (!page.ok) return page;
    files.push(...(page.value?.files ?? []));
    cursor = page.value?.next;
  } while (cursor !== undefined);
  return ok(files);
};

const placeholders = async (ctx: Ctx): Promise<Outcome<readonly Leftover[]>> => {
  const found = await all(searchUri, ctx, { listings: listingsMost });
  if (!found.ok) return found;
  const leftovers: Leftover[] = [];
  for (const { path: uri } of found.value) {
    const path = pathIn(uri);
    if (path === undefined) continue;
    const file = await askFile(uriOf(path), ctx, true);
    if (!file.ok) return file;
    if (file.value !== undefined && sessionOf(file.value) !== undefined) leftovers.push(leftoverOf(file.value, path));
  }
  return ok(leftovers);
};

/** protocol: no search finds a ghost: size 0, no session, and room that is held, in whatever folder. */
const ghosts = async (ctx: Ctx): Promise<Outcome<readonly Leftover[]>> => {
  const known = await nothingOf(ctx.server.settings.nothing, ctx);
  if (!known.ok) return known;
  const nothing = known.value;
  if (nothing === undefined) return ok([]);
  const left = { listings: listingsMost };
  const folders: (readonly string[])[] = [[]];
  const leftovers: Leftover[] = [];
  for (let names = folders.shift(); names !== undefined; names = folders.shift()) {
    const here = await all(uriOf(pathOf(names)), ctx, left);
    // One folder that may not be looked into does not hide what is left in all others.
    if (!here.ok && here.failure.problem.code === 'no-permission' && names.length > 0) continue;
    if (!here.ok) return here;
    for (const file of here.value) {
      const path = pathOf([...names, file.name]);
      if (isShortcut(file)) continue;
      if (isFolder(file)) folders.push([...names, file.name]);
      else if (file.size === 0 && sessionOf(file) === undefined && file.primary_entity === nothing) {
        const whole = await askFile(uriOf(path), ctx, true);
        if (!whole.ok) return whole;
        if (whole.value !== undefined && isHollow(whole.value, nothing) && sessionOf(whole.value) === undefined)
          leftovers.push(leftoverOf(whole.value, path));
      }
    }
  }
  return ok(leftovers);
};

/** See `Account.leftovers`. */
export const leftovers: NonNullable<Account<CloudreveSettings, CloudreveRemote>['leftovers']> = {
  find: async (ctx) => {
    const known = await placeholders(ctx);
    if (!known.ok) return known;
    const forgotten = await ghosts(ctx);
    return forgotten.ok ? ok([...known.value, ...forgotten.value]) : forgotten;
  },
  idOf: (remote) => remote.session,
  clean: async (leftover, ctx) => {
    const uri = uriOf(leftover.path);
    const asked = await askFile(uri, ctx, true);
    if (!asked.ok) return asked;
    const file = asked.value;
    if (file === undefined) return ok(undefined);
    // What it is now counts: somebody may have taken the name over since.
    if (leftover.kind === 'unfinished') {
      if (sessionOf(file) !== leftover.id) return ok(undefined);
      const freed = await freeSession(uri, leftover.id, ctx);
      return freed.ok ? ok(undefined) : freed;
    }
    const nothing = await nothingOf(ctx.server.settings.nothing, ctx);
    if (!nothing.ok) return nothing;
    const still = sessionOf(file) === undefined && isHollow(file, nothing.value);
    return still ? removeFile(uri, ctx) : ok(undefined);
  },
};
