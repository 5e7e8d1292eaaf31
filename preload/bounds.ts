/** What may be drawn, written to a terminal or put into a clipboard, wherever it comes from. */

/** The last moment of the year 9999, ms since the epoch. */
export const latestMoment = 253_402_300_799_999;

/** Whether a number is a time that can be shown: from 1970 to 9999, in ms since the epoch. */
export const isMoment = (at: number | null | undefined): at is number =>
  typeof at === 'number' && at >= 0 && at <= latestMoment;

/**
 * Characters that are no text: controls (escape sequences begin with one), half surrogates, line separators, and what turns
 * the direction of writing. Joiners stay: Persian and emoji are written with them.
 */
const unsafe = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/gu;

const names: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const hex = (char: string, width: number): string => char.charCodeAt(0).toString(16).padStart(width, '0');

/** Makes a text harmless: what could steer a terminal, or hide what is written, is shown as \n, \x1b or \u202e. */
export const visible = (text: string): string =>
  text.replace(unsafe, (char) => names[char] ?? (char < '\u0100' ? `\\x${hex(char, 2)}` : `\\u${hex(char, 4)}`));

/** The same for JSON, where such characters stand in strings only. */
export const visibleJson = (json: string): string => json.replace(unsafe, (char) => `\\u${hex(char, 4)}`);

/**
 * A link that may be given out, to a clipboard or a browser: http or https, one line, without a control character or one
 * that turns the direction of writing. Characters that do not belong in an address are encoded. `undefined`: it is no such link.
 */
export const safeLink = (link: string | undefined): string | undefined => {
  if (link === undefined) return undefined;
  const encoded = link.toWellFormed().replace(unsafe, (char) => encodeURIComponent(char));
  const url = URL.parse(encoded);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  // As it was made, where nothing in it had to be encoded: people compare links.
  return encoded === link && /^[\x21-\x7e]+$/.test(link) ? link : url.href;
};

/** Text for a clipboard: lines stay, and everything else that is no text goes. */
export const clipboardText = (text: string): string => text.replace(unsafe, (char) => (char === '\n' ? char : ''));
