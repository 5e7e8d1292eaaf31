import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import type { Failure } from '../outcome.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

describe('the queue', () => {
  it('uploads, verifies and remembers what it queued', async () => {
    const id = await bench.add('a');
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
    expect(bench.row(id)).toMatchObject({ acknowledgedBytes: 35, problem: undefined, share: { key: 'a-0' } });
    expect(bench.store.history.page({}, { limit: 10 }).rows).toMatchObject([
      { outcome: 'done', name: 'a', shareKey: 'a-0' },
    ]);
    expect(bench.store.shares.page({}, { limit: 10 }).rows).toMatchObject([
      { key: 'a-0', deleteKey: 'delete-a', state: 'live' },
    ]);
  });

  it('sends nothing before it is started', async () => {
    const id = await bench.add('a');
    bench.queue.pump();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(bench.row(id).state).toBe('queued');
    expect(bench.server().calls).toEqual([]);
  });

  it('goes on from the last acknowledged chunk after a stop, and asks the server before it sends', async () => {
    const { id, hold } = await bench.heldUpload(2);
    const stopped = bench.queue.stop('now');
    hold.open();
    await stopped;
    expect(bench.row(id)).toMatchObject({ state: 'uploading', acknowledgedBytes: 20 });
    bench.server().calls.length = 0;
    bench.works();
    bench.renewQueue();
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.server().calls[0]).toBe('resume a');
    expect(bench.server().calls).not.toContain('send a 0');
    expect(bench.server().calls).not.toContain('send a 1');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
  });

  it('knows that an opening may have made something until another one has opened, whatever stands between', async () => {
    const away = problem('server-unreachable', { server: 'one', reason: 'connection-refused' });
    const failures: Failure[] = [
      { behaviour: 'server-busy', problem: away, afterMs: 0, nothingMade: true },
      { behaviour: 'retry', problem: bench.broken, afterMs: 0 },
      { behaviour: 'server-busy', problem: away, afterMs: 0, nothingMade: true },
      { behaviour: 'attention', problem: problem('signed-out', { server: 'one' }) },
    ];
    bench.server().before = (phase) => (phase === 'open' ? failures.shift() : undefined);
    const id = await bench.add('a');
    await bench.queue.start();
    await bench.reached(id, 'attention');
    await bench.wished(id, 'retry', 'done');
    expect(bench.server().doubts).toEqual([false, false, true, true, true]);
    expect(bench.row(id).creating).toBe(false);
  });

  it.each(['name-busy', 'lock-held'] as const)(
    'does not take another upload for its own after it waited for it (%s)',
    async (code) => {
      const busy = problem(code, { server: 'one', name: 'a' });
      const failures: Failure[] = [
        { behaviour: 'retry', problem: busy, afterMs: 0, scope: 'transfer', nothingMade: true },
      ];
      bench.server().before = (phase) => (phase === 'open' ? failures.shift() : undefined);
      const id = await bench.add('a');
      await bench.queue.start();
      await bench.reached(id, 'done');
      expect(bench.server().doubts).toEqual([false, false]);
    },
  );

  it('stays in doubt of an opening that needs a person, where the provider does not know what it made', async () => {
    const unknown = problem('outcome-unknown', { server: 'one' });
    const failures: Failure[] = [{ behaviour: 'attention', problem: unknown, nothingMade: false }];
    bench.server().before = (phase) => (phase === 'open' ? failures.shift() : undefined);
    const id = await bench.add('a');
    await bench.queue.start();
    await bench.reached(id, 'attention');
    await bench.wished(id, 'retry', 'done');
    expect(bench.server().doubts).toEqual([false, true]);
  });

  it('stops at a chunk’s end where a cut would spoil the file', async () => {
    bench.server().cut = 'spoils';
    const { id, hold } = await bench.heldUpload();
    await bench.queue.wish({ ids: [id] }, 'pause');
    expect(bench.row(id)).toMatchObject({ state: 'uploading', wish: 'pause' });
    hold.open();
    await bench.reached(id, 'paused');
    expect(bench.row(id).acknowledgedBytes).toBe(20);
    await bench.wished(id, 'resume', 'done');
    expect(bench.row(id).restarts).toBe(0);
  });

  it('starts a spoilt file anew by itself, frees the old session and says why', async () => {
    bench.server().cut = 'spoils';
    const id = await bench.add('a');
    bench.server().before = (phase, _name, index) =>
      phase === 'send' && index === 1 ? { behaviour: 'retry', problem: bench.broken } : undefined;
    await bench.queue.start();
    await bench.until(() => bench.row(id).restarts > 0);
    bench.works();
    await bench.reached(id, 'done');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
    expect(bench.server().sessions.size).toBe(1);
    expect(bench.store.transfers.logOf(id, 50).map((entry) => entry.problem.code)).toContain('cut-spoilt');
  });

  it('does not count attempts while there is no network', async () => {
    const id = await bench.add('a');
    bench.server().before = () => ({ behaviour: 'offline', problem: problem('no-network') });
    await bench.queue.start();
    await bench.reached(id, 'waiting');
    expect(bench.row(id)).toMatchObject({ waitFor: 'network', attempts: 0 });
  });

  it('counts attempts, and forgets them when bytes advance', async () => {
    const id = await bench.add('a');
    let tries = 0;
    bench.server().before = (phase, _name, index) =>
      phase === 'send' && index === 1 && ++tries <= 3 ? { behaviour: 'retry', problem: bench.broken } : undefined;
    const seen: number[] = [];
    bench.queue.onChange(() => seen.push(bench.store.transfers.get(id)?.attempts ?? 0));
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(Math.max(...seen)).toBe(3);
    expect(bench.row(id).attempts).toBe(0);
  });

  it('wakes for what falls due while it looks for work', async () => {
    const id = await bench.add('a');
    const due = Date.now();
    bench.store.transfers.update(id, { state: 'waiting', waitFor: 'server', waitUntil: due });
    // The clock reaches the moment between the search and the look for the next moment.
    let ahead = -1;
    const { transfers } = bench.store;
    bench.renewQueue(
      {
        transfers: {
          ...transfers,
          nextFor: (serverId, at, running) => {
            const found = transfers.nextFor(serverId, at, running);
            ahead = 5;
            return found;
          },
        },
      },
      () => due + ahead,
    );
    await bench.queue.start();
    await bench.reached(id, 'done');
  });

  it('lets a server that asked to wait rest, and serves the others', async () => {
    const busy = await bench.add('a');
    const behind = await bench.add('b');
    const other = await bench.add('c', 35, { serverId: 'two' });
    bench.server().before = bench.once({
      behaviour: 'server-busy',
      problem: problem('server-busy', { server: 'one', status: 503 }),
      afterMs: 60_000,
    });
    Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
    await bench.queue.start();
    await bench.reached(other, 'done');
    expect(bench.row(busy)).toMatchObject({ state: 'waiting', waitFor: 'server' });
    expect(bench.row(behind).state).toBe('queued');
    await bench.queue.wish({ ids: [busy] }, 'retry');
    await bench.reached(behind, 'done');
    await bench.reached(busy, 'done');
  });

  it('keeps to the transfers at once, over all servers and to one', async () => {
    const ids: number[] = [];
    for (let n = 0; n < 8; n++) ids.push(await bench.add(`f${n}`, 15, { serverId: n % 2 === 0 ? 'one' : 'two' }));
    Object.assign(bench.limits, { atOnce: 3, perServer: 2 });
    let most = 0;
    for (const one of bench.servers.values())
      one.before = async () => {
        most = Math.max(most, bench.queue.moving.length);
        await new Promise((resolve) => setTimeout(resolve, 2));
        return undefined;
      };
    await bench.queue.start();
    for (const id of ids) await bench.reached(id, 'done');
    expect(most).toBe(3);
    expect(bench.server('one').widest).toBeLessThanOrEqual(2);
  });

  it('sends by priority, then in order, and the order may change while it runs', async () => {
    Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'open');
    await bench.add('a', 5);
    const [b, c, d] = [await bench.add('b', 5), await bench.add('c', 5), await bench.add('d', 5)];
    await bench.queue.start();
    await bench.called('open a');
    bench.store.transfers.move([d], 'first');
    bench.store.transfers.updateAll({ ids: [c] }, { priority: 5 });
    hold.open();
    await bench.reached(b, 'done');
    expect(bench.server().calls.filter((call) => call.startsWith('open'))).toEqual([
      'open a',
      'open c',
      'open d',
      'open b',
    ]);
  });

  it('cancels in the middle, frees the server, and leaves a row that says so', async () => {
    const { id, hold } = await bench.heldUpload();
    await bench.queue.wish({ ids: [id] }, 'cancel');
    hold.open();
    await bench.reached(id, 'cancelled');
    expect(bench.server().sessions.size).toBe(0);
    expect(bench.store.history.page({}, { limit: 10 }).rows).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('frees later what cannot be freed when it is cancelled', async () => {
    const id = await bench.add('a');
    const hold = bench.gate();
    let away = true;
    bench.server().before = async (phase, _name, index) => {
      if (phase === 'cancel' && away) return { behaviour: 'retry', problem: bench.broken };
      if (phase === 'send' && index === 1) await hold.closed;
      return undefined;
    };
    await bench.queue.start();
    await bench.called('send a 1');
    await bench.queue.wish({ ids: [id] }, 'cancel');
    hold.open();
    await bench.reached(id, 'cancelled');
    expect(bench.server().sessions.size).toBe(1);
    away = false;
    await bench.until(() => bench.server().sessions.size === 0);
  });

  it('frees the server of a cancelled transfer even where the queue was never started', async () => {
    const id = await bench.add('a');
    await bench.queue.start();
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'send', 1);
    await bench.called('send a 1');
    const stopped = bench.queue.stop('now');
    hold.open();
    await stopped;
    bench.works();
    bench.renewQueue();
    await bench.wished(id, 'cancel', 'cancelled');
    expect(bench.server().sessions.size).toBe(0);
  });

  it('removes what is done from the list and keeps its history and shares', async () => {
    const id = await bench.add('a');
    await bench.queue.start();
    await bench.reached(id, 'done');
    await bench.queue.wish({ ids: [id] }, 'remove');
    expect(bench.store.transfers.get(id)).toBeUndefined();
    expect(bench.store.history.page({}, { limit: 10 }).rows).toHaveLength(1);
    expect(bench.store.shares.page({}, { limit: 10 }).rows).toHaveLength(1);
  });

  it('stops in attention where the file changed, before a byte of the new one is sent', async () => {
    const id = await bench.add('a');
    await writeFile(join(bench.folder, 'a'), 'something else');
    await bench.queue.start();
    await bench.reached(id, 'attention');
    expect(bench.row(id).problem?.code).toBe('file-changed');
    expect(bench.server().calls).toEqual([]);
  });

  it('does not upload a file for ever of which its server never makes one: it fails at the third time, in its words', async () => {
    const id = await bench.add('a');
    const words = asSaid('can not connect to your callbackUrl');
    bench.server().before = bench.failsAt('finish', {
      behaviour: 'restart',
      problem: problem('not-completed', { server: 'one', words }),
      notStored: true,
    });
    await bench.queue.start();
    await bench.reached(id, 'failed');
    expect(bench.server().calls.filter((call) => call === 'open a')).toHaveLength(3);
    expect(bench.row(id).problem).toEqual(problem('never-completed', { server: 'one', words, tries: 3 }));
    expect(bench.server().sessions.size).toBe(0);
  });

  it('does not call done what was stored wrongly: it starts anew, and fails at the third time', async () => {
    const id = await bench.failedUpload(
      'verify',
      { behaviour: 'restart', problem: problem('verify-length', { server: 'one', stored: 1, size: 35 }) },
      'failed',
    );
    expect(bench.server().calls.filter((call) => call === 'verify a')).toHaveLength(3);
    expect(bench.store.history.page({}, { limit: 10 }).rows).toMatchObject([{ outcome: 'failed' }]);
    bench.works();
    await bench.wished(id, 'retry', 'done');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
  });

  it('sends chunks side by side where the server takes them so', async () => {
    bench.server().lanes = 3;
    const id = await bench.add('a', 95);
    bench.server().before = async () => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      return undefined;
    };
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.server().widest).toBe(3);
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
  });

  it('sends the last chunk alone, after all others, where the server needs it so', async () => {
    Object.assign(bench.server(), { lanes: 3, order: 'last-alone' });
    const id = await bench.add('a', 55);
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'send', 0);
    await bench.queue.start();
    await bench.until(() => bench.row(id).acknowledgedBytes === 40);
    expect(bench.server().calls).not.toContain('send a 5');
    hold.open();
    await bench.reached(id, 'done');
    expect(
      bench
        .server()
        .calls.filter((call) => call.startsWith('send'))
        .at(-1),
    ).toBe('send a 5');
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
  });

  it('joins a group under one key when its last file is done', async () => {
    const groupId = bench.store.groups.add({ serverId: 'one', options: {}, count: 2, createdAt: Date.now() });
    await bench.add('a', 35, { groupId });
    await bench.add('b', 35, { groupId });
    bench.server().before = (phase) =>
      phase === 'group' &&
      bench.server().groups.length === 0 &&
      bench.server().calls.filter((c) => c.startsWith('group')).length === 1
        ? { behaviour: 'retry', problem: bench.broken }
        : undefined;
    await bench.queue.start();
    await bench.until(() => bench.store.groups.get(groupId)?.state === 'done');
    expect(bench.server().groups).toHaveLength(1);
    expect(bench.server().groups[0]).toHaveLength(2);
    expect(bench.store.groups.get(groupId)?.share).toMatchObject({ key: 'group-1' });
    expect(bench.store.shares.page({}, { limit: 10 }).rows.filter((share) => share.isGroup)).toHaveLength(1);
  });

  it('changes several and all at once', async () => {
    const ids = [await bench.add('a'), await bench.add('b'), await bench.add('c')];
    expect((await bench.queue.wish({}, 'pause')).changed).toHaveLength(3);
    await bench.queue.start();
    expect(ids.map((id) => bench.row(id).state)).toEqual(['paused', 'paused', 'paused']);
    await bench.queue.wish({ ids: ids.slice(0, 2) }, 'resume');
    for (const id of ids.slice(0, 2)) await bench.reached(id, 'done');
    expect((await bench.queue.wish({}, 'cancel')).refused.size).toBe(2);
    expect(ids.map((id) => bench.row(id).state)).toEqual(['done', 'done', 'cancelled']);
  });
});
