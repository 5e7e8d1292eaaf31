import { Refusal } from './answer.ts';
import { type Call, needUser, siteUrl } from './call.ts';
import { isSince } from './config.ts';
import { readNumber } from './fields.ts';
import { decodeId, encodeId } from './ids.ts';
import { fileOf, shareById } from './share-rules.ts';
import type { ShareRow } from './site.ts';
import { formatUri, showName } from './uri.ts';

export function linkTo(base: string, share: ShareRow, withPassword: boolean): string {
  const secret = withPassword && share.isPrivate ? `/${share.password}` : '';
  return `${base}/s/${encodeId(share.id, 'share')}${secret}`;
}

interface View {
  readonly unlocked: boolean;
  /** A list does not open what it shows. */
  readonly isOwner: boolean;
}

/** A share as it is told: to its owner with all that it was given, to others with what they may know. */
function describeShare(call: Call, share: ShareRow, { unlocked, isOwner }: View): Readonly<Record<string, unknown>> {
  const { site } = call;
  const { version } = site.settings;
  const file = site.files.get(share.file);
  const owner = site.users.get(share.owner);
  const tellsPassword = unlocked || isOwner || !isSince(version, 4, 10);
  return {
    id: encodeId(share.id, 'share'),
    name: showName(file?.name ?? ''),
    ...(unlocked && share.remaining !== null && { remain_downloads: share.remaining }),
    visited: share.visited,
    ...(unlocked && share.downloaded > 0 && { downloaded: share.downloaded }),
    ...(unlocked && share.expires !== null && { expires: site.time(share.expires) }),
    unlocked,
    ...(share.isPrivate && isSince(version, 4, 10) && { password_protected: true }),
    source_type: file?.type ?? 0,
    owner: {
      id: encodeId(share.owner, 'user'),
      ...(call.user && { email: owner?.email }),
      nickname: owner?.nickname ?? '',
      created_at: site.time(owner?.createdAt ?? 0),
    },
    created_at: site.time(share.createdAt),
    expired: fileOf(site, share) === undefined,
    url: linkTo(siteUrl(call), share, tellsPassword),
    ...(unlocked && share.showReadme && { show_readme: true }),
    ...(isSince(version, 4, 12) && { size: unlocked ? (file?.size ?? 0) : 0 }),
    ...(share.isPrivate && unlocked && { password: share.password }),
    ...(isOwner && share.isPrivate && { is_private: true }),
    ...(isOwner && share.shareView && { share_view: true }),
  };
}

export function shareInfo(call: Call): unknown {
  const { site, query, user, params } = call;
  const share = shareById(site, params[0] ?? '');
  const file = fileOf(site, share);
  if (!file) throw new Refusal(404, 'Share link expired');
  const isOwner = user?.id === share.owner;
  const knowsPassword = !share.isPrivate || query.get('password') === share.password;
  const isExtended = isOwner && query.get('owner_extended') === 'true';
  if (isExtended && !knowsPassword) throw new Refusal(40069, 'File not found');
  if (query.get('count_views') === 'true') site.shares.put({ ...share, visited: share.visited + 1 });
  const segments = site.files.segmentsOf(file);
  const source = file.type === 0 ? segments.slice(0, -1) : segments;
  return {
    ...describeShare(call, share, { unlocked: knowsPassword || isOwner, isOwner }),
    ...(isExtended && { source_uri: formatUri(`${encodeId(share.owner, 'user')}@my`, source).replace(/\/$/, '') }),
  };
}

export function listShares(call: Call): unknown {
  const user = needUser(call);
  const own = call.site.shares.all().filter((share) => share.owner === user.id);
  return page(call, own, { unlocked: true, isOwner: true });
}

/** What a profile shows: the shares that anybody may open. */
export function listPublicShares(call: Call): unknown {
  const id = decodeId(call.params[0] ?? '', 'user');
  if (id === undefined) throw new Refusal(40001, 'Failed to parse object ID');
  const shown = call.site.shares.all().filter((share) => share.owner === id && !share.isPrivate);
  return page(call, shown, { unlocked: false, isOwner: false });
}

function page(call: Call, shares: readonly ShareRow[], view: View): unknown {
  const { query } = call;
  const size = readNumber(query.get('page_size'), { name: 'PageSize', required: true, least: 10, most: 100 });
  const sign = query.get('order_direction') === 'desc' ? -1 : 1;
  const by = query.get('order_by');
  const value = ({ visited, downloaded }: ShareRow): number =>
    by === 'views' ? visited : by === 'downloads' ? downloaded : 0;
  const sorted = [...shares].sort((a, b) => (value(a) - value(b) || a.id - b.id) * sign);
  const start = readToken(query.get('next_page_token'));
  const shown = sorted.slice(start, start + size);
  const token = start + size < sorted.length && Buffer.from(`share:${start + size}`).toString('base64');
  return {
    shares: shown.length > 0 ? shown.map((share) => describeShare(call, share, view)) : null,
    pagination: { page: 0, page_size: size, ...(token && { next_token: token }), is_cursor: true },
  };
}

function readToken(token: string | null): number {
  if (!token) return 0;
  const start = /^share:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  if (start === undefined) throw new Refusal(50001, 'Failed to list shares');
  return Number(start);
}
