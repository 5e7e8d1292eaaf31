import { TextDecoder } from 'node:util';
import { refuse } from './answer.ts';

/** A `cloudreve://` address, taken apart. */
export interface Uri {
  /** As it is told back. */
  readonly text: string;
  /** my, trash, share, … */
  readonly space: string;
  /** Before the @: the owner of a space, or the id of a share. */
  readonly owner: string;
  readonly password: string;
  readonly segments: readonly string[];
  readonly search: URLSearchParams | undefined;
}

const PREFIX = 'cloudreve://';

/**
 * Takes an address apart as the real server's library does: what follows a # or ? is no part of the path, an encoded
 * slash divides as a plain one, and dot segments lead where they lead in a path. Refuses a bare percent sign.
 */
export function parseUri(text: string): Uri {
  if (!text.toLowerCase().startsWith(PREFIX)) throw refuse.badUri();
  const beyondHash = text.indexOf('#');
  const whole = beyondHash < 0 ? text : text.slice(0, beyondHash);
  const mark = whole.indexOf('?');
  const address = (mark < 0 ? whole : whole.slice(0, mark)).slice(PREFIX.length);
  const slash = address.indexOf('/');
  const host = slash < 0 ? address : address.slice(0, slash);
  const path = slash < 0 ? '' : address.slice(slash);
  if (/%(?![0-9a-f]{2})/i.test(path)) throw refuse.badUri();
  const at = host.lastIndexOf('@');
  const [owner = '', password = ''] = at < 0 ? [] : host.slice(0, at).split(':');
  return {
    text: encodeLoose(text).replace(/\/+$/, (slashes) => (text.length > PREFIX.length + slashes.length ? '' : slashes)),
    space: host.slice(at + 1).toLowerCase(),
    owner: decodeBytes(owner),
    password: decodeBytes(password),
    segments: resolve(decodeBytes(path).split('/')),
    search: mark < 0 ? undefined : new URLSearchParams(whole.slice(mark + 1)),
  };
}

function resolve(parts: readonly string[]): readonly string[] {
  const segments: string[] = [];
  for (const part of parts) {
    if (part === '..') segments.pop();
    else if (part !== '' && part !== '.') segments.push(part);
  }
  return segments;
}

/** What a URL may not have in it, encoded; the rest as it stands. */
const encodeLoose = (text: string): string => text.replace(/[^\x21-\x7e]+|["<>\\^`{|}]/g, encodeURIComponent);

/** The address of a place, every segment encoded. */
export const formatUri = (space: string, segments: readonly string[]): string =>
  `${PREFIX}${space}/${segments.map(encodeSegment).join('/')}`;

/** A byte that is not UTF-8 stands in a name as a half of a surrogate pair, so that no name is lost. */
const STRAY = 0xdc00;

/** A name as it stands in an address. */
export const encodeSegment = (name: string): string =>
  Array.from(name, (char) => {
    const code = char.charCodeAt(0);
    return isStray(char) ? `%${(code - STRAY).toString(16).toUpperCase()}` : encodeURIComponent(char);
  }).join('');

const isStray = (char: string): boolean => char.length === 1 && char >= '\udc80' && char <= '\udcff';

/** The bytes that a name has in UTF-8. */
export const byteLength = (name: string): number =>
  Array.from(name).reduce((sum, char) => sum + (isStray(char) ? 1 : Buffer.byteLength(char)), 0);

/** A name as JSON can carry it. */
export const showName = (name: string): string => name.toWellFormed();

function decodeBytes(text: string): string {
  const bytes = Buffer.from(
    text.replace(/%([0-9a-f]{2})|([^])/giu, (_all, hex: string | undefined, char: string | undefined) =>
      hex === undefined ? Buffer.from(char ?? '').toString('latin1') : String.fromCharCode(parseInt(hex, 16)),
    ),
    'latin1',
  );
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch {
    return decodePiecewise(bytes, decoder);
  }
}

function decodePiecewise(bytes: Buffer, decoder: TextDecoder): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((count) => decodes(bytes.subarray(at, at + count), count, decoder));
    text += length ? decoder.decode(bytes.subarray(at, at + length)) : String.fromCharCode(STRAY + (bytes[at] ?? 0));
    at += length ?? 1;
  }
  return text;
}

function decodes(bytes: Buffer, count: number, decoder: TextDecoder): boolean {
  if (bytes.length < count) return false;
  try {
    return decoder.decode(bytes).length > 0;
  } catch {
    return false;
  }
}
