import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../outcome.ts';
import type { Source } from './chunk-reader.ts';

/** ms in which two changes may get the same ctime: the longest tick of a system's clock, and a little more. */
const tickMs = 20;
/** The same where a file system counts whole seconds. */
const wholeSecondMs = 1000 + tickMs;

/**
 * The ctime of a file (see `Source.look`), looked at when no later change can get the same.
 *
 * @param now ms since the epoch
 */
export const settledLook = async (source: Source, now: () => number): Promise<Outcome<string | undefined>> => {
  const seen = await source.look();
  if (!seen.ok || seen.value === undefined) return seen;
  const ns = BigInt(seen.value);
  const age = now() - Number(ns / 1_000_000n);
  const tick = ns % 1_000_000_000n === 0n ? wholeSecondMs : tickMs;
  if (age < 0 || age >= tick) return seen;
  await sleep(tick - age);
  return source.look();
};
