import type { Reply } from '../cloudreve-stores/http.ts';
import { invalid } from './call.ts';
import type { FileRow } from './store.ts';

type Fits = (name: string, value: unknown) => boolean;

const like: Fits = (name, value) => {
  const pattern = String(value).replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${pattern.replaceAll('%', '.*').replaceAll('_', '.')}$`, 'is').test(name);
};
const isIn: Fits = (name, value) => Array.isArray(value) && value.includes(name);

const OPERATORS: ReadonlyMap<unknown, Fits> = new Map<unknown, Fits>([
  ['=', (name, value) => name === value],
  ['!=', (name, value) => name !== value],
  ['<', (name, value) => name < String(value)],
  ['<=', (name, value) => name <= String(value)],
  ['>', (name, value) => name > String(value)],
  ['>=', (name, value) => name >= String(value)],
  ['like', like],
  ['not like', (name, value) => !like(name, value)],
  ['in', isIn],
  ['not in', (name, value) => !isIn(name, value)],
]);

interface Filter {
  readonly field: string;
  readonly operator: string;
  readonly value: unknown;
}

/** protocol: only the name can be searched for. Returns the files that fit, or the refusal. */
export function search(rows: readonly FileRow[], filters: unknown): { readonly rows: readonly FileRow[] } | Reply {
  const asked = (Array.isArray(filters) ? filters : []) as readonly Partial<Filter>[];
  for (const [index, { field, operator }] of asked.entries()) {
    const at = `filters.${index}`;
    if (field !== 'name') return invalid({ [`${at}.field`]: [`The ${field} field is not whitelisted.`] });
    if (!OPERATORS.has(operator)) return invalid({ [`${at}.operator`]: [`The selected ${at}.operator is invalid.`] });
  }
  const fits = ({ name }: FileRow): boolean =>
    asked.every(({ operator, value }) => OPERATORS.get(operator)?.(name, value));
  return { rows: rows.filter(fits) };
}
