/** Options that kinds of servers ask for: each field is an option of its own, `--set KEY=VALUE` reaches all of them. */
import { Option, type Command } from 'commander';
import type { KindView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import { UsageError } from './exits.ts';
import { parseSeconds, parseWhole } from './quantities.ts';

export type FieldView = KindView['serverFields'][number];
type Value = string | number | boolean;
export type FieldValues = Record<string, Value>;

/**
 * One field for each key. Kinds that have the same key may let other values pass: what one of them takes is an option, and the
 * server that it is for refuses what it does not take.
 */
const byKey = (fields: readonly FieldView[]): readonly FieldView[] =>
  [...Map.groupBy(fields, ({ key }) => key).values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? [];
    if (others.some(({ type }) => type !== first.type)) return { ...first, type: 'text' as const };
    const choices = [first, ...others].flatMap((field) => field.choices ?? []);
    return choices.length === 0 ? first : { ...first, choices: [...new Set(choices)] };
  });

/** Adds fields to a command; one whose name the command has already is reached by `--set` only. */
export const addFields = (command: Command, all: readonly FieldView[]): void => {
  for (const field of byKey(all)) {
    const flag = `--${field.key}`;
    if (command.options.some((option) => option.long === flag)) continue;
    const option = new Option(field.type === 'flag' ? flag : `${flag} <${field.type}>`, field.help);
    if (field.type === 'choice' && field.choices !== undefined) option.choices(field.choices);
    command.addOption(option);
  }
};

/** Repeated `--set KEY=VALUE`, as commander collects them. */
export const collectSet = (word: string, before: readonly string[] = []): readonly string[] => {
  if (!/^[^=]+=/.test(word)) throw new UsageError(m.usage_key_value({ word }));
  return [...before, word];
};

const read = (field: FieldView, text: string): Value => {
  if (field.type === 'duration') return parseSeconds(text);
  if (field.type === 'number') return parseWhole(text, `--${field.key}`, 0, Number.MAX_SAFE_INTEGER);
  if (field.type === 'folder') return text.startsWith('/') ? text : `/${text}`;
  if (field.type === 'flag') {
    if (/^(true|yes|1)$/i.test(text)) return true;
    if (/^(false|no|0)$/i.test(text)) return false;
    throw new UsageError(m.usage_flag({ key: field.key, text }));
  }
  if (field.type === 'choice' && field.choices?.includes(text) === false)
    throw new UsageError(m.usage_choice({ key: field.key, value: field.choices.join(', '), text }));
  return text;
};

/** Values of all fields that a command line gives, by key; throws `UsageError` for a key that no server asks for. */
export const fieldValues = (
  all: readonly FieldView[],
  options: Readonly<Record<string, unknown>>,
  set: readonly string[] | undefined,
): FieldValues => {
  const fields = byKey(all);
  const values: FieldValues = {};
  for (const field of fields) {
    const given = options[new Option(`--${field.key}`).attributeName()];
    if (given === true) values[field.key] = true;
    else if (typeof given === 'string') values[field.key] = read(field, given);
  }
  for (const word of set ?? []) {
    const key = word.slice(0, word.indexOf('='));
    const field = fields.find((one) => one.key === key);
    const known = fields.map((one) => one.key).join(', ');
    if (field === undefined)
      throw new UsageError(known === '' ? m.usage_set_none({ key }) : m.usage_set({ key, known }));
    values[key] = read(field, word.slice(word.indexOf('=') + 1));
  }
  return values;
};
