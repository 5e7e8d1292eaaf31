import { expect, test } from 'vitest';
import { causesOf, causeText, decisionTextForAll } from './causes.ts';
import { decision } from './decisions.ts';

const taken = (id: number, ...roles: readonly Parameters<typeof decision>[0][]) => ({
  id,
  code: 'name-exists',
  decisions: roles.map(decision),
});

test('failures with one cause are one group, with the decisions that all of them have in common', () => {
  const [cause, ...others] = causesOf([
    taken(1, 'skip', 'new-version', 'rename'),
    { id: 2, code: 'file-missing', decisions: [decision('retry')] },
    taken(3, 'skip', 'rename'),
    taken(4, 'skip', 'new-version', 'rename'),
  ]);
  expect(others).toEqual([]);
  expect(cause).toEqual({
    code: 'name-exists',
    count: 3,
    ids: [1, 3, 4],
    decisions: [decision('skip'), decision('rename')],
  });
  expect(causeText({ code: 'name-exists', count: 37 })).toBe('37 names are taken');
  expect(cause?.decisions.map(decisionTextForAll)).toEqual(['Skip all', 'Rename all']);
});

test('what needs more than a click is not decided for several, and a cause without a decision is no group', () => {
  expect(causesOf([1, 2].map((id) => ({ id, code: 'password', decisions: [decision('sign-in')] })))).toEqual([]);
});

test('all are counted where there are more than one call takes', () => {
  const many = Array.from({ length: 10_001 }, (_, n) => taken(n + 1, 'skip'));
  expect(causesOf(many)).toMatchObject([{ count: 10_001, ids: { length: 10_000 } }]);
});
