import { type FileHandle, constants, open, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { arriving } from '../arriving.ts';
import { Refusal, refuse } from './answer.ts';
import type { Call } from './call.ts';
import { checkHold, checkPlace, complete } from './completion.ts';
import { isSince } from './config.ts';
import { type UploadSession, sessionById } from './session.ts';
import type { Site } from './site.ts';
import { storeRelayed } from './relay.ts';

/** The connection broke off: nobody waits for an answer. */
export class Gone extends Error {}

/** Takes a chunk: POST `/file/upload/{session}/{index}`. */
export async function takeChunk(call: Call): Promise<unknown> {
  const { site, params, request } = call;
  const [id = '', text = ''] = params;
  const index = readIndex(text);
  const session = sessionById(site, id);
  if (!session || session.user !== call.user?.id) throw refuse.noSession();
  // before 4.11 the lock is not looked at until the upload completes
  if (isSince(site.settings.version, 4, 11)) checkHold(site, session);
  else checkPlace(site, session);
  // the real server's lock is away for a moment now and then: sending again cures it
  const { raceEvery } = site.settings;
  if (raceEvery > 0 && ++site.chunks % raceEvery === 0) throw refuse.lockLost();
  if (session.direct) throw new Refusal(40006);
  const { offset, length } = slotOf(session, index);
  if (announcedLength(request) !== length) throw new Refusal(40013, `Invalid Content-Length (expected: ${length})`);

  const slot = session.chunkSize === 0 ? 0 : Number(index);
  const isRepeated = session.received[slot] === true;
  if (isRepeated && length > 0) site.log.note('again', session.id, slot);
  site.bodies++;
  try {
    await writeBody(site, session, { offset, length, slot }, request);
    return await received(site, session, slot, offset + length);
  } finally {
    site.bodies--;
  }
}

/** The index as the real server's parser takes it: a sign and leading zeros do no harm. */
function readIndex(text: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) throw refuse.invalid('Parameter error');
  const index = BigInt(text.replace('+', ''));
  if (index >= 2n ** 63n) throw refuse.invalid('Parameter error');
  if (index < 0n) throw refuse.invalid('Index too short');
  return index;
}

/** Where a chunk's bytes belong. An offset beyond what 64 bits hold comes out negative, as it does there. */
function slotOf(
  { size, chunkSize }: UploadSession,
  index: bigint,
): { readonly offset: number; readonly length: number } {
  if (chunkSize === 0) return { offset: 0, length: size };
  const offset = Number(BigInt.asIntN(64, index * BigInt(chunkSize)));
  if (offset > size || (offset === size && size > 0))
    throw new Refusal(40012, 'Chunk offset cannot be greater than file size');
  return { offset, length: Math.min(chunkSize, offset < 0 ? chunkSize : size - offset) };
}

/** What the body is said to be long: Content-Length decides, the other header stands in for it. */
function announcedLength({ headers }: IncomingMessage): number {
  if (headers['content-length'] !== undefined) return Number(headers['content-length']);
  if (headers['transfer-encoding'] === undefined) return 0;
  const expected = headers['x-expected-entity-length'];
  return typeof expected === 'string' && /^\d+$/.test(expected) ? Number(expected) : -1;
}

interface Slot {
  readonly offset: number;
  readonly length: number;
  readonly slot: number;
}

/** Writes a body as it comes: what a broken one brought stays, and what comes late goes in all the same. */
async function writeBody(
  site: Site,
  session: UploadSession,
  { offset, length, slot }: Slot,
  request: IncomingMessage,
): Promise<void> {
  const path = site.pathOf(session.id);
  if (offset < 0) throw refuse.io();
  const body = arriving(request);
  const truncates = slot === 0 && session.chunkSize > 0 && !isSince(site.settings.version, 4, 7);
  if (site.settings.policy.type === 'local' && offset > (await sizeOf(path))) throw refuse.io();
  const flags = constants.O_RDWR | constants.O_CREAT | (truncates ? constants.O_TRUNC : 0);
  const file = await open(path, flags);
  try {
    let written = 0;
    for await (const piece of pieces(body)) {
      if (written === 0 && piece.length > 0) site.log.note('began', session.id, slot);
      const kept = piece.subarray(0, Math.max(0, length - written));
      await writeAll(file, kept, offset + written);
      written += kept.length;
    }
    if (written < length) throw new Refusal(50004, 'Uploaded data does not match purposed size');
  } finally {
    await file.close();
  }
}

async function* pieces(body: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch {
    throw new Gone();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

/**
 * What follows a body that came whole. A session that ended meanwhile answers success, and nothing comes of it; so does
 * a chunk that is sent again after completion failed.
 */
async function received(site: Site, session: UploadSession, slot: number, end: number): Promise<unknown> {
  site.log.note('stored', session.id, slot);
  const living = sessionById(site, session.id);
  if (!living) return undefined;
  const isNew = living.received[slot] !== true;
  living.received[slot] = true;
  const isComplete = isSince(site.settings.version, 4, 18)
    ? isNew && Object.keys(living.received).length === chunkCount(living)
    : end >= living.size;
  if (!isComplete) return undefined;
  if (site.isEnding) throw refuse.nothing();
  if (site.settings.policy.type !== 'local') await storeRelayed(site, living);
  complete(site, living);
  return undefined;
}

const chunkCount = ({ size, chunkSize }: UploadSession): number =>
  chunkSize === 0 ? 1 : Math.max(1, Math.ceil(size / chunkSize));
