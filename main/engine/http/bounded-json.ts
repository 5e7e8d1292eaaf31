/** Parses JSON of a server, unless it is made to cost much. */

/** Deeper structures overflow the stack of whatever walks them later; no protocol here needs more than a dozen. */
const depthMost = 64;
/** Arrays, objects and commas: a few bytes of text become objects of 50 bytes and more. */
const partsMost = 1_500_000;

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const opens: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closes: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** One pass over the text; says nothing about whether it is JSON at all. */
const isWithinBounds = (text: string): boolean => {
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
    else if (opens.has(unit)) {
      parts++;
      depth++;
    } else if (closes.has(unit)) depth--;
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
