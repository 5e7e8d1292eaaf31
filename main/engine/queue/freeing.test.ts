import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import {
  add,
  broken,
  gate,
  queue,
  reached,
  renewQueue,
  row,
  server,
  store,
  until,
} from '../../../test/fakes/queue-bench.ts';

const gone = problem('session-gone', { server: 'one' });

/** A failed transfer whose lost session the server still has. */
const abandoned = async (name: string, at = 0, remove = false): Promise<number> => {
  const id = await add(name);
  const session = `${name}-x`;
  server().sessions.set(session, { name, size: 35, chunks: new Map(), openedAt: 0, done: false });
  store.transfers.opened(id, { version: 1, value: { session } }, 10, []);
  store.transfers.update(id, { state: 'failed' });
  store.transfers.sessionLost(id, gone, false, at);
  if (remove) store.transfers.remove([id]);
  return id;
};
const freed = (): boolean => server().sessions.size === 0 && store.abandoned.nextDue() === undefined;
const codes = (id: number): readonly string[] => store.transfers.logOf(id, 9).map(({ problem: { code } }) => code);

describe('sessions that were given up', () => {
  it('are freed one after the other, and each transfer says so', async () => {
    const ids = [await abandoned('a'), await abandoned('b')];
    let [now, most] = [0, 0];
    server().before = async (phase) => {
      if (phase !== 'cancel') return undefined;
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      return undefined;
    };
    await queue.start();
    await until(freed);
    expect(most).toBe(1);
    for (const id of ids) expect(codes(id)).toEqual(['session-gone', 'freed']);
  });

  it('whose transfer is out of the list are freed all the same', async () => {
    await abandoned('a', 0, true);
    await queue.start();
    await until(freed);
  });

  it('of which something stays on the server say what', async () => {
    const id = await abandoned('a');
    server().left = problem('left-on-server', { server: 'one', until: 9 });
    await queue.start();
    await until(freed);
    expect(codes(id)).toEqual(['session-gone', 'left-on-server']);
  });

  it('are freed later, and counted, where the server cannot be reached; nothing is logged until then', async () => {
    const id = await abandoned('a');
    server().before = (phase) => (phase === 'cancel' ? { behaviour: 'retry', problem: broken } : undefined);
    const before = Date.now();
    await queue.start();
    await until(() => (store.abandoned.nextDue() ?? 0) > before);
    expect(store.abandoned.nextDue()).toBeGreaterThanOrEqual(before + 1_000);
    expect(store.abandoned.due(Number.MAX_SAFE_INTEGER, 1)).toMatchObject([{ attempts: 1 }]);
    expect(codes(id)).toEqual(['session-gone']);
  });

  it('of a server that is not saved wait', async () => {
    const id = await add('a', 35, { serverId: 'nobody' });
    store.transfers.opened(id, { version: 1, value: { session: 'x' } }, 10, []);
    store.transfers.update(id, { state: 'failed' });
    store.transfers.sessionLost(id, gone, false, 0);
    await queue.start();
    await until(() => store.abandoned.due(Number.MAX_SAFE_INTEGER, 1)[0]?.attempts === 1);
    expect(codes(id)).toEqual(['session-gone']);
  });

  it('are written about no more when the queue has stopped', async () => {
    const id = await abandoned('a');
    const hold = gate();
    server().before = async (phase) => {
      if (phase === 'cancel') await hold.closed;
      return undefined;
    };
    await queue.start();
    await until(() => server().calls.includes('cancel a'));
    await queue.stop('now');
    hold.open();
    await new Promise((resolve) => setImmediate(resolve));
    expect(codes(id)).toEqual(['session-gone']);
    expect(store.abandoned.nextDue()).toBe(0);
    renewQueue();
    await queue.start();
    await until(freed);
  });

  it('are freed with the delete key that came before the session was lost', async () => {
    const id = await abandoned('a');
    store.keepTold({ shareKey: 'a-x', deleteKey: 'dk' }, 'one', id);
    await queue.start();
    await until(freed);
    expect(server().keys).toEqual(['dk']);
  });

  it('hold up no upload', async () => {
    await abandoned('a');
    const hold = gate();
    server().before = async (phase) => {
      if (phase === 'cancel') await hold.closed;
      return undefined;
    };
    const id = await add('b');
    await queue.start();
    await reached(id, 'done');
    expect(row(id).problem).toBeUndefined();
    hold.open();
    await until(() => store.abandoned.nextDue() === undefined);
  });
});
