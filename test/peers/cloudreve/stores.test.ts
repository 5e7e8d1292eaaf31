import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type Peer, startPeer } from '../peer.ts';
import { controlOf } from './control.ts';

interface Session {
  readonly session_id: string;
  readonly callback_secret: string;
  readonly upload_urls: readonly string[];
  readonly completeURL?: string;
  readonly credential?: string;
  readonly upload_policy?: string;
  readonly mime_type?: string;
}

const URI = 'cloudreve://my/a b.txt';
const TEXT = 'x'.repeat(1000);
const OCTETS = { 'content-type': 'application/octet-stream' };

let peer: Peer;
const start = async (type: string, config: object = {}): Promise<void> => {
  peer = await startPeer('cloudreve', { config: { storage_policy: type, chunk_size: 5 * 1024 ** 2, ...config } });
};
afterEach(() => peer.stop());

const ask = async (method: string, url: string, body?: BodyInit, headers: Record<string, string> = {}) => {
  const sent = { method, headers: { connection: 'close', ...headers }, ...(body !== undefined && { body }) };
  const response = await fetch(url.startsWith('/') ? `${peer.url}/api/v4${url}` : url, sent);
  return { status: response.status, etag: response.headers.get('etag') ?? '', text: await response.text() };
};
const bearer = (): Record<string, string> => ({ authorization: `Bearer ${peer.vars['token'] ?? ''}` });
const create = async (more: object = {}): Promise<Session> => {
  const body = JSON.stringify({ uri: URI, size: TEXT.length, mime_type: 'text/plain', ...more });
  const { text } = await ask('PUT', '/file/upload', body, bearer());
  return (JSON.parse(text) as { data: Session }).data;
};

const listOf = (etag: string): string =>
  `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
const putPart = async ({ upload_urls: [url = ''] }: Session): Promise<string> => {
  const { status, etag } = await ask('PUT', url, TEXT, OCTETS);
  expect(status).toBe(200);
  return etag;
};
const complete = (session: Session, etag: string, headers = {}) =>
  ask('POST', session.completeURL ?? '', listOf(etag), { ...OCTETS, ...headers });

/** How a client brings a file to each kind of store, to its end. */
const WAYS: Readonly<Record<string, (session: Session) => Promise<{ status: number; text: string }>>> = {
  s3: async (session) => {
    await complete(session, await putPart(session));
    return ask('GET', `/callback/s3/${session.session_id}/${session.callback_secret}`);
  },
  ks3: async (session) => {
    await complete(session, await putPart(session));
    return ask('GET', `/callback/ks3/${session.session_id}/${session.callback_secret}`);
  },
  cos: async (session) => {
    await complete(session, await putPart(session), { 'x-cos-forbid-overwrite': 'true' });
    return ask('GET', `/callback/cos/${session.session_id}/${session.callback_secret}`);
  },
  oss: async (session) => {
    await putPart(session);
    const headers = { ...OCTETS, 'x-oss-forbid-overwrite': 'true', 'x-oss-complete-all': 'yes' };
    return ask('POST', session.completeURL ?? '', '', headers);
  },
  obs: async (session) => complete(session, await putPart(session)),
  qiniu: async ({ upload_urls: [url = ''], credential = '', mime_type: mimeType }) => {
    const authorization = { authorization: `UpToken ${credential}` };
    const part = await ask('PUT', `${url}/1`, TEXT, { ...OCTETS, ...authorization });
    const { etag } = JSON.parse(part.text) as { etag: string };
    const body = JSON.stringify({ mimeType, parts: [{ etag, partNumber: 1 }] });
    return ask('POST', url, body, { 'content-type': 'application/json', ...authorization });
  },
  upyun: (session) => {
    const form = new FormData();
    form.append('policy', session.upload_policy ?? '');
    form.append('authorization', session.credential ?? '');
    form.append('content-type', session.mime_type ?? '');
    form.append('file', new Blob([TEXT]));
    return ask('POST', session.upload_urls[0] ?? '', form);
  },
  onedrive: async (session) => {
    await ask('PUT', session.upload_urls[0] ?? '', TEXT, { 'content-range': 'bytes 0-999/1000' });
    return ask('POST', `/callback/onedrive/${session.session_id}/${session.callback_secret}`);
  },
  remote: ({ upload_urls: [url = ''], credential = '' }) =>
    ask('POST', `${url}?chunk=0`, TEXT, { ...OCTETS, authorization: credential }),
};

describe('a file comes to its end', () => {
  it.each(Object.entries(WAYS))('on %s', async (type, way) => {
    await start(type);
    const session = await create();
    const last = await way(session);
    expect(last.status, last.text).toBe(200);
    // some stores tell the site after they have answered the client
    await expect.poll(async () => (await controlOf(peer).report()).completed).toBe(1);
    expect(await controlOf(peer).stored(URI)).toMatchObject({ size: TEXT.length, metadata: {}, entities: [1000] });
    const { text } = await ask('POST', '/file/url', JSON.stringify({ uris: [URI] }), bearer());
    const { url = '' } = (JSON.parse(text) as { data: { urls: { url: string }[] } }).data.urls[0] ?? {};
    expect((await ask('GET', url)).text).toBe(TEXT);
  });

  it.each(['s3', 'remote'])('on %s unreadable, when plain text was sent in spite of a key', async (type) => {
    await start(type, { encryption: true });
    await WAYS[type]?.(await create({ encryption_supported: ['aes-256-ctr'] }));
    const stored = await controlOf(peer).stored(URI);
    expect(stored).toMatchObject({ size: TEXT.length, metadata: {} });
    expect(stored?.sha256).not.toBe(createHash('sha256').update(TEXT).digest('hex'));
  });

  it('not when the address has expired on the clock of the site', async () => {
    await start('s3');
    const session = await create();
    await peer.clock(25 * 3600_000);
    expect((await ask('PUT', session.upload_urls[0] ?? '', TEXT, OCTETS)).status).toBe(403);
  });

  it('not while the store cannot reach the site', async () => {
    await start('remote');
    const session = await create();
    await peer.words['break-callback']?.();
    expect(JSON.parse((await WAYS['remote']?.(session))?.text ?? '')).toMatchObject({ code: 50007 });
    expect(await controlOf(peer).stored(URI)).toMatchObject({ size: 0, source: '' });
  });
});
