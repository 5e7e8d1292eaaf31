import { expect, test } from 'vitest';
import * as states from './states.ts';

test('each group holds exactly its states', () => {
  const { transferStates } = states;
  expect(states.activeStates).toEqual(['preparing', 'opening', 'uploading', 'finishing', 'verifying']);
  expect(states.pendingStates).toEqual(['queued', 'waiting']);
  expect(new Set(states.pausableStates)).toEqual(new Set(['queued', 'waiting', ...states.activeStates]));
  expect(new Set(states.resumableStates)).toEqual(new Set(['paused', ...states.pausableStates]));
  expect(states.retriedStates).toEqual(['failed', 'attention']);
  expect(states.restingStates).toEqual(['done', 'failed', 'paused', 'cancelled', 'attention']);
  expect(states.endedStates).toEqual(['done', 'failed', 'cancelled']);
  expect(states.finalStates).toEqual(['done', 'cancelled']);
  expect(transferStates.filter(states.isRunning)).toEqual([
    'preparing',
    'opening',
    'uploading',
    'waiting',
    'finishing',
    'verifying',
  ]);
  expect(transferStates.filter(states.isStopped)).toEqual(['failed', 'paused', 'attention']);
  expect(transferStates.filter(states.isRetryable)).toEqual(['failed', 'cancelled', 'attention']);
});

test('a state is either moving by itself or at rest, ended or not, and final or not', () => {
  const all = new Set(states.transferStates);
  expect(new Set([...states.pausableStates, ...states.restingStates])).toEqual(all);
  expect(states.pausableStates.filter(states.isResting)).toEqual([]);
  expect(new Set([...states.endedStates, ...states.unendedStates])).toEqual(all);
  expect(states.unendedStates.filter(states.hasEnded)).toEqual([]);
  expect(new Set([...states.finalStates, ...states.unfinishedStates])).toEqual(all);
  expect(states.finalStates.every(states.hasEnded)).toBe(true);
});

test('a text that is no state belongs to no group', () => {
  const damaged = 'uplo' as states.TransferState;
  const groups = [
    states.isActive,
    states.isPausable,
    states.isResting,
    states.hasEnded,
    states.isFinal,
    states.isRunning,
  ];
  expect(groups.some((isIn) => isIn(damaged))).toBe(false);
});
