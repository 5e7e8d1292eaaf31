import { randomUUID } from 'node:crypto';
import { open, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { arriving } from '../arriving.ts';
import { type Bench, partCount, partSize, type Ways } from './bench.ts';
import { contentReply } from './content.ts';
import { type Ask, drain, encodePath, header, json, type Reply } from './http.ts';
import { checkSlave, slaveCredential } from './slave-signature.ts';
import type { SessionWish } from './store.ts';

/** What master and node have in common. */
const SLAVE_KEY = 'the-node-and-its-master-have-this-in-common';
const UPLOAD = '/api/v4/slave/upload/';
const CONTENT = '/api/v4/file/content/';
const SESSIONS = 'sessions.json';

/** A session as the node has it, in memory: an orderly end writes it down, a kill forgets it. */
interface NodeSession {
  readonly wish: SessionWish;
  readonly received: Set<number>;
  /** The master was told once, and answered something else than yes. */
  told: boolean;
}

interface WrittenSession {
  readonly wish: SessionWish;
  readonly received: readonly number[];
  readonly told: boolean;
}

/** A Cloudreve node: chunks at one signed address, written straight into the file; it tells the master itself. */
export function remoteWays(bench: Bench): Ways {
  const { disk, base, journal, now } = bench;
  const sessions = new Map<string, NodeSession>();
  for (const { wish, received, told } of (disk.kept(SESSIONS) ?? []) as readonly WrittenSession[]) {
    sessions.set(wish.session, { wish, received: new Set(received), told });
  }
  // what is written down is read once: a kill after it forgets
  disk.discard(SESSIONS);

  return {
    async open(wish) {
      const path = disk.pathOf(wish.key);
      await writeFile(path, '');
      if (wish.preallocate === true) await truncate(path, wish.size);
      sessions.set(wish.session, { wish, received: new Set(), told: false });
      const call = { path: UPLOAD + wish.session, headers: {}, body: '' };
      const end = Math.floor(wish.expires / 1000);
      return {
        uploadId: '',
        uploadUrls: [base + call.path],
        credential: slaveCredential(SLAVE_KEY, call, end),
      };
    },
    async abort(session) {
      const known = sessions.get(session);
      sessions.delete(session);
      if (known) await rm(disk.pathOf(known.wish.key), { force: true });
      return true;
    },
    contentUrl(key, expires) {
      const path = CONTENT + encodePath(key);
      const end = Math.floor(expires / 1000);
      const sign = slaveCredential(SLAVE_KEY, { path, headers: {}, body: '' }, end);
      return `${base}${path}?sign=${encodeURIComponent(sign)}`;
    },
    async answer(ask) {
      const reply = await answer(bench, sessions, ask);
      const code = /"code":(-?\d+)/.exec(String(reply.body))?.[1] ?? '0';
      if (code !== '0') journal.noteRefusal(code);
      return reply;
    },
    async uploaded(key) {
      const size = await sizeOf(disk.pathOf(key));
      return size === undefined ? undefined : disk.storedAt(key);
    },
    refuseCallback: (call) => checkSlave(SLAVE_KEY, call, now()),
    async save() {
      const all = [...sessions.values()].map(({ received, ...rest }) => ({ ...rest, received: [...received] }));
      await disk.keep(SESSIONS, all satisfies readonly WrittenSession[]);
    },
  };
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}

const DONE = json(200, { code: 0, msg: '' });
const fault = (code: number, msg = ''): Reply => json(200, { code, msg, correlation_id: randomUUID() });

async function answer(bench: Bench, sessions: Map<string, NodeSession>, ask: Ask): Promise<Reply> {
  const { path, headers, query, method } = ask;
  if (method === 'GET' && path.startsWith(CONTENT)) return content(bench, ask);
  if (method !== 'POST' || !path.startsWith(UPLOAD)) {
    return { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found' };
  }
  const refused = checkSlave(SLAVE_KEY, { path, headers, body: '' }, bench.now());
  const known = sessions.get(path.slice(UPLOAD.length));
  const session = known && known.wish.expires > bench.now() ? known : undefined;
  if (refused || !session) {
    await drain(ask);
    return refused ? fault(refused.code, refused.msg) : fault(40011);
  }
  // what is not a number all through counts as 0
  const chunk = query.get('chunk') ?? '';
  const index = /^[+-]?\d+$/.test(chunk) ? Number(chunk) : 0;
  return takeChunk(bench, sessions, session, index, ask);
}

async function content({ disk, now }: Bench, ask: Ask): Promise<Reply> {
  const authorization = ask.query.get('sign') ?? '';
  const refused = checkSlave(SLAVE_KEY, { path: ask.path, headers: { authorization }, body: '' }, now());
  if (refused) return fault(refused.code, refused.msg);
  const key = decodeURIComponent(ask.path.slice(CONTENT.length));
  const path = disk.pathOf(key);
  const size = await sizeOf(path);
  if (size === undefined) return fault(404, 'Entity not exist');
  const mimeType = key.endsWith('.txt') ? 'text/plain; charset=utf-8' : 'application/octet-stream';
  return contentReply(ask, { path, size, etag: '', mimeType });
}

async function takeChunk(
  bench: Bench,
  sessions: Map<string, NodeSession>,
  session: NodeSession,
  index: number,
  ask: Ask,
): Promise<Reply> {
  const { wish, received } = session;
  const { disk, journal } = bench;
  const expected = partSize(wish, index);
  const announced = Number.isNaN(ask.length) ? Number(header(ask, 'x-expected-entity-length') ?? NaN) : ask.length;
  const inside = index < partCount(wish) || wish.chunkSize === 0;
  if (announced !== expected || !inside) {
    await drain(ask);
    return fault(40013, `Invalid Content-Length (expected: ${expected})`);
  }
  const body = arriving(ask.request);
  const path = disk.pathOf(wish.key);
  const offset = wish.chunkSize === 0 ? 0 : index * wish.chunkSize;
  if (offset < 0 || offset > ((await sizeOf(path)) ?? 0)) {
    await drain(ask);
    return fault(50004, 'Failed to upload file');
  }
  if (index === 0 && before(bench, 4, 7)) await truncate(path, 0);
  const number = wish.chunkSize === 0 ? 0 : index;
  if (received.has(number)) journal.note('again', wish.session, number);
  const length = await writeThrough(body, path, offset, () => journal.note('began', wish.session, number));
  if (length < expected) return fault(50004, 'Uploaded data does not match purposed size');
  disk.assertLive();
  journal.note('stored', wish.session, number);
  received.add(number);
  return finish(bench, sessions, session, number);
}

/** Each piece goes to its place as it comes: of a body that breaks off, the beginning stays. Answers how many bytes came. */
async function writeThrough(
  body: AsyncGenerator<Buffer>,
  path: string,
  offset: number,
  began: () => void,
): Promise<number> {
  const file = await open(path, 'r+');
  try {
    let at = offset;
    for await (const piece of body) {
      if (at === offset) began();
      at += (await file.write(piece, 0, undefined, at)).bytesWritten;
    }
    return at - offset;
  } finally {
    await file.close();
  }
}

/**
 * The newest completes when all chunks are in, and tells the master once; before 4.18 the last index completes,
 * whatever is missing, as often as it comes.
 */
async function finish(
  bench: Bench,
  sessions: Map<string, NodeSession>,
  session: NodeSession,
  index: number,
): Promise<Reply> {
  const { wish, received } = session;
  const count = partCount(wish);
  const old = before(bench, 4, 18);
  const complete = old ? index === count - 1 : received.size === count && !session.told;
  if (!complete) return DONE;
  session.told = true;
  const refused = await tellMaster(bench, wish);
  if (refused) return refused;
  sessions.delete(wish.session);
  return DONE;
}

async function tellMaster({ callServer, now }: Bench, { callback }: SessionWish): Promise<Reply | undefined> {
  if (callback === undefined) return undefined;
  const call = { path: new URL(callback).pathname, headers: {}, body: '' };
  const authorization = slaveCredential(SLAVE_KEY, call, Math.floor(now() / 1000) + 600);
  const told = await callServer(callback, { headers: { authorization }, body: call.body });
  const unable = fault(50007, 'Slave cannot send callback request');
  if (!told) return unable;
  try {
    const { code, msg } = JSON.parse(told.text) as { readonly code: number; readonly msg?: string };
    return code === 0 ? undefined : fault(code, msg);
  } catch {
    return unable;
  }
}

function before({ options }: Bench, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = (options.version ?? '4.18.0').split('.').map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}
