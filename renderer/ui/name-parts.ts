import { leftward } from './isolate.ts';

/** Letters of the end that are kept, with the extension at least. */
const keep = 12;
/** Letters that the end may be longer, so that it begins where both parts may be drawn apart. */
const longer = 24;

const segmenter = new Intl.Segmenter();

/** Which way a letter runs; a digit runs to the right within any text, and punctuation runs with what is around it. */
const wayOf = (letter: string | undefined): 'left' | 'right' | undefined => {
  if (letter === undefined) return undefined;
  if (/\p{N}/u.test(letter)) return 'right';
  if (leftward.test(letter)) return 'left';
  return /\p{L}/u.test(letter) ? 'right' : undefined;
};

/**
 * A name in two parts, of which the second is kept where there is no room for all: its last letters and its extension.
 * They are drawn one after the other, in the direction of the whole, so no run of letters of the other direction is
 * divided: its parts would change places.
 */
export const nameParts = (name: string): readonly [head: string, tail: string] => {
  const letters = Array.from(segmenter.segment(name), ({ segment }) => segment);
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? Array.from(segmenter.segment(name.slice(dot))).length : 0;
  const wanted = letters.length - Math.min(Math.max(keep, extension), Math.floor(letters.length / 2));
  let at = wanted;
  if (leftward.test(name)) {
    const ways = letters.map(wayOf);
    const whole = wayOf(/\p{L}/u.exec(name)?.[0]);
    const isFree = (index: number): boolean => {
      const [before, after] = [ways[index - 1], ways[index]];
      // Between two words: Arabic letters of one word are joined.
      return (before === undefined || after === undefined) && (before === whole || after === whole);
    };
    while (at > Math.max(0, wanted - longer) && !isFree(at)) at--;
    if (!isFree(at)) for (at = wanted; at < letters.length && !isFree(at);) at++;
  }
  // A gap after the dots would look like a hole in the name.
  while (at < letters.length - 1 && /^\s/.test(letters[at] ?? '')) at++;
  return [letters.slice(0, at).join(''), letters.slice(at).join('')];
};
