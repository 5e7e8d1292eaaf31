import { refuse } from './answer.ts';

type Type = 'text' | 'whole' | 'flag' | 'texts' | 'map';

interface Rule {
  readonly type: Type;
  /** The name that a complaint about the field has. */
  readonly name?: string;
  readonly required?: boolean;
  readonly least?: number;
  readonly most?: number;
  readonly oneOf?: readonly string[];
  readonly matching?: RegExp;
}

interface Typed {
  readonly text: string;
  readonly whole: number;
  readonly flag: boolean;
  readonly texts: readonly string[];
  readonly map: Readonly<Record<string, string>>;
}

export type Fields<R extends Rules> = { readonly [K in keyof R]: Typed[R[K]['type']] };
export type Rules = Readonly<Record<string, Rule>>;

const BLANK: Typed = { text: '', whole: 0, flag: false, texts: [], map: {} };
const INT64 = 2n ** 63n;

/** Reads a JSON body by rules. What is missing or null counts as zero, as in the language of the real server. */
export function readFields<R extends Rules>(body: string, rules: R): Fields<R> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw refuse.invalid('Parameter error');
  }
  if (value === null) value = {};
  if (typeof value !== 'object' || Array.isArray(value)) throw refuse.invalid('JSON marshall error');
  const given = value as Readonly<Record<string, unknown>>;
  for (const [key, { type }] of Object.entries(rules)) {
    if (!isOf(given[key] ?? BLANK[type], type)) throw refuse.invalid('JSON marshall error');
  }
  const read = Object.entries(rules).map(([key, rule]) => [key, given[key] ?? BLANK[rule.type]] as const);
  for (const [key, found] of read) checkField(found, rules[key] ?? { type: 'text' }, given[key] != null);
  return Object.fromEntries(read) as Fields<R>;
}

function isOf(value: unknown, type: Type): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'whole':
      return typeof value === 'number' && Number.isInteger(value) && BigInt(value) < INT64 && BigInt(value) >= -INT64;
    case 'flag':
      return typeof value === 'boolean';
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'map':
      return (
        typeof value === 'object' &&
        !Array.isArray(value) &&
        Object.values(value ?? {}).every((item) => typeof item === 'string')
      );
  }
}

function checkField(value: unknown, rule: Rule, given: boolean): void {
  const { name = '', required = false, least, most, oneOf, matching } = rule;
  const isBlank = rule.type === 'texts' ? !given : value === '' || value === 0;
  if (required && isBlank) throw refuse.invalid(`${name} cannot be empty`);
  const length = lengthOf(value);
  if (least !== undefined && length < least && (required || !isBlank)) throw refuse.invalid(`${name} too short`);
  if (most !== undefined && length > most) throw refuse.invalid(`${name} too long`);
  const refused =
    (oneOf && !oneOf.includes(value as string)) || (matching && value !== '' && !matching.test(value as string));
  if (refused) throw refuse.invalid('Invalid parameters.');
}

/** What a limit is about: characters, items, entries, or the number itself. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : Number(value);
}

/** A whole number from the query, as the same rules have it. */
export function readNumber(text: string | null, rule: Omit<Rule, 'type'>): number {
  if (text !== null && text !== '' && !/^[+-]?\d+$/.test(text)) throw refuse.invalid('Parameter error');
  const value = Number(text ?? 0);
  checkField(value, { ...rule, type: 'whole' }, text !== null);
  return value;
}
