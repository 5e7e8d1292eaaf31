import { rm } from 'node:fs/promises';
import { ACCOUNT, type Bench, type Ways } from './bench.ts';
import { contentReply } from './content.ts';
import { readForm } from './form.ts';
import { type Ask, encodePath, json, type Reply } from './http.ts';
import { hexHash, hmac, same } from './signing.ts';

/** What a form may bring, in the provider's words; the time in seconds. */
interface FormPolicy {
  readonly bucket: string;
  readonly 'save-key': string;
  readonly expiration: number;
  readonly 'content-length': number;
  readonly 'content-length-range': string;
  readonly 'notify-url'?: string;
  /** Cloudreve's session, for the report. */
  readonly 'ext-param': string;
}

/** Upyun's form API: the whole file in one form whose policy is signed; the server is told afterwards. */
export function upyunWays(bench: Bench): Ways {
  const { disk, base, journal } = bench;
  return {
    open({ session, key, size, expires, callback }) {
      const policy: FormPolicy = {
        bucket: ACCOUNT.bucket,
        'save-key': key,
        expiration: Math.floor(expires / 1000),
        'content-length': size,
        'content-length-range': `0,${size}`,
        ...(callback !== undefined && { 'notify-url': callback }),
        'ext-param': session,
      };
      const uploadPolicy = Buffer.from(JSON.stringify(policy)).toString('base64');
      const uploadUrls = [`${base}/${ACCOUNT.bucket}`];
      return Promise.resolve({ uploadId: '', uploadUrls, credential: signatureOf(uploadPolicy), uploadPolicy });
    },
    abort: () => Promise.resolve(true),
    contentUrl: (key) => `${base}/content/${encodePath(key)}`,
    async answer(ask) {
      if (ask.method === 'GET' && ask.path.startsWith('/content/')) {
        const object = disk.object(decodeURIComponent(ask.path.slice('/content/'.length)));
        return object ? contentReply(ask, object) : fault(404, 'file or directory not found');
      }
      const reply = await takeForm(bench, ask);
      if (reply.status >= 400) journal.noteRefusal(reply.status);
      return reply;
    },
  };
}

function signatureOf(policy: string): string {
  const text = `POST&/${ACCOUNT.bucket}&${policy}`;
  const signature = hmac('sha1', hexHash('md5', ACCOUNT.secretKey), text).toString('base64');
  return `UPYUN ${ACCOUNT.accessKey}:${signature}`;
}

const fault = (status: number, msg: string): Reply => json(status, { code: status * 100_000, msg });

function readPolicy(text: string): FormPolicy | undefined {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString()) as FormPolicy;
  } catch {
    return undefined;
  }
}

async function takeForm(bench: Bench, ask: Ask): Promise<Reply> {
  const { disk, now } = bench;
  if (ask.method !== 'POST') return fault(405, 'method not allowed');
  if (ask.path !== `/${ACCOUNT.bucket}`) return fault(404, 'bucket not found');
  if (ask.headers['authorization'] !== undefined) return fault(401, 'the form bears the credential, not a header');
  if (Number.isNaN(ask.length)) return fault(411, 'need content-length');
  if (!ask.headers['content-type']?.startsWith('multipart/form-data')) return fault(400, 'not a multipart form');
  let taken: { path: string; size: number; md5: string; mimeType: string | undefined } | undefined;
  const form = await readForm(ask.request, async (body, mimeType, before) => {
    const session = readPolicy(before.get('policy') ?? '')?.['ext-param'];
    const began = session === undefined ? undefined : () => bench.journal.note('began', session, 1);
    taken = { ...(await disk.receive(body, began)), mimeType };
  });
  const { fields, late } = form;
  const encoded = fields.get('policy');
  const refused = ((): Reply | FormPolicy => {
    if (encoded === undefined) return fault(400, late.includes('policy') ? 'policy after the file' : 'need a policy');
    if (!same(signatureOf(encoded), fields.get('authorization') ?? '')) return fault(401, 'signature error');
    if (!taken) return fault(400, 'need a file');
    if (late.length > 0) return fault(400, 'the file must be the last of the form');
    const policy = readPolicy(encoded);
    if (!policy) return fault(400, 'decode policy error');
    if (now() > policy.expiration * 1000) return fault(403, 'authorization has expired');
    const [least = 0, most = Infinity] = policy['content-length-range'].split(',').map(Number);
    if (taken.size < least || taken.size > most) return fault(403, 'file size not in content-length-range');
    if (taken.size !== policy['content-length']) return fault(403, 'file size differs from content-length');
    return policy;
  })();
  if ('status' in refused || !taken) {
    if (taken) await rm(taken.path, { force: true });
    return 'status' in refused ? refused : fault(400, 'need a file');
  }
  return store(bench, refused, taken, fields.get('content-type') ?? taken.mimeType);
}

async function store(
  { disk, journal, callServer }: Bench,
  policy: FormPolicy,
  { path, size, md5 }: { readonly path: string; readonly size: number; readonly md5: string },
  mimeType?: string,
): Promise<Reply> {
  const { 'save-key': key, 'ext-param': session, 'notify-url': notify } = policy;
  if (disk.object(key)) journal.note('again', session, 1);
  await disk.putFile(key, path, md5, mimeType);
  journal.note('stored', session, 1);
  const told = { code: '200', message: 'ok', url: key, file_size: String(size), mimetype: mimeType ?? '' };
  const after = async (): Promise<void> => {
    if (notify === undefined) return;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await callServer(notify, { headers, body: new URLSearchParams(told).toString() });
  };
  return { ...json(200, { ...told, code: 200, file_size: size }), after };
}
