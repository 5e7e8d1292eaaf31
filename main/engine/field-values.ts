import { problem, type Problem } from '../../preload/problems.ts';
import { reasonWith, type Reason } from '../../preload/problems/reasons.ts';
import type { Json, JsonObject } from './json.ts';
import type { Field, FieldRole, Message } from './providers/provider.ts';

/** Longest text, characters. */
const most = 8_000;

const outside = (range: Field['range'], value: number): Reason | undefined =>
  range === undefined || (Number.isInteger(value) && value >= range.least && value <= range.most)
    ? undefined
    : reasonWith('not-in-range', range.least, range.most);

/** Why a value does not fit its field; `undefined`: it does. */
const misfit = (
  { type, choices, range, pattern, misfit: other = 'unexpected' }: Field,
  value: Json,
): Reason | undefined => {
  if (type === 'flag') return typeof value === 'boolean' ? undefined : 'not-flag';
  if (type === 'duration' || type === 'number')
    return typeof value !== 'number' || !(value >= 0) ? 'not-number' : outside(range, value);
  if (typeof value !== 'string' || value.length > most) return 'not-text';
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'v').test(value)) return other;
  if (type === 'choice' && choices?.includes(value) === false) return reasonWith('not-choice', choices.join(', '));
  if (type === 'folder' && !value.startsWith('/')) return 'not-folder';
  return undefined;
};

/** Says in words which value a server's fields do not know, or cannot be. Durations are seconds. */
export const judgeFields = (fields: readonly Field[], values: JsonObject, server: string): Problem | undefined => {
  for (const [key, value] of Object.entries(values)) {
    const option = `--${key}`;
    const field = fields.find((one) => one.key === key);
    if (field === undefined) return problem('option-unsupported', { option, server });
    const why = misfit(field, value);
    if (why !== undefined) return problem('option-invalid', { option, why });
  }
  return undefined;
};

/** The field of a role; `undefined`: there is none. */
export const fieldOf = (fields: readonly Field[], role: FieldRole): Field | undefined =>
  fields.find((field) => field.role === role);

/** The folder of the server that is among the values. */
export const folderIn = (fields: readonly Field[], values: JsonObject | undefined): string | undefined => {
  const field = fields.find(({ type }) => type === 'folder');
  const folder = field === undefined ? undefined : values?.[field.key];
  return typeof folder === 'string' ? folder : undefined;
};

/** The values with a folder, where they name none and the fields have one. */
export const withFolder = (
  fields: readonly Field[],
  values: JsonObject | undefined,
  folder: string | undefined,
): JsonObject | undefined => {
  const field = fields.find(({ type }) => type === 'folder');
  if (field === undefined || folder === undefined || values?.[field.key] !== undefined) return values;
  return { ...values, [field.key]: folder };
};

/** The message that the values ask for, by the fields' roles; `undefined`: nobody is to get one. */
export const messageIn = (fields: readonly Field[], values: JsonObject | undefined): Message | undefined => {
  const textOf = (role: FieldRole): string => {
    const field = fieldOf(fields, role);
    const value = field === undefined ? undefined : values?.[field.key];
    return typeof value === 'string' ? value.trim() : '';
  };
  const [recipient, text] = [textOf('recipient'), textOf('message')];
  return recipient === '' ? undefined : { recipient, ...(text === '' ? {} : { text }) };
};
