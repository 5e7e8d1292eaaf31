import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addFields, fieldValues, type FieldView } from './fields.ts';

const field = (key: string, more: Partial<FieldView>): FieldView => ({
  key,
  type: 'text',
  label: key,
  help: key,
  ...more,
});
/** Two kinds of servers that call a field alike, and mean different values. */
const fields = [
  field('conflict', { type: 'choice', choices: ['ask', 'skip', 'version'] }),
  field('size', { type: 'number' }),
  field('conflict', { type: 'choice', choices: ['ask', 'skip', 'rename'] }),
  field('size', { type: 'duration' }),
];
const parse = (...words: readonly string[]) => {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addFields(command, fields);
  return command.parse([...words], { from: 'user' }).opts();
};

describe('a field that two kinds of servers have', () => {
  it.each(['ask', 'version', 'rename'])('takes what either of them takes: %s', (value) => {
    expect(fieldValues(fields, parse('--conflict', value), undefined)).toEqual({ conflict: value });
    expect(fieldValues(fields, {}, [`conflict=${value}`])).toEqual({ conflict: value });
  });

  it('refuses what none of them takes, naming the others', () => {
    expect(() => parse('--conflict', 'odd')).toThrow('ask, skip, version, rename');
    expect(() => fieldValues(fields, {}, ['conflict=odd'])).toThrow('ask, skip, version, rename');
  });

  it('of different types is left to the server', () => {
    expect(fieldValues(fields, parse('--size', '7d'), undefined)).toEqual({ size: '7d' });
  });
});
