import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import { isWhole } from '../../../test/gate/seed.ts';
import type { Failure } from '../outcome.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

const failures: readonly (readonly [string, readonly Failure[]])[] = [
  ['closes every connection', [{ behaviour: 'retry', problem: bench.broken }]],
  [
    'answers 500 to everything',
    [{ behaviour: 'retry', problem: problem('server-failed', { server: 'one', status: 500, words: asSaid('') }) }],
  ],
  [
    'fails in a different way each time',
    [
      { behaviour: 'retry', problem: problem('answer-truncated', { server: 'one' }) },
      { behaviour: 'server-busy', problem: problem('server-unreachable', { server: 'one', reason: asSaid('EPROTO') }) },
      { behaviour: 'retry', problem: bench.broken },
    ],
  ],
];

/** Adds so many files of one content. */
const addMany = async (count: number): Promise<readonly number[]> => {
  const first = await bench.add('f0');
  const { identity, path, size } = bench.row(first);
  const rest = Array.from({ length: count - 1 }, (_, n) => ({
    serverId: 'one',
    path,
    name: `f${n + 1}`,
    folder: [],
    size,
    identity,
    options: {},
    groupId: undefined,
    priority: 0,
    createdAt: 1,
    wish: 'run' as const,
    notices: [],
  }));
  return [first, ...bench.store.transfers.add(rest)];
};

/** Lets ms pass on the queue's clock, in steps in which everything comes to its end. */
const scene = (random = () => 0) => {
  const clock = { now: Date.now() };
  bench.renewQueue({}, () => clock.now, { random });
  const settled = (moving = 0): Promise<void> => bench.until(() => bench.queue.moving.length === moving);
  /** `moving`: files that stay under way. */
  const pass = async (ms: number, step = 100, moving = 0): Promise<void> => {
    for (let passed = 0; passed < ms; passed += step) {
      await settled(moving);
      clock.now += step;
      bench.queue.pump();
    }
    await settled(moving);
  };
  return { clock, pass, settled };
};

it('files that wait for something of their own, each on a server that answers, hold up no other file', async () => {
  const { pass } = scene(() => 0.9);
  const ids = await addMany(20);
  const busy = problem('name-busy', { server: 'one', name: 'f' });
  // Named so by the first ten alone, one after the other.
  bench.server().before = (phase, name) =>
    phase === 'open' && Number(name.slice(1)) < 10
      ? { behaviour: 'retry', problem: busy, scope: 'transfer' }
      : undefined;
  await bench.queue.start();
  await pass(500);
  expect(ids.slice(10).map((id) => bench.row(id).state)).toEqual(Array(10).fill('done'));
  expect(ids.slice(0, 10).every((id) => bench.row(id).state === 'waiting' && bench.row(id).waitFor === 'time')).toBe(
    true,
  );
});

describe('a server that fails for everybody', () => {
  describe.each(failures)('and %s', (_what, kinds) => {
    // Outside of the whole run, thousands of files meet one kind of failure alone.
    it.each(isWhole || kinds.length > 1 ? [2, 142, 4_000] : [2, 142])(
      'meets at most ten attempts in 20 seconds, of %d files',
      async (count) => {
        const { pass } = scene();
        const ids = await addMany(count);
        // Some were uploading before, and others left sessions to clean up there.
        for (const id of ids.slice(0, count / 2).filter((_, n) => n % 3 === 0))
          bench.store.transfers.opened(id, { version: 1, value: { session: `of-${id}` } }, 10, []);
        for (const id of ids.slice(1, Math.min(30, count / 2))) {
          if (bench.row(id).remote === undefined) continue;
          bench.store.transfers.sessionLost(id, bench.broken, false, 0);
        }
        let n = 0;
        bench.server().before = () => kinds[n++ % kinds.length];
        await bench.queue.start();
        await pass(20_000);
        expect(bench.server().calls.length).toBeGreaterThan(1);
        expect(bench.server().calls.length).toBeLessThanOrEqual(10);
      },
    );
  });

  it.each(['send', 'finish', 'verify'] as const)(
    'only when it comes to %s is left alone as well, though it answers what comes before',
    async (at) => {
      const { pass } = scene();
      const ids = await addMany(142);
      bench.server().before = (phase) => (phase === at ? { behaviour: 'retry', problem: bench.broken } : undefined);
      await bench.queue.start();
      await pass(20_000);
      const tried = bench.server().calls.filter((call) => call.startsWith(at));
      expect(tried.length).toBeGreaterThan(1);
      expect(tried.length).toBeLessThanOrEqual(10);
      bench.works();
      await pass(40_000);
      expect(bench.queue.moving).toEqual([]);
      expect(ids.filter((id) => bench.row(id).state !== 'done')).toEqual([]);
    },
  );

  it.each(['account', 'server'] as const)(
    'with a failure of the %s is asked once, and all that is for it waits for the person, whatever the problem is',
    async (scope) => {
      const { pass } = scene();
      const ids = await addMany(142);
      const why = problem('no-permission', { server: 'one', name: '' });
      bench.server().before = () => ({ behaviour: 'attention', problem: why, scope });
      await bench.queue.start();
      await pass(1_000);
      expect(bench.server().calls.length).toBeLessThanOrEqual(bench.limits.perServer);
      expect(new Set(ids.map((id) => bench.row(id).state))).toEqual(new Set(['attention']));
      expect(bench.row(ids.at(-1) ?? 0).problem).toEqual(why);
    },
  );

  it('holds up no other file with what one file alone has to ask', async () => {
    const { pass } = scene();
    const ids = await addMany(20);
    const why = problem('signed-out', { server: 'one' });
    bench.server().before = (phase, name) =>
      phase === 'open' && name === 'f0' ? { behaviour: 'attention', problem: why } : undefined;
    await bench.queue.start();
    await pass(1_000);
    expect(ids.map((id) => bench.row(id).state)).toEqual(['attention', ...Array<string>(19).fill('done')]);
  });

  it('lets what failed wait for it, until the moment of the next try', async () => {
    const { clock, settled } = scene();
    const ids = await addMany(5);
    bench.server().before = () => ({ behaviour: 'retry', problem: bench.broken });
    await bench.queue.start();
    await bench.until(() => ids.some((id) => bench.row(id).waitFor === 'server'));
    await settled();
    const waiting = ids.map(bench.row).filter(({ state }) => state === 'waiting');
    expect(waiting.length).toBeGreaterThan(1);
    for (const { waitFor, waitUntil } of waiting)
      expect({ waitFor, waitUntil }).toEqual({ waitFor: 'server', waitUntil: waiting[0]?.waitUntil });
    expect(waiting[0]?.waitUntil).toBeGreaterThan(clock.now);
    expect(waiting[0]?.waitUntil).toBeLessThanOrEqual(clock.now + 3_000);
  });

  it('serves all at once as soon as one of them succeeds', async () => {
    const { clock, pass } = scene(() => 0.999);
    const ids = await addMany(60);
    bench.server().before = () => ({ behaviour: 'retry', problem: bench.broken });
    await bench.queue.start();
    await pass(10 * 60_000, 1_000);
    expect(ids.filter((id) => bench.row(id).state === 'waiting').length).toBeGreaterThan(5);
    bench.works();
    // One more try is due; from its success on, no time passes any more.
    await bench.until(() => {
      if (bench.server().sessions.size > 0) return true;
      clock.now += 1_000;
      bench.queue.pump();
      return false;
    });
    const { now } = clock;
    for (const id of ids) await bench.reached(id, 'done');
    expect(clock.now).toBe(now);
    expect(ids.map((id) => bench.row(id).attempts)).toEqual(ids.map(() => 0));
  });

  it('is said to need somebody when it did nothing but fail for long, whichever files met it', async () => {
    const { pass } = scene(() => 0.999);
    const ids = await addMany(60);
    const why = problem('server-failed', { server: 'one', status: 500, words: asSaid('') });
    bench.server().before = () => ({ behaviour: 'retry', problem: why });
    await bench.queue.start();
    await pass(15 * 60_000, 2_000);
    expect(ids.map((id) => bench.row(id).problem?.code)).toContain('failed-often');
  });

  it('is asked seldom to clean up, too, and another server is not left alone for it', async () => {
    const { clock, pass } = scene();
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        bench.add(`lost${n}`, 5, { serverId: n < 20 ? 'one' : 'two', wish: 'pause' }),
      ),
    );
    for (const id of all) {
      bench.store.transfers.opened(id, { version: 1, value: { session: `of-${id}` } }, 10, []);
      bench.store.transfers.sessionLost(id, bench.broken, false, clock.now);
    }
    bench.server().before = () => ({ behaviour: 'retry', problem: bench.broken });
    await bench.queue.start();
    await bench.until(() => bench.server('two').calls.length === 10);
    await pass(20_000);
    expect(bench.server().calls.length).toBeGreaterThan(1);
    expect(bench.server().calls.length).toBeLessThanOrEqual(10);
    bench.works();
    await pass(120_000, 1_000);
    await bench.until(() => bench.store.abandoned.nextDue() === undefined);
  });

  it('is tried seldom by new files while an older one goes on', async () => {
    const { pass } = scene(() => 0.5);
    Object.assign(bench.limits, { atOnce: 2, perServer: 2 });
    const flowing = await bench.add('flowing', 400);
    let hold = bench.gate();
    bench.server().before = async (phase, name) => {
      if (name !== 'flowing') return { behaviour: 'retry', problem: bench.broken };
      if (phase === 'send') await hold.closed;
      return undefined;
    };
    await bench.queue.start();
    await bench.called('send flowing 0');
    await addMany(100);
    bench.queue.pump();
    const opened = (): number =>
      bench.server().calls.filter((call) => call.startsWith('open f') && call !== 'open flowing').length;
    for (let chunk = 1; chunk <= 20; chunk++) {
      const before = hold;
      hold = bench.gate();
      before.open();
      await bench.called(`send flowing ${chunk}`);
      await pass(1_000, 100, 1);
    }
    expect(opened()).toBeLessThanOrEqual(10);
    bench.works();
    hold.open();
    await pass(5_000);
    await bench.reached(flowing, 'done');
  });
});

describe('files that fail for themselves', () => {
  it('hold up no other where the server is busy for them alone', async () => {
    const { pass } = scene(() => 0.5);
    const ids = await addMany(40);
    bench.server().before = (phase, name) =>
      phase === 'open' && name === 'f0'
        ? { behaviour: 'server-busy', problem: problem('server-busy', { server: 'one', status: 503 }) }
        : undefined;
    await bench.queue.start();
    await pass(15_000);
    expect(ids.slice(1).filter((id) => bench.row(id).state !== 'done')).toEqual([]);
    expect(bench.row(ids[0] ?? 0).state).toBe('waiting');
  });

  it('keep their own waits, and hold up no other', async () => {
    const { clock, pass } = scene(() => 0.5);
    const ids = await addMany(40);
    const bad = new Set(['f0', 'f1']);
    bench.server().before = (phase, name) =>
      phase === 'open' && bad.has(name) ? { behaviour: 'retry', problem: bench.broken } : undefined;
    await bench.queue.start();
    await pass(15_000);
    const [first, second, ...others] = ids.map(bench.row);
    for (const { state } of others) expect(state).toBe('done');
    for (const one of [first, second]) expect(one).toMatchObject({ state: 'waiting', waitFor: 'time' });
    for (const name of bad)
      expect(bench.server().calls.filter((call) => call === `open ${name}`).length).toBeLessThanOrEqual(8);
    const late = await bench.add('late');
    bench.queue.pump();
    const { now } = clock;
    await bench.reached(late, 'done');
    expect(clock.now).toBe(now);
  });

  it('are retried at once when the server that failed for them works again for another', async () => {
    const { pass, clock } = scene(() => 0.999);
    const id = await bench.add('a');
    bench.server().before = () => ({ behaviour: 'retry', problem: bench.broken });
    await bench.queue.start();
    await pass(20 * 60_000, 1_000);
    expect(bench.row(id)).toMatchObject({ state: 'waiting', waitFor: 'time' });
    bench.works();
    const other = await bench.add('b');
    const { now } = clock;
    bench.queue.pump();
    await bench.reached(other, 'done');
    await bench.reached(id, 'done');
    expect(clock.now).toBe(now);
  });
});
