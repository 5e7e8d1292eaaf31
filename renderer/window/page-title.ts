/** The page's title and its icon, which tabs and task switchers show. */
import { wholePercent } from '../client/flow-words.ts';
import type { Whole } from '../../preload/flow.ts';
import { m } from '../../preload/paraglide/messages.js';

type State = { readonly needsYou: number; readonly whole: Whole | undefined };

/** "(2) needs attention · 4 % · Stevedore". */
export const titleOf = ({ needsYou, whole }: State): string =>
  [
    ...(needsYou > 0 ? [m.title_needs({ count: needsYou })] : []),
    ...(whole === undefined ? [] : [m.title_percent({ percent: wholePercent(whole) })]),
    m.menu_app(),
  ].join(' · ');

/** Steps that are seen in so small a picture. */
const steps = 16;

/**
 * The icon: the load fills from the left as servers acknowledge bytes, and a dot says that something needs a person.
 * `undefined`: the icon of an idle window, which is a file.
 */
export const iconOf = ({ needsYou, whole }: State): string | undefined => {
  if (needsYou === 0 && whole === undefined) return undefined;
  const filled = whole === undefined ? 1 : Math.floor(whole.progress * steps) / steps;
  const parts = [
    '<rect width="32" height="32" rx="7" fill="#0e4152"/>',
    '<path d="M8 14v2c0 2.5 2 4.5 4.5 4.5h7c2.5 0 4.5-2 4.5-4.5v-2" fill="none" stroke="#f3f5f1" stroke-width="3" stroke-linecap="round"/>',
    '<path d="M11.5 19h9l-.7 10h-7.6z" fill="#f3f5f1"/>',
    '<rect x="4" y="4" width="24" height="8" rx="1.5" fill="#f0a83c" fill-opacity=".3"/>',
    `<rect x="4" y="4" width="${24 * filled}" height="8" rx="1.5" fill="#f0a83c"/>`,
    ...(needsYou > 0 ? ['<circle cx="25" cy="25" r="6" fill="#f0a83c" stroke="#fff" stroke-width="2"/>'] : []),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${parts.join('')}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
};
