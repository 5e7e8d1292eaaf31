/** What the user decides about the message of an upload, over the contract. */
import { afterEach, expect, it } from 'vitest';
import { client, engine, file, known, prepareAccounts, start, stop, until } from '../fakes/account-bench.ts';
import { messagingProvider } from '../fakes/plain-provider.ts';
import { PlainServer, plainRequests } from '../fakes/plain-server.ts';
import { startProxy, type Proxy } from '../faults/proxy.ts';

prepareAccounts();

let server: PlainServer;
let meddler: Proxy;
afterEach(async () => {
  await meddler.close();
  await server.close();
});

const add = async (extra: Readonly<Record<string, string>>, name = 'a'): Promise<number> =>
  (await client.call('transfers.add', { paths: [await file(name)], extra })).added[0] ?? 0;
const serve = async (): Promise<void> => {
  server = await new PlainServer({ deletes: false, finishOnce: false, assembles: 0 }).start();
  meddler = await startProxy(server.url);
  known.set('plain', messagingProvider);
  await client.call('servers.add', { address: meddler.url, name: 'Hafen' });
};
const viewOf = async (id: number) => (await client.call('transfers.get', { id })).transfer;
const historyOf = async () => (await client.call('history.list', {})).rows[0];
const messageIs = (id: number, state: string): Promise<void> =>
  until(async () => (await viewOf(id)).delivery?.state === state);
const decide = (id: number, decision: string, value?: string) =>
  client.call('transfers.decide', { ids: [id], decision, ...(value === undefined ? {} : { value }) });

/** A message that reached the server, and whose answer did not come back. */
const inDoubt = async (): Promise<number> => {
  await serve();
  const id = await add({ recipient: 'anna', message: 'The plans' });
  const swallowed = meddler.swallowAnswer(plainRequests.message);
  await client.call('queue.start', {});
  await swallowed;
  await messageIs(id, 'unknown');
  return id;
};
/** A message that the server refused, because nobody is called so. */
const refused = async (): Promise<number> => {
  await serve();
  const id = await add({ recipient: 'nobody', message: 'The plans' });
  await client.call('queue.start', {});
  await messageIs(id, 'failed');
  return id;
};

it('a message is shown as planned until its upload is done, with whom it goes to and what it says', async () => {
  await serve();
  const id = await add({ recipient: 'anna', message: 'The plans' });
  expect((await viewOf(id)).delivery).toEqual({ state: 'planned', recipient: 'anna', text: 'The plans' });
  await client.call('queue.start', {});
  await messageIs(id, 'sent');
  expect(await historyOf()).toMatchObject({ ending: 'done', delivery: { state: 'sent' } });
  expect(server.messages).toEqual([{ to: 'anna', text: 'The plans', file: 'f1' }]);
});

it('an upload without a recipient has no message to show', async () => {
  await serve();
  const id = await add({});
  expect((await viewOf(id)).delivery).toBeUndefined();
});

it('a text without a recipient is refused before anything is queued', async () => {
  await serve();
  await expect(add({ message: 'The plans' })).rejects.toThrow('A message through Hafen needs a recipient.');
  expect((await client.call('transfers.list', {})).rows).toEqual([]);
});

it('a message in doubt is the question of an upload that stays done, and a later start asks it, too', async () => {
  const id = await inDoubt();
  await stop();
  start();
  expect(await viewOf(id)).toMatchObject({
    state: 'done',
    problem: { code: 'message-unknown' },
    decisions: [{ id: 'mark-sent' }, { id: 'send-again' }],
  });
  const { sections, pages } = await client.call('transfers.sections', { pages: [{ section: 'needs-you' }] });
  expect([sections['needs-you'].count, pages[0]?.[0]?.id]).toEqual([1, id]);
  expect((await client.call('transfers.list', {})).totals).toMatchObject({ undelivered: 1, byState: { done: 1 } });
});

it('a message in doubt is sent once more where the user decides so, and once only', async () => {
  const id = await inDoubt();
  await decide(id, 'send-again');
  await messageIs(id, 'sent');
  expect(server.messages).toHaveLength(2);
  const { refused: no } = await decide(id, 'send-again');
  expect(no.map(({ problem }) => problem.code)).toEqual(['decision-unavailable']);
});

it('a message that the user saw on the server counts as sent, and the history says who confirmed it', async () => {
  const id = await inDoubt();
  await decide(id, 'mark-sent');
  expect((await viewOf(id)).delivery).toMatchObject({ state: 'sent', by: 'person' });
  expect((await historyOf())?.delivery).toMatchObject({ state: 'sent', by: 'person' });
  expect((await viewOf(id)).decisions).toBeUndefined();
  await stop();
  start();
  await client.call('queue.start', {});
  expect(server.messages).toHaveLength(1);
});

it('a message that the server refused goes to another recipient', async () => {
  const id = await refused();
  expect(await viewOf(id)).toMatchObject({ state: 'done', problem: { code: 'message-refused' } });
  expect((await viewOf(id)).decisions?.map((one) => one.id)).toEqual(['not-send', 'retry', 'send-to']);
  const { refused: no } = await decide(id, 'send-to');
  expect(no.map(({ problem }) => problem.code)).toEqual(['decision-needs']);
  await decide(id, 'send-to', 'anna');
  await messageIs(id, 'sent');
  expect(server.messages).toEqual([{ to: 'anna', text: 'The plans', file: 'f1' }]);
});

it('a recipient that cannot be one changes nothing', async () => {
  const id = await refused();
  const { refused: no } = await decide(id, 'send-to', 'an na');
  expect(no.map(({ problem }) => problem.code)).toEqual(['option-invalid']);
  expect((await viewOf(id)).delivery).toMatchObject({ state: 'failed', recipient: 'nobody' });
});

it('a message that the server refused is tried again as it is, or is not sent', async () => {
  const id = await refused();
  await decide(id, 'retry');
  await messageIs(id, 'failed');
  await decide(id, 'not-send');
  expect(await viewOf(id)).toMatchObject({ state: 'done', delivery: { state: 'skipped' } });
  expect((await viewOf(id)).decisions).toBeUndefined();
  expect((await historyOf())?.delivery).toMatchObject({ state: 'skipped' });
  expect(server.messages).toEqual([]);
});

it('a message that waits for its server can be withdrawn', async () => {
  await serve();
  server.refusals.push({ status: 429, retryAfter: 3_600 });
  const id = await add({ recipient: 'anna' });
  await client.call('queue.start', {});
  await until(async () => (await viewOf(id)).delivery?.problem !== undefined);
  expect((await viewOf(id)).decisions?.map((one) => one.id)).toEqual(['not-send']);
  expect((await client.call('servers.list', {}))[0]?.pending).toBe(1);
  await decide(id, 'not-send');
  expect((await viewOf(id)).delivery?.state).toBe('skipped');
  expect(engine.store.transfers.totals().delivering).toBe(0);
});

it('a message for an account that is signed out asks for the sign-in', async () => {
  await serve();
  server.refusals.push({ status: 401 });
  const id = await add({ recipient: 'anna' });
  await client.call('queue.start', {});
  await messageIs(id, 'failed');
  expect((await viewOf(id)).decisions?.map((one) => one.id)).toEqual(['not-send', 'sign-in']);
});
