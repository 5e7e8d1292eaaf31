import { expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { activeStates } from '../../../preload/states.ts';
import { situation as at } from '../../../test/fakes/situation.ts';
import type { Failure } from '../outcome.ts';
import { isAtWork, step, type Happening, type Situation } from './machine.ts';

const why = problem('no-network');
const rest = { waitFor: undefined, waitUntil: undefined };
const afresh = { ...rest, state: 'queued', wish: 'run', attempts: 0, mismatches: 0, problem: undefined };
const does = (s: Situation, type: Exclude<Happening['type'], 'stage' | 'failure'>): unknown => step(s, { type });
const failing = (s: Situation, failure: Failure): unknown =>
  step(s, { type: 'failure', failure, now: 1_000, random: () => 0.5 });

it('one that is removed is treated like one that is cancelled', () => {
  for (const wish of ['cancel', 'remove'] as const) {
    expect(does(at('verifying', { wish, inLane: true }), 'verified')).toEqual({ refused: 'verifying' });
    expect(does(at('uploading', { wish, inLane: true }), 'freed')).toEqual({
      patch: { state: 'cancelled', ...rest },
      ends: 'cancelled',
    });
    for (const type of ['pause', 'resume', 'retry'] as const)
      expect(does(at('uploading', { wish }), type)).toEqual({ refused: 'uploading' });
    expect(does(at('paused', { wish }), 'retry')).toEqual({ refused: 'paused' });
    expect(does(at('cancelled', { wish }), 'retry')).toEqual({ patch: afresh });
    expect(does(at('done', { wish }), 'freed')).toEqual({ refused: 'done' });
  }
  for (const wish of ['run', 'pause'] as const)
    expect(does(at('uploading', { wish, inLane: true }), 'freed')).toEqual({ refused: 'uploading' });
});

it('only what waits for the work of its server is at work there', () => {
  expect(isAtWork(at('waiting', { waitFor: 'server-work' }))).toBe(true);
  expect(isAtWork(at('waiting', { waitFor: 'time' }))).toBe(false);
  expect(isAtWork(at('verifying', { waitFor: 'server-work' }))).toBe(false);
});

it('a pause is written at once where no lane is at work, and asked of the lane where one is', () => {
  const paused = { patch: { state: 'paused', wish: 'pause', ...rest } };
  expect(does(at('waiting', { waitFor: 'time', inLane: true }), 'pause')).toEqual(paused);
  expect(does(at('queued', { inLane: true }), 'pause')).toEqual(paused);
  expect(does(at('uploading'), 'pause')).toEqual(paused);
  expect(does(at('failed'), 'pause')).toEqual(paused);
  expect(does(at('uploading', { inLane: true }), 'pause')).toEqual({ patch: { wish: 'pause' } });
});

it('resuming lets a lane go on, leaves a place in the queue as it is, and queues what was stopped with a clean record', () => {
  expect(does(at('uploading', { inLane: true, wish: 'pause' }), 'resume')).toEqual({ patch: { wish: 'run' } });
  expect(does(at('queued', { wish: 'pause' }), 'resume')).toEqual({ patch: { wish: 'run' } });
  expect(does(at('paused', { wish: 'pause', attempts: 3, mismatches: 2 }), 'resume')).toEqual({ patch: afresh });
  expect(does(at('attention'), 'resume')).toEqual({ patch: afresh });
  for (const state of ['done', 'cancelled'] as const) expect(does(at(state), 'resume')).toEqual({ refused: state });
});

it('a retry queues with a clean record what is not active and not done', () => {
  for (const state of ['waiting', 'failed', 'paused', 'attention', 'queued', 'cancelled'] as const)
    expect(does(at(state, { attempts: 3 }), 'retry')).toEqual({ patch: afresh });
  for (const state of [...activeStates, 'done'] as const) expect(does(at(state), 'retry')).toEqual({ refused: state });
});

it('a cancel ends at once what no lane holds and no server knows, and is asked for where one does', () => {
  const ended = { patch: { state: 'cancelled', wish: 'cancel', ...rest }, ends: 'cancelled' };
  expect(does(at('queued', { hasRemote: false }), 'cancel')).toEqual(ended);
  expect(does(at('failed', { hasRemote: false }), 'cancel')).toEqual(ended);
  const asked = { patch: { wish: 'cancel' } };
  expect(does(at('opening', { hasRemote: false, inLane: true }), 'cancel')).toEqual(asked);
  expect(does(at('paused'), 'cancel')).toEqual(asked);
  expect(does(at('failed'), 'cancel')).toEqual({ patch: { state: 'queued', wish: 'cancel' } });
});

it('a lane stops where it is to be paused, and not where it is to run or has ended', () => {
  expect(does(at('uploading', { wish: 'pause' }), 'stopped')).toEqual({ patch: { state: 'paused', ...rest } });
  expect(does(at('uploading'), 'stopped')).toEqual({ refused: 'uploading' });
  expect(does(at('failed', { wish: 'pause' }), 'stopped')).toEqual({ refused: 'failed' });
});

it('a lane that finds no slot is queued from reading its file, and from asking a server at work', () => {
  const queued = { patch: { state: 'queued', ...rest } };
  expect(does(at('preparing'), 'no-slot')).toEqual(queued);
  expect(does(at('waiting', { waitFor: 'server-work' }), 'no-slot')).toEqual(queued);
  expect(does(at('waiting', { waitFor: 'time' }), 'no-slot')).toEqual({ refused: 'waiting' });
  expect(does(at('uploading'), 'no-slot')).toEqual({ refused: 'uploading' });
  expect(does(at('preparing', { wish: 'cancel' }), 'no-slot')).toEqual({ refused: 'preparing' });
});

it('each stage clears the wait and the problem, and nothing that is at rest begins by itself', () => {
  const stage: Happening = { type: 'stage', stage: 'opening' };
  expect(step(at('waiting', { waitFor: 'time' }), stage)).toEqual({
    patch: { state: 'opening', ...rest, problem: undefined },
  });
  for (const state of ['paused', 'failed', 'attention', 'done', 'cancelled'] as const)
    expect(step(at(state), stage)).toEqual({ refused: state });
  expect(does(at('verifying'), 'verified')).toEqual({
    patch: { state: 'done', ...rest, problem: undefined },
    ends: 'done',
  });
  expect(does(at('finishing'), 'verified')).toEqual({ refused: 'finishing' });
});

it('each failure waits for what it needs, and counts where the server could do better', () => {
  const uploading = at('uploading', { inLane: true, attempts: 2 });
  const waits = { state: 'waiting', problem: why };
  expect(failing(uploading, { behaviour: 'retry', problem: why })).toEqual({
    patch: { ...waits, waitFor: 'time', waitUntil: 3_000, attempts: 3 },
  });
  expect(failing(uploading, { behaviour: 'retry', problem: why, afterMs: 7_000 })).toEqual({
    patch: { ...waits, waitFor: 'time', waitUntil: 8_000, attempts: 3 },
  });
  expect(failing(uploading, { behaviour: 'server-busy', problem: why })).toEqual({
    patch: { ...waits, waitFor: 'server', waitUntil: 3_000, attempts: 3 },
  });
  expect(failing(uploading, { behaviour: 'offline', problem: why })).toEqual({
    patch: { ...waits, waitFor: 'network', waitUntil: 11_000, attempts: 2 },
  });
  expect(failing(uploading, { behaviour: 'restart', problem: why })).toEqual({
    patch: { ...waits, waitFor: 'time', waitUntil: 1_000, attempts: 3 },
  });
  expect(failing(uploading, { behaviour: 'attention', problem: why })).toEqual({
    patch: { state: 'attention', ...rest, problem: why },
  });
  expect(failing(uploading, { behaviour: 'fatal', problem: why })).toEqual({
    patch: { state: 'failed', ...rest, problem: why },
    ends: 'failed',
  });
  expect(failing(at('done'), { behaviour: 'fatal', problem: why })).toEqual({ refused: 'done' });
});

it('what is left out ends at once, or is freed on its server first', () => {
  const failure: Failure = { behaviour: 'left-out', problem: why };
  expect(failing(at('opening', { hasRemote: false, inLane: true }), failure)).toEqual({
    patch: { state: 'cancelled', wish: 'cancel', ...rest, problem: why },
    ends: 'cancelled',
  });
  expect(failing(at('opening', { inLane: true }), failure)).toEqual({
    patch: { wish: 'cancel', ...rest, problem: why },
  });
});

it('a file that is stored wrongly is sent again at once, and one that was not stored after a growing wait', () => {
  const wrong: Failure = { behaviour: 'restart', problem: why };
  const patch = { state: 'waiting', waitFor: 'time', attempts: 2, mismatches: 1 };
  expect(failing(at('verifying', { attempts: 2 }), wrong)).toEqual({
    patch: { ...patch, waitUntil: 1_000, problem: why },
  });
  const unmade = problem('direct-link-refused', { server: 'one' });
  const notStored: Failure = { behaviour: 'restart', problem: unmade, notStored: true };
  expect(failing(at('finishing', { attempts: 2 }), notStored)).toEqual({
    patch: { ...patch, waitUntil: 3_000, problem: unmade },
  });
  expect(failing(at('verifying', { wish: 'pause' }), wrong)).toEqual({
    patch: { state: 'paused', ...rest, problem: why, mismatches: 1 },
  });
});

it('a server that lost an upload often is named with how often it did', () => {
  const lost = problem('cut-spoilt', { server: 'one' });
  const failure: Failure = { behaviour: 'restart', problem: lost };
  expect(failing(at('uploading', { restarts: 5 }), failure)).toMatchObject({
    patch: { problem: problem('lost-often', { server: 'one', times: 6 }) },
  });
  expect(failing(at('uploading', { restarts: 5 }), { behaviour: 'restart', problem: why })).toMatchObject({
    patch: { problem: why },
  });
});
