import { ACCOUNT, type Bench, type Ways } from './bench.ts';
import { urlSafe } from './block-tag.ts';
import { fillTemplate } from './callback.ts';
import { contentReply } from './content.ts';
import type { Part, Upload } from './disk.ts';
import { type Ask, encodePath, header, json, type Reply, readText } from './http.ts';
import { hmac, same } from './signing.ts';
import type { SessionWish } from './store.ts';

const LEAST_PART = 1024 * 1024;

/** What a token allows, in the provider's words; times in seconds. */
interface PutPolicy {
  readonly scope: string;
  readonly deadline: number;
  readonly fsizeLimit: number;
  readonly callbackUrl?: string;
  readonly callbackBody?: string;
  readonly callbackBodyType?: string;
}

/** Qiniu, multipart uploads of version 2: a token in a header, parts and completion below one address. */
export function qiniuWays(bench: Bench): Ways {
  const { disk, base, journal } = bench;
  return {
    async open(wish) {
      const { id } = await disk.openUpload(wish);
      const path = `/buckets/${ACCOUNT.bucket}/objects/${urlSafe(wish.key)}/uploads/${id}`;
      return { uploadId: id, uploadUrls: [base + path], credential: tokenFor(wish) };
    },
    abort: (session) => disk.abort(disk.uploadOf(session)),
    contentUrl: (key) => `${base}/content/${encodePath(key)}`,
    async answer(ask) {
      const reply = await answer(bench, ask);
      if (reply.status >= 400) journal.noteRefusal(reply.status);
      return reply;
    },
  };
}

function tokenFor({ key, size, expires, callback }: SessionWish): string {
  const policy: PutPolicy = {
    scope: `${ACCOUNT.bucket}:${key}`,
    deadline: Math.floor(expires / 1000),
    fsizeLimit: size,
    ...(callback !== undefined && {
      callbackUrl: callback,
      callbackBody: '{"size":$(fsize)}',
      callbackBodyType: 'application/json',
    }),
  };
  const encoded = urlSafe(JSON.stringify(policy));
  return `${ACCOUNT.accessKey}:${signatureOf(encoded)}:${encoded}`;
}

const signatureOf = (encoded: string): string => urlSafe(hmac('sha1', ACCOUNT.secretKey, encoded));

const fault = (status: number, error: string): Reply => json(status, { error });

/** The policy of a token that fits, or why it does not. */
function readToken(ask: Ask, now: number): PutPolicy | Reply {
  const [, token = ''] = /^UpToken (.+)$/.exec(header(ask, 'authorization') ?? '') ?? [];
  const [key, signature = '', encoded = ''] = token.split(':');
  if (token === '') return fault(401, 'token not specified');
  if (key !== ACCOUNT.accessKey || !same(signatureOf(encoded), signature)) return fault(401, 'bad token');
  const policy = JSON.parse(Buffer.from(encoded, 'base64url').toString()) as PutPolicy;
  return now > policy.deadline * 1000 ? fault(401, 'expired token') : policy;
}

async function answer(bench: Bench, ask: Ask): Promise<Reply> {
  const { disk, now } = bench;
  if (ask.method === 'GET' && ask.path.startsWith('/content/')) {
    const object = disk.object(decodeURIComponent(ask.path.slice('/content/'.length)));
    return object ? contentReply(ask, object) : fault(404, 'Document not found');
  }
  const route = /^\/buckets\/([^/]+)\/objects\/([^/]+)\/uploads\/([^/]+)(?:\/(\d+))?$/.exec(ask.path);
  if (!route) return fault(404, 'not found');
  const [, bucket = '', object = '', id = '', number] = route;
  const policy = readToken(ask, now());
  if ('status' in policy) return policy;
  const key = Buffer.from(decodeURIComponent(object), 'base64url').toString();
  if (policy.scope !== `${bucket}:${key}`) return fault(403, 'key doesn’t match with scope');
  const upload = disk.upload(id);
  if (upload?.wish.key !== key || upload.completed !== undefined) return fault(612, 'no such uploadId');
  if (ask.method === 'PUT' && number !== undefined) return takePart(bench, ask, upload, Number(number));
  if (ask.method === 'POST' && number === undefined) return complete(bench, ask, upload, policy);
  return fault(405, 'method not allowed');
}

async function takePart({ disk, journal }: Bench, ask: Ask, upload: Upload, number: number): Promise<Reply> {
  if (Number.isNaN(ask.length)) return fault(411, 'Length Required');
  if (number < 1 || number > 10_000) return fault(400, 'invalid part number');
  const { session } = upload.wish;
  if (disk.part(upload.id, number)) journal.note('again', session, number);
  const part = await disk.takePart(upload.id, number, ask.request, () => journal.note('began', session, number));
  journal.note('stored', session, number);
  return json(200, { etag: part.blockTag, md5: part.md5 });
}

interface Completion {
  readonly mimeType?: string;
  readonly parts: readonly { readonly etag: string; readonly partNumber: number }[];
}

async function complete(bench: Bench, ask: Ask, upload: Upload, policy: PutPolicy): Promise<Reply> {
  const { disk } = bench;
  const asked = readCompletion(await readText(ask));
  if (!asked) return fault(400, 'invalid argument');
  if (asked.parts.some(({ partNumber }, index) => partNumber <= (asked.parts[index - 1]?.partNumber ?? 0))) {
    return fault(400, 'parts must be in ascending order');
  }
  const parts: Part[] = [];
  for (const { etag, partNumber } of asked.parts) {
    const part = disk.part(upload.id, partNumber);
    if (part?.blockTag !== etag) return fault(400, 'invalid part');
    parts.push(part);
  }
  if (parts.slice(0, -1).some(({ size }) => size < LEAST_PART)) return fault(400, 'part too small');
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (size > policy.fsizeLimit) return fault(413, 'request entity too large');
  const hash = parts[0]?.blockTag ?? '';
  const { key } = upload.wish;
  const mimeType = asked.mimeType ?? 'application/octet-stream';
  const meant = { ...upload, wish: { ...upload.wish, mimeType } };
  await disk.complete(meant, parts, hash, 'completed');
  return (await callBack(bench, policy, key, hash, size)) ?? json(200, { key, hash });
}

function readCompletion(text: string): Completion | undefined {
  try {
    const value = JSON.parse(text) as Partial<Completion>;
    const parts = Array.isArray(value.parts) && value.parts.length > 0 ? value.parts : undefined;
    return parts && { ...value, parts };
  } catch {
    return undefined;
  }
}

/** The server's own answer goes on to the client; the object stays whatever that is. */
async function callBack(
  { callServer }: Bench,
  { callbackUrl, callbackBody = '', callbackBodyType = '' }: PutPolicy,
  key: string,
  hash: string,
  fsize: number,
): Promise<Reply | undefined> {
  if (callbackUrl === undefined) return undefined;
  const body = fillTemplate(callbackBody, { fsize, key, hash });
  const told = await callServer(callbackUrl, { headers: { 'content-type': callbackBodyType }, body });
  if (told?.status === 200) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: told.text };
  }
  return json(579, { error: 'callback failed', callback_url: callbackUrl, callback_body: body, key, hash });
}
