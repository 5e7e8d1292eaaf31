/** Parses JSON of a server, unless it is made to cost much. */

/** Deeper structures overflow the stack of whatever walks them later; no protocol here needs more than a dozen. */
const depthMost = 64;
/** Arrays, objects and commas: a few bytes of text become objects of 50 bytes and more. */
const partsMost = 1_500_000;

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;

/** One pass over the text; says nothing about whether it is JSON at all. */
const isWithinBounds = (text: string): boolean => {
  // A page, or a single value: there is nothing to count.
  const first = text.charCodeAt(text.search(/\S/));
  if (first !== 0x5b && first !== 0x7b) return true;
  let depth = 0;
  let parts = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === backslash) at++;
      else if (unit === quote) inString = false;
    } else if (unit === quote) inString = true;
    else if (unit === comma) parts++;
    else if (unit === 0x5b || unit === 0x7b) {
      parts++;
      depth++;
    } else if (unit === 0x5d || unit === 0x7d) depth--;
    if (depth > depthMost || parts > partsMost) return false;
  }
  return true;
};

/** The value; `undefined` where the text is no JSON, is nested too deeply, or has too many parts. */
export const parseJson = (text: string): unknown => {
  try {
    return isWithinBounds(text) ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
};
