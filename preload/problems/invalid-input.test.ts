import { expect, it } from 'vitest';
import { z } from 'zod';
import { calls } from '../contract.ts';
import { describe } from '../problems.ts';
import { invalidInput } from './invalid-input.ts';
import { reasonCodes } from './reasons.ts';

/** What happened, of an input that a schema refuses. */
const words = (schema: z.ZodType, input: unknown): string => {
  const { error } = schema.safeParse(input);
  return error === undefined ? '' : describe(invalidInput(error)).happened;
};

it.each([
  [{ ids: ['a'], to: 'first' }, 'ids.0 is not right: expected: number.'],
  [{ ids: [], to: 'first' }, 'ids is not right: at least 1 characters or items.'],
  [{ ids: [0], to: 'first' }, 'ids.0 is not right: more than 0.'],
  [{ ids: [1], to: 'first', x: 1 }, 'The request is not right: unknown: x.'],
])('says in words of the catalogue what is wrong with %j', (input, expected) => {
  expect(words(calls['transfers.move'].input, input)).toBe(expected);
});

it('says in words of the catalogue what the contract checks by itself', () => {
  const input = { serverId: 's', path: '/a/../b' };
  expect(words(calls['shares.create'].input, input)).toContain('not right');
  const { path } = calls['shares.create'].input.options[0].shape;
  expect(words(path, '/a/../b')).toBe('The request is not right: “.” and “..” lead elsewhere.');
});

it('has a code for everything that zod finds', () => {
  const broken: readonly [z.ZodType, unknown][] = [
    [z.string().max(1), 'ab'],
    [z.number().max(1), 2],
    [z.int().multipleOf(2), 3],
    [z.url(), 'a'],
    [z.enum(['a', 'b']), 'c'],
    [z.union([z.string(), z.int()]), true],
    [z.record(z.string().max(1), z.int()), { ab: 1 }],
    [z.string().startsWith('/'), 'a'],
  ];
  for (const [schema, input] of broken) {
    const { error } = schema.safeParse(input);
    const why = error === undefined ? '' : String(invalidInput(error).params['why' as never]);
    expect(reasonCodes).toContain(why.split(':', 1)[0]);
  }
});
