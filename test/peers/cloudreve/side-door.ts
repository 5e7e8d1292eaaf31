import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LAST_CAPTCHA } from './account.ts';
import { readEntity } from './content.ts';
import type { FileRow } from './files.ts';
import { type Site, rootOf } from './site.ts';
import { parseUri } from './uri.ts';

/** What lies under an address, as a test compares it. */
export interface StoredContent {
  readonly size: number;
  readonly sha256: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Blank: no content yet. */
  readonly source: string;
  /** Sizes of all entities, the newest first. */
  readonly entities: readonly number[];
}

/**
 * What the real server has not: `/__peer/report`, `/__peer/file?uri=[&user=2]` for what is stored,
 * `/__peer/captcha[?ticket=]` for the word in a picture, or in the last one, `/__peer/user?id=&status=` to ban somebody, `/__peer/delete?uri=` for what an
 * administrator does who deletes a file (its upload keeps session and lock), `/__peer/clock`.
 */
export async function sideDoor(site: Site, { url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(url, 'http://peer');
  const body = await answer(site, pathname, searchParams);
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body ?? null));
}

async function answer(site: Site, path: string, query: URLSearchParams): Promise<unknown> {
  const user = site.users.get(Number(query.get('user') ?? query.get('id') ?? 1));
  switch (path) {
    case '/__peer/report':
      return site.log.report();
    case '/__peer/clock':
      return { now: site.now() };
    case '/__peer/captcha': {
      const ticket = query.get('ticket');
      return { word: site.memory.get(ticket === null ? LAST_CAPTCHA : `captcha:${ticket}`) ?? null };
    }
    case '/__peer/user':
      return user && site.users.put({ ...user, status: query.get('status') ?? user.status });
    case '/__peer/delete': {
      if (!user) return undefined;
      const { at, left } = site.files.walk(rootOf(site, user), parseUri(query.get('uri') ?? '').segments);
      if (left.length > 0) return undefined;
      for (const entity of site.files.entitiesOf(at.id)) site.files.removeEntity(entity);
      site.files.remove(at);
      return {};
    }
    case '/__peer/file': {
      if (!user) return undefined;
      const { at, left } = site.files.walk(rootOf(site, user), parseUri(query.get('uri') ?? '').segments);
      return left.length > 0 ? null : describeStored(site, at);
    }
    default:
      return undefined;
  }
}

async function describeStored(site: Site, file: FileRow): Promise<StoredContent> {
  const entity = site.files.entity(file.primary);
  const entities = site.files.entitiesOf(file.id).map(({ size }) => size);
  const { metadata } = file;
  if (!entity) return { size: 0, sha256: hash(Buffer.alloc(0)), metadata, source: '', entities };
  if (site.settings.policy.type === 'local') {
    const bytes = await readEntity(site, entity);
    return { size: bytes.length, sha256: hash(bytes), metadata, source: site.pathOf(entity.source), entities };
  }
  const object = await site.store.uploaded(entity.source);
  const sha256 = object && entity.cipher ? hash(await readEntity(site, entity)) : object?.sha256;
  return { size: object?.size ?? 0, sha256: sha256 ?? '', metadata, source: entity.source, entities };
}

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
