import { expect, it } from 'vitest';
import { hasEnded, transferStates, type TransferState } from '../../../preload/states.ts';
import { meantBy } from './bulk-wishes.ts';

const sending: readonly TransferState[] = [
  'queued',
  'waiting',
  'preparing',
  'opening',
  'uploading',
  'finishing',
  'verifying',
];

it.each([
  ['retry', ['failed', 'attention']],
  ['pause', sending],
  ['resume', ['paused', ...sending]],
] as const)('%s of all means what its name says', (wish, states) => {
  expect(new Set(meantBy(wish, {}).states)).toEqual(new Set(states));
  expect(meantBy(wish, { serverId: 'one' })).toEqual({ serverId: 'one', states: meantBy(wish, {}).states });
});

it.each(['cancel', 'remove'] as const)('%s of all means all', (wish) => {
  expect(meantBy(wish, { serverId: 'one' })).toEqual({ serverId: 'one' });
});

it('what names transfers or states is left as it is', () => {
  expect(meantBy('retry', { ids: [1] })).toEqual({ ids: [1] });
  expect(meantBy('retry', { states: ['waiting'], serverId: 'one' })).toEqual({ states: ['waiting'], serverId: 'one' });
});

it('every state but those that are at rest for good is meant by a wish to go on', () => {
  const states = new Set([...(meantBy('retry', {}).states ?? []), ...(meantBy('resume', {}).states ?? [])]);
  expect(transferStates.filter((state) => !states.has(state))).toEqual(['done', 'cancelled']);
  expect(hasEnded('cancelled')).toBe(true);
});
