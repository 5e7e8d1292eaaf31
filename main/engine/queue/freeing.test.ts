import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

const gone = problem('session-gone', { server: 'one' });

/** A failed transfer whose lost session the server still has. */
const abandoned = async (name: string, at = 0, remove = false): Promise<number> => {
  const id = await bench.add(name);
  const session = `${name}-x`;
  bench.server().sessions.set(session, { name, size: 35, chunks: new Map(), openedAt: 0, done: false });
  bench.store.transfers.opened(id, { version: 1, value: { session } }, 10, []);
  bench.store.transfers.update(id, { state: 'failed' });
  bench.store.transfers.sessionLost(id, gone, false, at);
  if (remove) bench.store.transfers.remove([id]);
  return id;
};
const freed = (): boolean => bench.server().sessions.size === 0 && bench.store.abandoned.nextDue() === undefined;
const codes = (id: number): readonly string[] =>
  bench.store.transfers.logOf(id, 9).map(({ problem: { code } }) => code);

describe('sessions that were given up', () => {
  it('are freed one after the other, and each transfer says so', async () => {
    const ids = [await abandoned('a'), await abandoned('b')];
    let [now, most] = [0, 0];
    bench.server().before = async (phase) => {
      if (phase !== 'cancel') return undefined;
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      return undefined;
    };
    await bench.queue.start();
    await bench.until(freed);
    expect(most).toBe(1);
    for (const id of ids) expect(codes(id)).toEqual(['session-gone', 'freed']);
  });

  it('are left alone by a queue that is not started', async () => {
    await abandoned('a');
    bench.queue.pump();
    await new Promise((resolve) => setImmediate(resolve));
    expect(bench.server().calls).toEqual([]);
  });

  it('whose transfer is out of the list are freed all the same', async () => {
    await abandoned('a', 0, true);
    await bench.queue.start();
    await bench.until(freed);
  });

  it('of which something stays on the server say what', async () => {
    const id = await abandoned('a');
    bench.server().left = problem('left-on-server', { server: 'one', until: 9 });
    await bench.queue.start();
    await bench.until(freed);
    expect(codes(id)).toEqual(['session-gone', 'left-on-server']);
  });

  it('are freed later, and counted, where the server cannot be reached; nothing is logged until then', async () => {
    const id = await abandoned('a');
    bench.server().before = bench.failsAt('cancel', { behaviour: 'retry', problem: bench.broken });
    const before = Date.now();
    await bench.queue.start();
    await bench.until(() => (bench.store.abandoned.nextDue() ?? 0) > before);
    expect(bench.store.abandoned.nextDue()).toBeGreaterThanOrEqual(before + 1_000);
    expect(bench.store.abandoned.due(Number.MAX_SAFE_INTEGER, 1)).toMatchObject([{ attempts: 1 }]);
    expect(codes(id)).toEqual(['session-gone']);
  });

  it('of a server that is not saved wait', async () => {
    const id = await bench.add('a', 35, { serverId: 'nobody' });
    bench.store.transfers.opened(id, { version: 1, value: { session: 'x' } }, 10, []);
    bench.store.transfers.update(id, { state: 'failed' });
    bench.store.transfers.sessionLost(id, gone, false, 0);
    await bench.queue.start();
    await bench.until(() => bench.store.abandoned.due(Number.MAX_SAFE_INTEGER, 1)[0]?.attempts === 1);
    expect(codes(id)).toEqual(['session-gone']);
  });

  it('are written about no more when the queue has stopped', async () => {
    const id = await abandoned('a');
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'cancel');
    await bench.queue.start();
    await bench.called('cancel a');
    await bench.queue.stop('now');
    hold.open();
    await new Promise((resolve) => setImmediate(resolve));
    expect(codes(id)).toEqual(['session-gone']);
    expect(bench.store.abandoned.nextDue()).toBe(0);
    bench.renewQueue();
    await bench.queue.start();
    await bench.until(freed);
  });

  it('are freed with the delete key that came before the session was lost', async () => {
    const id = await abandoned('a');
    bench.store.keepTold({ shareKey: 'a-x', deleteKey: 'dk' }, 'one', id);
    await bench.queue.start();
    await bench.until(freed);
    expect(bench.server().keys).toEqual(['dk']);
    // It opens nothing any more: no later start looks for its share.
    await bench.queue.stop('now');
    await bench.store.close();
    const reopened = bench.openStoreHere({ folder: join(bench.folder, 'profile') });
    expect(reopened.recovered.all).toEqual([]);
    await reopened.close();
  });

  it('hold up no upload', async () => {
    await abandoned('a');
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'cancel');
    const id = await bench.add('b');
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.row(id).problem).toBeUndefined();
    hold.open();
    await bench.until(() => bench.store.abandoned.nextDue() === undefined);
  });
});
