/** Names by Cloudreve's rules, and by those of the systems that will download them. */

/** protocol: a file name of more fails on default local storage, whose naming rule puts a prefix before it. */
const fileBytes = 244;
/** protocol: 1–255 bytes of UTF-8. */
const folderBytes = 255;

const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

const cut = (text: string, bytes: number): string => {
  let kept = '';
  let room = bytes;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    room -= bytesOf(segment);
    if (room < 0) break;
    kept += segment;
  }
  return kept;
};

// The server takes them; nobody sees them, and terminals obey them.
const controls = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** Why a name cannot be stored at all, in a few words; `undefined` where it can. */
export const whyNot = (name: string): string | undefined => {
  if (name === '') return 'it is empty';
  // protocol: resolved as paths, not refused.
  if (name === '.' || name === '..') return 'it means a folder';
  return controls.test(name) ? 'it holds control characters' : undefined;
};

/** The longest ending that is worth keeping: `.tar.gz`. */
const ending = /(?:\.[a-z]{2,4})?\.[^.\s]{1,16}$/iu;

/**
 * A name as the server takes it. protocol: none of `\ / : * ? " < > |`, 255 bytes at most.
 * `kind`: files have less room.
 */
export const nameFor = (name: string, kind: 'file' | 'folder'): string => {
  const clean = name.toWellFormed().replace(/[\\/:*?"<>|]/g, '_');
  const most = kind === 'file' ? fileBytes : folderBytes;
  if (bytesOf(clean) <= most) return clean;
  const tail = kind === 'file' ? (ending.exec(clean)?.[0] ?? '') : '';
  return cut(clean.slice(0, clean.length - tail.length), most - bytesOf(tail)) + tail;
};

const reserved = /^(?:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])(?:\.|$)/i;

/** Whether Windows could not hold a file of this name; the server itself takes it. */
export const isAwkward = (name: string): boolean => reserved.test(name) || /[. ]$/.test(name) || name.startsWith(' ');

/** The n-th name to try where one is taken: `report (2).pdf`. */
export const numbered = (name: string, n: number): string => {
  const tail = ending.exec(name)?.[0] ?? '';
  const mark = ` (${n})`;
  const stem = cut(name.slice(0, name.length - tail.length), fileBytes - bytesOf(tail) - mark.length);
  return `${stem}${mark}${tail}`;
};
