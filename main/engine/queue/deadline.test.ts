import { describe, expect, it } from 'vitest';
import { describe as wordsOf, problem } from '../../../preload/problems.ts';
import type { Failure } from '../outcome.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { DiskFullError } from '../store/errors.ts';
import { Bandwidth } from './bandwidth.ts';
import { deadlineNear, overdue, type Timed } from './deadline.ts';

bench.prepareQueue();

const hour = 3_600_000;
const timed: Timed = {
  deadline: { from: 1_000, until: 1_000 + hour, adjustable: true },
  server: 'one',
  limit: Infinity,
};
const gone: Failure = { behaviour: 'restart', problem: problem('session-gone', { server: 'one' }) };

describe('a deadline', () => {
  const size = 36_000;
  it('is near where what is left takes longer at this speed', () => {
    const at = (rate: number | undefined, left = size, more: Partial<Timed> = {}) =>
      deadlineNear({ ...timed, ...more }, { size, left, rate }, 1_000 + hour / 2);
    expect(at(30)).toBeUndefined();
    expect(at(10)).toMatchObject({ params: { server: 'one', hours: 1, needsMs: 1.5 * hour, limited: false } });
    expect(at(10, 18_000)).toBeUndefined();
    expect(at(undefined)).toBeUndefined();
    expect(at(0)).toBeUndefined();
  });

  it('is near before anything is sent where our own limit is too low, and this is said', () => {
    const near = (limit: number, rate?: number) =>
      deadlineNear({ ...timed, limit }, { size, left: size, rate }, timed.deadline.from);
    expect(near(11)).toBeUndefined();
    expect(near(5)).toMatchObject({ code: 'deadline-near', params: { needsMs: 2 * hour, limited: true } });
    expect(near(20, 5)).toMatchObject({ params: { limited: false } });
  });

  const row = { size, acknowledgedBytes: 9_000 };
  const near = problem('deadline-near', { server: 'one', hours: 1 });
  const passed = problem('deadline-passed', { server: 'one', hours: 1 });
  const log = (entry: typeof near, at: number) => [{ at, problem: entry }];

  it('that has not passed has ended nothing', () => {
    expect(overdue(timed, gone, row, log(near, 2_000), timed.deadline.until - 1)).toBeUndefined();
  });

  it('has ended nothing that was lost for another reason', () => {
    const wrong: Failure = {
      behaviour: 'restart',
      problem: problem('verify-length', { server: 'one', stored: 1, size: 2 }),
    };
    expect(overdue(timed, wrong, row, log(near, 2_000), timed.deadline.until)).toBeUndefined();
  });

  it('that passed while nothing was sent is no reason to ask', () => {
    const late = timed.deadline.until;
    expect(overdue(timed, gone, row, [], late)).toEqual({ passed, asks: undefined });
    // The warning was of another session.
    expect(overdue(timed, gone, row, log(near, 999), late)?.asks).toBeUndefined();
  });

  it.each([
    ['it was warned of while the file was sent', log(near, 2_000)],
    ['an earlier session ended the same way', log(passed, 5)],
  ])('asks, with what the file needs and what the server gives, where %s', (_why, entries) => {
    expect(overdue(timed, gone, row, entries, timed.deadline.until)?.asks).toEqual(
      problem('deadline-too-short', {
        ...{ server: 'one', givesMs: hour, needsMs: 4 * hour, limited: false, adjustable: true },
      }),
    );
    const limit = overdue(
      { ...timed, limit: 5 },
      gone,
      { ...row, acknowledgedBytes: 0 },
      entries,
      timed.deadline.until,
    );
    expect(limit?.asks).toMatchObject({ params: { needsMs: 0, limited: true } });
  });

  it('is put into words that name what the server gives, what is needed, and who can change it', () => {
    const said = (limited: boolean, adjustable: boolean, needsMs = 4 * hour) =>
      wordsOf(problem('deadline-too-short', { server: 'one', givesMs: hour, needsMs, limited, adjustable }));
    expect(said(false, true).happened).toBe(
      'one ended the upload after 1 hr; the file needs about 4 hr at this speed.',
    );
    expect(said(false, true).todo).toMatch(/administrator/);
    expect(said(true, true).todo).toMatch(/speed limit/);
    expect(said(false, false).todo).toMatch(/another server/);
    expect(said(false, true, 0).happened).not.toMatch(/about/);
    // As an earlier version stored it.
    expect(wordsOf({ code: 'deadline-near', params: { hours: 5, server: 'one' } }).happened).toMatch(/5 h.*longer/);
  });
});

/** A limit of 5 bytes/s, on a clock of its own that does not wait. */
const fiveASecond = (): Bandwidth => {
  let passed = 0;
  return new Bandwidth(5, {
    now: () => passed,
    after: (ms, call) => {
      passed += ms;
      const soon = setImmediate(call);
      return () => clearImmediate(soon);
    },
  });
};

describe('a file that needs longer than its server gives an upload', () => {
  it('is warned of before its first byte leaves where our own limit is too low', async () => {
    bench.server().life = 6_000;
    bench.server().now = () => 0;
    const id = await bench.add('a');
    const warned: unknown[] = [];
    bench.server().before = (phase, _name, index) => {
      if (phase === 'send' && index === 0) warned.push(bench.row(id).problem, ...bench.store.transfers.logOf(id, 9));
      return undefined;
    };
    await bench.renewQueue({}, () => 0, { bandwidth: fiveASecond() }).start();
    await bench.reached(id, 'done');
    const near = { code: 'deadline-near', params: { server: 'one', needsMs: 7_000, limited: true } };
    expect(warned.slice(0, 2)).toMatchObject([near, { problem: near }]);
    // Once is enough.
    expect(bench.store.transfers.logOf(id, 50)).toHaveLength(1);
  });

  it('is not cut by a disk that is too full for the warning', async () => {
    let clock = 0;
    Object.assign(bench.server(), { life: 10_000, now: () => 0, cut: 'spoils' });
    bench.server().before = (phase, _name, index) => {
      if (phase === 'send' && index === 1) clock = 8_000;
      return undefined;
    };
    let tries = 0;
    const log = (): never => {
      tries++;
      throw new DiskFullError('/profile');
    };
    const id = await bench.add('a');
    await bench
      .renewQueue({ transfers: { ...bench.store.transfers, log } }, () => clock, { bandwidth: fiveASecond() })
      .start();
    await bench.until(() => bench.row(id).state === 'done' || bench.queue.status.problem !== undefined);
    expect(tries).toBe(1);
    expect(bench.queue.status.problem).toBeUndefined();
    expect(bench.server().stored('a')).toHaveLength(35);
  });

  it('is asked about, and neither started over for ever nor forgotten', async () => {
    let clock = 1_000_000;
    const now = () => clock;
    bench.server().life = 1_000;
    bench.server().now = now;
    // Each chunk takes longer than a third of the time that there is for four.
    bench.server().before = (phase, _name, index) => {
      if (phase === 'send') clock += 400;
      const over = phase === 'send' && index === 2;
      return over ? gone : undefined;
    };
    const id = await bench.add('a');
    const own = bench.renewQueue({}, now);
    await own.start();
    await bench.reached(id, 'attention');
    // Once is no proof that time was what it lacked, twice is.
    expect(bench.server().calls.filter((call) => call === 'open a')).toHaveLength(2);
    expect(bench.row(id).problem).toMatchObject({
      code: 'deadline-too-short',
      params: { givesMs: 1_000, needsMs: 1_750 },
    });
    // Whoever opens the next one knows what the last one may still hold there.
    expect(bench.server().earlier).toEqual([undefined, { session: 'a-0' }]);
    expect(bench.row(id).earlier).toMatchObject({ value: { session: expect.stringMatching(/^a-/) as string } });
    // What the server had of it is removed: its name and its room are free.
    expect(bench.server().sessions.size).toBe(0);
    expect(bench.row(id)).toMatchObject({ remote: undefined, acknowledgedBytes: 0 });

    bench.works();
    await own.wish({ ids: [id] }, 'retry');
    await bench.reached(id, 'done');
    expect(bench.store.transfers.logOf(id, 50).map(({ problem: { code } }) => code)).toEqual([
      'deadline-passed',
      'deadline-passed',
    ]);
    await bench.until(() => bench.queue.moving.length === 0);
  });
});
