/** What a person decides where the answer to a finish was lost, on a server whose finish must not be repeated. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import {
  client,
  engine,
  file,
  folder,
  known,
  prepareAccounts,
  start,
  stateOf,
  stop,
  until,
} from '../fakes/account-bench.ts';
import { plainProvider } from '../fakes/plain-provider.ts';
import { PlainServer, plainChunkSize, plainRequests, type PlainTraits } from '../fakes/plain-server.ts';
import { startProxy, type Proxy } from '../faults/proxy.ts';

prepareAccounts();

let server: PlainServer;
let meddler: Proxy;
afterEach(async () => {
  await meddler.close();
  await server.close();
});

/** A file whose finish reached the server, and whose answer did not come back. Its remote state, too. */
const inDoubt = async (
  traits: Partial<PlainTraits> = {},
): Promise<{ readonly id: number; readonly remote: unknown }> => {
  server = await new PlainServer({ deletes: false, finishOnce: true, assembles: 0, ...traits }).start();
  meddler = await startProxy(server.url);
  known.set('plain', plainProvider);
  await client.call('servers.add', { address: meddler.url });
  const paths = [await file('a', 3 * plainChunkSize - 7)];
  const id = (await client.call('transfers.add', { paths })).added[0] ?? 0;
  const swallowed = meddler.swallowAnswer(plainRequests.finish);
  await client.call('queue.start', {});
  await swallowed;
  await until(async () => (await stateOf(id)) === 'attention');
  return { id, remote: engine.store.transfers.get(id)?.remote?.value };
};
const viewOf = async (id: number) => (await client.call('transfers.get', { id })).transfer;
const decide = (id: number, decision: string) => client.call('transfers.decide', { ids: [id], decision });
const logOf = async (id: number) => (await client.call('transfers.get', { id })).log.map(({ problem }) => problem.code);
const sumOf = (bytes: Buffer | undefined) => bytes && createHash('sha256').update(bytes).digest('hex');
const stored = () => [...server.files].flatMap(([id, one]) => (one.stored === undefined ? [] : [{ id, ...one }]));

it('both decisions are offered by the queue and by a later start, with what to look at', async () => {
  const { id } = await inDoubt();
  await stop();
  start();
  const { problem, decisions } = await viewOf(id);
  expect(decisions?.map(({ id: one }) => one)).toEqual(['mark-uploaded', 'upload-again']);
  expect(problem?.message).toContain('Look for the file on the server.');
});

const [create, remove] = ['POST /files', 'DELETE /files/f1'];

it.each([
  ['a server that deletes nothing has both files', false, ['f1', 'f2'], [create, create], 'not-deletable'],
  ['the first one is deleted before that', true, ['f2'], [create, remove, create], 'outcome-unknown'],
])('a file is uploaded again from the beginning: %s', async (_what, deletes, files, changes, says) => {
  const { id, remote } = await inDoubt({ deletes });
  await decide(id, 'upload-again');
  await until(async () => (await stateOf(id)) === 'done');
  expect(stored().map((one) => one.id)).toEqual(files);
  expect(server.changes).toEqual(changes);
  const last = stored().at(-1);
  expect([...(last?.bodies.values() ?? [])]).toEqual([1, 1, 1]);
  expect(sumOf(last?.stored)).toBe(sumOf(await readFile(`${folder}/a`)));
  expect(engine.store.transfers.get(id)).toMatchObject({ lost: undefined, restarts: 1 });
  expect(engine.store.transfers.get(id)?.remote?.value).not.toEqual(remote);
  expect(await logOf(id)).toContain(says);
  expect(engine.store.abandoned.due(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
  expect((await client.call('history.list', {})).rows[0]?.proof?.by).toBe('stored-length');
});

it('a file is uploaded again although the program ended before the first one was deleted', async () => {
  const { id, remote } = await inDoubt({ deletes: true });
  await stop();
  start();
  // Nothing is sent yet.
  await decide(id, 'upload-again');
  await stop();
  start();
  expect(engine.store.transfers.get(id)).toMatchObject({
    lost: { code: 'outcome-unknown' },
    remote: { value: remote },
  });
  await client.call('queue.start', {});
  await until(async () => (await stateOf(id)) === 'done');
  expect(server.changes).toEqual([create, remove, create]);
});

it('a file that the user saw there is done, keeps its place on the server, and the history says who confirmed it', async () => {
  const { id } = await inDoubt({ deletes: true });
  await decide(id, 'mark-uploaded');
  await stop();
  start();
  await client.call('queue.start', {});
  expect(await viewOf(id)).toMatchObject({ state: 'done' });
  expect((await client.call('history.list', {})).rows[0]).toMatchObject({ ending: 'done', proof: { by: 'person' } });
  expect(await logOf(id)).toContain('marked-uploaded');
  expect(stored().map((one) => [one.id, one.finishes])).toEqual([['f1', 1]]);
  expect(engine.store.abandoned.due(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
});

it('a decision that takes no value is not made with one', async () => {
  const { id } = await inDoubt();
  const { refused } = await client.call('transfers.decide', { ids: [id], decision: 'upload-again', value: 'b' });
  expect(refused.map(({ problem }) => problem.message)).toEqual([
    'The decision "upload-again" takes no value. Nothing was changed. Leave the value out, or choose another decision.',
  ]);
  expect(await stateOf(id)).toBe('attention');
});
