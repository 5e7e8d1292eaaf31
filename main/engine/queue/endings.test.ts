import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import { lostBy, type Failure } from '../outcome.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

const refused = problem('server-refused', { server: 'one', status: 403, words: asSaid('no') });
const codesOf = (id: number): readonly string[] =>
  bench.store.transfers.logOf(id, 50).map((entry) => entry.problem.code);

describe('an opening whose answer was lost', () => {
  /** It fails for good after an opening in doubt. */
  const failedInDoubt = async (): Promise<number> => {
    const failures: Failure[] = [
      { behaviour: 'retry', problem: bench.broken, afterMs: 0 },
      { behaviour: 'fatal', problem: refused },
    ];
    bench.server().before = (phase) => (phase === 'open' ? failures.shift() : undefined);
    const id = await bench.add('a');
    await bench.queue.start();
    await bench.reached(id, 'failed');
    return id;
  };

  it('stays in doubt where the file failed: who retries it knows', async () => {
    const id = await failedInDoubt();
    await bench.wished(id, 'retry', 'done');
    expect(bench.server().doubts).toEqual([false, true, true]);
    expect(bench.row(id).creating).toBe(false);
  });

  it('is freed of what it made where the failed file is cancelled', async () => {
    const id = await failedInDoubt();
    await bench.wished(id, 'cancel', 'cancelled');
    expect(bench.server().calls.at(-1)).toBe('doubt a');
    expect(bench.row(id).creating).toBe(false);
  });

  it('stays in doubt where it cannot be freed when it is cancelled, which is told', async () => {
    const id = await bench.add('a');
    bench.server().before = (phase) =>
      phase === 'open' || phase === 'doubt'
        ? { behaviour: 'retry', problem: bench.broken, afterMs: 60_000 }
        : undefined;
    await bench.queue.start();
    await bench.until(() => bench.row(id).state === 'waiting' && bench.queue.moving.length === 0);
    await bench.wished(id, 'cancel', 'cancelled');
    expect(bench.store.transfers.logOf(id, 9)).toMatchObject([{ problem: problem('doubt-left', { server: 'one' }) }]);
    bench.works();
    await bench.wished(id, 'retry', 'done');
    expect(bench.server().doubts).toEqual([false, true]);
    expect(bench.row(id).creating).toBe(false);
  });
});

describe('a cancel', () => {
  it('never says that nothing is left where something stays', async () => {
    bench.server().left = problem('left-on-server', { server: 'one', until: 77 });
    const id = await bench.failedUpload('finish', { behaviour: 'attention', problem: refused }, 'attention');
    await bench.wished(id, 'cancel', 'cancelled');
    expect(codesOf(id)).toEqual(['left-on-server']);
  });

  it('is no failure where it comes while a file that was stored wrongly for the last time is removed', async () => {
    const id = await bench.add('a');
    const hold = bench.gate();
    let cancels = 0;
    bench.server().before = async (phase) => {
      if (phase === 'cancel' && ++cancels === 3) await hold.closed;
      return phase === 'verify'
        ? { behaviour: 'restart', problem: problem('verify-length', { server: 'one', stored: 1, size: 35 }) }
        : undefined;
    };
    await bench.queue.start();
    await bench.until(() => cancels === 3);
    await bench.queue.wish({ ids: [id] }, 'cancel');
    hold.open();
    await bench.until(() => bench.queue.moving.length === 0);
    expect(bench.row(id).state).toBe('cancelled');
    expect(bench.store.history.page({}, { limit: 9 }).rows.map((ended) => ended.outcome)).toEqual(['cancelled']);
  });
});

describe('a session that is given up', () => {
  const spoilt = problem('cut-spoilt', { server: 'one' });

  it('is known as such before freeing it begins, and no longer when it is freed', async () => {
    bench.server().cut = 'spoils';
    const id = await bench.add('a');
    const [held, hold] = [bench.gate(), bench.gate()];
    bench.server().before = async (phase, _name, index) => {
      if (phase === 'cancel') {
        held.open();
        await hold.closed;
      }
      return phase === 'send' && index === 1 && bench.row(id).restarts === 0
        ? { behaviour: 'retry', problem: bench.broken }
        : undefined;
    };
    await bench.queue.start();
    await held.closed;
    expect(bench.row(id)).toMatchObject({ restarts: 0, lost: spoilt });
    hold.open();
    await bench.reached(id, 'done');
    expect(bench.row(id)).toMatchObject({ restarts: 1, lost: undefined });
  });

  it('is freed to its end after a kill, for the reason of that time, whatever the server says of it by now', async () => {
    const id = await bench.add('a');
    bench.store.transfers.opened(id, { version: 1, value: { session: 'a-9' } }, 10, []);
    bench.store.transfers.update(id, { state: 'uploading', lost: spoilt });
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.server().calls.slice(0, 2)).toEqual(['cancel a', 'open a']);
    expect(codesOf(id)).toEqual(['cut-spoilt']);
    expect(bench.row(id).restarts).toBe(1);
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
  });

  /** An upload with a key of its own whose session is lost, and of which cleaning that up ends as given. */
  const lostWithKey = async (cleanup: () => Failure | undefined | Promise<Failure | undefined>): Promise<number> => {
    const id = await bench.add('a', 35, { options: { key: 'mine' } });
    let lost = false;
    bench.server().before = (phase, _name, index) => {
      if (phase === 'cancel') return cleanup();
      if (phase !== 'send' || index !== 1 || lost) return undefined;
      lost = true;
      return { behaviour: 'restart', problem: problem('session-gone', { server: 'one' }) };
    };
    await bench.queue.start();
    return id;
  };

  it('and holds the key of the upload is cleaned up before another one is opened', async () => {
    let away = true;
    const id = await lostWithKey(() =>
      away ? { behaviour: 'retry', problem: bench.broken, afterMs: 3_600_000 } : undefined,
    );
    await bench.until(() => bench.row(id).state === 'waiting' && bench.queue.moving.length === 0);
    expect(bench.row(id).problem).toEqual(bench.broken);
    expect(bench.server().calls.filter((call) => call === 'open a')).toHaveLength(1);
    away = false;
    await bench.wished(id, 'retry', 'done');
    expect(bench.server().sessions.size).toBe(1);
    expect(bench.row(id).restarts).toBe(1);
  });

  it('and whose cleanup its server refuses for good is replaced all the same', async () => {
    const id = await lostWithKey(() => ({ behaviour: 'fatal', problem: refused }));
    await bench.reached(id, 'done');
    expect(bench.row(id).restarts).toBe(1);
  });

  it('is cleaned up by the next start where the program ends at once, which is no fault of the program', async () => {
    const asked = bench.gate();
    const id = await lostWithKey(() => {
      asked.open();
      return new Promise(() => undefined);
    });
    await asked.closed;
    await bench.queue.stop('now');
    expect(bench.row(id)).toMatchObject({ state: 'waiting', problem: problem('session-gone', { server: 'one' }) });
    expect(bench.store.abandoned.withKey('one', 'mine')).toBeDefined();
    bench.works();
    bench.renewQueue();
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.server().sessions.size).toBe(1);
  });

  it('still counts as stored nowhere after a kill while it was cleaned up', async () => {
    const id = await bench.add('a');
    const unmade: Failure = { behaviour: 'restart', problem: spoilt, notStored: true };
    bench.store.transfers.opened(id, { version: 1, value: { session: 'a-9' } }, 10, []);
    bench.store.transfers.update(id, { state: 'finishing', mismatches: 2, lost: lostBy(unmade, spoilt) });
    await bench.queue.start();
    await bench.reached(id, 'failed');
    expect(bench.row(id)).toMatchObject({ mismatches: 3, problem: spoilt });
  });
});

describe('what a stop or a bad disk must not take', () => {
  it('a pause is carried out though the queue stops meanwhile', async () => {
    bench.server().cut = 'spoils';
    const { id, hold } = await bench.heldUpload();
    await bench.queue.wish({ ids: [id] }, 'pause');
    const stopped = bench.queue.stop('chunk');
    hold.open();
    await stopped;
    expect(bench.row(id)).toMatchObject({ state: 'paused', wish: 'pause', acknowledgedBytes: 20 });
  });

  it('a cancel of an opening in doubt that the end of the program interrupts is repeated at the next start', async () => {
    const id = await bench.add('a');
    bench.store.transfers.update(id, { state: 'opening', creating: true, wish: 'cancel' });
    const [asked, hold] = [bench.gate(), bench.gate()];
    bench.server().before = async (phase) => {
      if (phase !== 'doubt') return undefined;
      asked.open();
      await hold.closed;
      throw new DOMException('This operation was aborted', 'AbortError');
    };
    bench.queue.pump();
    await asked.closed;
    const stopped = bench.queue.stop('now');
    // Timers end in the order in which they began: the requests are abandoned by then.
    setTimeout(hold.open, 5);
    await stopped;
    expect(bench.row(id)).toMatchObject({ state: 'opening', creating: true, wish: 'cancel' });
    bench.works();
    bench.renewQueue().pump();
    await bench.reached(id, 'cancelled');
    expect(bench.row(id).creating).toBe(false);
    expect(bench.server().calls).toEqual(['doubt a', 'doubt a']);
  });

  it('a delete key is kept in the database where the journal cannot be written', async () => {
    bench.renewQueue({
      keepTold: () => {
        throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
      },
    });
    const id = await bench.add('a');
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.server().calls.filter((call) => call === 'finish a')).toHaveLength(1);
    expect(bench.store.shares.page({}, { limit: 1 }).rows[0]?.deleteKey).toBe('delete-a');
    expect(codesOf(id)).toEqual(['internal']);
  });

  it('a delete key that was told before a kill is known to whoever frees the upload', async () => {
    const id = await bench.failedUpload('finish', { behaviour: 'attention', problem: refused }, 'attention');
    bench.store.keepTold({ shareKey: 'a-0', deleteKey: 'told' }, 'one', id);
    await bench.wished(id, 'cancel', 'cancelled');
    expect(bench.server().keys).toEqual(['told']);
  });

  it('a wait of a minute that began ten years ahead is over a minute after the next start', async () => {
    const year = 365 * 86_400_000;
    let now = Date.now() + 10 * year;
    bench.renewQueue({}, () => now);
    const id = await bench.add('a');
    bench.server().before = bench.once({
      behaviour: 'server-busy',
      problem: problem('server-busy', { server: 'one', status: 503 }),
      afterMs: 60_000,
    });
    await bench.queue.start();
    await bench.until(() => bench.row(id).state === 'waiting' && bench.queue.moving.length === 0);
    await bench.queue.stop('now');
    const [older, lost] = [await bench.add('b'), await bench.add('c')];
    // As an earlier version, which kept no beginning of a wait, and the cleanup on the server left them.
    bench.store.transfers.update(older, { state: 'waiting', waitFor: 'server', waitUntil: now + 60_000 });
    bench.store.transfers.opened(lost, { version: 1, value: { session: 'c-9' } }, 10, []);
    bench.store.transfers.sessionLost(lost, refused, false, now + 60_000);
    now -= 10 * year;
    Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
    bench.renewQueue({}, () => now);
    await bench.queue.start();
    await bench.reached(older, 'done');
    await bench.called('cancel c');
    expect(bench.row(id)).toMatchObject({ state: 'waiting', waitFor: 'server', waitUntil: now + 60_000 });
    now += 60_000;
    bench.queue.pump();
    await bench.reached(id, 'done');
  });

  it('a clock that is put back keeps nothing waiting for the time before', async () => {
    let now = Date.now();
    bench.renewQueue({}, () => now);
    const id = await bench.add('a');
    const lost = await bench.add('b');
    bench.store.transfers.opened(lost, { version: 1, value: { session: 'b-9' } }, 10, []);
    bench.store.transfers.sessionLost(lost, refused, false, now + 60_000);
    let asked = 0;
    // Both are opened side by side, in either order.
    bench.server().before = (phase, name) =>
      phase === 'open' && name === 'a' && ++asked === 1
        ? { behaviour: 'server-busy', problem: problem('server-busy', { server: 'one', status: 503 }), afterMs: 60_000 }
        : undefined;
    await bench.queue.start();
    await bench.until(() => bench.row(id).state === 'waiting' && bench.queue.moving.length === 0);
    bench.queue.pump();
    expect(bench.row(id).state).toBe('waiting');
    now -= 86_400_000;
    bench.queue.pump();
    await bench.reached(id, 'done');
    await bench.called('cancel b');
    expect(bench.row(id).endedAt).toBe(now);
    expect(bench.store.history.ofTransfer(id)?.took).toBeGreaterThanOrEqual(0);
  });
});
