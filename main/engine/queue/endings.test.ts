import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import type { Failure } from '../outcome.ts';
import {
  add,
  broken,
  contents,
  gate,
  heldAt,
  limits,
  once,
  queue,
  reached,
  renewQueue,
  row,
  server,
  store,
  until,
} from '../../../test/fakes/queue-bench.ts';

const refused = problem('server-refused', { server: 'one', status: 403, words: asSaid('no') });
const codesOf = (id: number): readonly string[] => store.transfers.logOf(id, 50).map((entry) => entry.problem.code);

describe('an opening whose answer was lost', () => {
  /** It fails for good after an opening in doubt. */
  const failedInDoubt = async (): Promise<number> => {
    const failures: Failure[] = [
      { behaviour: 'retry', problem: broken, afterMs: 0 },
      { behaviour: 'fatal', problem: refused },
    ];
    server().before = (phase) => (phase === 'open' ? failures.shift() : undefined);
    const id = await add('a');
    await queue.start();
    await reached(id, 'failed');
    return id;
  };

  it('stays in doubt where the file failed: who retries it knows', async () => {
    const id = await failedInDoubt();
    await queue.wish({ ids: [id] }, 'retry');
    await reached(id, 'done');
    expect(server().doubts).toEqual([false, true, true]);
    expect(row(id).creating).toBe(false);
  });

  it('is freed of what it made where the failed file is cancelled', async () => {
    const id = await failedInDoubt();
    await queue.wish({ ids: [id] }, 'cancel');
    await reached(id, 'cancelled');
    expect(server().calls.at(-1)).toBe('doubt a');
    expect(row(id).creating).toBe(false);
  });

  it('stays in doubt where it cannot be freed when it is cancelled, which is told', async () => {
    const id = await add('a');
    server().before = (phase) =>
      phase === 'open' || phase === 'doubt' ? { behaviour: 'retry', problem: broken, afterMs: 60_000 } : undefined;
    await queue.start();
    await until(() => row(id).state === 'waiting' && queue.moving.length === 0);
    await queue.wish({ ids: [id] }, 'cancel');
    await reached(id, 'cancelled');
    expect(codesOf(id)).toContain('doubt-left');
    server().before = () => undefined;
    await queue.wish({ ids: [id] }, 'retry');
    await reached(id, 'done');
    expect(server().doubts).toEqual([false, true]);
    expect(row(id).creating).toBe(false);
  });
});

describe('a cancel', () => {
  it('never says that nothing is left where something stays', async () => {
    server().left = problem('left-on-server', { server: 'one', until: 77 });
    const id = await add('a');
    server().before = (phase) => (phase === 'finish' ? { behaviour: 'attention', problem: refused } : undefined);
    await queue.start();
    await reached(id, 'attention');
    await queue.wish({ ids: [id] }, 'cancel');
    await reached(id, 'cancelled');
    expect(codesOf(id)).toEqual(['left-on-server']);
  });

  it('is no failure where it comes while a file that was stored wrongly for the last time is removed', async () => {
    const id = await add('a');
    const hold = gate();
    let cancels = 0;
    server().before = async (phase) => {
      if (phase === 'cancel' && ++cancels === 3) await hold.closed;
      return phase === 'verify'
        ? { behaviour: 'restart', problem: problem('verify-length', { server: 'one', stored: 1, size: 35 }) }
        : undefined;
    };
    await queue.start();
    await until(() => cancels === 3);
    await queue.wish({ ids: [id] }, 'cancel');
    hold.open();
    await until(() => queue.moving.length === 0);
    expect(row(id).state).toBe('cancelled');
    expect(store.history.page({}, { limit: 9 }).rows.map((ended) => ended.outcome)).toEqual(['cancelled']);
  });
});

describe('a session that is given up', () => {
  const spoilt = problem('cut-spoilt', { server: 'one' });

  it('is known as such before freeing it begins, and no longer when it is freed', async () => {
    server().cut = 'spoils';
    const id = await add('a');
    const [held, hold] = [gate(), gate()];
    server().before = async (phase, _name, index) => {
      if (phase === 'cancel') {
        held.open();
        await hold.closed;
      }
      return phase === 'send' && index === 1 && row(id).restarts === 0
        ? { behaviour: 'retry', problem: broken }
        : undefined;
    };
    await queue.start();
    await held.closed;
    expect(row(id)).toMatchObject({ restarts: 0, lost: spoilt });
    hold.open();
    await reached(id, 'done');
    expect(row(id)).toMatchObject({ restarts: 1, lost: undefined });
  });

  it('is freed to its end after a kill, for the reason of that time, whatever the server says of it by now', async () => {
    const id = await add('a');
    store.transfers.opened(id, { version: 1, value: { session: 'a-9' } }, 10, []);
    store.transfers.update(id, { state: 'uploading', lost: spoilt });
    await queue.start();
    await reached(id, 'done');
    expect(server().calls.slice(0, 2)).toEqual(['cancel a', 'open a']);
    expect(codesOf(id)).toEqual(['cut-spoilt']);
    expect(row(id).restarts).toBe(1);
    expect(server().stored('a')).toEqual(contents.get('a'));
  });
});

describe('what a stop or a bad disk must not take', () => {
  it('a pause is carried out though the queue stops meanwhile', async () => {
    server().cut = 'spoils';
    const id = await add('a');
    const hold = gate();
    server().before = heldAt(hold, 'send', 1);
    await queue.start();
    await until(() => server().calls.includes('send a 1'));
    await queue.wish({ ids: [id] }, 'pause');
    const stopped = queue.stop('chunk');
    hold.open();
    await stopped;
    expect(row(id)).toMatchObject({ state: 'paused', wish: 'pause', acknowledgedBytes: 20 });
  });

  it('a cancel of an opening in doubt that the end of the program interrupts is repeated at the next start', async () => {
    const id = await add('a');
    store.transfers.update(id, { state: 'opening', creating: true, wish: 'cancel' });
    const [asked, hold] = [gate(), gate()];
    server().before = async (phase) => {
      if (phase !== 'doubt') return undefined;
      asked.open();
      await hold.closed;
      throw new DOMException('This operation was aborted', 'AbortError');
    };
    queue.pump();
    await asked.closed;
    const stopped = queue.stop('now');
    // Timers end in the order in which they began: the requests are abandoned by then.
    setTimeout(hold.open, 5);
    await stopped;
    expect(row(id)).toMatchObject({ state: 'opening', creating: true, wish: 'cancel' });
    server().before = () => undefined;
    renewQueue().pump();
    await reached(id, 'cancelled');
    expect(row(id).creating).toBe(false);
    expect(server().calls).toEqual(['doubt a', 'doubt a']);
  });

  it('a delete key is kept in the database where the journal cannot be written', async () => {
    renewQueue({
      keepTold: () => {
        throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
      },
    });
    const id = await add('a');
    await queue.start();
    await reached(id, 'done');
    expect(server().calls.filter((call) => call === 'finish a')).toHaveLength(1);
    expect(store.shares.page({}, { limit: 1 }).rows[0]?.deleteKey).toBe('delete-a');
    expect(codesOf(id)).toEqual(['internal']);
  });

  it('a delete key that was told before a kill is known to whoever frees the upload', async () => {
    const id = await add('a');
    server().before = (phase) => (phase === 'finish' ? { behaviour: 'attention', problem: refused } : undefined);
    await queue.start();
    await reached(id, 'attention');
    store.keepTold({ shareKey: 'a-0', deleteKey: 'told' }, 'one', id);
    await queue.wish({ ids: [id] }, 'cancel');
    await reached(id, 'cancelled');
    expect(server().keys).toEqual(['told']);
  });

  it('a wait of a minute that began ten years ahead is over a minute after the next start', async () => {
    const year = 365 * 86_400_000;
    let now = Date.now() + 10 * year;
    renewQueue({}, () => now);
    const id = await add('a');
    server().before = once({
      behaviour: 'server-busy',
      problem: problem('server-busy', { server: 'one', status: 503 }),
      afterMs: 60_000,
    });
    await queue.start();
    await until(() => row(id).state === 'waiting' && queue.moving.length === 0);
    await queue.stop('now');
    const [older, lost] = [await add('b'), await add('c')];
    // As an earlier version, which kept no beginning of a wait, and the cleanup on the server left them.
    store.transfers.update(older, { state: 'waiting', waitFor: 'server', waitUntil: now + 60_000 });
    store.transfers.opened(lost, { version: 1, value: { session: 'c-9' } }, 10, []);
    store.transfers.sessionLost(lost, refused, false, now + 60_000);
    now -= 10 * year;
    Object.assign(limits, { atOnce: 1, perServer: 1 });
    renewQueue({}, () => now);
    await queue.start();
    await reached(older, 'done');
    await until(() => server().calls.includes('cancel c'));
    expect(row(id)).toMatchObject({ state: 'waiting', waitFor: 'server', waitUntil: now + 60_000 });
    now += 60_000;
    queue.pump();
    await reached(id, 'done');
  });

  it('a clock that is put back keeps nothing waiting for the time before', async () => {
    let now = Date.now();
    renewQueue({}, () => now);
    const id = await add('a');
    const lost = await add('b');
    store.transfers.opened(lost, { version: 1, value: { session: 'b-9' } }, 10, []);
    store.transfers.sessionLost(lost, refused, false, now + 60_000);
    let asked = 0;
    // Both are opened side by side, in either order.
    server().before = (phase, name) =>
      phase === 'open' && name === 'a' && ++asked === 1
        ? { behaviour: 'server-busy', problem: problem('server-busy', { server: 'one', status: 503 }), afterMs: 60_000 }
        : undefined;
    await queue.start();
    await until(() => row(id).state === 'waiting' && queue.moving.length === 0);
    queue.pump();
    expect(row(id).state).toBe('waiting');
    now -= 86_400_000;
    queue.pump();
    await reached(id, 'done');
    await until(() => server().calls.includes('cancel b'));
    expect(row(id).endedAt).toBe(now);
    expect(store.history.ofTransfer(id)?.took).toBeGreaterThanOrEqual(0);
  });
});
