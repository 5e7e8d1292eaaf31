/** Names that have room for so many bytes of UTF-8. */

const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The beginning of a text that has so many bytes at most; no character is cut in two. */
const cut = (text: string, bytes: number): string => {
  if (bytesOf(text) <= bytes) return text;
  let kept = '';
  let room = bytes;
  for (const { segment } of graphemes.segment(text)) {
    room -= bytesOf(segment);
    if (room < 0) break;
    kept += segment;
  }
  return kept;
};

/** The longest ending that is worth keeping: `.tar.gz`. A hidden file's name is no ending. */
const ending = /(?<=.)(?:\.[a-z]{2,4})?\.[^.\s]{1,16}$/isu;

/** The extension of a file's name; '' where it has none. */
export const extensionOf = (name: string): string => ending.exec(name)?.[0] ?? '';

/**
 * A name with a mark before its tail, cut before both where it is too long.
 *
 * @param tail what the name ends with, and keeps
 * @param most bytes
 */
export const withMark = (name: string, mark: string, tail: string, most: number): string =>
  mark === '' && bytesOf(name) <= most
    ? name
    : cut(name.slice(0, name.length - tail.length), most - bytesOf(tail) - bytesOf(mark)) + mark + tail;
