import anyAscii from 'any-ascii';

/**
 * A name in characters that Stend can serve: Unicode's composed form, and what lies above U+00FF in its ASCII likeness
 * (日本.txt → RiBen.txt, 😀 → grinning); what has none is left out.
 * protocol: a name with characters above U+00FF can be stored, but neither downloaded nor verified.
 */
export const transliterate = (name: string): string =>
  // The colons around an emoji's name would stop Windows from saving the file.
  name.normalize('NFC').replace(/[\u0100-\u{10ffff}]/gu, (c) => anyAscii(c).replaceAll(':', ''));
