import { problem, type Problem } from '../../preload/problems.ts';
import type { Json, JsonObject } from './json.ts';
import type { Field } from './providers/provider.ts';

/** Longest text, characters. */
const most = 8_000;

/** Why a value does not fit its field; `undefined`: it does. */
const misfit = ({ type, choices }: Field, value: Json): string | undefined => {
  if (type === 'flag') return typeof value === 'boolean' ? undefined : 'it is yes or no';
  if (type === 'duration' || type === 'number')
    return typeof value === 'number' && value >= 0 ? undefined : 'it is a number, not below zero';
  if (typeof value !== 'string' || value.length > most) return 'it is a text';
  if (type === 'choice' && choices?.includes(value) === false) return `it is one of ${choices.join(', ')}`;
  if (type === 'folder' && !value.startsWith('/')) return 'a folder there begins with /';
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
