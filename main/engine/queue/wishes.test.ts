import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

const refused = problem('server-refused', { server: 'one', status: 403, words: asSaid('no') });

describe('what a person wants of a transfer', () => {
  it('is resumed before its pause was through: every chunk is sent all the same', async () => {
    const { id, hold } = await bench.heldUpload();
    await bench.queue.wish({ ids: [id] }, 'pause');
    await bench.queue.wish({ ids: [id] }, 'resume');
    hold.open();
    await bench.reached(id, 'done');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
  });

  it('is paused although its session was lost at that moment', async () => {
    bench.server().cut = 'spoils';
    const id = await bench.add('a');
    const hold = bench.gate();
    bench.server().before = async (phase, _name, index) => {
      if (phase !== 'send' || index !== 1) return undefined;
      await hold.closed;
      return { behaviour: 'restart', problem: problem('session-gone', { server: 'one' }) };
    };
    await bench.queue.start();
    await bench.called('send a 1');
    await bench.queue.wish({ ids: [id] }, 'pause');
    hold.open();
    await bench.reached(id, 'paused', 'waiting');
    expect(bench.row(id)).toMatchObject({ state: 'paused', acknowledgedBytes: 0 });
    bench.works();
    await bench.wished(id, 'resume', 'done');
  });

  it('is cancelled after it has failed, and the server is freed', async () => {
    const id = await bench.failedUpload('send', { behaviour: 'fatal', problem: refused }, 'failed');
    expect((await bench.queue.wish({ ids: [id] }, 'cancel')).changed).toEqual([id]);
    await bench.reached(id, 'cancelled');
    expect(bench.server().sessions.size).toBe(0);
  });

  it('is freed on its server while others are sent, and while that server rests', async () => {
    Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
    const { id, hold } = await bench.heldUpload();
    await bench.queue.wish({ ids: [id] }, 'pause');
    hold.open();
    await bench.reached(id, 'paused');
    const busy = await bench.add('b');
    const other = await bench.add('c', 35, { serverId: 'two' });
    const long = bench.gate();
    bench.server('two').before = bench.heldAt(long, 'send', 0);
    bench.server().before = (phase, name) =>
      phase === 'open' && name === 'b'
        ? { behaviour: 'server-busy', problem: problem('server-busy', { server: 'one', status: 503 }), afterMs: 60_000 }
        : undefined;
    bench.queue.pump();
    await bench.reached(busy, 'waiting');
    await bench.called('send c 0', 'two');
    await bench.wished(id, 'cancel', 'cancelled');
    expect(bench.server().sessions.size).toBe(0);
    long.open();
    await bench.reached(other, 'done');
    expect(bench.row(busy).state).toBe('waiting');
  });

  it('is freed of what its opening made, though the answer to that was lost', async () => {
    const id = await bench.add('a');
    bench.server().before = bench.failsAt('open', { behaviour: 'retry', problem: bench.broken, afterMs: 60_000 });
    await bench.queue.start();
    await bench.until(() => bench.row(id).state === 'waiting' && bench.queue.moving.length === 0);
    await bench.wished(id, 'cancel', 'cancelled');
    expect(bench.server().calls).toEqual(['open a', 'doubt a']);
    const other = await bench.add('b');
    bench.server().before = bench.failsAt('open', { behaviour: 'attention', problem: refused });
    bench.queue.pump();
    await bench.reached(other, 'attention');
    await bench.wished(other, 'cancel', 'cancelled');
    expect(bench.server().calls).not.toContain('doubt b');
  });

  it('ends its chunk early and in order where a cut would do harm, when it is cancelled', async () => {
    const chunkSize = 2_000_000;
    Object.assign(bench.server(), { cut: 'spoils', chunkSize });
    const { id, hold } = await bench.heldUpload(0, chunkSize);
    let stored: number | undefined;
    const held = bench.server().before;
    bench.server().before = (phase, name, index) => {
      if (phase === 'cancel') stored = bench.server().sessions.get('a-0')?.chunks.get(0)?.length;
      return held(phase, name, index);
    };
    await bench.queue.wish({ ids: [id] }, 'cancel');
    hold.open();
    await bench.reached(id, 'cancelled');
    expect(stored).toBeGreaterThan(0);
    expect(stored).toBeLessThan(chunkSize);
  });

  it('is removed from the list before it was begun, and stays in the history', async () => {
    const over: number[] = [];
    bench.renewQueue({}, Date.now, { over: (gone) => over.push(gone) });
    const id = await bench.add('a');
    expect((await bench.queue.wish({ ids: [id] }, 'remove')).changed).toEqual([id]);
    expect(over).toEqual([id]);
    expect(bench.store.transfers.get(id)).toBeUndefined();
    expect(bench.store.history.page({}, { limit: 9 }).rows).toMatchObject([{ name: 'a', outcome: 'cancelled' }]);
  });

  it('is removed once its server is cleaned up, where it is paused with a session there', async () => {
    const { id, hold } = await bench.heldUpload();
    await bench.queue.wish({ ids: [id] }, 'pause');
    hold.open();
    await bench.reached(id, 'paused');
    await bench.queue.wish({ ids: [id] }, 'remove');
    expect(bench.row(id).wish).toBe('remove');
    await bench.until(() => bench.store.transfers.get(id) === undefined);
    expect(bench.server().sessions.size).toBe(0);
  });

  it('is done for all of a long list, in parts that let others have their turn', async () => {
    const ids: number[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push(await bench.add(name));
    const { transfers } = bench.store;
    const page: typeof transfers.page = (filter, order, window) =>
      transfers.page(filter, order, { ...window, limit: 2 });
    bench.renewQueue({ transfers: { ...transfers, page } });
    const paused = (): number => ids.filter((id) => bench.row(id).state === 'paused').length;
    const seen = new Promise<number>((resolve) => setImmediate(() => resolve(paused())));
    const { changed } = await bench.queue.wish({}, 'pause');
    expect(await seen).toBe(2);
    expect([...changed].sort()).toEqual(ids);
    expect(paused()).toBe(5);
    expect((await bench.queue.wish({ states: ['paused'] }, 'resume')).changed).toHaveLength(5);
    expect(paused()).toBe(0);
  });

  it('is kept with the reason that they gave for a cancel, in the row and in the history', async () => {
    const id = await bench.add('a');
    await bench.queue.wish({ ids: [id] }, 'cancel', refused);
    expect(bench.row(id)).toMatchObject({ state: 'cancelled', problem: refused });
    expect(bench.store.history.page({}, { limit: 1 }).rows[0]).toMatchObject({
      outcome: 'cancelled',
      problem: refused,
    });
  });

  it('keeps its limits while cancels are many', async () => {
    Object.assign(bench.limits, { atOnce: 2, perServer: 1 });
    const ids: number[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push(await bench.add(name, 15));
    await bench.queue.start();
    bench.server().before = bench.failsAt('verify', { behaviour: 'attention', problem: refused });
    for (const id of ids) await bench.reached(id, 'attention');
    let [most, under] = [0, 0];
    bench.server().before = async () => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 5));
      under--;
      return undefined;
    };
    await bench.queue.wish({}, 'cancel');
    for (const id of ids) await bench.reached(id, 'cancelled');
    expect(most).toBe(2);
  });
});

describe('the queue', () => {
  it('says why a transfer failed, in its row and in the history', async () => {
    const id = await bench.failedUpload('open', { behaviour: 'fatal', problem: refused }, 'failed');
    expect(bench.row(id).problem).toEqual(refused);
    expect(bench.store.history.page({}, { limit: 1 }).rows[0]?.problem).toEqual(refused);
  });

  it('ends what is left out as the person wished without a failure, and says why in its row and in the history', async () => {
    const id = await bench.add('a');
    const next = await bench.add('b');
    const why = problem('name-skipped', { server: 'one', name: 'a' });
    bench.server().before = (phase, name) =>
      phase === 'open' && name === 'a' ? { behaviour: 'left-out', problem: why } : undefined;
    await bench.queue.start();
    await bench.reached(id, 'cancelled');
    await bench.reached(next, 'done');
    expect(bench.row(id)).toMatchObject({ problem: why, creating: false, acknowledgedBytes: 0 });
    expect(bench.row(id).endedAt).toBeTypeOf('number');
    const [ended] = bench.store.history.page({ ending: 'cancelled' }, { limit: 2 }).rows;
    expect(ended).toMatchObject({ transferId: id, outcome: 'cancelled', problem: why });
    bench.works();
    expect((await bench.queue.wish({ ids: [id] }, 'retry')).changed).toEqual([id]);
    await bench.reached(id, 'done');
    expect(bench.row(id).problem).toBeUndefined();
  });

  it('frees what is left out after a session was opened, and keeps why', async () => {
    const id = await bench.add('a');
    const why = problem('name-skipped', { server: 'one', name: 'a' });
    bench.server().before = bench.failsAt('finish', { behaviour: 'left-out', problem: why });
    await bench.queue.start();
    await bench.reached(id, 'cancelled');
    expect(bench.server().sessions.size).toBe(0);
    expect(bench.row(id).problem).toEqual(why);
    expect(bench.store.history.page({}, { limit: 1 }).rows[0]).toMatchObject({ outcome: 'cancelled', problem: why });
  });

  it('keeps nothing of an earlier trouble as the reason of a cancel', async () => {
    const id = await bench.failedUpload('finish', { behaviour: 'attention', problem: refused }, 'attention');
    await bench.wished(id, 'cancel', 'cancelled');
    expect(bench.row(id).problem).toBeUndefined();
  });

  it('says that it gave up where the server stored a file wrongly again and again', async () => {
    const id = await bench.failedUpload(
      'verify',
      { behaviour: 'restart', problem: problem('verify-length', { server: 'one', stored: 1, size: 35 }) },
      'failed',
    );
    expect(bench.row(id).problem).toEqual(problem('verify-failed', { server: 'one', tries: 3 }));
  });

  it('lets a server rest as long as it asked, though a file that was under way advances', async () => {
    const [sending, busy, next] = [await bench.add('a'), await bench.add('b'), await bench.add('c')];
    const hold = bench.gate();
    bench.server().before = async (phase, name, index) => {
      if (phase === 'send' && name === 'a' && index === 1) await hold.closed;
      return phase === 'open' && name === 'b'
        ? { behaviour: 'server-busy', problem: problem('server-busy', { server: 'one', status: 429 }), afterMs: 60_000 }
        : undefined;
    };
    await bench.queue.start();
    await bench.reached(busy, 'waiting');
    hold.open();
    await bench.reached(sending, 'done');
    bench.queue.pump();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(bench.row(next).state).toBe('queued');
  });

  it('does not try sooner because another client says start', async () => {
    const id = await bench.failedUpload(
      'open',
      { behaviour: 'retry', problem: bench.broken, afterMs: 60_000 },
      'waiting',
    );
    const { waitUntil } = bench.row(id);
    await bench.queue.start();
    expect(bench.row(id).waitUntil).toBe(waitUntil);
  });

  it('ends a lane only when each of its chunks has come to its end', async () => {
    bench.server().lanes = 3;
    const id = await bench.add('a', 95);
    const hold = bench.gate();
    bench.server().before = async (phase, _name, index) => {
      if (phase === 'send' && index === 1) throw new TypeError('unexpected');
      if (phase === 'send' && index === 0) await hold.closed;
      return undefined;
    };
    await bench.queue.start();
    await bench.called('send a 1');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(bench.queue.moving).toEqual([id]);
    bench.works();
    hold.open();
    await bench.reached(id, 'done');
    expect(bench.server().calls.filter((call) => call === 'send a 0')).toHaveLength(1);
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
  });

  it('stays stopped once it was stopped, whatever the disk does then', async () => {
    let full = (): void => undefined;
    bench.renewQueue({ onDiskFull: (listener) => (full = listener) });
    await bench.queue.start();
    await bench.queue.stop('now');
    full();
    const id = await bench.add('a');
    await bench.queue.start();
    expect(bench.row(id).state).toBe('queued');
    expect(bench.queue.status.running).toBe(false);
  });
});
