/** Messages about uploads that are done, on a clock of their own. `test/conformance/plain-message.test.ts` sends them over HTTP. */
import { expect, it, vi } from 'vitest';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import { problem } from '../../../preload/problems.ts';
import { fail, failed, ok, type Failure, type Outcome } from '../outcome.ts';
import type { AnyProvider, Field } from '../providers/provider.ts';
import { DiskFullError } from '../store/errors.ts';
import type { Delivery } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { AsksServers } from './asks-servers.ts';
import { Deliveries, plannedDelivery, removedDelivery } from './deliveries.ts';

bench.prepareQueue();

const fields: readonly Field[] = (['recipient', 'message'] as const).map((role) => ({
  key: role,
  type: 'text',
  role,
  label: () => role,
  help: () => role,
}));

type Deliver = NonNullable<AnyProvider['deliver']>;

/** An upload that is done, and whose message waits. */
const waiting = async (name: string, serverId = 'one', state: Delivery['state'] = 'waiting'): Promise<number> => {
  const id = await bench.add(name, 5, { serverId, options: { extra: { recipient: ' anna ', message: name } } });
  bench.store.transfers.update(id, { remote: { version: 1, value: { session: name } } });
  bench.store.transfers.end(id, 'done', 0, serverId, { delivery: { state, at: 0 } });
  return id;
};
const stateOf = (id: number): Delivery['state'] | undefined => bench.row(id).delivery?.state;
const codeOf = (id: number): string | undefined => bench.row(id).delivery?.problem?.code;

/** Messages whose every look is awaited, with servers that answer them as given. */
const scene = (deliver: Deliver | undefined, more: Partial<AsksServers> = {}) => {
  const clock = { now: 1_000 };
  const asked: string[] = [];
  let done = 0;
  const server = bench.serving((_, id) => ({
    transferFields: fields,
    ...(deliver === undefined
      ? {}
      : {
          deliver: (call: Parameters<Deliver>[0], message: Parameters<Deliver>[1]) => {
            asked.push(`${id} ${message.recipient} ${message.text ?? '-'}`);
            return deliver(call, message);
          },
        }),
  }));
  const deps = bench.asking(() => clock.now, { server, random: () => 1, changed: () => done++, ...more });
  // Each message for itself: a server that is left alone after two failures is another matter.
  const attempts = {
    cooldowns: deps.attempts.cooldowns,
    run: <T>(_: string, __: unknown, work: () => T) => Promise.resolve().then(work),
  };
  const deliveries = new Deliveries({ ...deps, attempts: attempts as never });
  /** Looks, and waits until nothing is on its way. */
  const look = async (): Promise<void> => {
    deliveries.look();
    const idle = (): boolean => bench.store.transfers.deliveries('sending').length === 0;
    await bench.until(() => idle());
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, asked, deliveries, look, changes: () => done };
};
const answer =
  (outcome: Outcome<void>): Deliver =>
  () =>
    Promise.resolve(outcome);
const nothingSent = (more: Partial<Failure> = {}): Outcome<never> =>
  failed({ behaviour: 'retry', problem: bench.broken, nothingMade: true, ...more } as Failure);

it('a message goes out with its recipient, its text and the state of its upload, and is sent at that moment', async () => {
  const id = await waiting('a');
  const calls: unknown[] = [];
  const { asked, look } = scene((call) => {
    calls.push([call.job.name, call.job.size, call.remote, call.signal.aborted, stateOf(id)]);
    return Promise.resolve(ok(undefined));
  });
  await look();
  expect(asked).toEqual(['one anna a']);
  expect(calls).toEqual([['a', 5, { session: 'a' }, false, 'sending']]);
  expect(bench.row(id).delivery).toEqual({ state: 'sent', at: 1_000 });
});

it('a message that certainly was not sent is tried again after waits that grow, and not before', async () => {
  const id = await waiting('a');
  const { clock, asked, deliveries, look } = scene(answer(nothingSent()));
  await look();
  expect(bench.row(id).delivery).toEqual({ state: 'waiting', at: 1_000, problem: bench.broken });
  expect(deliveries.nextDue()).toBe(3_000);
  await look();
  clock.now = 3_000;
  await look();
  expect(deliveries.nextDue()).toBe(7_000);
  expect(asked).toHaveLength(2);
});

it('a wait that the server asks for is kept, and one without a network is short', async () => {
  const id = await waiting('a');
  const busy = scene(answer(nothingSent({ behaviour: 'server-busy', afterMs: 60_000 })));
  await busy.look();
  expect(busy.deliveries.nextDue()).toBe(61_000);
  const offline = scene(answer(nothingSent({ behaviour: 'offline' })));
  await offline.look();
  expect(offline.deliveries.nextDue()).toBe(16_000);
  expect(stateOf(id)).toBe('waiting');
});

it('a message that is sent at last waits for nothing more', async () => {
  await waiting('a');
  let times = 0;
  const { clock, deliveries, look } = scene(() => Promise.resolve(times++ === 0 ? nothingSent() : ok(undefined)));
  await look();
  clock.now = 3_000;
  await look();
  expect(deliveries.nextDue()).toBeUndefined();
  expect(times).toBe(2);
});

it.each([
  ['its answer was lost', () => Promise.resolve(fail('retry', bench.broken))],
  ['the server failed on it', () => Promise.resolve(fail('retry', bench.broken, { nothingMade: false }))],
  [
    'its provider says that nobody knows',
    () => Promise.resolve(fail('attention', bench.broken, { nothingMade: false })),
  ],
  ['something unexpected was thrown on the way', () => Promise.reject(new TypeError('unexpected'))],
] satisfies readonly (readonly [string, Deliver])[])(
  'a message is in doubt where %s, and no look sends it again',
  async (_why, deliver) => {
    const id = await waiting('a');
    const { clock, asked, deliveries, look } = scene(deliver);
    await look();
    expect([stateOf(id), codeOf(id)]).toEqual(['unknown', 'message-unknown']);
    deliveries.wake();
    deliveries.revive();
    clock.now = 1e9;
    await look();
    expect(asked).toHaveLength(1);
  },
);

it('what was being sent when the last run ended is in doubt from the start on', async () => {
  const [sending, other] = [await waiting('a', 'one', 'sending'), await waiting('b', 'two', 'waiting')];
  const gone = await waiting('c', 'away', 'sending');
  scene(undefined);
  expect([stateOf(sending), stateOf(other), stateOf(gone)]).toEqual(['unknown', 'waiting', 'unknown']);
  expect(bench.row(sending).delivery).toEqual({
    state: 'unknown',
    at: 1_000,
    problem: problem('message-unknown', { server: 'one' }),
  });
  expect(bench.row(gone).delivery?.problem).toEqual(problem('message-unknown', { server: 'away' }));
});

it('a disk that is full at the start leaves that to the next one', async () => {
  const id = await waiting('a', 'one', 'sending');
  const full = (error: unknown): Store => ({
    ...bench.store,
    transfers: {
      ...bench.store.transfers,
      setDelivery: () => {
        throw error;
      },
    },
  });
  scene(undefined, { store: full(new DiskFullError('/p')) });
  expect(stateOf(id)).toBe('sending');
  expect(() => scene(undefined, { store: full(new RangeError('no')) })).toThrow(RangeError);
});

it('a refusal needs the user, and neither a start nor a sign-in sends the message again', async () => {
  const id = await waiting('a');
  const refused = problem('message-refused', { server: 'one', words: asSaid('no') });
  const { asked, deliveries, look } = scene(answer(fail('attention', refused, { scope: 'transfer' })));
  await look();
  expect(bench.row(id).delivery).toEqual({ state: 'failed', at: 1_000, problem: refused });
  deliveries.revive();
  await look();
  expect(asked).toHaveLength(1);
});

it.each(['account', 'server'] as const)(
  'what concerns the whole %s waits for the user to put that right',
  async (scope) => {
    const ids = [await waiting('a', 'one'), await waiting('b', 'two')];
    const { asked, deliveries, look } = scene(answer(fail('attention', bench.broken, { scope })));
    await look();
    expect(ids.map((id) => bench.row(id).delivery)).toEqual(
      ids.map(() => ({ state: 'failed', at: 1_000, problem: bench.broken, scope })),
    );
    deliveries.revive('two');
    expect(ids.map(stateOf)).toEqual(['failed', 'waiting']);
    await look();
    deliveries.revive();
    expect(ids.map(stateOf)).toEqual(['waiting', 'waiting']);
    expect(asked).toHaveLength(3);
  },
);

it('messages to one server go out one after the other, those to several side by side', async () => {
  const hold = bench.gate();
  const ids = [await waiting('a'), await waiting('b'), await waiting('c', 'two')];
  const { asked, deliveries, look } = scene(async () => {
    await hold.closed;
    return ok(undefined);
  });
  deliveries.look();
  deliveries.look();
  await bench.until(() => asked.length === 2);
  expect(asked).toEqual(['one anna a', 'two anna c']);
  expect(ids.map(stateOf)).toEqual(['sending', 'waiting', 'sending']);
  hold.open();
  await look();
  await look();
  expect(ids.map(stateOf)).toEqual(['sent', 'sent', 'sent']);
});

it('a server that is left alone gets no message, and is asked again when it works', async () => {
  const id = await waiting('a');
  const { asked, deliveries, look } = scene(answer(nothingSent()));
  await look();
  deliveries.wake('two');
  await look();
  expect(asked).toHaveLength(1);
  deliveries.wake('one');
  await look();
  deliveries.wake();
  await look();
  expect(asked).toHaveLength(3);
  const closed = { cooldowns: { closed: () => ['one'] }, run: () => Promise.reject(new Error('not now')) };
  new Deliveries(bench.asking(() => 0, { attempts: closed as never })).look();
  expect(stateOf(id)).toBe('waiting');
});

it.each([
  ['the server sends no messages any more', undefined, 'skipped'],
  ['nobody is to get one', answer(ok(undefined)), 'skipped'],
] as const)('nothing is sent where %s', async (why, deliver, state) => {
  const id = await waiting('a');
  if (why.startsWith('nobody')) bench.store.transfers.update(id, { options: { extra: { message: 'a' } } });
  const { asked, look } = scene(deliver);
  await look();
  expect([stateOf(id), asked]).toEqual([state, []]);
});

it('a message to a server that was removed needs the user', async () => {
  const id = await waiting('a', 'away');
  const { look } = scene(answer(ok(undefined)));
  await look();
  expect([stateOf(id), codeOf(id)]).toEqual(['failed', 'server-unknown']);
});

it('an upload whose state cannot be read has its message refused once, and does not hold up the others', async () => {
  const [broken, whole] = [await waiting('a'), await waiting('b')];
  bench.store.transfers.update(broken, { remote: { version: 1, value: { strange: 1 } } });
  const { asked, look } = scene(answer(ok(undefined)));
  await look();
  await look();
  expect([stateOf(broken), codeOf(broken), stateOf(whole)]).toEqual(['failed', 'internal', 'sent']);
  expect(asked).toEqual(['one anna b']);
});

it('a message of an upload that was removed meanwhile is not tried again, and the history says that it was not sent', async () => {
  const id = await waiting('a');
  const { clock, asked, deliveries, look } = scene(() => {
    bench.store.transfers.remove([id]);
    return Promise.resolve(nothingSent());
  });
  await look();
  clock.now = 1e9;
  await look();
  expect(bench.store.history.ofTransfer(id)?.delivery).toEqual({ state: 'skipped', at: 1_000 });
  expect([asked.length, deliveries.nextDue()]).toEqual([1, undefined]);
});

it('at an orderly end an answer on its way is waited for, and nothing new is sent', async () => {
  const hold = bench.gate();
  const ids = [await waiting('a'), await waiting('b')];
  const { asked, deliveries } = scene(async () => {
    await hold.closed;
    return ok(undefined);
  });
  deliveries.look();
  await bench.until(() => asked.length === 1);
  const ended = deliveries.end('chunk');
  hold.open();
  await ended;
  deliveries.look();
  expect(ids.map(stateOf)).toEqual(['sent', 'waiting']);
});

it('an end at once leaves the message in doubt', async () => {
  const id = await waiting('a');
  const signals: AbortSignal[] = [];
  const { asked, deliveries } = scene(({ signal }) => {
    signals.push(signal);
    return new Promise(() => undefined);
  });
  deliveries.look();
  await bench.until(() => asked.length === 1);
  const ended = deliveries.end('chunk');
  await deliveries.end('now');
  await ended;
  expect([stateOf(id), signals.map(({ aborted }) => aborted)]).toEqual(['unknown', [true]]);
});

it('who listens hears of each step', async () => {
  await waiting('a');
  const { look, changes } = scene(answer(ok(undefined)));
  await look();
  expect(changes()).toBe(2);
});

it('a message is planned where the server sends messages and somebody is to get one', () => {
  const planned = (deliver: Deliver | undefined, extra: Readonly<Record<string, string>> | undefined) => {
    const port = bench.serving(() => ({ transferFields: fields, ...(deliver === undefined ? {} : { deliver }) }))(
      'one',
    );
    if (!port.ok) throw new Error('no server');
    return plannedDelivery(port.value, { options: extra === undefined ? {} : { extra } }, 7);
  };
  const sends = answer(ok(undefined));
  expect(planned(sends, { recipient: 'anna' })).toEqual({ state: 'waiting', at: 7 });
  expect(planned(sends, { recipient: '  ', message: 'a' })).toBeUndefined();
  expect(planned(sends, undefined)).toBeUndefined();
  expect(planned(undefined, { recipient: 'anna' })).toBeUndefined();
});

it.each([
  ['waiting', { state: 'skipped', at: 7 }],
  ['failed', { state: 'skipped', at: 7 }],
  ['sending', { state: 'unknown', at: 7, problem: problem('message-unknown', { server: 'name of one' }) }],
  ['unknown', undefined],
  ['sent', undefined],
  ['skipped', undefined],
] as const)('of a message that is %s the history says so when its upload is removed', (state, says) => {
  const named = (id: string): string => `name of ${id}`;
  expect(removedDelivery({ serverId: 'one', delivery: { state } }, named, 7)).toEqual(says);
  expect(removedDelivery({ serverId: 'one', delivery: undefined }, named, 7)).toBeUndefined();
});

it('a sign-in lets messages that wait for their server go out at once, and the soonest is due first', async () => {
  const [first, second] = [await waiting('a'), await waiting('b', 'two')];
  let waits = 60_000;
  const { asked, deliveries, look } = scene(() => {
    waits /= 2;
    return Promise.resolve(nothingSent({ behaviour: 'server-busy', afterMs: waits }));
  });
  await look();
  expect(deliveries.nextDue()).toBe(16_000);
  deliveries.revive('one');
  await look();
  expect(asked).toEqual(['one anna a', 'two anna b', 'one anna a']);
  expect([stateOf(first), stateOf(second)]).toEqual(['waiting', 'waiting']);
});

it.each([
  ['now', 0],
  ['chunk', 2_000],
] as const)('an end (%s) does not wait for a server that never answers', async (at, ms) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const id = await waiting('a');
    const { asked, deliveries } = scene(() => new Promise(() => undefined));
    deliveries.look();
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const ended = deliveries.end(at);
    if (ms > 0) {
      await vi.advanceTimersByTimeAsync(ms - 1);
      expect(stateOf(id)).toBe('sending');
      await vi.advanceTimersByTimeAsync(1);
    }
    await ended;
    expect(stateOf(id)).toBe('unknown');
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('an upload that ends with a recipient has its message sent by the queue', async () => {
  const id = await bench.add('a', 35, { options: { extra: { recipient: 'anna' } } });
  const server = bench.serving(() => ({ transferFields: fields, deliver: answer(ok(undefined)) }));
  bench.renewQueue({}, Date.now, { server });
  await bench.queue.start();
  await bench.until(() => stateOf(id) === 'sent');
  expect(bench.row(id).state).toBe('done');
  expect(bench.store.history.ofTransfer(id)?.delivery?.state).toBe('sent');
});

it('an upload is removed with its message, and clearing what is completed keeps one that is still to be sent or decided', async () => {
  const open = [await waiting('a'), await waiting('b', 'one', 'failed'), await waiting('c', 'one', 'unknown')];
  const over = [await waiting('d', 'one', 'sent'), await waiting('e', 'one', 'skipped')];
  await bench.queue.wish({ states: ['done'] }, 'remove');
  expect([...open, ...over].map((id) => bench.store.transfers.get(id)?.id)).toEqual([...open, undefined, undefined]);
  await bench.queue.wish({ ids: open }, 'remove');
  expect(open.map((id) => bench.store.history.ofTransfer(id)?.delivery?.state)).toEqual([
    'skipped',
    'skipped',
    'unknown',
  ]);
});

it('a retry sends a message that certainly was not sent, and no other', async () => {
  const ids = [
    await waiting('a', 'one', 'failed'),
    await waiting('b', 'one', 'unknown'),
    await waiting('c', 'one', 'sent'),
  ];
  const { changed, refused } = await bench.queue.wish({ ids }, 'retry');
  expect([changed, new Set(refused.keys())]).toEqual([[ids[0]], new Set(ids.slice(1))]);
  expect(ids.map(stateOf)).toEqual(['waiting', 'unknown', 'sent']);
});
