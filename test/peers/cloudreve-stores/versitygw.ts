/** S3 by a maintained server, `versitygw`, in place of the stand-in: as one that somebody has on their machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { keptPort } from '../held-port.ts';
import { endProcess, untilAnswers } from '../own-program.ts';
import { ACCOUNT, partCount, partSize } from './bench.ts';
import { encodePath } from './http.ts';
import { presignV4 } from './signature-v4.ts';
import { type SessionWish, type Store, StoreAway, type StoreOptions } from './store.ts';

/** Where the program is; `undefined` where this machine has none on its PATH. */
export const findVersitygw = (path = process.env['PATH'] ?? ''): string | undefined =>
  path
    .split(delimiter)
    .map((folder) => join(folder, 'versitygw'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

const life = 60_000;
const pathOf = (key: string): string => `/${ACCOUNT.bucket}/${encodePath(key)}`;

/** Starts it with its bucket in the folder; resolves when it can be asked. It calls nobody and counts no bodies. */
export async function startVersitygw(program: string, options: StoreOptions): Promise<Store> {
  const { folder, now = Date.now } = options;
  const port = options.port ?? (await keptPort());
  const own = `http://127.0.0.1:${port}`;
  const url = options.publicUrl ?? own;
  mkdirSync(join(folder, 'data', ACCOUNT.bucket), { recursive: true });
  const uploads = new Map<string, { readonly key: string; readonly id: string }>();
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const started = spawn(program, ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', join(folder, 'data')], {
      stdio: 'ignore',
      env: { ...process.env, ROOT_ACCESS_KEY: ACCOUNT.accessKey, ROOT_SECRET_KEY: ACCOUNT.secretKey },
    });
    child = started;
    await untilAnswers(started, own);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = child;
    child = undefined;
    await endProcess(ended, signal);
  };
  const again = (signal: NodeJS.Signals) => async (): Promise<void> => {
    await end(signal);
    await start();
  };

  const at = (base: string, method: string, key: string, query: Readonly<Record<string, string>> = {}): string =>
    base + presignV4(new URL(base).host, { method, path: pathOf(key), query, headers: {} }, now() + life, now());
  const ask = async (method: string, key: string, query?: Readonly<Record<string, string>>, body?: Uint8Array) => {
    if (child === undefined) throw new StoreAway('s3');
    const bytes = body === undefined ? {} : { body: new Uint8Array(body) };
    return fetch(at(own, method, key, query), { method, headers: { connection: 'close' }, ...bytes });
  };
  const open = async (wish: SessionWish) => {
    const created = await ask('POST', wish.key, { uploads: '' });
    const id = /<UploadId>([^<]+)</.exec(await created.text())?.[1];
    if (id === undefined) throw new Error(`${program}: no upload (${created.status})`);
    uploads.set(wish.session, { key: wish.key, id });
    const sign = (method: string, query: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>) =>
      url + presignV4(new URL(url).host, { method, path: pathOf(wish.key), query, headers }, wish.expires, now());
    return {
      uploadId: id,
      uploadUrls: Array.from({ length: partCount(wish) }, (_, index) =>
        sign(
          'PUT',
          { partNumber: String(index + 1), uploadId: id },
          { 'content-length': String(partSize(wish, index)) },
        ),
      ),
      completeUrl: sign('POST', { uploadId: id }, {}),
    };
  };

  await start();
  return {
    kind: 's3',
    url,
    open,
    abort: async (session) => {
      const upload = uploads.get(session);
      return upload !== undefined && (await ask('DELETE', upload.key, { uploadId: upload.id })).ok;
    },
    uploaded: async (key) => {
      const answer = await ask('GET', key);
      const content = Buffer.from(await answer.arrayBuffer());
      if (!answer.ok) return undefined;
      return { key, size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    },
    put: async (key, bytes) => {
      const answer = await ask('PUT', key, {}, bytes);
      if (!answer.ok) throw new Error(`${program}: not stored (${answer.status})`);
    },
    contentUrl: (key) => at(url, 'GET', key),
    refuseCallback: () => undefined,
    restart: again('SIGTERM'),
    kill: again('SIGKILL'),
    away: () => end('SIGTERM'),
    comeBack: start,
    breakCallback: () => {},
    mendCallback: () => {},
    report: () => ({ crashes: 0, transfers: {}, refused: {}, untold: [] }),
    stop: () => end('SIGKILL'),
  };
}
