import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem, type Problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import type { Failure } from '../outcome.ts';
import { activeStates, transferStates, type TransferState } from '../../../preload/states.ts';
import { situation as at } from '../../../test/fakes/situation.ts';
import { backoff } from './backoff.ts';
import { mismatchesMost, step, type Happening, type Situation } from './machine.ts';

const trouble = problem('no-network');
const failures: readonly Failure[] = [
  { behaviour: 'retry', problem: trouble },
  { behaviour: 'retry', problem: trouble, afterMs: 7_000 },
  { behaviour: 'server-busy', problem: trouble },
  { behaviour: 'server-busy', problem: trouble, afterMs: 30_000 },
  { behaviour: 'pending', problem: trouble, afterMs: 3_000 },
  { behaviour: 'offline', problem: trouble },
  { behaviour: 'restart', problem: trouble },
  { behaviour: 'attention', problem: trouble },
  { behaviour: 'fatal', problem: trouble },
  { behaviour: 'left-out', problem: trouble },
];

/** The drawing in the design, as a relation: which state may follow which, whatever happens. */
const allowed: Readonly<Record<TransferState, readonly TransferState[]>> = (() => {
  const always: readonly TransferState[] = ['paused', 'cancelled', 'failed', 'attention', 'waiting'];
  const follows: Record<TransferState, readonly TransferState[]> = {
    queued: [...activeStates, ...always],
    preparing: ['queued', ...activeStates, ...always],
    opening: [...activeStates, ...always],
    uploading: [...activeStates, ...always],
    waiting: ['queued', ...activeStates, ...always],
    finishing: [...activeStates, ...always],
    verifying: ['done', ...activeStates, ...always],
    done: [],
    failed: ['queued', 'paused', 'cancelled'],
    paused: ['queued', 'cancelled', 'waiting', 'failed', 'attention'],
    cancelled: ['queued'],
    attention: ['queued', 'paused', 'cancelled', 'waiting', 'failed'],
  };
  return follows;
})();

const happenings = fc.oneof(
  fc.constantFrom(...activeStates).map((stage): Happening => ({ type: 'stage', stage })),
  fc
    .constantFrom(...failures)
    .chain((failure) =>
      fc
        .double({ min: 0, max: 0.999, noNaN: true })
        .map((r): Happening => ({ type: 'failure', failure, now: 1_000_000, random: () => r })),
    ),
  fc.constantFrom<Happening>(
    { type: 'stopped' },
    { type: 'no-slot' },
    { type: 'verified' },
    { type: 'freed' },
    { type: 'pause' },
    { type: 'resume' },
    { type: 'retry' },
    { type: 'cancel' },
  ),
);
/** What happens outside the machine between two steps: a lane takes it up or leaves it, a session is opened. */
const surroundings = fc.record({ inLane: fc.boolean(), hasRemote: fc.boolean() });

const apply = (s: Situation, h: Happening): Situation => {
  const next = step(s, h);
  if ('refused' in next) return s;
  const { state = s.state, wish = s.wish, attempts = s.attempts, mismatches = s.mismatches } = next.patch;
  const waitFor = 'waitFor' in next.patch ? next.patch.waitFor : s.waitFor;
  return { ...s, state, wish, waitFor, attempts, mismatches };
};

describe('the states of a transfer', () => {
  it('follow the drawing, honour the person and never leave done, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(happenings, surroundings), { maxLength: 40 }), (course) => {
        let s: Situation = {
          state: 'queued',
          wish: 'run',
          waitFor: undefined,
          attempts: 0,
          mismatches: 0,
          restarts: 0,
          hasRemote: false,
          inLane: false,
        };
        for (const [happening, around] of course) {
          const before: Situation = { ...s, ...around };
          const next = step(before, happening);
          const after = apply(before, happening);
          if (after.state !== before.state) expect(allowed[before.state]).toContain(after.state);
          if ('refused' in next) expect(next.refused).toBe(before.state);
          else {
            // Every end is told, and nothing else is called an end.
            const over = ['done', 'failed', 'cancelled'].includes(after.state) && before.state !== after.state;
            if (over) expect(next.ends).toBe(after.state);
            if (next.ends !== undefined) expect(after.state).toBe(next.ends);
            // Whoever waits knows until when; whoever does not, waits for nothing.
            if (next.patch.state === 'waiting') {
              expect(next.patch.waitFor).toBeDefined();
              expect(next.patch.waitUntil).toBeGreaterThanOrEqual(1_000_000);
            } else if (next.patch.state !== undefined) expect(next.patch.waitUntil).toBeUndefined();
          }
          // Done comes from verifying alone.
          if (after.state === 'done' && before.state !== 'done')
            expect([before.state, happening.type]).toEqual(['verifying', 'verified']);
          // A cancel is only taken back by asking for it again.
          if (before.wish === 'cancel' && before.state !== 'cancelled') {
            expect(after.wish).toBe('cancel');
            expect(after.state).not.toBe('done');
          }
          // Offline is nobody's fault.
          if (happening.type === 'failure' && happening.failure.behaviour === 'offline')
            expect(after.attempts).toBe(before.attempts);
          s = after;
        }
      }),
      { numRuns: 10_000 },
    );
  });

  it('lets every state but done and cancelled be paused and cancelled', () => {
    for (const state of transferStates) {
      const paused = apply(at(state), { type: 'pause' });
      const cancelled = apply(at(state, { hasRemote: false }), { type: 'cancel' });
      if (state === 'done' || state === 'cancelled') {
        expect(paused.state).toBe(state);
        expect(cancelled.state).toBe(state);
      } else {
        expect(paused.state).toBe('paused');
        expect(cancelled.state).toBe('cancelled');
      }
    }
  });

  it('frees the server before a transfer with a session is called cancelled', () => {
    const asked = apply(at('paused'), { type: 'cancel' });
    expect(asked).toMatchObject({ state: 'paused', wish: 'cancel' });
    expect(apply({ ...asked, inLane: true }, { type: 'freed' }).state).toBe('cancelled');
  });

  it('lets a lane stop at a good place before it is paused', () => {
    const asked = apply(at('uploading', { inLane: true }), { type: 'pause' });
    expect(asked).toMatchObject({ state: 'uploading', wish: 'pause' });
    expect(apply(asked, { type: 'stopped' }).state).toBe('paused');
    expect(apply(apply(asked, { type: 'stopped' }), { type: 'resume' })).toMatchObject({
      state: 'queued',
      wish: 'run',
    });
  });

  it('fails after three stored lengths in a row that were wrong, and not for sessions that were lost', () => {
    const lost: Happening = {
      type: 'failure',
      failure: { behaviour: 'restart', problem: trouble },
      now: 0,
      random: () => 0,
    };
    let s = at('verifying', { inLane: true });
    for (let n = 1; n < mismatchesMost; n++) {
      s = { ...apply(s, lost), state: 'verifying' };
      expect(s.mismatches).toBe(n);
    }
    expect(apply(s, lost).state).toBe('failed');
    let u = at('uploading', { inLane: true });
    for (let n = 0; n < 20; n++) u = { ...apply(u, lost), state: 'uploading' };
    expect(u.mismatches).toBe(0);
  });

  it.each(activeStates)(
    'fails after three uploads that the server made no file of, when %s, in its own words',
    (state) => {
      const told = { server: 'one', words: asSaid('can not connect to your callbackUrl') };
      const lost: Happening = {
        type: 'failure',
        failure: { behaviour: 'restart', problem: problem('not-completed', told), notStored: true },
        now: 0,
        random: () => 0.5,
      };
      let s = at(state, { inLane: true });
      for (let n = 1; n < mismatchesMost; n++) {
        s = { ...apply(s, lost), state };
        expect(s.mismatches).toBe(n);
      }
      expect(step(s, lost)).toMatchObject({
        patch: { state: 'failed', problem: problem('never-completed', { ...told, tries: 3 }) },
        ends: 'failed',
      });
    },
  );

  it('says that something may be wrong on a server that loses an upload again and again', () => {
    const failure: Failure = { behaviour: 'restart', problem: problem('cut-spoilt', { server: 'one' }) };
    const codes = [0, 4, 5, 20].map((restarts) => {
      const next = step(at('uploading', { inLane: true, restarts }), {
        type: 'failure',
        failure,
        now: 0,
        random: () => 0,
      });
      return 'refused' in next ? undefined : next.patch.problem?.code;
    });
    expect(codes).toEqual(['cut-spoilt', 'cut-spoilt', 'lost-often', 'lost-often']);
  });

  it('says what can be done where a server fails again and again, and goes on trying', () => {
    const params = { server: 'one', status: 50_001, words: asSaid('database') };
    const after = (attempts: number, of: Problem) => {
      const failure: Failure = { behaviour: 'retry', problem: of };
      return step(at('uploading', { inLane: true, attempts }), { type: 'failure', failure, now: 0, random: () => 0 });
    };
    const failed = problem('server-failed', params);
    expect(after(6, failed)).toMatchObject({ patch: { state: 'waiting', problem: failed } });
    const often = problem('failed-often', { ...params, times: 8 });
    expect(after(7, failed)).toMatchObject({ patch: { state: 'waiting', problem: often } });
    expect(after(40, trouble)).toMatchObject({ patch: { problem: trouble } });
  });

  it('starts anew at once on a server that was away for long, and waits for one that loses every session', () => {
    const waits = (more: Partial<Situation>): number | undefined => {
      const failure: Failure = { behaviour: 'restart', problem: trouble };
      const happening: Happening = { type: 'failure', failure, now: 0, random: () => 0.999_999_9 };
      const next = step(at('uploading', { inLane: true, ...more }), happening);
      return 'refused' in next ? undefined : next.patch.waitUntil;
    };
    expect(waits({ attempts: 9 })).toBe(0);
    expect(waits({ attempts: 9, restarts: 3 })).toBe(0);
    expect([4, 5, 6].map((restarts) => waits({ restarts }))).toEqual([2_000, 4_000, 8_000]);
    expect([0, 1, 2].map((attempts) => waits({ hasRemote: false, attempts }))).toEqual([0, 2_000, 4_000]);
  });

  const pendingAfter = (afterMs: number): Happening => ({
    type: 'failure',
    failure: { behaviour: 'pending', problem: trouble, afterMs },
    now: 5_000,
    random: () => 0,
  });

  it.each([
    ['what it said', 30_000, 30_000],
    ['a second where it said none', 0, 1_000],
    ['a second where it said less', -5, 1_000],
    ['five minutes where it said a year', 3e10, 300_000],
    ['five minutes where it said no number', Number.NaN, 300_000],
  ])('asks a server that is at work again after %s, and counts no attempt', (_what, afterMs, ms) => {
    expect(step(at('finishing', { attempts: 3, inLane: true }), pendingAfter(afterMs))).toEqual({
      patch: {
        state: 'waiting',
        waitFor: 'server-work',
        waitUntil: 5_000 + ms,
        attempts: 0,
        problem: undefined,
      },
    });
  });

  it('can be paused and cancelled while a server is at work, at once where no lane asks it', () => {
    const atWork = at('waiting', { waitFor: 'server-work' });
    expect(step(atWork, { type: 'pause' })).toMatchObject({ patch: { state: 'paused', wish: 'pause' } });
    expect(step({ ...atWork, inLane: true }, { type: 'pause' })).toEqual({ patch: { wish: 'pause' } });
    expect(step(atWork, { type: 'cancel' })).toEqual({ patch: { wish: 'cancel' } });
    expect(step({ ...atWork, inLane: true, wish: 'pause' }, pendingAfter(1))).toMatchObject({
      patch: { state: 'paused' },
    });
  });

  it('asks at once where a person tries again while a server is at work, and stays active', () => {
    const atWork = at('waiting', { waitFor: 'server-work' });
    expect(step(atWork, { type: 'retry' })).toEqual({ patch: { wish: 'run', waitUntil: 0 } });
    expect(step(at('waiting', { waitFor: 'time' }), { type: 'retry' })).toMatchObject({ patch: { state: 'queued' } });
  });

  it('queues what was read for its hash and finds no slot, unless the person wants it stopped', () => {
    expect(step(at('preparing', { inLane: true }), { type: 'no-slot' })).toMatchObject({ patch: { state: 'queued' } });
    const unwanted = at('preparing', { inLane: true, wish: 'pause' });
    expect(step(unwanted, { type: 'no-slot' })).toEqual({ refused: 'preparing' });
  });

  it('pauses instead of waiting where the person wants it paused', () => {
    const [retry] = failures;
    if (retry === undefined) throw new Error('no failure');
    const next = apply(at('uploading', { wish: 'pause', inLane: true }), {
      type: 'failure',
      failure: retry,
      now: 0,
      random: () => 0,
    });
    expect(next.state).toBe('paused');
  });
});

describe('the wait between attempts', () => {
  it('grows from one second to five minutes, with full jitter', () => {
    const ceiling = (attempts: number): number => backoff(attempts, () => 0.999_999_9);
    expect([0, 1, 2, 3, 8, 9, 30].map(ceiling)).toEqual([1_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000]);
    expect(backoff(9, () => 0)).toBe(0);
    expect(backoff(9, () => 0.5)).toBe(150_000);
  });

  it('is what the server asked for, where it asked', () => {
    expect(backoff(9, () => 0.5, 1_234)).toBe(1_234);
    // A server whose clock is wrong by years must not hold a file for years.
    expect(backoff(0, () => 0.5, 86_400_000 * 400)).toBe(86_400_000);
  });
});
