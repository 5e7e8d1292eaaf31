/** The queue on a server that deletes nothing, answers nothing, is told once to finish, by a hash, and then assembles. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHttp } from '../../main/engine/http/client.ts';
import type { Http } from '../../main/engine/http/http.ts';
import { ok } from '../../main/engine/outcome.ts';
import type { ProviderContext } from '../../main/engine/providers/provider.ts';
import { keptSecrets } from '../fakes/kept-secrets.ts';
import { plainProvider } from '../fakes/plain-provider.ts';
import { PlainServer, plainChunkSize, plainRequests, type PlainTraits } from '../fakes/plain-server.ts';
import * as bench from '../fakes/queue-bench.ts';
import { startProxy, type Proxy } from '../faults/proxy.ts';

bench.prepareQueue();

const lacking: PlainTraits = {
  deletes: false,
  finishOnce: true,
  assembles: 2,
  hash: { algorithm: 'md5', before: 'finish' },
};

let traits: PlainTraits;

let server: PlainServer;
let meddler: Proxy;
let http: ReturnType<typeof createHttp>;
const serve = async (all: PlainTraits): Promise<void> => {
  traits = all;
  server = await new PlainServer(all).start();
  meddler = await startProxy(server.url);
};
const endServer = async (): Promise<void> => {
  await meddler.close();
  await server.close();
};
beforeEach(async () => {
  await serve(lacking);
  http = createHttp({ serverName: 'one', userAgent: 'Stevedore/test', proxy: 'none' });
});
afterEach(async () => {
  await bench.queue.stop('now');
  http.close();
  await endServer();
});

/** As after a start of the program. */
const start = async (send: Http['send'] = (request) => http.send(request)): Promise<void> => {
  const context: ProviderContext<unknown> = {
    server: { id: 'one', name: 'one', address: meddler.url, settings: { chunkSize: plainChunkSize, ...traits } },
    http: { send },
    ...keptSecrets(),
    now: Date.now,
    signal: new AbortController().signal,
  };
  const port = ok({ provider: plainProvider, context, uploadSecrets: () => context.uploadSecrets });
  bench.renewQueue({}, Date.now, { server: () => port });
  await bench.queue.start();
};
const size = 3 * plainChunkSize - 7;
const onlyFile = () => {
  const [file] = server.files.values();
  if (file === undefined || server.files.size > 1) throw new Error(`${server.files.size} files`);
  return file;
};
const expectStored = (name: string): void => {
  const sum = (bytes: Buffer | undefined) => bytes && createHash('sha256').update(bytes).digest('hex');
  expect(sum(onlyFile().stored)).toBe(sum(bench.contents.get(name)));
};

it('a file is done when the server has assembled it, although the program ended at every stage', async () => {
  const id = await bench.add('a', size);
  const seen = new Set<string>();
  // Ends at the first moment of each state that a run comes to, and starts again.
  for (let state = bench.row(id).state; state !== 'done'; state = bench.row(id).state) {
    await start();
    const stage = (): string => `${bench.row(id).state} ${bench.row(id).waitFor ?? ''}`;
    await bench.until(
      () => bench.row(id).state === 'done' || !seen.has(stage()) || bench.row(id).state === 'attention',
    );
    expect(bench.row(id).state).not.toBe('attention');
    seen.add(stage());
    await bench.queue.stop('chunk');
  }
  expect(bench.store.transfers.logOf(id, 50).map((entry) => entry.problem.code)).toContain('server-assembling');
  expectStored('a');
  expect(onlyFile().finishes).toBe(1);
});

it('a finish whose answer was lost asks the person, and is not repeated by a retry or a start', async () => {
  const id = await bench.add('a', size);
  const swallowed = meddler.swallowAnswer(plainRequests.finish);
  await start();
  await swallowed;
  await bench.reached(id, 'attention');
  expect(bench.row(id).problem?.code).toBe('outcome-unknown');
  await bench.queue.stop('now');
  await start();
  expect(bench.row(id).state).toBe('attention');
  await bench.queue.wish({ ids: [id] }, 'retry');
  await bench.until(() => bench.row(id).state === 'attention' && !bench.queue.moving.includes(id));
  expect(onlyFile().finishes).toBe(1);
});

it('a pause waits for the answer to a finish, so that its outcome is known', async () => {
  const id = await bench.add('a', size);
  const answer = bench.gate();
  const held = meddler.hold(plainRequests.finish, answer.closed);
  await start();
  await held;
  await bench.queue.wish({ ids: [id] }, 'pause');
  answer.open();
  await bench.until(() => !bench.queue.moving.includes(id));
  expect(bench.row(id)).toMatchObject({ wish: 'pause', remote: { value: { finish: 'answered' } } });
  await bench.queue.wish({ ids: [id] }, 'resume');
  await bench.reached(id, 'done');
  expect(onlyFile().finishes).toBe(1);
});

it('a cancel ends although nothing can be deleted there, and says what stays', async () => {
  const id = await bench.add('a', size);
  await start();
  await bench.until(() => bench.row(id).waitFor === 'server-work');
  await bench.queue.wish({ ids: [id] }, 'cancel');
  await bench.reached(id, 'cancelled');
  expect(bench.store.transfers.logOf(id, 50).map((entry) => entry.problem.code)).toContain('not-deletable');
  expect(bench.store.abandoned.due(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
});

it('a cancel ends although its server never answers: the time-out hands the cleanup to the janitor, as the log says', async () => {
  await endServer();
  await serve({ ...lacking, deletes: true, assembles: 1_000 });
  const id = await bench.add('a', size);
  await start((request) => http.send(request.method === 'DELETE' ? { ...request, stallMs: 200 } : request));
  await bench.until(() => bench.row(id).waitFor === 'server-work');
  const held = meddler.hold(/^DELETE /, new Promise(() => undefined));
  await bench.queue.wish({ ids: [id] }, 'cancel');
  await held;
  await bench.reached(id, 'cancelled');
  await bench.until(() => server.files.size === 0);
  await bench.until(() => bench.store.abandoned.due(Number.MAX_SAFE_INTEGER, 10).length === 0);
  const told = bench.store.transfers.logOf(id, 50).map((entry) => entry.problem.code);
  expect(told.slice(-2)).toEqual(['freed-later', 'freed']);
});
