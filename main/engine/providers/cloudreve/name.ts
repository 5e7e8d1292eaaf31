/** Names by Cloudreve's rules, and by those of the systems that will download them. */
import { extensionOf, withMark } from '../name-length.ts';

/** protocol: a file name of more fails on default local storage, whose naming rule puts a prefix before it. */
const fileBytes = 244;
/** protocol: 1–255 bytes of UTF-8. */
const folderBytes = 255;

// The server takes them; nobody sees them, and terminals obey them.
const controls = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** Why a name cannot be stored at all; `undefined` where it can. */
export const whyNot = (name: string): 'is-empty' | 'means-folder' | 'control-characters' | undefined => {
  if (name === '') return 'is-empty';
  // protocol: resolved as paths, not refused.
  if (name === '.' || name === '..') return 'means-folder';
  return controls.test(name) ? 'control-characters' : undefined;
};

type Kind = 'file' | 'folder';

const roomOf = (kind: Kind): number => (kind === 'file' ? fileBytes : folderBytes);

/** A name with a mark before its extension, cut before both where it is too long. */
const within = (name: string, mark: string, kind: Kind): string =>
  withMark(name, mark, kind === 'file' ? extensionOf(name) : '', roomOf(kind));

// protocol: none of these is taken.
const forbidden = /[\\/:*?"<>|]/g;

/**
 * A name as the server takes it, 255 bytes at most: what it forbids becomes the fullwidth form, which looks alike and keeps
 * names apart (rclone does the same). `kind`: files have less room.
 */
export const nameFor = (name: string, kind: Kind): string => {
  const clean = name.toWellFormed();
  return within(
    clean.replace(forbidden, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
    '',
    kind,
  );
};

/**
 * The name of a folder in a queued upload. Those that an earlier version queued are as they are on disk; it stored them with
 * `_`, and the rest of such a folder must not go elsewhere. Those of today are left as they are.
 */
export const queuedFolder = (name: string): string => within(name.toWellFormed().replace(forbidden, '_'), '', 'folder');

/**
 * A name as the server compares it. Its databases tell capitals apart; MySQL ignores blanks at the end. Two forms of one accent
 * are two names there, but people and other systems take them for one.
 */
export const compared = (name: string): string => name.normalize('NFC').replace(/ +$/u, '');

const reserved = /^(?:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])(?:\.|$)/i;

/** Whether Windows could not hold a file of this name; the server itself takes it. */
export const isAwkward = (name: string): boolean => reserved.test(name) || /[. ]$/.test(name) || name.startsWith(' ');

/** The n-th name to try where one is taken: `report (2).pdf`. */
export const numbered = (name: string, n: number, kind: Kind = 'file'): string => within(name, ` (${n})`, kind);
