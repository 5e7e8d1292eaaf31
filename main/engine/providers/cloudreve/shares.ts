/** The account's shares: made, listed, changed, taken back. */
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { Account, RemoteShare, ShareTerms } from '../account.ts';
import type { ProviderContext } from '../provider.ts';
import { serverNow } from '../server-clock.ts';
import { timeOf } from './clock.ts';
import { isDirect } from './direct-links.ts';
import { refuseTerms } from './options.ts';
import {
  askShare,
  changeShare,
  createShare,
  inLink,
  listShares,
  shownShare,
  termsBody,
  type ToldShare,
} from './share-api.ts';
import type { CloudreveRemote, CloudreveSettings } from './state.ts';
import { pathIn, pathOfShared, uriOf } from './uri.ts';

type Ctx = ProviderContext<unknown>;

/** Pages that are looked through for one share. */
const pagesMost = 100;

const find = async (id: string, ctx: Ctx): Promise<Outcome<ToldShare>> => {
  let cursor: string | undefined;
  for (let page = 0; page < pagesMost; page++) {
    const listed = await listShares(cursor, ctx);
    if (!listed.ok) return listed;
    const share = listed.value.shares.find((one) => one.id === id);
    if (share !== undefined) return ok(share);
    cursor = listed.value.next;
    if (cursor === undefined) break;
  }
  return fail('fatal', problem('share-unknown', { key: id }));
};

/** Where what is shared lies now. protocol: `source_uri` of a file's share is only its folder. */
const uriNow = async (share: RemoteShare, told: ToldShare, ctx: Ctx): Promise<Outcome<string>> => {
  if (!told.expired) {
    const info = await askShare(share.id, told.password ?? inLink(share.link ?? '')?.password, ctx);
    if (!info.ok) return info;
    const folder = pathOfShared(info.value?.source_uri ?? '');
    if (info.value !== undefined && folder !== undefined)
      return ok(uriOf(info.value.source_type === 1 ? folder : `${folder}/${info.value.name}`));
  }
  // An expired one tells nothing of itself any more: what was kept of it counts.
  return share.path === undefined
    ? fail('fatal', problem('share-path-unknown', { name: share.name }))
    : ok(uriOf(share.path));
};

/** What `terms` leaves as it is, filled in. protocol: what an edit leaves out is cleared. */
const filled = (terms: ShareTerms, told: ToldShare, now: number): ShareTerms => {
  const expiresAt = timeOf(told.expires);
  const left = expiresAt === undefined ? null : Math.max(1, Math.round((expiresAt - now) / 1000));
  return {
    expirySeconds: terms.expirySeconds === undefined ? left : terms.expirySeconds,
    downloads: terms.downloads === undefined ? (told.remain_downloads ?? null) : terms.downloads,
  };
};

const edit = async (share: RemoteShare, terms: ShareTerms, ctx: Ctx): Promise<Outcome<RemoteShare>> => {
  const { name: server, address } = ctx.server;
  // protocol: an edit says 0 and changes neither password nor privacy.
  if (terms.password !== undefined)
    return fail('fatal', problem('option-unsupported', { option: 'share-password', server }));
  const refused = refuseTerms(terms);
  if (refused !== undefined) return fail('fatal', refused);
  const told = await find(share.id, ctx);
  if (!told.ok) return told;
  // protocol: 0 means no limit: what is used up would open for everybody.
  if (told.value.remain_downloads === 0 && terms.downloads === undefined)
    return fail('fatal', problem('option-invalid', { option: 'downloads', why: 'downloads-none' }));
  const uri = await uriNow(share, told.value, ctx);
  if (!uri.ok) return uri;
  const { share_view: view, show_readme: readme, is_private: isPrivate, password } = told.value;
  const changed = await changeShare(
    share.id,
    {
      uri: uri.value,
      ...(isPrivate === true ? { is_private: true, password: password ?? '' } : {}),
      ...termsBody(filled(terms, told.value, serverNow(ctx))),
      share_view: view ?? false,
      show_readme: readme ?? false,
    },
    ctx,
  );
  if (!changed.ok) return changed;
  const now = await find(share.id, ctx);
  return now.ok ? ok(shownShare(now.value, address, pathIn(uri.value))) : now;
};

/** A share as it was asked for. */
const asMade = (
  { id, link }: { readonly id: string; readonly link: string },
  path: string,
  { expirySeconds, downloads, password }: ShareTerms,
  now: number,
): ToldShare => ({
  id,
  name: path.slice(path.lastIndexOf('/') + 1),
  expired: false,
  created_at: new Date(now).toISOString(),
  ...(expirySeconds ? { expires: new Date(now + expirySeconds * 1000).toISOString() } : {}),
  ...(downloads ? { remain_downloads: downloads } : {}),
  is_private: typeof password === 'string',
  password: inLink(link)?.password,
});

/** See `Account.shares`. */
export const shares = {
  create: async ({ path }, terms, ctx) => {
    const refused = refuseTerms(terms);
    if (refused !== undefined) return fail('fatal', refused);
    const made = await createShare(uriOf(path), path, terms, ctx);
    if (!made.ok) return made;
    const told = await find(made.value.id, ctx);
    // It is made, whatever cannot be asked now: a failure here would have a second one made.
    const share = told.ok ? told.value : asMade(made.value, path, terms, serverNow(ctx));
    return ok(shownShare(share, ctx.server.address, path));
  },
  list: async (cursor, ctx) => {
    const listed = await listShares(cursor, ctx);
    if (!listed.ok) return listed;
    const { next } = listed.value;
    return ok({
      shares: listed.value.shares.map((share) => shownShare(share, ctx.server.address)),
      ...(next === undefined ? {} : { next }),
    });
  },
  edit,
  lists: (key) => !isDirect(key),
} satisfies NonNullable<Account<CloudreveSettings, CloudreveRemote>['shares']>;
