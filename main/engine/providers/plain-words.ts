/** Characters that move, hide or reorder others on a screen, and halves of characters. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/**
 * A server's own words as people may be shown them: one line of `most` characters at most, without control and bidi
 * characters.
 */
export const plainWords = (text: string, most = 120): string =>
  text
    .slice(0, 4 * most)
    .replace(unseen, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed();
