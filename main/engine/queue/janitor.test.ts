import { expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import type { Failure } from '../outcome.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { Janitor } from './janitor.ts';

bench.prepareQueue();

/** A session that was lost and could not be freed, after so many attempts. */
const look = async (
  attempts: number,
  failure: Failure = { behaviour: 'retry', problem: bench.broken },
): Promise<Janitor> => {
  const id = await bench.add('a');
  bench.server().before = bench.failsAt('send', { behaviour: 'attention', problem: bench.broken });
  await bench.queue.start();
  await bench.reached(id, 'attention');
  await bench.queue.stop('now');
  bench.store.transfers.sessionLost(id, problem('session-gone', { server: 'one' }), false, 0);
  expect(bench.row(id).remote).toBeUndefined();
  bench.server().before = (phase) => (phase === 'cancel' ? failure : undefined);
  const janitor = new Janitor({
    store: {
      ...bench.store,
      abandoned: {
        ...bench.store.abandoned,
        due: (now, limit) => bench.store.abandoned.due(now, limit).map((due) => ({ ...due, attempts })),
      },
    },
    now: () => 1_000,
    random: () => 0,
    server: () => bench.server().port(),
    changed: () => undefined,
  });
  janitor.look();
  await bench.until(() => bench.server().calls.includes('cancel a') && janitor.nextDue() !== 0);
  janitor.end();
  return janitor;
};

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
