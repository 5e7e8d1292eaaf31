/** The message about an upload that is done: sent once, written ahead, and asked about where its answer was lost. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHttp } from '../../main/engine/http/client.ts';
import type { Http } from '../../main/engine/http/http.ts';
import { ok } from '../../main/engine/outcome.ts';
import type { ProviderContext } from '../../main/engine/providers/provider.ts';
import type { Delivery } from '../../main/engine/store/rows.ts';
import { keptSecrets } from '../fakes/kept-secrets.ts';
import { messagingProvider } from '../fakes/plain-provider.ts';
import { PlainServer, plainChunkSize, plainRequests, type PlainTraits } from '../fakes/plain-server.ts';
import * as bench from '../fakes/queue-bench.ts';
import { startProxy, type Proxy } from '../faults/proxy.ts';

bench.prepareQueue();

const traits: PlainTraits = { deletes: true, finishOnce: false, assembles: 0 };

let server: PlainServer;
let meddler: Proxy;
let http: ReturnType<typeof createHttp>;
beforeEach(async () => {
  server = await new PlainServer(traits).start();
  meddler = await startProxy(server.url);
  http = createHttp({ serverName: 'one', userAgent: 'Stevedore/test', proxy: 'none' });
});
afterEach(async () => {
  await bench.queue.stop('now');
  http.close();
  await meddler.close();
  await server.close();
});

/** As after a start of the program. */
const start = async (send: Http['send'] = (request) => http.send(request), now?: () => number): Promise<void> => {
  const context: ProviderContext<unknown> = {
    server: { id: 'one', name: 'one', address: meddler.url, settings: { chunkSize: plainChunkSize, ...traits } },
    http: { send },
    ...keptSecrets(),
    now: Date.now,
    signal: new AbortController().signal,
  };
  const port = ok({ provider: messagingProvider, context, uploadSecrets: () => context.uploadSecrets });
  bench.renewQueue({}, now, { server: () => port });
  await bench.queue.start();
};
const addWith = (extra: Readonly<Record<string, string>>, name = 'a'): Promise<number> =>
  bench.add(name, 2 * plainChunkSize - 7, { options: { extra } });
const toAnna = { recipient: 'anna', message: 'The plans' };
const deliveryOf = (id: number): Delivery | undefined => bench.row(id).delivery;
const delivered = (id: number, ...states: readonly Delivery['state'][]): Promise<void> =>
  bench.until(() => states.includes(deliveryOf(id)?.state ?? 'skipped'));
const historyOf = (id: number): Delivery['state'] | undefined => bench.store.history.ofTransfer(id)?.delivery?.state;

/** An upload that is done, and whose message is held on its way out. */
const heldMessage = async (): Promise<{ readonly id: number; readonly hold: ReturnType<typeof bench.gate> }> => {
  const id = await addWith(toAnna);
  const hold = bench.gate();
  const held = meddler.hold(plainRequests.message, hold.closed);
  await start();
  await held;
  return { id, hold };
};

it('a message goes out once the file is done and verified, with its recipient and its text', async () => {
  const id = await addWith(toAnna);
  await start();
  await delivered(id, 'sent');
  expect(bench.row(id).state).toBe('done');
  expect(server.messages).toEqual([{ to: 'anna', text: 'The plans', file: 'f1' }]);
  expect(historyOf(id)).toBe('sent');
});

it('nobody gets a message where no recipient was given', async () => {
  const id = await addWith({});
  await start();
  await bench.reached(id, 'done');
  expect(deliveryOf(id)).toBeUndefined();
});

it('that it is about to be sent is stored before its request', async () => {
  const { id, hold } = await heldMessage();
  expect(deliveryOf(id)?.state).toBe('sending');
  expect(server.messages).toEqual([]);
  hold.open();
  await delivered(id, 'sent');
});

it('a message whose answer was lost asks, and neither a retry nor a start sends it again', async () => {
  const id = await addWith(toAnna);
  const swallowed = meddler.swallowAnswer(plainRequests.message);
  await start();
  await swallowed;
  await delivered(id, 'unknown');
  expect(deliveryOf(id)?.problem?.code).toBe('message-unknown');
  const { changed } = await bench.queue.wish({ ids: [id] }, 'retry');
  expect(changed).toEqual([]);
  await bench.queue.stop('now');
  await start();
  expect(bench.row(id).state).toBe('done');
  expect(deliveryOf(id)?.state).toBe('unknown');
  expect(server.messages).toHaveLength(1);
  expect(historyOf(id)).toBe('unknown');
});

it('after a kill between its request and its answer the next start asks', async () => {
  const { id, hold } = await heldMessage();
  const killed = bench.store.transfers.get(id)?.delivery;
  await bench.queue.stop('now');
  hold.open();
  if (killed === undefined) throw new Error('no message');
  bench.store.transfers.setDelivery(id, killed);
  await start();
  expect(deliveryOf(id)?.state).toBe('unknown');
  const other = await addWith(toAnna, 'b');
  bench.queue.pump();
  await delivered(other, 'sent');
  expect(server.messages.filter(({ file }) => file === 'f1').length).toBeLessThanOrEqual(1);
  expect(deliveryOf(id)?.state).toBe('unknown');
});

it('an end at once leaves the question, and sends nothing at the next start', async () => {
  const { id, hold } = await heldMessage();
  await bench.queue.stop('now');
  hold.open();
  expect(deliveryOf(id)?.state).toBe('unknown');
});

it('an orderly end waits for the answer to a message', async () => {
  const id = await addWith(toAnna);
  const hold = bench.gate();
  const held = meddler.holdAnswer(plainRequests.message, hold.closed);
  await start();
  await held;
  const stopped = bench.queue.stop('chunk');
  hold.open();
  await stopped;
  expect(deliveryOf(id)?.state).toBe('sent');
});

it('a refused connection sends nothing, and the message goes out exactly once when the server is back', async () => {
  const id = await addWith(toAnna);
  let refused = 0;
  await start(async (request) => {
    if (bench.row(id).state === 'done' && refused++ === 0) await meddler.sever();
    return await http.send(request);
  });
  await bench.until(() => deliveryOf(id)?.problem !== undefined);
  expect(deliveryOf(id)).toMatchObject({ state: 'waiting', problem: { code: 'server-unreachable' } });
  expect(bench.row(id).state).toBe('done');
  await meddler.heal();
  await delivered(id, 'sent');
  expect(server.messages).toHaveLength(1);
});

it('a server that has too many requests is asked again when it says, and gets one message', async () => {
  const id = await addWith(toAnna);
  server.refusals.push({ status: 429, retryAfter: 1 }, { status: 429, retryAfter: 1 });
  let time = Date.now();
  await start(undefined, () => time);
  await bench.until(() => deliveryOf(id)?.problem !== undefined);
  expect(deliveryOf(id)).toMatchObject({ state: 'waiting', problem: { code: 'server-busy' } });
  // The time that the server asked for passes.
  while (deliveryOf(id)?.state !== 'sent') {
    time += 30_000;
    bench.queue.pump();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(server.messages).toHaveLength(1);
});

it('a message that waited is sent after a start of the program', async () => {
  const id = await addWith(toAnna);
  await start((request) =>
    request.url.endsWith('/messages')
      ? http.send({ ...request, url: 'http://127.0.0.1:1/messages' })
      : http.send(request),
  );
  await bench.until(() => deliveryOf(id)?.problem !== undefined);
  await bench.queue.stop('now');
  await start();
  await delivered(id, 'sent');
  expect(server.messages).toHaveLength(1);
});

it('a message that the server refuses needs the user, and the file stays done', async () => {
  const id = await addWith({ recipient: 'nobody' });
  await start();
  await delivered(id, 'failed');
  expect(bench.row(id)).toMatchObject({ state: 'done', delivery: { problem: { code: 'message-refused' } } });
  expect(bench.store.transfers.sections({})['needs-you'].count).toBe(1);
  expect(bench.store.transfers.sections({ endedAfter: 0 })).toMatchObject({
    'needs-you': { count: 1 },
    done: { count: 0 },
  });
  expect(bench.store.transfers.section('needs-you', {}, { skip: 0, limit: 9 }).map((row) => row.id)).toEqual([id]);
  expect(bench.store.transfers.totals()).toMatchObject({ undelivered: 1, delivering: 0, byState: { done: 1 } });
});

it('a message for which the user has to sign in waits for that, and goes out afterwards', async () => {
  const id = await addWith(toAnna);
  server.refusals.push({ status: 401 });
  await start();
  await delivered(id, 'failed');
  expect(deliveryOf(id)).toMatchObject({ scope: 'account', problem: { code: 'signed-out' } });
  bench.queue.revive('one');
  await delivered(id, 'sent');
  expect(server.messages).toHaveLength(1);
});

it('what the user was to correct is not sent by a start or by a sign-in', async () => {
  const id = await addWith({ recipient: 'nobody' });
  await start();
  await delivered(id, 'failed');
  bench.queue.revive('one');
  await bench.queue.stop('now');
  await start();
  expect(deliveryOf(id)?.state).toBe('failed');
});

it('a message waits its turn behind another one to the same server', async () => {
  const hold = bench.gate();
  const held = meddler.holdAnswer(plainRequests.message, hold.closed);
  const ids = [await addWith(toAnna, 'a'), await addWith(toAnna, 'b')];
  await start();
  await held;
  await bench.until(() => ids.every((id) => bench.row(id).state === 'done'));
  expect(ids.map((id) => deliveryOf(id)?.state).sort()).toEqual(['sending', 'waiting']);
  hold.open();
  for (const id of ids) await delivered(id, 'sent');
  expect(server.messages).toHaveLength(2);
});

it('nothing is sent for an upload that is cancelled before it is done', async () => {
  const id = await addWith(toAnna);
  const hold = bench.gate();
  const held = meddler.hold(plainRequests.finish, hold.closed);
  await start();
  await held;
  await bench.queue.wish({ ids: [id] }, 'cancel');
  hold.open();
  await bench.reached(id, 'cancelled');
  expect(deliveryOf(id)).toBeUndefined();
  expect(server.messages).toEqual([]);
});

it('nothing is sent for an upload that is removed from the list while its message waits, and the history says so', async () => {
  const id = await addWith(toAnna);
  await start((request) =>
    request.url.endsWith('/messages')
      ? http.send({ ...request, url: 'http://127.0.0.1:1/messages' })
      : http.send(request),
  );
  await bench.until(() => deliveryOf(id)?.problem !== undefined);
  await bench.queue.wish({ ids: [id] }, 'remove');
  await bench.queue.stop('now');
  await start();
  const other = await addWith(toAnna, 'b');
  bench.queue.pump();
  await delivered(other, 'sent');
  expect(historyOf(id)).toBe('skipped');
  expect(server.messages.map(({ file }) => file)).toEqual(['f2']);
});

it('what is removed while its message is on its way is written down in the history when the answer comes', async () => {
  const { id, hold } = await heldMessage();
  await bench.queue.wish({ ids: [id] }, 'remove');
  expect(historyOf(id)).toBe('unknown');
  hold.open();
  await bench.until(() => historyOf(id) === 'sent');
  expect(server.messages).toHaveLength(1);
});

it('clearing what is completed keeps uploads whose message is still to be sent or decided', async () => {
  const asked = await addWith({ recipient: 'nobody' }, 'a');
  const plain = await addWith({}, 'b');
  await start();
  await delivered(asked, 'failed');
  await bench.reached(plain, 'done');
  await bench.queue.wish({ states: ['done', 'cancelled'] }, 'remove');
  expect(bench.store.transfers.get(asked)).toBeDefined();
  expect(bench.store.transfers.get(plain)).toBeUndefined();
});

it('a remote state that cannot be read sends nothing, and says so', async () => {
  const id = await addWith(toAnna);
  server.refusals.push({ status: 401 });
  await start();
  await delivered(id, 'failed');
  bench.store.transfers.update(id, { remote: { version: 1, value: { strange: true } } });
  await bench.queue.wish({ ids: [id] }, 'retry');
  await bench.until(() => deliveryOf(id)?.problem?.code === 'internal');
  expect(deliveryOf(id)?.state).toBe('failed');
  expect(server.messages).toEqual([]);
});
