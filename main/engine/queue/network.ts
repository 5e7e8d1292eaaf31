import { networkInterfaces } from 'node:os';

/** Looks so often whether an address came or went, ms: cheap, and the same on every system. */
const every = 2_000;

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

/** Calls when this machine's addresses changed to something: a network came back or was changed. Returns the end of it. */
export const watchNetwork = (came: () => void): (() => void) => {
  let last = addresses();
  const timer = setInterval(() => {
    const present = addresses();
    if (present !== last && present !== '') came();
    last = present;
  }, every);
  timer.unref();
  return () => clearInterval(timer);
};
