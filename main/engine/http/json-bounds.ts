/** Whether a JSON text is harmless to parse, found by one pass over its bytes. */

/** Deeper structures overflow the stack of whatever walks them later; no protocol here needs more than a dozen. */
const depthMost = 64;
/** Arrays, objects and commas: a few bytes of text become objects of 50 bytes and more. */
const partsMost = 1_500_000;

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;

/** `body`: UTF-8. Says nothing about whether it is JSON at all. */
export const withinBounds = (body: Uint8Array): boolean => {
  let depth = 0;
  let parts = 0;
  let inString = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (inString) {
      if (byte === backslash) at++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === comma) parts++;
    else if (byte === 0x5b || byte === 0x7b) {
      parts++;
      depth++;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
    if (depth > depthMost || parts > partsMost) return false;
  }
  return true;
};
