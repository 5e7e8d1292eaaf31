import type { FileRow } from './store.ts';

type Errors = Readonly<Record<string, readonly string[]>>;

/** The fields of a create or of a change that are good, or what is wrong with them. */
export type Checked = { readonly fields: Partial<FileRow> } | { readonly errors: Errors };

interface Rules {
  readonly isSeed: boolean;
  /** Of a change: only what is there is checked, and the number of chunks is nobody's business. */
  readonly isChange: boolean;
  readonly isTaken: (name: string) => boolean;
}

/** Checks a body as the server does, field by field, with Laravel's words. */
export function checkFields(body: Readonly<Record<string, unknown>>, rules: Rules): Checked {
  const { isSeed, isChange } = rules;
  const errors: Record<string, readonly string[]> = {};
  const fields: Partial<Record<keyof FileRow, unknown>> = {};
  const check = (key: string, isOptional: boolean, faults: (value: unknown) => readonly string[]): void => {
    const value = tidy(body[key]);
    if (isChange && !(key in body)) return;
    if (value === null) {
      if (!isOptional) errors[key] = [`The ${key.replaceAll('_', ' ')} field is required.`];
      else if (key in body) fields[key as keyof FileRow] = null;
      return;
    }
    const found = faults(value);
    if (found.length) errors[key] = found;
    else fields[(key === 'chunks_count' ? 'chunks' : key) as keyof FileRow] = value;
  };
  check('name', false, (value) => {
    if (typeof value !== 'string') return ['The name field must be a string.'];
    return rules.isTaken(value) ? ['The name has already been taken.'] : [];
  });
  check('create_datetime', false, (value) => [
    ...(isDate(value) ? [] : ['The create datetime field must be a valid date.']),
    ...(isExactDate(value) ? [] : ['The create datetime field must match the format Y-m-d H:i:s.']),
  ]);
  check('checksum', !isSeed, (value) => (typeof value === 'string' ? [] : ['The checksum field must be a string.']));
  if (!isChange) {
    check('chunks_count', false, (value) => {
      if (!/^-?\d+$/.test(String(value))) return ['The chunks count field must be an integer.'];
      return Number(value) >= 1 ? [] : ['The chunks count field must be at least 1.'];
    });
  }
  return Object.keys(errors).length ? { errors } : { fields: fields as Partial<FileRow> };
}

/** Laravel trims every string, and takes an empty one for none. */
function tidy(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? null;
  return value.trim() === '' ? null : value.trim();
}

const isDate = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));

function isExactDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value)) return false;
  const iso = `${value.replace(' ', 'T')}.000Z`;
  const time = Date.parse(iso);
  return !Number.isNaN(time) && new Date(time).toISOString() === iso;
}
