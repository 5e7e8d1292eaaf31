import { createHmac, randomBytes } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP = 30_000;

/** A fresh secret, base32. */
export function makeSecret(): string {
  return Array.from(randomBytes(32), (byte) => ALPHABET[byte % 32]).join('');
}

/** The one-time code of a secret at a time (ms): RFC 6238 with six digits and SHA-1. */
export function codeAt(secret: string, ms: number): string {
  const bits = Array.from(secret, (char) => ALPHABET.indexOf(char).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(ms / STEP)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const number = (mac.readUInt32BE((mac[19] ?? 0) & 15) & 0x7fffffff) % 1_000_000;
  return String(number).padStart(6, '0');
}

/** Whether a code is good now, or was or will be within a step. */
export const isCode = (secret: string, code: string, now: number): boolean =>
  [now - STEP, now, now + STEP].some((time) => codeAt(secret, time) === code);
