import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import type { Failure } from '../outcome.ts';
import { Cooldowns, type Attempt, type Cooldown } from './cooldowns.ts';

type Failing = Extract<Failure, { readonly behaviour: 'retry' | 'server-busy' }>;
const retry: Failing = {
  behaviour: 'retry',
  problem: problem('connection-broken', { server: 's', reason: asSaid('test') }),
};
const busy = (afterMs?: number): Failing => ({
  behaviour: 'server-busy',
  problem: problem('server-busy', { server: 's', status: 503 }),
  ...(afterMs === undefined ? {} : { afterMs }),
});

/** Cooldowns on a clock that stands until it is moved, with attempts that begin and come to their end in one step. */
const scene = (random = () => 0.5) => {
  const clock = { now: 1_000_000 };
  const cooldowns = new Cooldowns(() => clock.now, random);
  const failed = (attempt: Attempt, failure: Failing = retry): Cooldown | undefined => {
    cooldowns.begins('s', attempt);
    const cooldown = cooldowns.failed('s', attempt, failure);
    cooldowns.ended('s', attempt);
    return cooldown;
  };
  const worked = (attempt: Attempt) => {
    cooldowns.begins('s', attempt);
    const relief = cooldowns.succeeded('s', attempt);
    cooldowns.ended('s', attempt);
    return relief;
  };
  return { clock, cooldowns, failed, worked };
};

describe('a server', () => {
  it('is left alone when two different uploads failed there in a row, whatever the reason', () => {
    const { clock, cooldowns, failed } = scene();
    expect(failed(1)).toBeUndefined();
    expect(cooldowns.of('s')).toBe('none');
    const cooldown = failed(2);
    expect(cooldown).toMatchObject({ failing: [1, 2], failures: 1 });
    expect(cooldowns.of('s')).toBe('cooling');
    expect(cooldowns.of('other')).toBe('none');
    clock.now = cooldown?.until ?? 0;
    expect(cooldowns.of('s')).toBe('trial');
  });

  it('is not left alone for one upload that fails again and again', () => {
    const { failed, cooldowns } = scene();
    for (let n = 0; n < 20; n++) expect(failed(1)).toBeUndefined();
    expect(cooldowns.mayBegin('s')).toBe(true);
  });

  it('is not left alone where others succeed between failures', () => {
    const { failed, worked, cooldowns } = scene();
    for (let n = 0; n < 20; n++) {
      expect(failed(n)).toBeUndefined();
      worked(1_000 + n);
    }
    expect(cooldowns.of('s')).toBe('none');
  });

  it('is left alone though what was under way before goes on, and is tried a little sooner then', () => {
    const { clock, failed, cooldowns } = scene();
    cooldowns.begins('s', 'flows');
    for (let n = 0; n < 6; n++) {
      failed(n);
      clock.now = Math.max(clock.now, ...cooldowns.ends());
    }
    failed(6);
    expect(cooldowns.ends()[0]).toBeGreaterThan(clock.now + 4_000);
    expect(cooldowns.succeeded('s', 'flows')).toEqual({ is: 'sooner', until: clock.now + 4_000 });
    expect(cooldowns.of('s')).toBe('cooling');
    expect(cooldowns.succeeded('s', 'flows')).toBeUndefined();
  });

  it('is tried by one attempt after a cooldown, and by all when that succeeds', () => {
    const { clock, failed, cooldowns } = scene();
    failed(1);
    clock.now = failed(2)?.until ?? 0;
    expect(cooldowns.mayBegin('s')).toBe(true);
    cooldowns.begins('s', 3);
    expect(cooldowns.mayBegin('s')).toBe(false);
    expect(cooldowns.closed()).toEqual(['s']);
    expect(cooldowns.succeeded('s', 3)).toEqual({ is: 'over', failing: [1, 2] });
    expect(cooldowns.mayBegin('s')).toBe(true);
    expect(cooldowns.failing('s')).toEqual([]);
  });

  it('is tried by another one where what tries it only sends, and others failed after that', () => {
    const { clock, cooldowns } = scene();
    for (const one of [1, 2]) {
      cooldowns.begins('s', one);
      cooldowns.failed('s', one, retry, 'end');
      cooldowns.ended('s', one);
    }
    clock.now += 30_000;
    cooldowns.begins('s', 3);
    expect(cooldowns.succeeded('s', 3, 'begin')).toBeUndefined();
    expect(cooldowns.mayBegin('s')).toBe(false);
    expect(cooldowns.succeeded('s', 3, 'send')).toBeUndefined();
    expect(cooldowns.of('s')).toBe('cooling');
    clock.now += 30_000;
    expect(cooldowns.mayBegin('s')).toBe(true);
    cooldowns.begins('s', 1);
    expect(cooldowns.succeeded('s', 1, 'end')).toMatchObject({ is: 'over', failing: [2] });
  });

  it('is tried by the next one where a trial came to its end without a word of the server', () => {
    const { clock, failed, cooldowns } = scene();
    failed(1);
    clock.now = failed(2)?.until ?? 0;
    cooldowns.begins('s', 3);
    cooldowns.ended('s', 3);
    expect(cooldowns.mayBegin('s')).toBe(true);
  });

  it('counts uploads that fail at once as one failure', () => {
    const { clock, cooldowns, failed } = scene();
    for (let n = 0; n < 20; n++) cooldowns.begins('s', n);
    let last: Cooldown | undefined;
    for (let n = 0; n < 20; n++) last = cooldowns.failed('s', n, retry);
    expect(last).toMatchObject({ failures: 1 });
    clock.now = last?.until ?? 0;
    expect(failed(0)).toMatchObject({ failures: 2 });
  });

  it('is left alone at once, and as long as it asks, where it asks for it', () => {
    const { clock, failed, cooldowns } = scene();
    cooldowns.begins('s', 'flows');
    expect(failed(1, busy(60_000))?.until).toBe(clock.now + 60_000);
    expect(cooldowns.succeeded('s', 'flows')).toBeUndefined();
    expect(cooldowns.of('s')).toBe('cooling');
    expect(failed(2, busy(86_400_000 * 400))?.until).toBe(clock.now + 86_400_000);
  });

  it('that asks for no pause again and again gets one all the same', () => {
    const { clock, failed } = scene();
    const waits = Array.from({ length: 6 }, (_, n) => (failed(n, busy(0))?.until ?? 0) - clock.now);
    expect(waits.slice(0, 3)).toEqual([0, 0, 0]);
    for (const wait of waits.slice(3)) expect(wait).toBeGreaterThan(1_000);
  });
});

describe('uploads', () => {
  it('that fail again after others had shown twice that the server works wait for themselves', () => {
    const { clock, failed, worked, cooldowns } = scene();
    for (let n = 0; n < 2; n++) {
      failed('bad');
      clock.now = failed('worse')?.until ?? 0;
      expect(worked(n)).toMatchObject({ is: 'over', failing: ['bad', 'worse'] });
    }
    expect([failed('bad'), failed('worse'), failed('bad')]).toEqual([undefined, undefined, undefined]);
    expect(cooldowns.of('s')).toBe('none');
    // One that succeeds starts afresh.
    worked('bad');
    failed('bad');
    expect(failed('other')).toBeDefined();
  });

  it('that failed alone for long are released by the first success of another', () => {
    const { failed, worked } = scene();
    for (let n = 0; n < 3; n++) failed(1);
    expect(worked(2)).toEqual({ is: 'over', failing: [1] });
    failed(1);
    expect(worked(2)).toBeUndefined();
  });
});

describe('however many files wait', () => {
  /** Lets every attempt that may begin fail, for 20 s of the clock. Gives how many there were. */
  const attemptsIn20s = (
    files: number,
    lanes: number,
    randoms: readonly number[],
    failures: readonly Failing[],
  ): number => {
    let drawn = 0;
    const { clock, cooldowns } = scene(() => randoms[drawn++ % randoms.length] ?? 0);
    const end = clock.now + 20_000;
    let count = 0;
    while (clock.now < end) {
      const begun: number[] = [];
      while (begun.length < Math.min(lanes, files) && cooldowns.mayBegin('s')) {
        begun.push(count++ % files);
        cooldowns.begins('s', begun.at(-1) ?? 0);
      }
      for (const one of begun) cooldowns.failed('s', one, failures[count % failures.length] ?? retry);
      for (const one of begun) cooldowns.ended('s', one);
      clock.now += 50;
    }
    return count;
  };

  it('a server that fails meets at most ten attempts in 20 seconds', () => {
    const unit = fc.double({ min: 0, max: 0.999_999, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom(2, 142, 4_000),
        fc.integer({ min: 1, max: 4 }),
        fc.array(unit, { minLength: 1, maxLength: 30 }),
        fc.array(fc.constantFrom(retry, busy()), { minLength: 1, maxLength: 5 }),
        (files, lanes, randoms, failures) => {
          expect(attemptsIn20s(files, lanes, randoms, failures)).toBeLessThanOrEqual(10);
        },
      ),
    );
  });

  it('a server is tried again within half a minute, and whatever happens somebody may try it', () => {
    const step = fc.record({
      is: fc.constantFrom('begins', 'failed', 'busy', 'succeeded', 'ended'),
      attempt: fc.integer({ min: 0, max: 5 }),
      passes: fc.integer({ min: 0, max: 30_000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, cooldowns } = scene();
        const running = new Set<number>();
        for (const { is, attempt, passes } of steps) {
          clock.now += passes;
          if (is === 'begins' && !running.has(attempt) && cooldowns.mayBegin('s')) {
            running.add(attempt);
            cooldowns.begins('s', attempt);
          }
          if (!running.has(attempt)) continue;
          if (is === 'failed' || is === 'busy') cooldowns.failed('s', attempt, is === 'busy' ? busy() : retry);
          if (is === 'succeeded') cooldowns.succeeded('s', attempt);
          if (is !== 'begins' && is !== 'succeeded') {
            running.delete(attempt);
            cooldowns.ended('s', attempt);
          }
        }
        for (const one of running) cooldowns.ended('s', one);
        clock.now += 30_000;
        expect(cooldowns.mayBegin('s')).toBe(true);
        cooldowns.begins('s', 'new');
        cooldowns.succeeded('s', 'new');
        expect(cooldowns.of('s')).toBe('none');
      }),
    );
  });
});
