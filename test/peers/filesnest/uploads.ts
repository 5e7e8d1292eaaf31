import { once } from 'node:events';
import { createWriteStream, openSync, closeSync, readSync, rmSync, writeSync } from 'node:fs';
import { arriving } from '../arriving.ts';
import { type Ask, header, type Reply } from '../cloudreve-stores/http.ts';
import { badInclude, type Call, json, noModel, refuse, serverError, uploadData } from './call.ts';
import { pageOf } from './page.ts';
import type { Site } from './site.ts';
import type { FileRow, UploadRow } from './store.ts';

/** A body that has come whole: where it lies until somebody takes it. */
export interface Arrived {
  readonly path: string;
}

/** protocol: 15 a page, by number; the cap of the list of files does not hold here. */
export function listUploads({ store }: Site, call: Call, row: FileRow): Reply {
  const refusal = badInclude(call, []);
  if (refusal) return refusal;
  const page = pageOf(store.uploads(row), call.query, `http://${call.headers.host ?? ''}${call.path}`);
  return json(200, { ...page, data: page.data.map(uploadData) });
}

export const showUpload = (call: Call, upload: UploadRow): Reply =>
  badInclude(call, []) ?? json(200, { data: uploadData(upload) });

/**
 * Writes a body to the disk as it arrives, and notes that it does. Throws when it breaks off: nothing is kept then.
 *
 * @param onFirst is called when its first byte is there
 */
export async function receive({ store }: Site, { request }: Ask, onFirst: () => void): Promise<Arrived> {
  const path = store.arrivingPath();
  const file = createWriteStream(path);
  file.on('error', () => {});
  let hasBegun = false;
  try {
    for await (const piece of arriving(request)) {
      if (!hasBegun) onFirst();
      hasBegun = true;
      if (!file.write(piece)) await once(file, 'drain');
    }
    if (!hasBegun) onFirst();
    file.end();
    await once(file, 'close');
    return { path };
  } catch (error) {
    file.destroy();
    rmSync(path, { force: true });
    throw error;
  }
}

/** Notes that a body for a chunk began to come, and what it means that it was there before. */
export function noteBody({ store, journal }: Site, row: FileRow, upload: UploadRow): void {
  journal.note('began', String(row.id), upload.number);
  if (!upload.isCompleted) return;
  const isStuck = row.mergeAt === null && store.hasAllChunks(row);
  if (isStuck) journal.write('nudges', `${row.id}/${upload.number}`);
  else journal.note('again', String(row.id), upload.number);
}

/** protocol: whatever is sent is taken, in any order and again; when all chunks are there, the merge is queued. */
export function keepChunk(site: Site, call: Call, id: number, uploadId: number, arrived: Arrived): Reply {
  const { store, journal, merges, isSeed } = site;
  // protocol: exactly so. The older version trips while it logs the refusal.
  if (header(call, 'content-type') !== 'application/octet-stream')
    return isSeed ? serverError(call) : refuse(call, 400, 'Invalid content type');
  // It may have been merged or deleted while the body came.
  const row = store.row(id);
  if (!row) return noModel(call, 'File');
  const upload = store.upload(row, uploadId);
  if (!upload) return noModel(call, 'Upload');
  store.putChunk(row, upload.number, arrived.path);
  journal.note('stored', String(row.id), upload.number);
  merges.queue(row);
  const kept = store.upload(row, uploadId) ?? upload;
  return json(200, { data: uploadData(kept) });
}

/** Changes the first byte of what has arrived. */
export function corrupt({ path }: Arrived): void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, 0);
  writeSync(file, Buffer.of((byte[0] ?? 0) ^ 255), 0, 1, 0);
  closeSync(file);
}
