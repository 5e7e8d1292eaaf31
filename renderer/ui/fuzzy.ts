/**
 * How well a text fits what was typed; `undefined`: not at all. Every word that was typed has to be in the text in its order
 * of letters; a word's beginning counts more than its middle, and letters side by side more than scattered ones.
 */
export const fits = (text: string, typed: string): number | undefined => {
  const lower = text.toLocaleLowerCase();
  let sum = 0;
  for (const word of typed.toLocaleLowerCase().split(/\s+/).filter(Boolean)) {
    const score = wordFits(lower, word);
    if (score === undefined) return undefined;
    sum += score;
  }
  // Of two that fit alike the shorter one is meant.
  return sum - lower.length / 1000;
};

const isStart = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '');

const wordFits = (text: string, word: string): number | undefined => {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) if (isStart(text, at)) return 3;
  if (text.includes(word)) return 2;
  let at = -1;
  for (const letter of word) {
    at = text.indexOf(letter, at + 1);
    if (at < 0) return undefined;
  }
  return 1;
};

/** The items whose text fits, the best ones first; all of them in their order where nothing was typed. */
export const bestFits = <T>(items: readonly T[], typed: string, textOf: (item: T) => string): readonly T[] =>
  items
    .map((item) => ({ item, score: fits(textOf(item), typed) }))
    .filter((one): one is { item: T; score: number } => one.score !== undefined)
    .sort((one, other) => (typed.trim() === '' ? 0 : other.score - one.score))
    .map(({ item }) => item);
