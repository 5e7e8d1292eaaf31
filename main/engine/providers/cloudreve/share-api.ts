/** Shares as the server tells and takes them. */
import { z } from 'zod';
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { RemoteShare, ShareTerms } from '../account.ts';
import type { ProviderContext } from '../provider.ts';
import { beside, revealed, text } from '../bounds.ts';
import { ask, callRenewed, remove } from './ask.ts';
import { call } from './call.ts';
import { timeOf } from './clock.ts';
import { codes, refusal } from './codes.ts';
import { notThisServer, type Said } from './envelope.ts';
import { longestExpiry } from './options.ts';
import { decoded } from './uri.ts';

type Ctx = ProviderContext<unknown>;

export const shareSchema = z.looseObject({
  id: revealed(),
  name: text(4_000).catch(''),
  downloaded: beside(z.number().int().nonnegative()),
  remain_downloads: beside(z.number().int().nonnegative()),
  expires: beside(z.string()),
  expired: z.boolean().catch(false),
  is_private: beside(z.boolean()),
  password_protected: beside(z.boolean()),
  password: beside(text(1_000)),
  share_view: beside(z.boolean()),
  show_readme: beside(z.boolean()),
  /** 0: a file; 1: a folder. */
  source_type: beside(z.number()),
  source_uri: beside(z.string()),
  created_at: beside(z.string()),
  size: beside(z.number().int().nonnegative()),
});
export type ToldShare = Readonly<z.infer<typeof shareSchema>>;

/** protocol: the link's host is the site's own setting; people get it on the address that they use. */
export const linkOf = (address: string, id: string, password: string | null | undefined): string =>
  [address, 's', ...[id, ...(password ? [password] : [])].map((part) => encodeURIComponent(part.toWellFormed()))].join(
    '/',
  );

/** Id and password in a link. */
export const inLink = (link: string): { readonly id: string; readonly password?: string } | undefined => {
  const read = /\/s\/([^/?#]+)(?:\/([^/?#]+))?/.exec(link);
  if (read?.[1] === undefined) return undefined;
  return { id: read[1], ...(read[2] === undefined ? {} : { password: decoded(read[2]) }) };
};

/** A share for people. */
export const shownShare = (share: ToldShare, address: string, path?: string): RemoteShare => {
  const expiresAt = timeOf(share.expires);
  const { remain_downloads: left, downloaded, size, password } = share;
  return {
    id: share.id,
    link: linkOf(address, share.id, password),
    name: share.name,
    ...(path === undefined ? {} : { path }),
    createdAt: timeOf(share.created_at) ?? 0,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    downloads: { ...(left === undefined ? {} : { left }), counted: downloaded ?? 0 },
    password: share.is_private === true || share.password_protected === true,
    expired: share.expired,
    ...(size === undefined ? {} : { size }),
  };
};

/** The part of a share's body that its terms are. protocol: zero and less mean none; what is left out is cleared. */
export const termsBody = (terms: ShareTerms): Record<string, unknown> => ({
  expire: Math.min(longestExpiry, Math.trunc(terms.expirySeconds ?? 0)),
  downloads: Math.trunc(terms.downloads ?? 0),
});

const shareRefusal = (said: Said, server: string, name: string): Outcome<never> =>
  said.code === codes.groupMayNot || said.code === codes.forbidden
    ? fail('fatal', problem('share-not-allowed', { server }))
    : said.code === codes.pathMissing
      ? fail('fatal', problem('file-gone-there', { server, name }))
      : refusal(said, { server, name });

/** PUT /share. Not idempotent: twice makes two. Fails with share-not-allowed, file-gone-there. */
export const createShare = async (
  uri: string,
  name: string,
  terms: ShareTerms,
  ctx: Ctx,
): Promise<Outcome<{ readonly id: string; readonly link: string }>> => {
  const { password } = terms;
  // protocol: the password counts with `is_private` alone, and its rules apply without it too.
  const secret = password === undefined || password === null ? {} : { is_private: true, password };
  const said = await call(ctx, { method: 'PUT', path: '/share', json: { uri, ...secret, ...termsBody(terms) } });
  if (!said.ok) return said;
  const { name: server, address } = ctx.server;
  if (said.value.code !== codes.done) return shareRefusal(said.value, server, name);
  const told = typeof said.value.data === 'string' ? inLink(said.value.data) : undefined;
  if (told === undefined) return notThisServer(server, 'share-no-link');
  return ok({ id: told.id, link: linkOf(address, told.id, told.password) });
};

const pageSchema = z.looseObject({
  shares: z.array(z.unknown()).nullish(),
  pagination: z.looseObject({ next_token: text(4_000).nullish() }).nullish(),
});

/** GET /share, newest first. */
export const listShares = async (
  cursor: string | undefined,
  ctx: Ctx,
): Promise<Outcome<{ readonly shares: readonly ToldShare[]; readonly next: string | undefined }>> => {
  const from = cursor === undefined ? '' : `&next_page_token=${encodeURIComponent(cursor)}`;
  const request = { method: 'GET', path: `/share?page_size=100&order_direction=desc${from}` } as const;
  const said = await callRenewed(ctx, request, codes.database);
  if (!said.ok) return said;
  const { name: server } = ctx.server;
  if (said.value.code !== codes.done) return refusal(said.value, { server });
  const read = pageSchema.safeParse(said.value.data);
  if (!read.success) return notThisServer(server, 'list-no-shares');
  const next = read.data.pagination?.next_token;
  return ok({
    // One that cannot be read hides none of the others.
    shares: (read.data.shares ?? []).flatMap((share) => shareSchema.safeParse(share).data ?? []),
    next: next === undefined || next === null || next === '' ? undefined : next,
  });
};

/** POST /share/{id}. */
export const changeShare = async (id: string, body: Record<string, unknown>, ctx: Ctx): Promise<Outcome<void>> => {
  const said = await call(ctx, { method: 'POST', path: `/share/${encodeURIComponent(id)}`, json: body });
  if (!said.ok) return said;
  if (said.value.code === codes.done) return ok(undefined);
  const { name: server } = ctx.server;
  if (said.value.code === codes.notFound) return fail('fatal', problem('share-unknown', { key: id }));
  return shareRefusal(said.value, server, id);
};

/** DELETE /share/{id}. protocol: one by one, since a batch says 0 even where one of it is still there. */
export const removeShare = (id: string, ctx: Ctx): Promise<Outcome<void>> =>
  remove(ctx, `/share/${encodeURIComponent(id)}`);

/** GET /share/info/{id} as its owner. `undefined`: gone, expired, used up, or its file is in the bin. */
export const askShare = (
  id: string,
  password: string | undefined,
  ctx: Ctx,
): Promise<Outcome<ToldShare | undefined>> => {
  // protocol: on a private share it wants the password from the owner too.
  const secret = password === undefined ? '' : `&password=${encodeURIComponent(password)}`;
  const path = `/share/info/${encodeURIComponent(id)}?owner_extended=true${secret}`;
  return ask(ctx, path, shareSchema, codes.notFound, 'share-no-facts');
};
