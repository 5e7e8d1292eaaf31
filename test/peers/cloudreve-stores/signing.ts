import { type BinaryLike, createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it is signed before it is sent. */
export interface ToSign {
  readonly method: string;
  /** Encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Headers that are signed, in lower case: the sender must send them just so. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Why a signed request is refused. */
export type SignFault = 'unsigned' | 'unknown key' | 'too long a life' | 'expired' | 'mismatch';

export const hmac = (algorithm: 'sha1' | 'sha256', key: BinaryLike, text: string): Buffer =>
  createHmac(algorithm, key).update(text).digest();

export const hexHash = (algorithm: 'md5' | 'sha1' | 'sha256', text: string): string =>
  createHash(algorithm).update(text).digest('hex');

export function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** By bytes, as signatures sort. */
export const byText = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : a > b ? 1 : 0;

/** How many whole seconds are left: a moment is gone before the first is counted. */
export const secondsLeft = (expires: number, now: number): number => Math.ceil((expires - now) / 1000) - 1;
