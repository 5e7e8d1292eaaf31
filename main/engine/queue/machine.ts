/**
 * The states of a transfer, as a pure function: what happens → what is written.
 *
 *   queued ⇄ preparing → opening → uploading ⇄ waiting
 *               │           │          │
 *               ↓           ↓          ↓
 *             failed ← ─ ─ ─ ─ ─ finishing → verifying → done
 *
 * What was read for its hash goes back from preparing to queued where no slot is free; waiting leads to verifying where the
 * server was at work. paused and cancelled can be reached from every state but done; attention waits for a person.
 */
import type { Problem } from '../../../preload/problems.ts';
import {
  hasEnded,
  isActive,
  isFinal,
  isPausable,
  isResting,
  type ActiveState,
  type Ending,
  type TransferState,
  type WaitReason,
} from '../../../preload/states.ts';
import { assertNever, type Failure } from '../outcome.ts';
import type { Transfer, TransferPatch } from '../store/rows.ts';
import { backoff, offlinePause, workPause } from './backoff.ts';
import { failedOften, forGood, lostOften } from './repeated.ts';

/** A stored length that is wrong so many times in a row is no accident: the transfer fails. */
export const mismatchesMost = 3;
/** After this many lost sessions a transfer starts over at once; after more it waits longer each time. */
const restartsFree = 3;

export type Situation = Pick<Transfer, 'state' | 'wish' | 'waitFor' | 'attempts' | 'mismatches' | 'restarts'> & {
  readonly hasRemote: boolean;
  /** A lane holds it. */
  readonly inLane: boolean;
};

export type Stage = ActiveState;

export type Happening =
  /** The lane goes on to the next stage. */
  | { readonly type: 'stage'; readonly stage: Stage }
  /** The lane stopped at a good place because of the wish `pause`. */
  | { readonly type: 'stopped' }
  | { readonly type: 'failure'; readonly failure: Failure; readonly now: number; readonly random: () => number }
  /** It worked without a slot, needs one now, and all are taken. */
  | { readonly type: 'no-slot' }
  /** The stored file was proven to be the right one. */
  | { readonly type: 'verified' }
  /** A cancel came to its end on the server, or was handed to the janitor. */
  | { readonly type: 'freed' }
  | { readonly type: 'pause' | 'resume' | 'retry' | 'cancel' };

/** `patch`: what to write. `ends`: the transfer is over, with a history row. `refused`: not possible in this state. */
export type Step = { readonly patch: TransferPatch; readonly ends?: Ending } | { readonly refused: TransferState };

/** The server is at work on the file: the row stays as it is while it is asked. */
export const isAtWork = (s: Pick<Transfer, 'state' | 'waitFor'>): boolean =>
  s.state === 'waiting' && s.waitFor === 'server-work';

const leaving = (s: Pick<Situation, 'wish'>): boolean => s.wish === 'cancel' || s.wish === 'remove';

const rest = { waitFor: undefined, waitUntil: undefined } as const;
const afresh = { ...rest, wish: 'run', attempts: 0, mismatches: 0, problem: undefined } as const;

/** Uploading all of it again may never help: what is stored is not the file, or nothing is stored. */
const isMismatch = (s: Situation, failure: Failure): boolean => s.state === 'verifying' || failure.notStored === true;

const onFailure = (s: Situation, failure: Failure, now: number, random: () => number): Step => {
  const problem: Problem = failure.problem;
  const wait = (waitFor: WaitReason, ms: number, attempts: number, more: TransferPatch = {}): Step =>
    // A person who wants it stopped is not made to wait for a better try.
    s.wish === 'pause'
      ? { patch: { state: 'paused', ...rest, problem, ...more } }
      : { patch: { state: 'waiting', waitFor, waitUntil: now + ms, attempts, problem, ...more } };
  switch (failure.behaviour) {
    case 'retry': {
      const attempts = s.attempts + 1;
      const told = { problem: failedOften(problem, attempts) };
      return wait('time', backoff(s.attempts, random, failure.afterMs), attempts, told);
    }
    case 'server-busy':
      return wait('server', backoff(s.attempts, random, failure.afterMs), s.attempts + 1);
    case 'offline':
      return wait('network', offlinePause(random), s.attempts);
    case 'pending':
      // The server answered as it should: failures before that no longer count.
      return wait('server-work', workPause(failure.afterMs), 0, { problem: undefined });
    case 'restart': {
      if (!isMismatch(s, failure)) {
        // Bytes may have advanced in each of the lost sessions: they do not make a server that loses all of them well. A
        // server that tells of a lost session answers: how long it was away before does not count.
        const tries = s.hasRemote ? s.restarts - restartsFree : s.attempts;
        const told = lostOften(problem, s.restarts + 1);
        return wait('time', tries <= 0 ? 0 : backoff(tries, random), s.attempts + 1, { problem: told });
      }
      const mismatches = s.mismatches + 1;
      return mismatches >= mismatchesMost
        ? { patch: { state: 'failed', ...rest, mismatches, problem: forGood(problem, mismatches) }, ends: 'failed' }
        : wait('time', s.state === 'verifying' ? 0 : backoff(mismatches + 1, random), s.attempts, { mismatches });
    }
    case 'attention':
      return { patch: { state: 'attention', ...rest, problem } };
    case 'fatal':
      return { patch: { state: 'failed', ...rest, problem }, ends: 'failed' };
    case 'left-out':
      // As the person asked before: it ends as if they cancelled it now. What has a session has to be freed first.
      return s.hasRemote
        ? { patch: { wish: 'cancel', ...rest, problem } }
        : { patch: { state: 'cancelled', wish: 'cancel', ...rest, problem }, ends: 'cancelled' };
    default:
      return assertNever(failure);
  }
};

/** What is written when something happens to a transfer. Pure. */
export const step = (s: Situation, happening: Happening): Step => {
  const refused: Step = { refused: s.state };
  // A lane that has written its last word is no longer at work, though it may still be closing its file.
  const atWork = s.inLane && (isActive(s.state) || isAtWork(s));
  switch (happening.type) {
    case 'stage':
      return isResting(s.state) ? refused : { patch: { state: happening.stage, ...rest, problem: undefined } };
    case 'stopped':
      return s.wish === 'pause' && !hasEnded(s.state) ? { patch: { state: 'paused', ...rest } } : refused;
    case 'no-slot':
      return (s.state === 'preparing' || isAtWork(s)) && s.wish === 'run'
        ? { patch: { state: 'queued', ...rest } }
        : refused;
    case 'failure':
      return hasEnded(s.state) ? refused : onFailure(s, happening.failure, happening.now, happening.random);
    case 'verified':
      // Cancelled since: the file is to be removed from the server, verified or not.
      return s.state === 'verifying' && !leaving(s)
        ? { patch: { state: 'done', ...rest, problem: undefined }, ends: 'done' }
        : refused;
    case 'freed':
      return leaving(s) && s.state !== 'done' ? { patch: { state: 'cancelled', ...rest }, ends: 'cancelled' } : refused;
    case 'pause':
      if (isFinal(s.state) || leaving(s)) return refused;
      // What a lane works on is paused when the lane has found a good place to stop.
      return atWork ? { patch: { wish: 'pause' } } : { patch: { state: 'paused', wish: 'pause', ...rest } };
    case 'resume':
      if (leaving(s) || isFinal(s.state)) return refused;
      if (atWork) return { patch: { wish: 'run' } };
      return isPausable(s.state) ? { patch: { wish: 'run' } } : { patch: { state: 'queued', ...afresh } };
    case 'retry':
      if (isActive(s.state) || s.state === 'done' || (leaving(s) && s.state !== 'cancelled')) return refused;
      // Nothing is to be done again: the server is asked at once.
      if (isAtWork(s)) return { patch: { wish: 'run', waitUntil: 0 } };
      return { patch: { state: 'queued', ...afresh } };
    case 'cancel':
      if (isFinal(s.state)) return refused;
      if (!s.inLane && !s.hasRemote)
        return { patch: { state: 'cancelled', wish: 'cancel', ...rest }, ends: 'cancelled' };
      // What has failed is at rest: to be freed it has to come round once more.
      return { patch: s.state === 'failed' ? { state: 'queued', wish: 'cancel' } : { wish: 'cancel' } };
    default:
      return assertNever(happening);
  }
};
