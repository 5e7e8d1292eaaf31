import { expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { StoreLostError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { join } from 'node:path';

bench.prepareQueue();

const gone = problem('profile-lost', { path: '/profile' });

/** Runs with a queue whose profile can be taken away. */
const withProfile = async (
  run: (lose: () => void, opened: Store) => Promise<void>,
  now: () => number = Date.now,
): Promise<void> => {
  await bench.queue.stop('now');
  await bench.store.sound;
  await bench.store.close();
  let isLost = false;
  const opened = bench.openStoreHere({
    folder: join(bench.folder, 'profile'),
    lost: () => (isLost ? gone : undefined),
  });
  try {
    bench.renewQueue(opened, now);
    await run(() => (isLost = true), opened);
  } finally {
    await bench.queue.stop('now');
    await opened.close();
  }
};

it('a profile that is lost under way: no further chunk begins, and the queue stops with the reason', async () => {
  const id = await bench.add('a');
  await withProfile(async (lose, opened) => {
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'send', 1);
    await bench.queue.start();
    await bench.called('send a 1');
    lose();
    hold.open();
    await bench.until(() => bench.queue.status.problem !== undefined);
    await bench.queue.stop('now');
    expect(bench.queue.status).toEqual({ running: false, problem: gone });
    expect(bench.server().calls.filter((call) => call.startsWith('send'))).toEqual(['send a 0', 'send a 1']);
    // The chunk that was on its way is still to be asked about.
    expect(opened.transfers.get(id)).toMatchObject({ state: 'uploading', acknowledgedBytes: 10 });
  });
});

it.each(['open', 'finish', 'verify'] as const)(
  'nothing is asked of a server after a profile was lost before %s',
  async (phase) => {
    await bench.add('a');
    await withProfile(async (lose) => {
      const before = { open: 'nothing', finish: 'send', verify: 'finish' }[phase];
      bench.server().before = (now) => {
        if (now === before) lose();
        return undefined;
      };
      if (phase === 'open') lose();
      await bench.queue.start().catch((error: unknown) => {
        if (!(error instanceof StoreLostError)) throw error;
      });
      bench.queue.pump();
      await bench.until(() => bench.queue.status.problem !== undefined);
      expect(bench.server().calls.some((call) => call.startsWith(phase))).toBe(false);
    });
  },
);

it('neither a cancel nor the cleanup of an earlier session begins', async () => {
  const id = await bench.add('a');
  await withProfile(async (lose, opened) => {
    bench.server().before = bench.failsAt('send', { behaviour: 'attention', problem: gone });
    await bench.queue.start();
    await bench.until(() => opened.transfers.get(id)?.state === 'attention');
    opened.transfers.sessionLost(id, problem('session-gone', { server: 'one' }), false, 0);
    opened.transfers.update(id, { wish: 'cancel' });
    lose();
    bench.queue.pump();
    expect(bench.queue.status.problem).toEqual(gone);
    expect(bench.server().calls.some((call) => call.startsWith('cancel'))).toBe(false);
  });
});

it('a chunk on its way is not cut, although how far it came can no longer be noted', async () => {
  await bench.add('a');
  let clock = Date.now();
  await withProfile(
    async (lose) => {
      bench.server().cut = 'spoils';
      bench.server().before = (phase, _name, index) => {
        if (phase === 'send' && index === 1) lose();
        // More than a note's distance passes with each piece.
        clock += 5_000;
        return undefined;
      };
      await bench.queue.start();
      await bench.until(() => bench.queue.status.problem !== undefined);
      await bench.queue.stop('chunk');
      expect([...(bench.server().sessions.get('a-0')?.chunks.keys() ?? [])]).toEqual([0, 1]);
    },
    () => clock,
  );
});

it('a delete key that a cancel got is used, although it cannot be stored any more', async () => {
  const id = await bench.add('a');
  await withProfile(async (lose, opened) => {
    opened.transfers.opened(id, { version: 1, value: { session: 'a-0' } }, 10, []);
    opened.transfers.update(id, { state: 'uploading', wish: 'cancel' });
    const port = bench.server().port();
    if (!port.ok) throw new Error('no server');
    const { provider } = port.value;
    const cancel: typeof provider.cancel = (call) => {
      lose();
      call.remember(call.remote);
      return provider.cancel(call);
    };
    bench.renewQueue(opened, Date.now, {
      server: () => ({ ok: true, value: { ...port.value, provider: { ...provider, cancel } } }),
    });
    bench.queue.pump();
    await bench.until(() => bench.queue.status.problem !== undefined);
    await bench.queue.stop('now');
    expect(bench.server().calls).toEqual(['cancel a']);
  });
});
