import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import {
  add,
  broken,
  contents,
  gate,
  heldAt,
  limits,
  queue,
  reached,
  renewQueue,
  row,
  server,
  store,
  until,
} from '../../../test/fakes/queue-bench.ts';

const refused = problem('server-refused', { server: 'one', status: 403, words: asSaid('no') });

describe('what a person wants of a transfer', () => {
  it('is resumed before its pause was through: every chunk is sent all the same', async () => {
    const id = await add('a');
    const hold = gate();
    server().before = heldAt(hold, 'send', 1);
    await queue.start();
    await until(() => server().calls.includes('send a 1'));
    await queue.wish({ ids: [id] }, 'pause');
    await queue.wish({ ids: [id] }, 'resume');
    hold.open();
    await reached(id, 'done');
    expect(server().stored('a')).toEqual(contents.get('a'));
  });

  it('is paused although its session was lost at that moment', async () => {
    server().cut = 'spoils';
    const id = await add('a');
    const hold = gate();
    server().before = async (phase, _name, index) => {
      if (phase !== 'send' || index !== 1) return undefined;
      await hold.closed;
      return { behaviour: 'restart', problem: problem('session-gone', { server: 'one' }) };
    };
    await queue.start();
    await until(() => server().calls.includes('send a 1'));
    await queue.wish({ ids: [id] }, 'pause');
    hold.open();
    await reached(id, 'paused', 'waiting');
    expect(row(id)).toMatchObject({ state: 'paused', acknowledgedBytes: 0 });
    server().before = () => undefined;
    await queue.wish({ ids: [id] }, 'resume');
    await reached(id, 'done');
  });

  it('is cancelled after it has failed, and the server is freed', async () => {
    const id = await add('a');
    server().before = (phase) => (phase === 'send' ? { behaviour: 'fatal', problem: refused } : undefined);
    await queue.start();
    await reached(id, 'failed');
    expect((await queue.wish({ ids: [id] }, 'cancel')).changed).toEqual([id]);
    await reached(id, 'cancelled');
    expect(server().sessions.size).toBe(0);
  });

  it('is freed on its server while others are sent, and while that server rests', async () => {
    Object.assign(limits, { atOnce: 1, perServer: 1 });
    const id = await add('a');
    const hold = gate();
    server().before = heldAt(hold, 'send', 1);
    await queue.start();
    await until(() => server().calls.includes('send a 1'));
    await queue.wish({ ids: [id] }, 'pause');
    hold.open();
    await reached(id, 'paused');
    const busy = await add('b');
    const other = await add('c', 35, { serverId: 'two' });
    const long = gate();
    server('two').before = heldAt(long, 'send', 0);
    server().before = (phase, name) =>
      phase === 'open' && name === 'b'
        ? { behaviour: 'server-busy', problem: problem('server-busy', { server: 'one', status: 503 }), afterMs: 60_000 }
        : undefined;
    queue.pump();
    await reached(busy, 'waiting');
    await until(() => server('two').calls.includes('send c 0'));
    await queue.wish({ ids: [id] }, 'cancel');
    await reached(id, 'cancelled');
    expect(server().sessions.size).toBe(0);
    long.open();
    await reached(other, 'done');
    expect(row(busy).state).toBe('waiting');
  });

  it('is freed of what its opening made, though the answer to that was lost', async () => {
    const id = await add('a');
    server().before = (phase) =>
      phase === 'open' ? { behaviour: 'retry', problem: broken, afterMs: 60_000 } : undefined;
    await queue.start();
    await until(() => row(id).state === 'waiting' && queue.moving.length === 0);
    await queue.wish({ ids: [id] }, 'cancel');
    await reached(id, 'cancelled');
    expect(server().calls).toEqual(['open a', 'doubt a']);
    const other = await add('b');
    server().before = (phase) => (phase === 'open' ? { behaviour: 'attention', problem: refused } : undefined);
    queue.pump();
    await reached(other, 'attention');
    await queue.wish({ ids: [other] }, 'cancel');
    await reached(other, 'cancelled');
    expect(server().calls).not.toContain('doubt b');
  });

  it('keeps its limits while cancels are many', async () => {
    Object.assign(limits, { atOnce: 2, perServer: 1 });
    const ids: number[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push(await add(name, 15));
    await queue.start();
    server().before = (phase) => (phase === 'verify' ? { behaviour: 'attention', problem: refused } : undefined);
    for (const id of ids) await reached(id, 'attention');
    let [most, under] = [0, 0];
    server().before = async () => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 5));
      under--;
      return undefined;
    };
    await queue.wish({}, 'cancel');
    for (const id of ids) await reached(id, 'cancelled');
    expect(most).toBe(2);
  });
});

describe('the queue', () => {
  it('says why a transfer failed, in its row and in the history', async () => {
    const id = await add('a');
    server().before = (phase) => (phase === 'open' ? { behaviour: 'fatal', problem: refused } : undefined);
    await queue.start();
    await reached(id, 'failed');
    expect(row(id).problem).toEqual(refused);
    expect(store.history.page({}, { limit: 1 }).rows[0]?.problem).toEqual(refused);
  });

  it('ends what is left out as the person wished without a failure, and says why in its row and in the history', async () => {
    const id = await add('a');
    const next = await add('b');
    const why = problem('name-skipped', { server: 'one', name: 'a' });
    server().before = (phase, name) =>
      phase === 'open' && name === 'a' ? { behaviour: 'left-out', problem: why } : undefined;
    await queue.start();
    await reached(id, 'cancelled');
    await reached(next, 'done');
    expect(row(id)).toMatchObject({ problem: why, creating: false, acknowledgedBytes: 0 });
    expect(row(id).endedAt).toBeTypeOf('number');
    const [ended] = store.history.page({ ending: 'cancelled' }, { limit: 2 }).rows;
    expect(ended).toMatchObject({ transferId: id, outcome: 'cancelled', problem: why });
    server().before = () => undefined;
    expect((await queue.wish({ ids: [id] }, 'retry')).changed).toEqual([id]);
    await reached(id, 'done');
    expect(row(id).problem).toBeUndefined();
  });

  it('frees what is left out after a session was opened, and keeps why', async () => {
    const id = await add('a');
    const why = problem('name-skipped', { server: 'one', name: 'a' });
    server().before = (phase) => (phase === 'finish' ? { behaviour: 'left-out', problem: why } : undefined);
    await queue.start();
    await reached(id, 'cancelled');
    expect(server().sessions.size).toBe(0);
    expect(row(id).problem).toEqual(why);
    expect(store.history.page({}, { limit: 1 }).rows[0]).toMatchObject({ outcome: 'cancelled', problem: why });
  });

  it('keeps nothing of an earlier trouble as the reason of a cancel', async () => {
    const id = await add('a');
    server().before = (phase) => (phase === 'finish' ? { behaviour: 'attention', problem: refused } : undefined);
    await queue.start();
    await reached(id, 'attention');
    await queue.wish({ ids: [id] }, 'cancel');
    await reached(id, 'cancelled');
    expect(row(id).problem).toBeUndefined();
  });

  it('says that it gave up where the server stored a file wrongly again and again', async () => {
    const id = await add('a');
    server().before = (phase) =>
      phase === 'verify'
        ? { behaviour: 'restart', problem: problem('verify-length', { server: 'one', stored: 1, size: 35 }) }
        : undefined;
    await queue.start();
    await reached(id, 'failed');
    expect(row(id).problem).toEqual(problem('verify-failed', { server: 'one', tries: 3 }));
  });

  it('lets a server rest as long as it asked, though a file that was under way advances', async () => {
    const [sending, busy, next] = [await add('a'), await add('b'), await add('c')];
    const hold = gate();
    server().before = async (phase, name, index) => {
      if (phase === 'send' && name === 'a' && index === 1) await hold.closed;
      return phase === 'open' && name === 'b'
        ? { behaviour: 'server-busy', problem: problem('server-busy', { server: 'one', status: 429 }), afterMs: 60_000 }
        : undefined;
    };
    await queue.start();
    await reached(busy, 'waiting');
    hold.open();
    await reached(sending, 'done');
    queue.pump();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(row(next).state).toBe('queued');
  });

  it('does not try sooner because another client says start', async () => {
    const id = await add('a');
    server().before = (phase) =>
      phase === 'open' ? { behaviour: 'retry', problem: broken, afterMs: 60_000 } : undefined;
    await queue.start();
    await reached(id, 'waiting');
    const { waitUntil } = row(id);
    await queue.start();
    expect(row(id).waitUntil).toBe(waitUntil);
  });

  it('ends a lane only when each of its chunks has come to its end', async () => {
    server().lanes = 3;
    const id = await add('a', 95);
    const hold = gate();
    server().before = async (phase, _name, index) => {
      if (phase === 'send' && index === 1) throw new TypeError('unexpected');
      if (phase === 'send' && index === 0) await hold.closed;
      return undefined;
    };
    await queue.start();
    await until(() => server().calls.includes('send a 1'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(queue.moving).toEqual([id]);
    server().before = () => undefined;
    hold.open();
    await reached(id, 'done');
    expect(server().calls.filter((call) => call === 'send a 0')).toHaveLength(1);
  });

  it('stays stopped once it was stopped, whatever the disk does then', async () => {
    let full = (): void => undefined;
    renewQueue({ onDiskFull: (listener) => (full = listener) });
    await queue.start();
    await queue.stop('now');
    full();
    const id = await add('a');
    await queue.start();
    expect(row(id).state).toBe('queued');
    expect(queue.status.running).toBe(false);
  });
});
