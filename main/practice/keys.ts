import { randomInt } from 'node:crypto';

/** A new key of so many lower-case letters. */
export const makeKey = (length: number): string =>
  Array.from({ length }, () => String.fromCharCode(97 + randomInt(26))).join('');

/** protocol: of a key that is given, only letters and digits count, and their case does not. */
export const normaliseKey = (key: string): string => key.replace(/[^a-zA-Z0-9]/g, '').toLowerCase();
