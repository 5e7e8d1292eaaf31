import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import type { Failure } from '../outcome.ts';
import {
  add,
  broken,
  contents,
  folder,
  gate,
  heldAt,
  limits,
  once,
  queue,
  reached,
  renewQueue,
  row,
  server,
  servers,
  store,
  until,
} from '../../../test/fakes/queue-bench.ts';

describe('the queue', () => {
  it('uploads, verifies and remembers what it queued', async () => {
    const id = await add('a');
    await queue.start();
    await reached(id, 'done');
    expect(server().stored('a')).toEqual(contents.get('a'));
    expect(row(id)).toMatchObject({ acknowledgedBytes: 35, problem: undefined, share: { key: 'a-0' } });
    expect(store.history.page({}, { limit: 10 }).rows).toMatchObject([{ outcome: 'done', name: 'a', shareKey: 'a-0' }]);
    expect(store.shares.page({}, { limit: 10 }).rows).toMatchObject([
      { key: 'a-0', deleteKey: 'delete-a', state: 'live' },
    ]);
  });

  it('sends nothing before it is started', async () => {
    const id = await add('a');
    queue.pump();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(row(id).state).toBe('queued');
    expect(server().calls).toEqual([]);
  });

  it('goes on from the last acknowledged chunk after a stop, and asks the server before it sends', async () => {
    const id = await add('a');
    const hold = gate();
    server().before = heldAt(hold, 'send', 2);
    await queue.start();
    await until(() => server().calls.includes('send a 2'));
    const stopped = queue.stop('now');
    hold.open();
    await stopped;
    expect(row(id)).toMatchObject({ state: 'uploading', acknowledgedBytes: 20 });
    server().calls.length = 0;
    server().before = () => undefined;
    renewQueue();
    await queue.start();
    await reached(id, 'done');
    expect(server().calls[0]).toBe('resume a');
    expect(server().calls).not.toContain('send a 0');
    expect(server().calls).not.toContain('send a 1');
    expect(server().stored('a')).toEqual(contents.get('a'));
  });

  it('knows that an opening may have made something until another one has opened, whatever stands between', async () => {
    const away = problem('server-unreachable', { server: 'one', reason: 'connection-refused' });
    const failures: Failure[] = [
      { behaviour: 'server-busy', problem: away, afterMs: 0, nothingMade: true },
      { behaviour: 'retry', problem: broken, afterMs: 0 },
      { behaviour: 'server-busy', problem: away, afterMs: 0, nothingMade: true },
      { behaviour: 'attention', problem: problem('signed-out', { server: 'one' }) },
    ];
    server().before = (phase) => (phase === 'open' ? failures.shift() : undefined);
    const id = await add('a');
    await queue.start();
    await reached(id, 'attention');
    await queue.wish({ ids: [id] }, 'retry');
    await reached(id, 'done');
    expect(server().doubts).toEqual([false, false, true, true, true]);
    expect(row(id).creating).toBe(false);
  });

  it.each(['name-busy', 'lock-held'] as const)(
    'does not take another upload for its own after it waited for it (%s)',
    async (code) => {
      const busy = problem(code, { server: 'one', name: 'a' });
      const failures: Failure[] = [
        { behaviour: 'retry', problem: busy, afterMs: 0, scope: 'transfer', nothingMade: true },
      ];
      server().before = (phase) => (phase === 'open' ? failures.shift() : undefined);
      const id = await add('a');
      await queue.start();
      await reached(id, 'done');
      expect(server().doubts).toEqual([false, false]);
    },
  );

  it('stays in doubt of an opening that needs a person, where the provider does not know what it made', async () => {
    const unknown = problem('outcome-unknown', { server: 'one' });
    const failures: Failure[] = [{ behaviour: 'attention', problem: unknown, nothingMade: false }];
    server().before = (phase) => (phase === 'open' ? failures.shift() : undefined);
    const id = await add('a');
    await queue.start();
    await reached(id, 'attention');
    await queue.wish({ ids: [id] }, 'retry');
    await reached(id, 'done');
    expect(server().doubts).toEqual([false, true]);
  });

  it('stops at a chunk’s end where a cut would spoil the file', async () => {
    server().cut = 'spoils';
    const id = await add('a');
    const hold = gate();
    server().before = heldAt(hold, 'send', 1);
    await queue.start();
    await until(() => server().calls.includes('send a 1'));
    await queue.wish({ ids: [id] }, 'pause');
    expect(row(id)).toMatchObject({ state: 'uploading', wish: 'pause' });
    hold.open();
    await reached(id, 'paused');
    expect(row(id).acknowledgedBytes).toBe(20);
    await queue.wish({ ids: [id] }, 'resume');
    await reached(id, 'done');
    expect(row(id).restarts).toBe(0);
  });

  it('starts a spoilt file anew by itself, frees the old session and says why', async () => {
    server().cut = 'spoils';
    const id = await add('a');
    server().before = (phase, _name, index) =>
      phase === 'send' && index === 1 ? { behaviour: 'retry', problem: broken } : undefined;
    await queue.start();
    await until(() => row(id).restarts > 0);
    server().before = () => undefined;
    await reached(id, 'done');
    expect(server().stored('a')).toEqual(contents.get('a'));
    expect(server().sessions.size).toBe(1);
    expect(store.transfers.logOf(id, 50).map((entry) => entry.problem.code)).toContain('cut-spoilt');
  });

  it('does not count attempts while there is no network', async () => {
    const id = await add('a');
    server().before = () => ({ behaviour: 'offline', problem: problem('no-network') });
    await queue.start();
    await reached(id, 'waiting');
    expect(row(id)).toMatchObject({ waitFor: 'network', attempts: 0 });
  });

  it('counts attempts, and forgets them when bytes advance', async () => {
    const id = await add('a');
    let tries = 0;
    server().before = (phase, _name, index) =>
      phase === 'send' && index === 1 && ++tries <= 3 ? { behaviour: 'retry', problem: broken } : undefined;
    const seen: number[] = [];
    queue.onChange(() => seen.push(store.transfers.get(id)?.attempts ?? 0));
    await queue.start();
    await reached(id, 'done');
    expect(Math.max(...seen)).toBe(3);
    expect(row(id).attempts).toBe(0);
  });

  it('wakes for what falls due while it looks for work', async () => {
    const id = await add('a');
    const due = Date.now();
    store.transfers.update(id, { state: 'waiting', waitFor: 'server', waitUntil: due });
    // The clock reaches the moment between the search and the look for the next moment.
    let ahead = -1;
    const { transfers } = store;
    renewQueue(
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
    await queue.start();
    await reached(id, 'done');
  });

  it('lets a server that asked to wait rest, and serves the others', async () => {
    const busy = await add('a');
    const behind = await add('b');
    const other = await add('c', 35, { serverId: 'two' });
    server().before = once({
      behaviour: 'server-busy',
      problem: problem('server-busy', { server: 'one', status: 503 }),
      afterMs: 60_000,
    });
    Object.assign(limits, { atOnce: 1, perServer: 1 });
    await queue.start();
    await reached(other, 'done');
    expect(row(busy)).toMatchObject({ state: 'waiting', waitFor: 'server' });
    expect(row(behind).state).toBe('queued');
    await queue.wish({ ids: [busy] }, 'retry');
    await reached(behind, 'done');
    await reached(busy, 'done');
  });

  it('keeps to the transfers at once, over all servers and to one', async () => {
    const ids: number[] = [];
    for (let n = 0; n < 8; n++) ids.push(await add(`f${n}`, 15, { serverId: n % 2 === 0 ? 'one' : 'two' }));
    Object.assign(limits, { atOnce: 3, perServer: 2 });
    let most = 0;
    for (const one of servers.values())
      one.before = async () => {
        most = Math.max(most, queue.moving.length);
        await new Promise((resolve) => setTimeout(resolve, 2));
        return undefined;
      };
    await queue.start();
    for (const id of ids) await reached(id, 'done');
    expect(most).toBe(3);
    expect(server('one').widest).toBeLessThanOrEqual(2);
  });

  it('sends by priority, then in order, and the order may change while it runs', async () => {
    Object.assign(limits, { atOnce: 1, perServer: 1 });
    const hold = gate();
    server().before = heldAt(hold, 'open');
    await add('a', 5);
    const [b, c, d] = [await add('b', 5), await add('c', 5), await add('d', 5)];
    await queue.start();
    await until(() => server().calls.includes('open a'));
    store.transfers.move([d], 'first');
    store.transfers.updateAll({ ids: [c] }, { priority: 5 });
    hold.open();
    await reached(b, 'done');
    expect(server().calls.filter((call) => call.startsWith('open'))).toEqual(['open a', 'open c', 'open d', 'open b']);
  });

  it('cancels in the middle, frees the server, and leaves a row that says so', async () => {
    const id = await add('a');
    const hold = gate();
    server().before = heldAt(hold, 'send', 1);
    await queue.start();
    await until(() => server().calls.includes('send a 1'));
    await queue.wish({ ids: [id] }, 'cancel');
    hold.open();
    await reached(id, 'cancelled');
    expect(server().sessions.size).toBe(0);
    expect(store.history.page({}, { limit: 10 }).rows).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('frees later what cannot be freed when it is cancelled', async () => {
    const id = await add('a');
    const hold = gate();
    let away = true;
    server().before = async (phase, _name, index) => {
      if (phase === 'cancel' && away) return { behaviour: 'retry', problem: broken };
      if (phase === 'send' && index === 1) await hold.closed;
      return undefined;
    };
    await queue.start();
    await until(() => server().calls.includes('send a 1'));
    await queue.wish({ ids: [id] }, 'cancel');
    hold.open();
    await reached(id, 'cancelled');
    expect(server().sessions.size).toBe(1);
    away = false;
    await until(() => server().sessions.size === 0);
  });

  it('frees the server of a cancelled transfer even where the queue was never started', async () => {
    const id = await add('a');
    await queue.start();
    const hold = gate();
    server().before = heldAt(hold, 'send', 1);
    await until(() => server().calls.includes('send a 1'));
    const stopped = queue.stop('now');
    hold.open();
    await stopped;
    server().before = () => undefined;
    renewQueue();
    await queue.wish({ ids: [id] }, 'cancel');
    await reached(id, 'cancelled');
    expect(server().sessions.size).toBe(0);
  });

  it('removes what is done from the list and keeps its history and shares', async () => {
    const id = await add('a');
    await queue.start();
    await reached(id, 'done');
    await queue.wish({ ids: [id] }, 'remove');
    expect(store.transfers.get(id)).toBeUndefined();
    expect(store.history.page({}, { limit: 10 }).rows).toHaveLength(1);
    expect(store.shares.page({}, { limit: 10 }).rows).toHaveLength(1);
  });

  it('stops in attention where the file changed, before a byte of the new one is sent', async () => {
    const id = await add('a');
    await writeFile(join(folder, 'a'), 'something else');
    await queue.start();
    await reached(id, 'attention');
    expect(row(id).problem?.code).toBe('file-changed');
    expect(server().calls).toEqual([]);
  });

  it('does not upload a file for ever of which its server never makes one: it fails at the third time, in its words', async () => {
    const id = await add('a');
    const words = 'can not connect to your callbackUrl';
    server().before = (phase) =>
      phase === 'finish'
        ? { behaviour: 'restart', problem: problem('not-completed', { server: 'one', words }) }
        : undefined;
    await queue.start();
    await reached(id, 'failed');
    expect(server().calls.filter((call) => call === 'open a')).toHaveLength(3);
    expect(row(id).problem).toEqual(problem('never-completed', { server: 'one', words, tries: 3 }));
    expect(server().sessions.size).toBe(0);
  });

  it('does not call done what was stored wrongly: it starts anew, and fails at the third time', async () => {
    const id = await add('a');
    server().before = (phase) =>
      phase === 'verify'
        ? { behaviour: 'restart', problem: problem('verify-length', { server: 'one', stored: 1, size: 35 }) }
        : undefined;
    await queue.start();
    await reached(id, 'failed');
    expect(server().calls.filter((call) => call === 'verify a')).toHaveLength(3);
    expect(store.history.page({}, { limit: 10 }).rows).toMatchObject([{ outcome: 'failed' }]);
    server().before = () => undefined;
    await queue.wish({ ids: [id] }, 'retry');
    await reached(id, 'done');
    expect(server().stored('a')).toEqual(contents.get('a'));
  });

  it('sends chunks side by side where the server takes them so', async () => {
    server().lanes = 3;
    const id = await add('a', 95);
    server().before = async () => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      return undefined;
    };
    await queue.start();
    await reached(id, 'done');
    expect(server().widest).toBe(3);
    expect(server().stored('a')).toEqual(contents.get('a'));
  });

  it('joins a group under one key when its last file is done', async () => {
    const groupId = store.groups.add({ serverId: 'one', options: {}, count: 2, createdAt: Date.now() });
    await add('a', 35, { groupId });
    await add('b', 35, { groupId });
    server().before = (phase) =>
      phase === 'group' &&
      server().groups.length === 0 &&
      server().calls.filter((c) => c.startsWith('group')).length === 1
        ? { behaviour: 'retry', problem: broken }
        : undefined;
    await queue.start();
    await until(() => store.groups.get(groupId)?.state === 'done');
    expect(server().groups).toHaveLength(1);
    expect(server().groups[0]).toHaveLength(2);
    expect(store.groups.get(groupId)?.share).toMatchObject({ key: 'group-1' });
    expect(store.shares.page({}, { limit: 10 }).rows.filter((share) => share.isGroup)).toHaveLength(1);
  });

  it('changes several and all at once', async () => {
    const ids = [await add('a'), await add('b'), await add('c')];
    expect((await queue.wish({}, 'pause')).changed).toHaveLength(3);
    await queue.start();
    expect(ids.map((id) => row(id).state)).toEqual(['paused', 'paused', 'paused']);
    await queue.wish({ ids: ids.slice(0, 2) }, 'resume');
    for (const id of ids.slice(0, 2)) await reached(id, 'done');
    expect((await queue.wish({}, 'cancel')).refused.size).toBe(2);
    expect(ids.map((id) => row(id).state)).toEqual(['done', 'done', 'cancelled']);
  });
});
