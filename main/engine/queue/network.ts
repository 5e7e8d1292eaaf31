import { networkInterfaces } from 'node:os';

/** Looks so often whether an address came or went, ms: cheap, and the same on every system. */
const every = 2_000;
/** Two looks that are further apart than this, ms, had a sleep of the machine between them, or a clock that was set. */
const slept = 15_000;

/** Blank where the system does not tell them: some sandboxes refuse. */
const addresses = (): string => {
  try {
    return Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter((one) => !one.internal)
      .map((one) => one.address)
      .sort()
      .join();
  } catch {
    return '';
  }
};

/**
 * Calls when this machine's addresses changed to something, or when it woke up: a network came back or was changed, or the
 * servers were out of reach for as long as it slept.
 *
 * @param now ms since the epoch
 * @returns the end of it
 */
export const watchNetwork = (came: () => void, now: () => number = Date.now): (() => void) => {
  let last = addresses();
  let lookedAt = now();
  const timer = setInterval(() => {
    const present = addresses();
    const woke = now() - lookedAt > slept;
    lookedAt = now();
    if ((woke || present !== last) && present !== '') came();
    last = present;
  }, every);
  timer.unref();
  return () => clearInterval(timer);
};
