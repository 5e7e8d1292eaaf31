/** Names as FilesNest takes them. They are unique over all of its users. */
import { extensionOf, withMark } from '../name-length.ts';

/** protocol: a base name of 255 bytes at most. */
const longest = 255;
const joint = ' - ';

/** What the server's framework takes away from both ends of every text. */
const ends = /^[\s\u200b\u200e\ufeff]+|[\s\u200b\u200e\ufeff]+$/gu;

const replaced = (char: string): string => {
  // The fullwidth forms look alike, and keep names apart.
  if (char === '/' || char === '\\') return String.fromCharCode(char.charCodeAt(0) + 0xfee0);
  return '_';
};

/** protocol: a `/` never completes, and `../` leaves the server's folder. */
const clean = (name: string): string =>
  name
    .toWellFormed()
    .replace(/[/\\]|\p{Cc}/gu, replaced)
    .replace(ends, '');

const usable = (name: string): string => {
  const cleaned = clean(name);
  return cleaned === '' || /^\.+$/.test(cleaned) ? 'file' : cleaned;
};

/** `2` and more: `report (2).pdf`. */
const within = (name: string, mark: string): string =>
  withMark(name, mark, extensionOf(name), longest).replace(ends, '');

/**
 * The name of a file on the server: its own, with the folders above it before it, as far as there is room. protocol: there are no
 * folders.
 */
export const nameFor = (name: string, folder: readonly string[]): string => {
  const base = within(usable(name), '');
  const above = folder.map(clean).filter((part) => part !== '');
  if (above.length === 0) return base;
  const whole = above.join(joint) + joint + base;
  const room = longest - Buffer.byteLength(joint + base);
  const kept = room > 0 ? withMark(above.join(joint), '', '', room).trimEnd() : '';
  if (kept === '') return base;
  return Buffer.byteLength(whole) <= longest ? whole : kept + joint + base;
};

/** See `Naming.numbered`. */
export const numbered = (name: string, n: number): string => within(name, ` (${n})`);

/** A name as the server compares it. Two forms of one accent are two names there, but people take them for one. */
export const compared = (name: string): string => name.normalize('NFC').replace(/ +$/u, '');
