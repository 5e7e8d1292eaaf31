/** Text on a terminal: what may reach it, how wide it is, how it is shortened. */

export { visible as safe, visibleJson as safeJson } from '../../preload/bounds.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const plain = /^[\x20-\x7e]*$/;
const none = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const halfWidth = /^[\uff61-\uffdc\uffe8-\uffee]/;
const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Yi}\p{Script=Bopomofo}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\p{Regional_Indicator}|\ufe0f/u;

const widthOf = (grapheme: string): number =>
  none.test(grapheme) ? 0 : !halfWidth.test(grapheme) && wide.test(grapheme) ? 2 : 1;

/** Columns that a text takes on a terminal; close to Unicode's East Asian Width, by scripts. */
export const width = (text: string): number => {
  if (plain.test(text)) return text.length;
  let sum = 0;
  for (const { segment } of graphemes.segment(text)) sum += widthOf(segment);
  return sum;
};

/** As much of the beginning (or end) of a text as fits. */
const fit = (parts: readonly string[], columns: number): string => {
  let left = columns;
  let kept = '';
  for (const part of parts) {
    left -= widthOf(part);
    if (left < 0) break;
    kept += part;
  }
  return kept;
};

const split = (text: string): string[] => Array.from(graphemes.segment(text), ({ segment }) => segment);

/** Cuts a text off at its end, to at most so many columns. */
export const cutEnd = (text: string, columns: number): string =>
  width(text) <= columns ? text : `${fit(split(text), Math.max(0, columns - 1))}…`;

/** Shortens a file name in its middle, so that its beginning and its extension stay. */
export const cutMiddle = (name: string, columns: number): string => {
  if (width(name) <= columns) return name;
  if (columns < 8) return cutEnd(name, columns);
  const extension = /\.[^.\s]{1,10}$/.exec(name)?.[0] ?? '';
  const tail = Math.min(columns - 4, Math.max(width(extension), Math.floor(columns / 3)));
  const parts = split(name);
  let from = parts.length;
  for (let room = tail; from > 0; from--) {
    room -= widthOf(parts[from - 1] ?? '');
    if (room < 0) break;
  }
  const end = parts.slice(from).join('');
  return `${fit(parts, columns - 1 - width(end))}…${end}`;
};

/** Fills a text up with spaces, to at least so many columns. */
export const pad = (text: string, columns: number, side: 'left' | 'right' = 'right'): string => {
  const spaces = ' '.repeat(Math.max(0, columns - width(text)));
  return side === 'right' ? text + spaces : spaces + text;
};

/** A word for a shell, quoted where it must be. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", `'\\''`)}'`;
