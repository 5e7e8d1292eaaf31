import { expect, test } from 'vitest';
import { offersOf } from './offers.ts';

const no = (): never => {
  throw new Error('not called');
};

test('what a server offers is told by the methods of its provider, each for itself', () => {
  const nothing = {
    folders: false,
    groups: false,
    revoke: false,
    listShares: false,
    createShares: false,
    editShares: false,
    leftovers: false,
  };
  expect(offersOf(undefined)).toEqual(nothing);
  expect(offersOf({})).toEqual(nothing);
  expect(offersOf({ shares: { list: no } })).toEqual({ ...nothing, listShares: true });
  expect(offersOf({ shares: { create: no }, revoke: no })).toEqual({ ...nothing, createShares: true, revoke: true });
  expect(offersOf({ group: no, leftovers: { find: no, idOf: no, clean: no } })).toEqual({
    ...nothing,
    groups: true,
    leftovers: true,
  });
});
