/** First and longest ceiling of the wait between attempts, ms. */
const first = 1_000;
export const longest = 5 * 60_000;
/** Longest wait that a server may ask for, ms: its clock, or its word, may be wrong by years. */
export const longestWish = 24 * 3_600_000;

/**
 * How long to wait before the next attempt, ms: exponential with full jitter, so that many clients of a server that
 * came back do not all arrive at once. `afterMs` is the server's own wish (Retry-After) and wins, up to a day.
 *
 * @param attempts attempts without progress before this one, from 0
 * @param random uniform in [0, 1)
 */
export const backoff = (attempts: number, random: () => number, afterMs?: number): number =>
  afterMs !== undefined
    ? Math.min(longestWish, afterMs)
    : Math.round(random() * Math.min(longest, first * 2 ** Math.min(attempts, 20)));

/** Without a network nothing is counted and nothing hammered: 5 to 15 s between looks, ms. */
export const offlinePause = (random: () => number): number => Math.round(5_000 + random() * 10_000);

/** Longest cooldown of a server, ms: its recovery is found out within that time. */
const longestCooldown = 30_000;

/**
 * How long a server is left alone after so many failures in a row (from 0), ms: exponential from three seconds, and never
 * less than half of that, so that it meets few requests however many files wait for it.
 *
 * @param random uniform in [0, 1)
 */
export const cooldownLength = (failures: number, random: () => number): number => {
  const most = Math.min(longestCooldown, 3 * first * 2 ** Math.min(failures, 20));
  return Math.round(most / 2 + (random() * most) / 2);
};

/** When a server that is at work is asked again, ms. What it says itself is not trusted: neither a flood nor a day. */
export const workPause = (afterMs: number): number =>
  Number.isFinite(afterMs) ? Math.min(longest, Math.max(first, afterMs)) : longest;
