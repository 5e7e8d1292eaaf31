import { randomBytes } from 'node:crypto';
import { appendFile, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench, Ways } from './bench.ts';
import { contentReply } from './content.ts';
import { type Ask, drain, encodePath, header, json, type Reply } from './http.ts';

const FRAGMENT_UNIT = 320 * 1024;
const LARGEST_FRAGMENT = 60 * 1024 * 1024;

/** An upload session: its address is its only credential. */
interface DriveSession {
  readonly session: string;
  readonly key: string;
  /** How long each fragment lets it live on, ms. */
  readonly life: number;
  readonly expires: number;
  readonly received: number;
  /** The length of the whole, which the first fragment tells and the others must repeat. */
  readonly total?: number;
}

/** OneDrive: fragments strictly in order at one address, which knows how far it has come. */
export function onedriveWays(bench: Bench): Ways {
  const { disk, base, journal, now } = bench;
  return {
    async open({ session, key, expires }) {
      const id = randomBytes(16).toString('hex');
      const drive: DriveSession = { session, key, life: expires - now(), expires, received: 0 };
      await disk.keep(`drive-${id}.json`, drive);
      await disk.keep(`drive-of-${session}.json`, id);
      await writeFile(bytesOf(bench, id), '');
      return { uploadId: '', uploadUrls: [`${base}/up/${id}`] };
    },
    async abort(session) {
      const id = disk.kept(`drive-of-${session}.json`) as string | undefined;
      return id !== undefined && (await forget(bench, id));
    },
    contentUrl: (key) => `${base}/content/${encodePath(key)}`,
    async answer(ask) {
      const reply = await answer(bench, ask);
      if (reply.status >= 400) journal.noteRefusal(/"code":"(\w+)"/.exec(String(reply.body))?.[1] ?? reply.status);
      return reply;
    },
  };
}

const bytesOf = ({ disk }: Bench, id: string): string => join(disk.folder, `drive-${id}.bin`);

const driveOf = ({ disk }: Bench, id: string): DriveSession | undefined =>
  disk.kept(`drive-${id}.json`) as DriveSession | undefined;

async function forget(bench: Bench, id: string): Promise<boolean> {
  if (!driveOf(bench, id)) return false;
  bench.disk.discard(`drive-${id}.json`);
  await rm(bytesOf(bench, id), { force: true });
  return true;
}

const fault = (status: number, code: string, message: string, inner?: string): Reply =>
  json(status, { error: { ...(inner && { innererror: { code: inner } }), code, message } });

const overlap = (): Reply =>
  fault(416, 'invalidRange', 'The uploaded fragment overlaps with data already received.', 'fragmentOverlap');

const progress = ({ expires, received }: DriveSession): object => ({
  expirationDateTime: new Date(expires).toISOString(),
  nextExpectedRanges: [`${received}-`],
});

async function answer(bench: Bench, ask: Ask): Promise<Reply> {
  const { disk, now } = bench;
  if (ask.method === 'GET' && ask.path.startsWith('/content/')) {
    const object = disk.object(decodeURIComponent(ask.path.slice('/content/'.length)));
    return object ? contentReply(ask, object) : fault(404, 'itemNotFound', 'Item does not exist');
  }
  const id = /^\/up\/([\da-f]{32})$/.exec(ask.path)?.[1] ?? '';
  if (header(ask, 'authorization') !== undefined) {
    return fault(401, 'unauthenticated', 'The address is the credential: no Authorization header belongs to it.');
  }
  const drive = driveOf(bench, id);
  if (!drive || now() > drive.expires) return fault(404, 'itemNotFound', 'The upload session was not found');
  if (ask.method === 'GET') return json(200, progress(drive));
  if (ask.method === 'DELETE') {
    await forget(bench, id);
    return { status: 204 };
  }
  if (ask.method === 'PUT') return takeFragment(bench, ask, id, drive);
  return fault(405, 'invalidRequest', 'Method not allowed');
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly total: number;
}

function readRange(ask: Ask, { total: told }: DriveSession): Range | Reply {
  const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header(ask, 'content-range') ?? '') ?? [];
  const range = { from: Number(from), to: Number(to), total: Number(total) };
  const length = range.to - range.from + 1;
  if (total === undefined || length < 1 || range.to >= range.total) {
    return fault(400, 'invalidRequest', 'Invalid Content-Range header value');
  }
  if (told !== undefined && range.total !== told) {
    return fault(400, 'invalidRequest', 'The length of the whole differs from that of the first fragment');
  }
  if (Number.isNaN(ask.length)) return fault(411, 'invalidRequest', 'Content-Length required');
  if (ask.length !== length) return fault(400, 'invalidRequest', 'Declared length does not match the content range');
  if (length > LARGEST_FRAGMENT) return fault(413, 'invalidRequest', 'Fragment too large');
  if (length % FRAGMENT_UNIT !== 0 && range.to !== range.total - 1) {
    return fault(400, 'invalidRequest', 'Fragments must be multiples of 320 KiB but for the last');
  }
  return range;
}

async function takeFragment(bench: Bench, ask: Ask, id: string, drive: DriveSession): Promise<Reply> {
  const { disk, journal, now } = bench;
  const range = readRange(ask, drive);
  const already = !('status' in range) && range.to < drive.received;
  if (already) journal.note('again', drive.session, range.from);
  if ('status' in range || range.from !== drive.received) {
    // bodies are read to the end before they are refused
    await drain(ask);
    if ('status' in range) return range;
    return range.from < drive.received
      ? overlap()
      : fault(416, 'invalidRange', 'The uploaded fragment does not begin where the session goes on.');
  }
  const { path } = await disk.receive(ask.request, () => journal.note('began', drive.session, range.from));
  if (driveOf(bench, id)?.received !== drive.received) return overlap();
  const whole = bytesOf(bench, id);
  disk.assertLive();
  // what a life that ended on the way left behind the last told byte goes
  await truncate(whole, drive.received);
  await appendFile(whole, await readFile(path));
  await rm(path);
  const next = { ...drive, received: range.to + 1, total: range.total, expires: now() + drive.life };
  if (next.received < range.total) {
    await disk.keep(`drive-${id}.json`, next);
    journal.note('stored', drive.session, range.from);
    return json(202, progress(next));
  }
  // with the last byte the file is there and the session is not: nobody sees one without the other
  await disk.putFile(drive.key, whole, '');
  disk.discard(`drive-${id}.json`);
  journal.note('stored', drive.session, range.from);
  const name = drive.key.split('/').at(-1) ?? '';
  return json(201, { id: id.toUpperCase(), name, size: range.total, file: {} });
}
