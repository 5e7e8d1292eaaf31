import { expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import { keptSecrets } from '../../../test/fakes/kept-secrets.ts';
import { fail, ok, type Failure } from '../outcome.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { Janitor } from './janitor.ts';
import type { ServerPort } from './server-port.ts';

bench.prepareQueue();

/** A session that was lost and is still to be cleaned up on its server. */
const lost = async (): Promise<number> => {
  const id = await bench.add('a');
  bench.server().sessions.set('a-0', { name: 'a', size: 35, chunks: new Map(), openedAt: 0, done: false });
  bench.store.transfers.opened(id, { version: 1, value: { session: 'a-0' } }, 10, []);
  bench.store.transfers.sessionLost(id, problem('session-gone', { server: 'one' }), false, 0);
  return id;
};

/** Looks after so many attempts, and waits for the end of this one. */
const look = async (
  attempts: number,
  failure: Failure = { behaviour: 'retry', problem: bench.broken },
): Promise<Janitor> => {
  await lost();
  bench.server().before = bench.failsAt('cancel', failure);
  const { abandoned } = bench.store;
  const due: typeof abandoned.due = (now, limit) => abandoned.due(now, limit).map((row) => ({ ...row, attempts }));
  const store = { ...bench.store, abandoned: { ...abandoned, due } };
  const janitor = new Janitor(bench.asking(() => 1_000, { store }));
  janitor.look();
  await bench.until(() => bench.server().calls.includes('cancel a') && janitor.nextDue() !== 0);
  janitor.end();
  return janitor;
};

/** The server, which answers to a cleanup as given. */
const cleaning = (cancel: ServerPort['provider']['cancel'], more: Partial<ServerPort> = {}) => ({
  server: bench.serving(() => ({ cancel }), more),
});

it('what a server sweeps by itself is given up in the end', async () => {
  expect((await look(400)).nextDue()).toBeUndefined();
});

it('what nobody sweeps is freed for as long as the account may be out of reach', async () => {
  bench.server().leftovers = true;
  expect((await look(400)).nextDue()).toBe(2_000);
});

it('what a server refuses to free is told, and given up', async () => {
  const why = problem('server-refused', { server: 'one', status: 400, words: asSaid('no') });
  const janitor = await look(1, { behaviour: 'fatal', problem: why });
  expect(janitor.nextDue()).toBeUndefined();
  expect(bench.store.transfers.logOf(1, 9).at(-1)?.problem).toEqual(why);
});

it('one session is cleaned up at a time, and none after the end', async () => {
  await lost();
  const hold = bench.gate();
  bench.server().before = bench.heldAt(hold, 'cancel');
  let changes = 0;
  const janitor = new Janitor(bench.asking(() => 1_000, { changed: () => changes++ }));
  janitor.look();
  janitor.look();
  expect(bench.server().calls).toEqual(['cancel a']);
  hold.open();
  await bench.until(() => changes === 1);
  expect(bench.store.abandoned.nextDue()).toBeUndefined();
  await lost();
  janitor.end();
  janitor.look();
  expect(bench.server().calls).toEqual(['cancel a']);
});

it('a cleanup gets the secrets of its upload, and nothing is known of its chunks', async () => {
  const id = await lost();
  const asked: number[] = [];
  const seen: unknown[] = [];
  const given = cleaning(
    ({ progress, remote }) => {
      const { count, inFlight } = progress;
      seen.push({ remote, count, inFlight, acknowledged: progress.acknowledged(0), tag: progress.tag(0) });
      return Promise.resolve(ok({}));
    },
    { uploadSecrets: (of) => (asked.push(of), keptSecrets().uploadSecrets) },
  );
  const janitor = new Janitor(bench.asking(() => 1_000, given));
  janitor.look();
  await bench.until(() => janitor.nextDue() === undefined);
  expect(asked).toEqual([id]);
  expect(seen).toEqual([{ remote: { session: 'a-0' }, count: 4, inFlight: [], acknowledged: false, tag: undefined }]);
});

it('what a cleanup got to know is kept for the next one', async () => {
  await lost();
  const seen: unknown[] = [];
  let now = 1_000;
  const given = cleaning((call) => {
    seen.push(call.remote);
    call.remember({ session: 'known' });
    return Promise.resolve(fail('retry', bench.broken));
  });
  const janitor = new Janitor(bench.asking(() => now, given));
  janitor.look();
  await bench.until(() => janitor.nextDue() === 2_000);
  now = 2_000;
  janitor.look();
  await bench.until(() => janitor.nextDue() !== 2_000);
  expect(seen).toEqual([{ session: 'a-0' }, { session: 'known' }]);
});

it('a cleanup that ends after the end of the program is left to the next start, which says so once', async () => {
  const id = await lost();
  const hold = bench.gate();
  const given = cleaning(async () => {
    await hold.closed;
    return ok({});
  });
  const janitor = new Janitor(bench.asking(() => 1_000, given));
  janitor.look();
  janitor.end();
  hold.open();
  await new Promise((resolve) => setImmediate(resolve));
  expect(bench.store.transfers.logOf(id, 9).map(({ problem: { code } }) => code)).toEqual(['session-gone']);
  expect(janitor.nextDue()).toBe(0);
});
