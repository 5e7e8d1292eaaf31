/** How long servers keep files: what they allow, and what a person can choose from. */
import type { ServerView } from '../../preload/contract.ts';
import { duration } from '../../preload/format.ts';

export type Limits = ServerView['limits'];

const hour = 3600;
const day = 24 * hour;

/** Offered where a server recommends none, s. */
const sensible = [hour, 12 * hour, day, 7 * day, 30 * day, 90 * day, 365 * day] as const;

/**
 * Expiries to choose from, s, the shortest first: those that the server recommends, else sensible ones, as far as it
 * keeps files, and the longest it keeps them. `also`: one that is chosen already.
 */
export const expiryChoices = (limits: Limits, also?: number): readonly number[] => {
  const { expiryChoicesSeconds = [], expirySeconds: most } = limits;
  const offered = expiryChoicesSeconds.length > 0 ? expiryChoicesSeconds : sensible;
  const allowed = offered.filter((seconds) => most === undefined || seconds <= most);
  const ends = [most, also].filter((seconds) => seconds !== undefined);
  return [...new Set([...allowed, ...ends])].sort((a, b) => a - b);
};

/** A length of time in words. Takes s. */
export const seconds = (count: number): string => duration(count * 1000);
