/** What one upload writes down for others: for its server, for the list and for the next attempt. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problem } from '../../../preload/problems.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { fail, ok, type Failure } from '../outcome.ts';
import { DiskFullError } from '../store/errors.ts';
import type { Naming } from '../providers/provider.ts';

bench.prepareQueue();

const signedOut = problem('signed-out', { server: 'one' });
const codesOf = (id: number): readonly string[] =>
  bench.store.transfers.logOf(id, 50).map((entry) => entry.problem.code);

describe('a failure that only a person can help', () => {
  it.each(['account', 'server'] as const)(
    'and that concerns the whole %s stops all uploads there, and no others',
    async (scope) => {
      Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
      const ids = [await bench.add('a'), await bench.add('b'), await bench.add('c')];
      const other = await bench.add('d', 35, { serverId: 'two' });
      bench.server().before = bench.failsAt('open', { behaviour: 'attention', problem: signedOut, scope });
      await bench.queue.start();
      await bench.reached(other, 'done');
      await bench.until(() => bench.queue.moving.length === 0);
      expect(ids.map((id) => bench.row(id))).toMatchObject(ids.map(() => ({ state: 'attention', problem: signedOut })));
      expect(bench.server().calls).toEqual(['open a']);
    },
  );

  it('and that concerns one file leaves the others of its server alone', async () => {
    Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
    const [id, next] = [await bench.add('a'), await bench.add('b')];
    bench.server().before = bench.once({ behaviour: 'attention', problem: signedOut });
    await bench.queue.start();
    await bench.reached(next, 'done');
    expect(bench.row(id).state).toBe('attention');
  });
});

describe('what a server says of its settings', () => {
  /** The server as it says at one step that its settings are others now. */
  const saying = (step: 'open' | 'resume') =>
    bench.serving((provider) => ({
      [step]: async (...given: [never]) => {
        const outcome = await provider[step](...given);
        return outcome.ok ? ok({ ...outcome.value, settings: { from: step } }) : outcome;
      },
    }));

  it.each(['open', 'resume'] as const)('at the %s of an upload is kept', async (step) => {
    const learnt: unknown[] = [];
    const id = await bench.add('a');
    if (step === 'resume') {
      bench.server().sessions.set('a-0', { name: 'a', size: 35, chunks: new Map(), openedAt: 0, done: false });
      bench.store.transfers.opened(id, { version: 1, value: { session: 'a-0' } }, 10, []);
      bench.store.transfers.update(id, { state: 'uploading' });
    }
    bench.renewQueue({}, Date.now, { server: saying(step), learnt: (...given) => learnt.push(given) });
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(learnt).toEqual([['one', { from: step }]]);
  });
});

describe('an upload under way that is removed', () => {
  it('is freed on its server, leaves the list, and stays in the history', async () => {
    const { id, hold } = await bench.heldUpload();
    await bench.queue.wish({ ids: [id] }, 'remove');
    hold.open();
    await bench.until(() => bench.store.transfers.get(id) === undefined);
    expect(bench.server().sessions.size).toBe(0);
    expect(bench.store.history.page({}, { limit: 9 }).rows).toMatchObject([{ name: 'a', outcome: 'cancelled' }]);
  });
});

describe('a cancelled upload', () => {
  it('is not called done where its verification succeeds all the same', async () => {
    const [asked, hold] = [bench.gate(), bench.gate()];
    const server = bench.serving((provider) => ({
      // It does not hear that nobody waits for it any more.
      verify: async (call) => {
        asked.open();
        await hold.closed;
        return provider.verify({ ...call, signal: new AbortController().signal });
      },
    }));
    const id = await bench.add('a');
    await bench.renewQueue({}, Date.now, { server }).start();
    await asked.closed;
    await bench.queue.wish({ ids: [id] }, 'cancel');
    hold.open();
    await bench.reached(id, 'cancelled');
    expect(bench.store.history.page({}, { limit: 9 }).rows.map(({ outcome }) => outcome)).toEqual(['cancelled']);
    expect(bench.server().sessions.size).toBe(0);
  });

  it('says that its server was freed', async () => {
    const { id, hold } = await bench.heldUpload();
    await bench.wished(id, 'cancel', 'cancelled');
    hold.open();
    expect(codesOf(id)).toEqual(['freed']);
  });

  it('says that its server is still to be freed', async () => {
    const { id, hold } = await bench.heldUpload();
    bench.server().before = bench.failsAt('cancel', { behaviour: 'retry', problem: bench.broken, afterMs: 60_000 });
    await bench.wished(id, 'cancel', 'cancelled');
    hold.open();
    expect(bench.store.transfers.logOf(id, 9).at(-1)?.problem).toEqual(problem('freed-later', { server: 'one' }));
    expect(bench.store.abandoned.due(Number.MAX_SAFE_INTEGER, 9)).toHaveLength(1);
  });
});

it('what a cleanup that fails got to know before is known to the next one', async () => {
  const { id, hold } = await bench.heldUpload();
  const server = bench.serving(() => ({
    cancel: (call) => {
      call.remember({ session: 'known' });
      return Promise.resolve(fail('retry', bench.broken));
    },
  }));
  await bench.wished(id, 'pause', 'paused');
  hold.open();
  await bench.queue.stop('now');
  bench.renewQueue({}, Date.now, { server });
  await bench.wished(id, 'cancel', 'cancelled');
  const [left] = bench.store.abandoned.due(Number.MAX_SAFE_INTEGER, 9);
  expect(left?.remote.value).toEqual({ session: 'known' });
});

describe('openings whose answers were lost', () => {
  it('are dated from the first of them, and anew once one is known to have made nothing', async () => {
    let now = 1_000_000;
    bench.renewQueue({}, () => now);
    const lost: Failure = { behaviour: 'retry', problem: bench.broken, afterMs: 1_000 };
    const id = await bench.add('a');
    let tries = 0;
    const failing = async (failure: Failure): Promise<number | undefined> => {
      bench.server().before = bench.failsAt('open', failure);
      if (bench.queue.status.running) bench.queue.pump();
      else await bench.queue.start();
      const opened = (): number => bench.server().doubts.length;
      await bench.until(() => opened() > tries && bench.queue.moving.length === 0);
      tries = opened();
      now += 5_000;
      return bench.row(id).startedAt;
    };
    expect(await failing({ ...lost, nothingMade: true })).toBe(1_000_000);
    expect(await failing(lost)).toBe(1_005_000);
    expect(await failing(lost)).toBe(1_005_000);
  });
});

it('each step of an upload is shown as it begins', async () => {
  const id = await bench.add('a');
  const seen: string[] = [];
  bench.queue.onChange(() => {
    const { state } = bench.row(id);
    if (seen.at(-1) !== state) seen.push(state);
  });
  await bench.queue.start();
  await bench.reached(id, 'done');
  expect(seen).toEqual(['queued', 'preparing', 'opening', 'uploading', 'finishing', 'verifying', 'done']);
});

it('a write that a full disk refuses is no failure of the upload', async () => {
  const id = await bench.add('a');
  let full = true;
  const update: typeof bench.store.transfers.update = (of, patch) => {
    if (full && patch.creating === true) throw new DiskFullError('/profile');
    bench.store.transfers.update(of, patch);
  };
  await bench.renewQueue({ transfers: { ...bench.store.transfers, update } }).start();
  await bench.until(() => bench.queue.status.problem !== undefined);
  expect(bench.queue.status.problem?.code).toBe('disk-full');
  expect(bench.row(id)).toMatchObject({ state: 'opening', problem: undefined });
  full = false;
  await bench.queue.start();
  await bench.reached(id, 'done');
});

it('a finished upload keeps in the history how it was verified', async () => {
  const id = await bench.add('a');
  await bench.queue.start();
  await bench.reached(id, 'done');
  expect(bench.store.history.ofTransfer(id)).toMatchObject({ proof: { by: 'stored-length', detail: '35' } });
});

describe('what a server gives with an answer', () => {
  it('to the finish is known to the verification, and to the next run', async () => {
    const id = await bench.add('a');
    const seen: unknown[] = [];
    const server = bench.serving((provider) => ({
      finish: async (call) => {
        const finished = await provider.finish(call);
        const remote = { session: (call.remote as { readonly session: string }).session, finished: true };
        return finished.ok ? ok({ ...finished.value, remote }) : finished;
      },
      verify: (call) => {
        seen.push(call.remote, bench.row(id).remote?.value);
        return provider.verify(call);
      },
    }));
    await bench.renewQueue({}, Date.now, { server }).start();
    await bench.reached(id, 'done');
    expect(seen).toEqual(Array(2).fill({ session: 'a-0', finished: true }));
  });

  it('to a chunk for the finish is given to it, in this run or a later one', async () => {
    const id = await bench.add('a', 25);
    const hold = bench.gate();
    bench.server().before = bench.heldAt(hold, 'send', 2);
    const seen: unknown[] = [];
    const server = bench.serving((provider) => ({
      send: async (call, chunk, body) => {
        const sent = await provider.send(call, chunk, body);
        return sent.ok ? ok({ ...sent.value, tag: `tag ${chunk.index}` }) : sent;
      },
      finish: (call) => {
        seen.push([0, 1, 2].map((index) => call.progress.tag(index)));
        return provider.finish(call);
      },
    }));
    await bench.renewQueue({}, Date.now, { server }).start();
    await bench.called('send a 2');
    await bench.queue.stop('now');
    bench.works();
    await bench.renewQueue({}, Date.now, { server }).start();
    await bench.reached(id, 'done');
    expect(seen).toEqual([['tag 0', 'tag 1', 'tag 2']]);
  });

  it('to a chunk is kept, also where it took no more than a part of the chunk', async () => {
    const id = await bench.add('a', 25);
    const seen: unknown[] = [];
    let sends = 0;
    const server = bench.serving((provider) => ({
      remote: { ...provider.remote, schema: z.unknown() },
      send: async (call, chunk, body) => {
        seen.push(call.remote);
        const sent = await provider.send(call, chunk, body);
        const remote = { session: 'a-0', after: ++sends };
        if (!sent.ok) return sent;
        const short: Failure = { behaviour: 'retry', problem: bench.broken };
        if (sends === 2) bench.server().sessions.get('a-0')?.chunks.delete(chunk.index);
        return ok({ ...sent.value, remote, ...(sends === 2 ? { short } : {}) });
      },
    }));
    await bench.renewQueue({}, Date.now, { server }).start();
    await bench.reached(id, 'done');
    expect(seen).toEqual([{ session: 'a-0' }, ...[1, 2, 3].map((after) => ({ session: 'a-0', after }))]);
    expect(bench.row(id).remote?.value).toEqual({ session: 'a-0', after: 4 });
    expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
  });
});

it('an opening knows which names on its server are those of other uploads', async () => {
  Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
  const naming: Naming = { place: (names) => `/${names.join('/')}`, numbered: (name, n) => `${name} ${n}` };
  const [id] = [await bench.add('a'), await bench.add('b', 5, { place: '/b' })];
  const seen: unknown[] = [];
  const server = bench.serving((provider) => ({
    naming,
    open: (call) => {
      seen.push(['a', 'b', 'c'].map((name) => call.job.ownAt?.(name)));
      return provider.open(call);
    },
  }));
  await bench.renewQueue({}, Date.now, { server }).start();
  await bench.reached(id, 'done');
  expect(seen[0]).toEqual([undefined, 'upload', undefined]);
});
