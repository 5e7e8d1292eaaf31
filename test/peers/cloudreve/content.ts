import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Raw, Refusal, refuse } from './answer.ts';
import { type Call, needUser, readJson, siteUrl } from './call.ts';
import { describeFile } from './describe.ts';
import type { Cipher, EntityRow, FileRow } from './files.ts';
import { BatchRefusal, addFile, checkUris, makeFolders, wordsFor } from './folders.ts';
import { decodeId, encodeId } from './ids.ts';
import { checkFileName } from './naming.ts';
import { find, ownPlace, readPlace } from './places.ts';
import type { Site } from './site.ts';
import { encodeSegment } from './uri.ts';

const HOUR = 3600_000;

const TYPES: Readonly<Record<string, string>> = {
  txt: 'text/plain; charset=utf-8',
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  jpg: 'image/jpeg',
  png: 'image/png',
  pdf: 'application/pdf',
  mp4: 'video/mp4',
  zip: 'application/zip',
};

/** The type that a name stands for. */
export const mimeTypeOf = (name: string): string =>
  TYPES[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';

/** Links to the bytes of files: POST `/file/url`. Through a share each counts as a download. */
export async function makeUrls(call: Call): Promise<unknown> {
  const { site } = call;
  const asked = await readJson(call, {
    uris: { type: 'texts', name: 'Uris', required: true },
    download: { type: 'flag' },
  });
  checkUris(asked.uris);
  const urls: { readonly url: string }[] = [];
  const failed = new Map<string, { readonly refusal: Refusal; readonly words: string }>();
  for (const text of asked.uris) {
    try {
      const place = readPlace(call, text);
      const file = find(call, place);
      if (file.type === 1) throw refuse.noEntity();
      if (place.share) {
        const { share } = place;
        const remaining = share.remaining === null ? null : share.remaining - 1;
        site.shares.put({ ...share, downloaded: share.downloaded + 1, remaining });
      }
      urls.push({ url: await contentUrl(call, file, asked.download) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failed.set(text, { refusal: error, words: wordsFor(error, text) });
    }
  }
  if (failed.size > 0) throw new BatchRefusal(failed);
  return { urls, expires: urls.length > 0 ? site.time(validUntil(site)) : null };
}

/** Links made within an hour are equal. */
const validUntil = (site: Site): number => (Math.floor(site.now() / HOUR) + 2) * HOUR;

/** The address of a file's bytes: the site's own, or the store's where what lies there can be read as it is. */
export async function contentUrl(call: Call, file: FileRow, asDownload: boolean, name = file.name): Promise<string> {
  const { site } = call;
  const until = validUntil(site);
  const entity = site.files.entity(file.primary);
  if (entity && !entity.cipher && site.settings.policy.type !== 'local')
    return site.store.contentUrl(entity.source, until);
  const id = encodeId(file.primary, 'entity');
  const path = `/api/v4/file/content/${id}/${asDownload ? 1 : 0}/${encodeSegment(name)}`;
  return `${siteUrl(call)}${path}?sign=${sign(site, path, until)}`;
}

const sign = (site: Site, path: string, until: number): string => {
  const mac = createHmac('sha256', site.secret).update(`${path}:${until}`).digest('base64url');
  return `${mac}:${until}`;
};

export async function serveContent(call: Call): Promise<Raw> {
  const { site, params, query, request } = call;
  const [id = '', mode, name = ''] = params;
  const path = (request.url ?? '').split('?')[0] ?? '';
  const until = Number((query.get('sign') ?? '').split(':')[1]);
  if (query.get('sign') !== sign(site, path, until) || until <= site.now())
    throw new Refusal(40005, 'signature expired');
  const number = decodeId(id, 'entity');
  if (number === undefined) throw new Refusal(40001, 'Failed to parse object ID');
  const entity = site.files.entity(number);
  if (number !== 0 && !entity) throw refuse.noPath();
  const bytes = entity ? await readEntity(site, entity) : Buffer.alloc(0);
  const decoded = decodeURIComponent(name);
  const kind = mode === '1' ? 'attachment' : 'inline';
  const headers = {
    'content-type': mimeTypeOf(decoded),
    'content-disposition': `${kind}; filename="${encodeURIComponent(decoded)}"`,
    etag: `"${id}"`,
    'accept-ranges': 'bytes',
    'cache-control': 'public, max-age=86400',
    'content-security-policy': 'sandbox',
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range) return new Raw(200, headers, bytes);
  const start = Number(range[1]);
  const end = range[2] ? Math.min(Number(range[2]), bytes.length - 1) : bytes.length - 1;
  const contentRange = `bytes ${start}-${end}/${bytes.length}`;
  return new Raw(206, { ...headers, 'content-range': contentRange }, bytes.subarray(start, end + 1));
}

/** The plain bytes of an entity, wherever it lies. */
export async function readEntity(site: Site, entity: EntityRow): Promise<Buffer> {
  const isLocal = site.settings.policy.type === 'local';
  const bytes = isLocal ? readFileSync(site.pathOf(entity.source)) : await fromStore(site, entity);
  return entity.cipher ? decrypt(bytes, entity.cipher) : bytes;
}

async function fromStore({ store, now }: Site, { source }: EntityRow): Promise<Buffer> {
  const url = await store.contentUrl(source, now() + HOUR);
  return Buffer.from(await (await fetch(url, { headers: { connection: 'close' } })).arrayBuffer());
}

function decrypt(bytes: Buffer, { key, iv }: Cipher): Buffer {
  const cipher = createCipheriv('aes-256-ctr', Buffer.from(key, 'base64'), Buffer.from(iv, 'base64'));
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

/** PUT `/file/content`: a small file in one request. */
export async function putContent(call: Call): Promise<unknown> {
  const { site, query, request } = call;
  const place = ownPlace(call, query.get('uri') ?? '');
  const user = needUser(call);
  site.locks.check(user.id, place.uri.segments);
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const bytes = Buffer.concat(pieces);
  const { at, left } = site.files.walk(place.root, place.uri.segments);
  const name = left.at(-1);
  if (name !== undefined) checkFileName(site, name);
  if (left.length === 0 && at.type === 1) throw refuse.existed();
  const file = name === undefined ? at : addFile(site, user, makeFolders(site, user, at, left.slice(0, -1)), name, 0);
  const source = createHash('sha256').update(crypto.randomUUID()).digest('hex');
  mkdirSync(dirname(site.pathOf(source)), { recursive: true });
  writeFileSync(site.pathOf(source), bytes);
  const row = { file: file.id, size: bytes.length, type: 0, createdBy: user.id, createdAt: site.now() } as const;
  const entity = site.files.addEntity({ ...row, session: '', source });
  const written = site.files.put({ ...file, primary: entity.id, size: bytes.length, updatedAt: site.now() });
  return describeFile(call, written, place, false);
}
