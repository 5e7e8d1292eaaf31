/** The fields that a type of server has for itself: where they are asked for, what is wrong with them, and as the engine takes them. */
import type { ServerView } from '../../preload/contract.ts';
import { wrongIn, type Field, type Values } from '../client/transfer-fields.ts';
import { m } from '../../preload/paraglide/messages.js';

type Saved = NonNullable<ServerView['fields']>;

/** Every server has a value for it that mostly fits: it is changed seldom. */
export const isSeldom = ({ type }: Field): boolean => type === 'number' || type === 'choice';

const textOf = (values: Values, key: string): string => {
  const value = values[key];
  return typeof value === 'string' ? value.trim() : '';
};

/** Why a field cannot be so, in words. `saved`: it has a value already, which cannot be emptied where it is a number. */
export const wrongAt = (field: Field, values: Values, saved: boolean): string | undefined => {
  const text = textOf(values, field.key);
  return saved && field.type === 'number' && text === '' ? m.folders_not_a_number() : wrongIn(field, text);
};

/** The first field that cannot be so, by name, in words. */
export const wrongField = (fields: readonly Field[], values: Values, saved: boolean): string | undefined => {
  const wrong = fields.find((field) => wrongAt(field, values, saved) !== undefined);
  return wrong === undefined ? undefined : m.servers_field_wrong({ field: wrong.label });
};

/** Saved values as a form has them. */
export const formValues = (saved: Saved): Record<string, string | boolean> =>
  Object.fromEntries(
    Object.entries(saved).map(([key, value]) => [key, typeof value === 'number' ? String(value) : value]),
  );

/** What differs from what is saved, as the engine takes it; of a new server: what was filled in. */
export const changedFields = (
  fields: readonly Field[],
  values: Values,
  saved?: Saved,
): Record<string, string | number | boolean> => {
  const before = saved === undefined ? {} : formValues(saved);
  const types = new Map(fields.map(({ key, type }) => [key, type]));
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, given]): [string, string | number | boolean][] => {
      const value = typeof given === 'string' ? given.trim() : given;
      if (value === (before[key] ?? '') || (saved === undefined && value === false)) return [];
      return [[key, types.get(key) === 'number' ? Number(value) : value]];
    }),
  );
};
