/** Without those that are read for one another. */
const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A password that nobody has to think of: 12 letters and digits, 60 bits. */
export const madeUpPassword = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => letters.charAt(byte % letters.length)).join('');
