/**
 * As much of a Cloudreve site as an upload to local storage needs, in a process of its own: it answers at once, reads
 * bodies and forgets them. Whoever comes is signed in.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type BenchServer, startProgram } from './own-process.ts';

/** protocol: what a site cuts files into where its administrator chose nothing else. Bytes. */
export const defaultChunk = 25 * 1024 * 1024;

type Upload = { readonly uri: string; readonly size: number; readonly missing: Set<number> };

const nothing = 'nothing';
const done = (data?: unknown): unknown => ({ code: 0, data, msg: '' });
const later = (): string => new Date(Date.now() + 3_600_000).toISOString();

/** Starts the site; `lanes`: chunks of one file that its policy lets travel at once. */
export const startSink = (lanes: number): Promise<BenchServer> => startProgram(import.meta.url, String(lanes));

const serve = async (lanes: number): Promise<void> => {
  const uploads = new Map<string, Upload>();
  const policy = { id: 'p', name: 'local', type: 'local', max_size: 0, chunk_concurrency: lanes };
  const user = { id: 'u', email: 'bench@example.org', nickname: 'bench', group: { id: 'g', name: 'g' } };
  const folder = { type: 1, id: 'r', name: '', path: 'cloudreve://my', primary_entity: nothing };
  const missing = { code: 40016, msg: 'Path not exist' };

  const create = async (request: IncomingMessage): Promise<unknown> => {
    const { uri, size } = JSON.parse(await text(request)) as { readonly uri: string; readonly size: number };
    const session = String(uploads.size);
    const chunks = Math.max(1, Math.ceil(size / defaultChunk));
    uploads.set(session, { uri, size, missing: new Set(Array.from({ length: chunks }, (_, n) => n)) });
    const expires = Math.floor(Date.now() / 1000) + 86_400;
    const told = { session_id: session, chunk_size: defaultChunk, expires, storage_policy: policy, uri };
    return done({ ...told, callback_secret: '' });
  };
  const info = (uri: string): unknown => {
    const [session, upload] = [...uploads].findLast(([, one]) => one.uri === uri) ?? [];
    if (session === undefined || upload === undefined) return missing;
    const whole = upload.missing.size === 0;
    const metadata = whole ? {} : { 'sys:upload_session_id': session };
    const content = whole ? session : nothing;
    const file = { type: 0, id: session, name: 'file', path: uri, created_at: new Date().toISOString() };
    return done({ ...file, size: whole ? upload.size : 0, metadata, primary_entity: content });
  };
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://sink');
    const [, session = '', index] = /^\/api\/v4\/file\/upload\/([^/]+)\/(\d+)$/.exec(pathname) ?? [];
    if (index !== undefined) {
      request.resume();
      await once(request, 'end');
      uploads.get(session)?.missing.delete(Number(index));
      return done();
    }
    switch (`${request.method ?? ''} ${pathname.slice('/api/v4'.length)}`) {
      case 'PUT /file/upload':
        return create(request);
      case 'GET /file/info':
        return info(searchParams.get('uri') ?? '');
      case 'GET /file':
        return done({ files: [], parent: folder, pagination: { page_size: 10 }, storage_policy: policy });
      case 'GET /site/ping':
        return done('4.18.0');
      case 'GET /site/config/basic':
        return done({ instance_id: 'bench', title: 'bench', user: { anonymous: true } });
      case 'GET /site/config/login':
        return done({});
      case 'POST /session/token': {
        const token = { access_token: 'a', refresh_token: 'r', access_expires: later(), refresh_expires: later() };
        return done({ user, token });
      }
      case 'GET /user/me':
        return done(user);
      case 'GET /user/capacity':
        return done({ total: 1e15, used: 0 });
      default:
        return missing;
    }
  };
  const server = createServer((request, response) => {
    void answer(request).then((said) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(said));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Whoever started it is gone, however that ended.
  process.once('disconnect', () => process.exit());
  process.send?.((server.address() as AddressInfo).port);
};

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url))
  await serve(Number(process.argv[2]));
