import { expect, it } from 'vitest';
import type { Field } from '../client/transfer-fields.ts';
import { changedFields, formValues, isSeldom, wrongAt, wrongField } from './server-fields.ts';

const field = (key: string, type: Field['type'], more: Partial<Field> = {}): Field => ({
  key,
  type,
  label: `Field ${key}`,
  help: `help of ${key}`,
  ...more,
});
const size = field('size', 'number', { range: { least: 2, most: 5_000 } });
const fields = [field('web', 'url'), field('aborts', 'flag'), field('names', 'choice', { choices: ['a', 'b'] }), size];
const saved = { web: 'https://x', aborts: false, names: 'a', size: 700 };

it('a saved number is shown, and goes to the engine as a number where it was changed', () => {
  const values = formValues(saved);
  expect(values).toEqual({ web: 'https://x', aborts: false, names: 'a', size: '700' });
  expect(changedFields(fields, values, saved)).toEqual({});
  expect(changedFields(fields, { ...values, size: ' 900 ', aborts: true }, saved)).toEqual({ size: 900, aborts: true });
});

it('of a new server only what was filled in goes to the engine', () => {
  expect(changedFields(fields, { web: ' ', aborts: false, names: 'b', size: '12' })).toEqual({ names: 'b', size: 12 });
});

it('a number outside of its range is said at its field and by its name, and so is one that was emptied', () => {
  expect(wrongAt(size, { size: '1' }, false)).toBe('A whole number from 2 to 5,000.');
  expect(wrongAt(size, { size: '5000' }, false)).toBeUndefined();
  expect(wrongAt(size, { size: 'many' }, false)).toBe('A whole number, 1 or more.');
  expect(wrongField(fields, { size: '6000' }, false)).toBe('Check the field Field size.');
  expect(wrongField(fields, { size: '' }, false)).toBeUndefined();
  expect(wrongField(fields, { size: '' }, true)).toBe('Check the field Field size.');
});

it('what mostly keeps its value is asked for seldom', () => {
  expect(fields.filter(isSeldom).map(({ key }) => key)).toEqual(['names', 'size']);
});
