/**
 * The files that other programs put into the clipboard, from the raw formats of each system:
 *
 * - `text/uri-list` (RFC 2483): an address a line, `#` begins a comment. Linux, and what Chromium makes of other formats.
 * - `x-special/gnome-copied-files`: `copy` or `cut`, then an address a line. GNOME, Cinnamon, MATE, Xfce.
 * - `NSFilenamesPboardType`: a property list of paths; its successor `public.file-url`: one address. macOS.
 * - `CF_HDROP`: a DROPFILES structure; `FileNameW`: one path in UTF-16. Windows.
 *
 * What was cut is only read: the program that cut it removes it when it is pasted there.
 */
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'plist';

/** Longest content of a format that is read, bytes: about 100,000 paths. */
export const longest = 10_000_000;
/** As many as one add takes. */
const filesMost = 100_000;

export type FileFormat =
  | 'text/uri-list'
  | 'x-special/gnome-copied-files'
  | 'NSFilenamesPboardType'
  | 'public.file-url'
  | 'CF_HDROP'
  | 'FileNameW';

/** In the order in which they are asked for: those that hold several files first. */
export const fileFormats: readonly FileFormat[] = [
  'text/uri-list',
  'x-special/gnome-copied-files',
  'NSFilenamesPboardType',
  'CF_HDROP',
  'public.file-url',
  'FileNameW',
];

/** The path of a `file:` address on this machine; `undefined` for any other address. */
const pathOf = (address: string, windows: boolean): string | undefined => {
  const url = URL.parse(address);
  if (url?.protocol !== 'file:' || (url.hostname !== '' && url.hostname !== 'localhost')) return undefined;
  try {
    url.hostname = '';
    const found = fileURLToPath(url, { windows });
    return found.includes('\0') ? undefined : found;
  } catch {
    return undefined;
  }
};

const linesOf = (text: string): readonly string[] =>
  text
    .split(/[\r\n\0]/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** Texts that end with a zero, in UTF-16. */
const wideTexts = (content: Buffer): readonly string[] =>
  content
    .subarray(0, content.length - (content.length % 2))
    .toString('utf16le')
    .split('\0')
    .filter((text) => text !== '');

/** DROPFILES: where the names begin, then a point, a flag, and whether the names are in UTF-16; the names, each with a zero. */
const dropped = (content: Buffer): readonly string[] => {
  if (content.length < 20 || content.readUInt32LE(16) === 0) return [];
  const begin = content.readUInt32LE(0);
  return begin < 20 || begin > content.length ? [] : wideTexts(content.subarray(begin));
};

const listed = (content: Buffer): readonly string[] => {
  const text = content.toString('utf8');
  if (!/^\s{0,100}<[?!p]/.test(text)) return [];
  try {
    const list: unknown = parse(text);
    return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    return [];
  }
};

const readers: Readonly<Record<FileFormat, (content: Buffer, windows: boolean) => readonly (string | undefined)[]>> = {
  'text/uri-list': (content, windows) => linesOf(content.toString('utf8')).map((line) => pathOf(line, windows)),
  'x-special/gnome-copied-files': (content, windows) => {
    const [what, ...lines] = linesOf(content.toString('utf8'));
    return what === 'copy' || what === 'cut' ? lines.map((line) => pathOf(line, windows)) : [];
  },
  NSFilenamesPboardType: listed,
  'public.file-url': (content, windows) => linesOf(content.toString('utf8')).map((line) => pathOf(line, windows)),
  CF_HDROP: dropped,
  FileNameW: (content) => wideTexts(content).slice(0, 1),
};

/**
 * The absolute paths in a raw format, each once, in its order. What is no path of a file on this machine is left out: web
 * addresses, other hosts, relative paths. None where the content is no such format, or is larger than 10 MB.
 */
export const filesIn = (
  format: FileFormat,
  content: Uint8Array,
  platform: string = process.platform,
): readonly string[] => {
  if (content.byteLength > longest) return [];
  const windows = platform === 'win32';
  const system = windows ? path.win32 : path.posix;
  const found = readers[format](Buffer.from(content.buffer, content.byteOffset, content.byteLength), windows);
  const paths = found.filter(
    (one): one is string => one !== undefined && system.isAbsolute(one) && !one.includes('\0'),
  );
  return [...new Set(paths)].slice(0, filesMost);
};
