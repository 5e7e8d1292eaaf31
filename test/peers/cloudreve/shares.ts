import { randomInt, randomUUID } from 'node:crypto';
import { Raw, Refusal, JSON_TYPE, refuse } from './answer.ts';
import { type Call, needUser, readJson, siteUrl } from './call.ts';
import type { FileRow } from './files.ts';
import { decodeId } from './ids.ts';
import { find, ownPlace } from './places.ts';
import { linkTo } from './share-views.ts';
import type { Site } from './site.ts';

const FIELDS = {
  uri: { type: 'text', name: 'Uri', required: true },
  is_private: { type: 'flag' },
  password: { type: 'text', name: 'Password', most: 32, matching: /^[a-z0-9]+$/i },
  downloads: { type: 'whole' },
  expire: { type: 'whole' },
  share_view: { type: 'flag' },
  show_readme: { type: 'flag' },
} as const;

type Asked = Awaited<ReturnType<typeof readAsked>>;
const readAsked = (call: Call) => readJson(call, FIELDS);

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const makePassword = (): string => Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** The file that is to be shared: the user's own, and no root. */
function sourceOf(call: Call, text: string): FileRow {
  try {
    const place = ownPlace(call, text);
    if (place.uri.segments.length === 0) throw refuse.unsupported();
    return find(call, place);
  } catch (error) {
    const isPlace = error instanceof Refusal && error.code !== 40001;
    throw isPlace ? new Refusal(error.code === -1 ? 404 : error.code, 'src file not found') : error;
  }
}

/** What both making and changing a share set; what a change leaves out is cleared. */
function limits(site: Site, { downloads, expire, share_view: shareView, show_readme: showReadme }: Asked) {
  return {
    remaining: downloads > 0 ? downloads : null,
    expires: expire > 0 ? site.now() + secondsToMs(expire) : null,
    shareView,
    showReadme,
  };
}

/** Seconds become nanoseconds in 64 bits on the real server: too many overflow into the past. */
const secondsToMs = (seconds: number): number =>
  Number(BigInt.asIntN(64, BigInt(seconds) * 1_000_000_000n) / 1_000_000n);

export async function createShare(call: Call): Promise<unknown> {
  const { site } = call;
  const user = needUser(call);
  const asked = await readAsked(call);
  if (user.group !== 'Admin' && !site.settings.groups[user.group].share)
    throw new Refusal(40007, 'Group permission denied');
  const file = sourceOf(call, asked.uri);
  const share = site.shares.add({
    file: file.id,
    owner: user.id,
    isPrivate: asked.is_private,
    password: asked.is_private ? asked.password || makePassword() : '',
    downloaded: 0,
    visited: 0,
    createdAt: site.now(),
    ...limits(site, asked),
  });
  return linkTo(siteUrl(call), share, true);
}

export async function editShare(call: Call): Promise<unknown> {
  const { site, params } = call;
  needUser(call);
  const asked = await readAsked(call);
  const id = decodeId(params[0] ?? '', 'share');
  if (id === undefined) throw new Refusal(40001, 'Failed to parse object ID');
  const file = sourceOf(call, asked.uri);
  const share = site.shares.get(id);
  if (!share) throw new Refusal(404, 'failed to get existed share');
  if (share.file !== file.id) throw new Refusal(404, 'share link not found');
  return linkTo(siteUrl(call), site.shares.put({ ...share, ...limits(site, asked) }), true);
}

/** One by one the administrator may delete the shares of others too. */
export function deleteShare(call: Call): unknown {
  const user = needUser(call);
  const id = decodeId(call.params[0] ?? '', 'share');
  if (id === undefined) throw new Refusal(40001, 'Failed to parse object ID');
  const share = call.site.shares.get(id);
  if (!share || (share.owner !== user.id && user.group !== 'Admin')) throw new Refusal(404, 'share not found');
  call.site.shares.remove(share.id);
  return undefined;
}

/** Several at once: those that are the user's own and there, without a word of the others. An id that is none makes two answers in one body. */
export async function deleteShares(call: Call): Promise<unknown> {
  const { site } = call;
  const user = needUser(call);
  const { ids } = await readJson(call, { ids: { type: 'texts', name: 'ShareIDs', required: true } });
  const numbers = ids.map((id) => decodeId(id, 'share'));
  if (numbers.includes(undefined)) {
    const bad = refuse.nothing().envelope(randomUUID());
    return new Raw(200, { 'content-type': JSON_TYPE }, `${JSON.stringify(bad)}{"code":0,"msg":""}`);
  }
  for (const id of numbers) if (id !== undefined && site.shares.get(id)?.owner === user.id) site.shares.remove(id);
  return undefined;
}
