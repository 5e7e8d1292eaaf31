/** Requests of the system to end. */

/**
 * A signal often comes twice at once: to the process and to its group, and from a library that cleans up at signals
 * and sends it again. Only a second one after so many ms is somebody who insists.
 */
const echoMs = 300;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Emitter = { readonly on: (signal: (typeof signals)[number], listener: () => void) => unknown };

/** Calls back at a request to end; `times` counts them from 1. */
export const onEndSignal = (
  listener: (times: number) => void,
  process: Emitter,
  clock: () => number = () => performance.now(),
): void => {
  let heardAt = -Infinity;
  let times = 0;
  for (const signal of signals)
    process.on(signal, () => {
      const now = clock();
      if (now - heardAt < echoMs) return;
      heardAt = now;
      listener(++times);
    });
};
