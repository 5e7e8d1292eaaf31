/** A log that a flood of refusals does not fill. */
import { m } from '../../preload/paraglide/messages.js';

/** Lines in a span of so many ms; the rest are counted. */
const linesMost = 10;
const span = 10_000;

/** Passes lines on, at most ten in ten seconds; how many were left out is said with the next one. */
export const calmLog = (write: (line: string) => void, now: () => number): ((line: string) => void) => {
  let from = -Infinity;
  let written = 0;
  let left = 0;
  return (line) => {
    if (now() - from > span) {
      if (left > 0) write(m.web_log_more({ count: left }));
      [from, written, left] = [now(), 0, 0];
    }
    if (written++ < linesMost) write(line);
    else left++;
  };
};
