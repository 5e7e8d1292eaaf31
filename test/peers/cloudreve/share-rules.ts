import { Refusal } from './answer.ts';
import type { FileRow } from './files.ts';
import { decodeId } from './ids.ts';
import type { ShareRow, Site } from './site.ts';

/** The file of a share that can still be used; undefined where its time is over. */
export function fileOf(site: Site, share: ShareRow): FileRow | undefined {
  const file = site.files.get(share.file);
  const owner = site.users.get(share.owner);
  if (isOver(site, share) || !file || isInBin(site, file) || owner?.status !== 'active') return undefined;
  return file;
}

/** Its time or its downloads are used up. */
export const isOver = (site: Site, { expires, remaining }: ShareRow): boolean =>
  (expires !== null && expires <= site.now()) || remaining === 0;

function isInBin({ files }: Site, file: FileRow): boolean {
  for (let at: FileRow | undefined = file; at; at = files.get(at.parent)) if (at.inBin) return true;
  return false;
}

export function shareById(site: Site, id: string): ShareRow {
  const number = decodeId(id, 'share');
  if (number === undefined) throw new Refusal(40001, 'Failed to parse object ID');
  const share = site.shares.get(number);
  if (!share) throw new Refusal(404, 'Share not found');
  return share;
}

/** What a share shows to somebody who has its address. */
export function openShare(
  site: Site,
  id: string,
  password: string,
): { readonly share: ShareRow; readonly file: FileRow } {
  const share = site.shares.get(decodeId(id, 'share') ?? 0);
  const file = share && fileOf(site, share);
  if (!share || !file) throw new Refusal(404, 'Shared file does not exist');
  if (share.isPrivate && share.password !== password) throw new Refusal(40069, 'Incorrect share password');
  return { share, file };
}
