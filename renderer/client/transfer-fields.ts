/** The fields that a kind of server has for an upload: which is what, and what was filled in. */
import type { KindView } from '../../preload/contract.ts';
import { amount } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';

export type Field = KindView['transferFields'][number];
/** As forms have them: texts, and whether a box is ticked. */
export type Values = Readonly<Record<string, string | boolean>>;
export type Extra = Readonly<Record<string, string | number | boolean>>;

export type Parts = {
  /** Where on the server. */
  readonly folder: Field | undefined;
  /** Whether it gets a link of its own, and the link's terms. */
  readonly share: Field | undefined;
  readonly terms: readonly Field[];
  /** Who gets a message about it, and what that says: in this order. */
  readonly message: readonly Field[];
  /** What else there is to say, for those who look for it. */
  readonly others: readonly Field[];
};

const isTerm = ({ role }: Field): boolean => role?.startsWith('share-') === true;

/** Sorts fields by what they are about. */
export const partsOf = (fields: readonly Field[]): Parts => {
  const folder = fields.find(({ type }) => type === 'folder');
  const share = fields.find(({ role, type }) => role === 'share' && type === 'flag');
  const terms = share === undefined ? [] : fields.filter(isTerm);
  const recipient = fields.find(({ role }) => role === 'recipient');
  const message = recipient === undefined ? [] : [recipient, ...fields.filter(({ role }) => role === 'message')];
  const known = [folder, share, ...terms, ...message];
  return { folder, share, terms, message, others: fields.filter((one) => !known.includes(one)) };
};

/** What is wrong with a text, in words; nothing is where nothing was typed. */
export const wrongIn = ({ type, range, pattern, help }: Field, text: string): string | undefined => {
  const typed = text.trim();
  if (typed === '') return undefined;
  if (type === 'number') {
    const value = /^[1-9]\d{0,14}$/.test(typed) ? Number(typed) : undefined;
    if (value === undefined) return m.folders_not_a_number();
    if (range !== undefined && (value < range.least || value > range.most))
      return m.field_out_of_range({ least: amount(range.least), most: amount(range.most) });
  }
  return pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'v').test(typed) ? help : undefined;
};

/** What was filled in, as the engine takes it. What is empty is left out: it is as usual then. */
export const extraOf = (fields: readonly Field[], values: Values): Extra =>
  Object.fromEntries(
    fields.flatMap(({ key, type }): [string, string | number | boolean][] => {
      const value = values[key];
      if (typeof value === 'boolean') return value ? [[key, true]] : [];
      const text = value?.trim() ?? '';
      if (text === '') return [];
      return [[key, type === 'number' || type === 'duration' ? Number(text) : text]];
    }),
  );
