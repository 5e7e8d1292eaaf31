/** An own key is free on its server before it is used again, whatever made an earlier session be abandoned. */
import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';
import type { Failure } from '../outcome.ts';

bench.prepareQueue();

const changed = problem('file-changed', { path: 'a', what: 'size' });
const options = { key: 'mine' };

/** The first cleanup does not reach the server. Of each opening: the sessions that the server still has. */
const awayOnce = (failure: Failure = { behaviour: 'retry', problem: bench.broken, afterMs: 0 }): string[][] => {
  const opens: string[][] = [];
  const away = bench.once(failure);
  bench.server().before = (phase) => {
    if (phase === 'open') opens.push([...bench.server().sessions.keys()]);
    return phase === 'cancel' ? away() : undefined;
  };
  return opens;
};

/** The file changed after its upload was complete, and the user has the changed file uploaded. */
const abandoned = async (): Promise<number> => {
  const id = await bench.add('a', 35, { options });
  bench.server().before = bench.failsAt('verify', { behaviour: 'attention', problem: changed });
  await bench.queue.start();
  await bench.reached(id, 'attention');
  await bench.until(() => bench.queue.moving.length === 0);
  bench.store.transfers.sessionLost(id, changed, false, Date.now());
  return id;
};

describe('an upload with an own key is opened only after the abandoned session has been cleaned up', () => {
  it('where the user has the changed file uploaded', async () => {
    const id = await abandoned();
    const opens = awayOnce();
    await bench.wished(id, 'retry', 'done');
    expect(opens).toEqual([[]]);
    expect(bench.store.abandoned.nextDue()).toBeUndefined();
  });

  it('where the user retries an upload whose cancel could not clean up', async () => {
    const { id, hold } = await bench.heldUpload();
    bench.store.transfers.update(id, { options });
    bench.server().before = bench.failsAt('cancel', { behaviour: 'retry', problem: bench.broken });
    await bench.wished(id, 'cancel', 'cancelled');
    hold.open();
    await bench.until(() => bench.queue.moving.length === 0);
    const opens = awayOnce();
    await bench.wished(id, 'retry', 'done');
    expect(opens).toEqual([[]]);
  });

  it('where another upload has the same key', async () => {
    await abandoned();
    const opens = awayOnce();
    const other = await bench.add('b', 35, { options });
    bench.queue.pump();
    await bench.reached(other, 'done');
    expect(opens).toEqual([[]]);
  });

  it('and waits for the reason that the cleanup fails for', async () => {
    const id = await abandoned();
    bench.server().before = bench.failsAt('cancel', { behaviour: 'retry', problem: bench.broken, afterMs: 60_000 });
    await bench.wished(id, 'retry', 'waiting');
    expect(bench.row(id)).toMatchObject({ problem: bench.broken, remote: undefined, creating: false });
    expect(bench.server().calls.filter((call) => call === 'open a')).toHaveLength(1);
  });

  it('but not where the server never cleans it up', async () => {
    const id = await abandoned();
    const refused = problem('server-refused', { server: 'one', status: 400, words: asSaid('no') });
    const opens = awayOnce({ behaviour: 'fatal', problem: refused });
    await bench.wished(id, 'retry', 'done');
    expect(opens).toEqual([['a-0']]);
  });
});

it.each([
  ['cancel', 'cancelled'],
  ['pause', 'paused'],
] as const)(
  'to %s does not wait for a server that never answers the cleanup of the key, which continues',
  async (wish, ends) => {
    const id = await abandoned();
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'cancel');
    // Due much later by itself: the upload asks for it.
    const [due] = bench.store.abandoned.due(Date.now(), 1);
    bench.store.abandoned.later(due?.id ?? 0, Date.now() + 3_600_000);
    await bench.queue.wish({ ids: [id] }, 'retry');
    await bench.called('cancel a');
    await bench.wished(id, wish, ends);
    await bench.until(() => bench.queue.moving.length === 0);
    hold.open();
    await bench.until(() => bench.store.abandoned.nextDue() === undefined);
    await bench.wished(id, wish === 'pause' ? 'resume' : 'retry', 'done');
  },
);

it('an upload without an own key does not wait for the cleanup of an abandoned session', async () => {
  const id = await abandoned();
  bench.store.transfers.update(id, { options: {} });
  const hold = bench.gate();
  bench.server().before = bench.heldAt(hold, 'cancel');
  await bench.wished(id, 'retry', 'done');
  hold.open();
});

it('a share keeps its delete key though the answer to the cleanup of the key was lost, and its upload left the list', async () => {
  const id = await abandoned();
  // The server deletes what it has, and its answer does not arrive: the key is free there, and not known to be.
  let answers = 0;
  bench.server().before = (phase) => {
    if (phase !== 'cancel' || answers++ > 0) return undefined;
    bench.server().sessions.clear();
    return { behaviour: 'retry', problem: bench.broken, afterMs: 0 };
  };
  await bench.wished(id, 'retry', 'done');
  await bench.queue.wish({ ids: [id] }, 'remove');
  await bench.until(() => bench.store.abandoned.nextDue() === undefined);
  expect(bench.store.shares.page({}, { limit: 9 }).rows).toMatchObject([
    { key: 'a-0', deleteKey: 'delete-a', state: 'live' },
  ]);
});

it('the cleanup of a key never uses the delete key of another upload', async () => {
  const id = await abandoned();
  const other = await bench.add('b', 35);
  bench.store.keepTold({ shareKey: 'a-0', deleteKey: 'of-other' }, 'one', other);
  bench.works();
  await bench.wished(id, 'retry', 'done');
  expect(bench.server().keys).not.toContain('of-other');
});
