import { createHash } from 'node:crypto';
import { ACCOUNT, type Bench, partCount, partSize, type Ways } from './bench.ts';
import { fillTemplate } from './callback.ts';
import { contentReply } from './content.ts';
import { type Dialect, dialectOf, type MultipartKind } from './dialects.ts';
import type { Part, Upload } from './disk.ts';
import { type Ask, encodePath, header, type Reply, readText } from './http.ts';
import type { SignFault, ToSign } from './signing.ts';
import type { SessionWish } from './store.ts';
import { elements, readPartList, xml, xmlError } from './xml.ts';

const MOST_PARTS = 10_000;
const RELAYED_PART = 5 * 1024 * 1024;
const NO_SUCH_UPLOAD =
  'The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
const INVALID_PART =
  'One or more of the specified parts could not be found. The part may not have been uploaded, or the entity tag may not match.';

/** The stores that take parts at presigned addresses and make an object of them at another. */
export function multipartWays(kind: MultipartKind, bench: Bench): Ways {
  const { disk, journal, base, now, options } = bench;
  const dialect = dialectOf(kind, options);
  const host = new URL(base).host;
  const signed = (what: ToSign, expires: number): string => base + dialect.presign(host, what, expires, now());

  return {
    async open(wish) {
      const { id } = await disk.openUpload(wish);
      const path = pathOf(wish.key);
      const part = (_: unknown, index: number): string => {
        const query = { partNumber: String(index + 1), uploadId: id };
        const headers = dialect.partHeaders(partSize(wish, index));
        return signed({ method: 'PUT', path, query, headers }, wish.expires);
      };
      const query = { uploadId: id, ...callbackQuery(dialect, wish) };
      return {
        uploadId: id,
        uploadUrls: Array.from({ length: partCount(wish) }, part),
        completeUrl: signed({ method: 'POST', path, query, headers: dialect.completeHeaders }, wish.expires),
      };
    },
    abort: (session) => disk.abort(disk.uploadOf(session)),
    contentUrl: (key, expires) => signed({ method: 'GET', path: pathOf(key), query: {}, headers: {} }, expires),
    async answer(ask) {
      const reply = await answer(bench, dialect, ask);
      const code = /<Code>(\w+)</.exec(reply.status >= 400 || reply.status === 203 ? String(reply.body) : '')?.[1];
      if (code !== undefined) journal.noteRefusal(code);
      return reply;
    },
  };
}

const pathOf = (key: string): string => `/${ACCOUNT.bucket}/${encodePath(key)}`;

function callbackQuery({ callback }: Dialect, wish: SessionWish): Readonly<Record<string, string>> {
  if (callback === undefined || wish.callback === undefined) return {};
  const policy = {
    callbackUrl: wish.callback,
    callbackBody: '{"source_name":${object},"size":${size}}',
    callbackBodyType: 'application/json',
  };
  return { [callback]: Buffer.from(JSON.stringify(policy)).toString('base64') };
}

async function answer(bench: Bench, dialect: Dialect, ask: Ask): Promise<Reply> {
  const refused = refuse(bench, dialect, ask);
  if (refused) return refused;
  const prefix = `/${ACCOUNT.bucket}/`;
  const path = decodeURIComponent(ask.path);
  if (!path.startsWith(prefix)) return xmlError(404, 'NoSuchBucket', 'The specified bucket does not exist.');
  const key = path.slice(prefix.length);
  const id = ask.query.get('uploadId');
  if (id === null && ask.method === 'GET') {
    const object = bench.disk.object(key);
    if (!object) return xmlError(404, 'NoSuchKey', 'The specified key does not exist.');
    return contentReply(ask, object);
  }
  const upload = bench.disk.upload(id ?? '');
  const known = upload?.wish.key === key ? upload : undefined;
  if (ask.method === 'PUT') return takePart(bench, dialect, ask, known);
  if (ask.method === 'POST') return complete(bench, dialect, ask, known);
  return xmlError(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
}

function refuse({ now }: Bench, dialect: Dialect, ask: Ask): Reply | undefined {
  if (header(ask, 'authorization') !== undefined && dialect.secondCredential === 'refused') {
    return xmlError(
      400,
      'InvalidRequest',
      'Invalid Request (request has multiple authentication types, please use one)',
    );
  }
  if (ask.method === 'PUT' && Number.isNaN(ask.length) && dialect.noLength === 411) {
    return xmlError(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  const fault = dialect.check(ask, now());
  return fault && faultReply(fault, now());
}

function faultReply(fault: SignFault, now: number): Reply {
  switch (fault) {
    case 'unsigned':
      return xmlError(403, 'AccessDenied', 'Access Denied.');
    case 'unknown key':
      return xmlError(403, 'InvalidAccessKeyId', 'The access key Id you provided does not exist in our records.');
    case 'too long a life':
      return xmlError(400, 'AuthorizationQueryParametersError', 'X-Amz-Expires must be less than a week (in seconds)');
    case 'expired':
      return xmlError(403, 'AccessDenied', 'Request has expired', { ServerTime: new Date(now).toISOString() });
    case 'mismatch':
      return xmlError(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match yours.');
  }
}

async function takePart({ disk, journal }: Bench, { tags }: Dialect, ask: Ask, upload?: Upload): Promise<Reply> {
  const number = Number(ask.query.get('partNumber'));
  if (!upload || upload.completed !== undefined) return xmlError(404, 'NoSuchUpload', NO_SUCH_UPLOAD);
  if (!(number >= 1 && number <= MOST_PARTS)) {
    return xmlError(400, 'InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  }
  const { session } = upload.wish;
  if (disk.part(upload.id, number)) journal.note('again', session, number);
  const part = await disk.takePart(upload.id, number, ask.request, () => journal.note('began', session, number));
  journal.note('stored', session, number);
  return { status: 200, headers: { etag: `"${tagOf(part.md5, tags)}"` } };
}

async function complete(bench: Bench, dialect: Dialect, ask: Ask, upload?: Upload): Promise<Reply> {
  const { disk } = bench;
  const body = await readText(ask);
  if (!upload) return xmlError(404, 'NoSuchUpload', NO_SUCH_UPLOAD);
  if (upload.completed !== undefined) {
    return dialect.completedAgain === 'told again'
      ? xml(200, upload.completed)
      : xmlError(404, 'NoSuchUpload', NO_SUCH_UPLOAD);
  }
  const parts = dialect.completes === 'all' ? allParts(bench, upload, body) : listedParts(bench, upload, body);
  if ('status' in parts) return parts;
  if (parts.slice(0, -1).some(({ size }) => size < dialect.leastPart)) {
    return xmlError(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed object size.');
  }
  const { key } = upload.wish;
  if (dialect.keepsObjects && disk.object(key)) {
    return xmlError(409, 'FileAlreadyExists', 'The object you specified already exists and can not be overwritten.');
  }
  const etag = tagOf(tagOfParts(parts.map(({ md5 }) => md5)), dialect.tags);
  const told = { Location: bench.base + pathOf(key), Bucket: ACCOUNT.bucket, Key: key, ETag: `"${etag}"` };
  const name = 'CompleteMultipartUploadResult';
  const result = `<${name} xmlns="${dialect.namespace}">${elements(told)}</${name}>`;
  await disk.complete(upload, parts, etag, result);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  return (await callBack(bench, dialect, ask, key, size)) ?? xml(200, result);
}

function listedParts({ disk }: Bench, upload: Upload, body: string): readonly Part[] | Reply {
  const list = readPartList(body);
  if (!list) return xmlError(400, 'MalformedXML', 'The XML you provided was not well-formed.');
  if (list.length === 0) return xmlError(400, 'InvalidRequest', 'You must specify at least one part');
  if (list.some(({ number }, index) => number <= (list[index - 1]?.number ?? 0))) {
    return xmlError(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.');
  }
  const parts: Part[] = [];
  for (const { number, etag } of list) {
    const part = disk.part(upload.id, number);
    if (part?.md5 !== etag) return xmlError(400, 'InvalidPart', INVALID_PART);
    parts.push(part);
  }
  return parts;
}

/** Whatever is there, in order of the numbers: nobody sees that one is missing. */
function allParts({ disk }: Bench, upload: Upload, body: string): readonly Part[] | Reply {
  if (body !== '') return xmlError(400, 'InvalidArgument', 'The body must be empty when all parts are completed.');
  const parts = disk.parts(upload.id);
  return parts.length > 0 ? parts : xmlError(400, 'InvalidPart', INVALID_PART);
}

/** The server's own answer goes on to the client; the object stays whatever that is. */
async function callBack(
  { callServer }: Bench,
  { callback }: Dialect,
  ask: Ask,
  key: string,
  size: number,
): Promise<Reply | undefined> {
  const encoded = callback === undefined ? null : ask.query.get(callback);
  if (encoded === null) return undefined;
  const policy = JSON.parse(Buffer.from(encoded, 'base64').toString()) as Readonly<Record<string, string>>;
  const told = await callServer(policy['callbackUrl'] ?? '', {
    headers: { 'content-type': policy['callbackBodyType'] ?? '' },
    body: fillTemplate(policy['callbackBody'] ?? '', { object: key, size }),
  });
  if (told?.status === 200) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: told.text };
  }
  const why = told === undefined ? '-1.OSS can not connect to your callbackUrl, please check it' : `${told.status}.`;
  return xmlError(203, 'CallbackFailed', `Error Status : ${why}`);
}

/** The tag of a whole: the MD5 of its parts' MD5s, and their number. */
function tagOfParts(tags: readonly string[]): string {
  const all = createHash('md5').update(Buffer.concat(tags.map((tag) => Buffer.from(tag, 'hex'))));
  return `${all.digest('hex')}-${tags.length}`;
}

/** The tag of what the master relays: it sends more than 5 MiB in parts of that. */
export function relayedTag(bytes: Uint8Array): string {
  const tagAt = (from: number): string =>
    createHash('md5')
      .update(bytes.subarray(from, from + RELAYED_PART))
      .digest('hex');
  if (bytes.length <= RELAYED_PART) return tagAt(0);
  return tagOfParts(
    Array.from({ length: Math.ceil(bytes.length / RELAYED_PART) }, (_, index) => tagAt(index * RELAYED_PART)),
  );
}

const tagOf = (md5: string, tags: Dialect['tags']): string => (tags === 'upper' ? md5.toUpperCase() : md5);
