import { createHash } from 'node:crypto';
import type { Reply } from '../cloudreve-stores/http.ts';
import type { Call } from './call.ts';
import type { SelfCommunityConfig } from './config.ts';
import type { Disk } from './disk.ts';
import { combine, freeName, serverErrorPage } from './django.ts';
import { json, refuse, refuseField, type Vices } from './vices.ts';

/** Where files are found by their address. */
export const MEDIA = '/media/pm/';

/** What is asked of the upload address. */
interface Upload {
  readonly call: Call;
  readonly disk: Disk;
  /** What the server calls its fields: "" or "qq". */
  readonly prefix: '' | 'qq';
  readonly field: (name: string) => string | undefined;
  /** The refusal where one of these fields is missing. */
  readonly lacks: (...names: readonly string[]) => Reply | undefined;
  /** What the client names; blank where it names none. */
  readonly uuid: string;
  /** Where its files are, for clients. */
  readonly origin: string;
}

/** Answers a part, a whole file or `done`. */
export function answerUpload(
  { config, vices, now }: { readonly config: SelfCommunityConfig; readonly vices: Vices; readonly now: () => number },
  call: Call,
  disk: Disk,
): Reply | undefined {
  const upload = readUpload(config, call, disk);
  const { uuid, field } = upload;
  const forget = (): void => disk.dropChunks(uuid);
  if (disk.lastChunkAt(uuid) + config.upload_ttl * 1000 < now()) forget();
  if (call.query.has('done')) return vices.answer('done', 0, () => finish(upload), forget);
  const index = field('partindex');
  // A form without a file is refused; that is no upload.
  if (call.form.file === undefined && index === undefined) return keepWhole(upload);
  if (index === undefined) return vices.answer('file', 0, () => keepWhole(upload), forget);
  return vices.answer('chunk', Number(index), () => keepChunk(upload, index), forget);
}

function readUpload({ fields: names, scheme }: SelfCommunityConfig, call: Call, disk: Disk): Upload {
  const { fields, file } = call.form;
  const saysQq = file?.field === 'qqfile' || fields['qquuid'] !== undefined;
  const prefix = names === 'qq' || (names === 'both' && saysQq) ? 'qq' : '';
  const field = (name: string): string | undefined => fields[prefix + name];
  const has = (name: string): boolean => (name === 'file' ? file?.field === `${prefix}file` : Boolean(field(name)));
  const lacks = (...needed: readonly string[]): Reply | undefined => {
    const missing = needed.find((name) => !has(name));
    return missing === undefined ? undefined : refuseField(prefix + missing, 'required', 'This field is required.');
  };
  const origin = `${scheme}://${call.headers.host ?? ''}`;
  return { call, disk, prefix, field, lacks, uuid: field('uuid') ?? '', origin };
}

/** protocol: the UUID is the server's, from its answer to chunk 0 on. */
function keepChunk({ call, disk, lacks, uuid }: Upload, index: string): Reply {
  const isFirst = index === '0';
  const refusal = isFirst ? lacks('file', 'totalparts') : lacks('file', 'totalparts', 'uuid');
  if (refusal) return refusal;
  if (!isFirst && disk.chunks(uuid).length === 0) return refuse(404, 'not_found', 'Not found.');
  const file_uuid = uuid || call.freshUuid;
  disk.putChunk(file_uuid, index, bytesOf(call), true);
  return json(200, { file_uuid });
}

function keepWhole(upload: Upload): Reply {
  const { call, disk, field, lacks } = upload;
  const refusal = lacks('file');
  if (refusal) return refusal;
  const name = freeName(disk, call.freshUuid, field('filename') ?? 'file');
  disk.putFile(call.freshUuid, name, bytesOf(call));
  return finished(upload, call.freshUuid, name);
}

/** A second `done` finds no chunks, as a first one that misses one. */
function finish(upload: Upload): Reply {
  const { disk, prefix, field, lacks, uuid } = upload;
  const refusal = lacks('uuid', 'filename', 'totalparts');
  if (refusal) return refusal;
  const name = combine(disk, uuid, field('filename') ?? '', Number(field('totalparts')));
  if (name === undefined) return serverErrorPage;
  const bytes = disk.readFile(uuid, name) ?? Buffer.alloc(0);
  const md5 = createHash('md5').update(bytes).digest('hex');
  if ((field('md5') ?? md5) !== md5) return refuseField(`${prefix}md5`, 'invalid', 'The checksum does not match.');
  return finished(upload, uuid, name);
}

const bytesOf = ({ form }: Call): Buffer => form.file?.bytes ?? Buffer.alloc(0);

/** protocol: the answer to `done`, and to a file in one request. */
function finished({ origin }: Upload, file_uuid: string, name: string): Reply {
  const file_url = `${origin}${MEDIA}${file_uuid}/${encodeURIComponent(name)}`;
  return json(200, { file_url, file_uuid });
}
