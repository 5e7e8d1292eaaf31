/** Rates and lengths of time as people type them. All throw `UsageError` in words. */
import { UsageError } from './exits.ts';

const sizes: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const binary: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Least limit that is taken, bytes/s: less would look like a hang. */
const leastRate = 1024;

/** `5M`, `500k`, `1.5G`, `2MiB/s` → bytes/s; `0` and `none` → `null`, no limit. Decimal units unless written Ki, Mi. */
export const parseRate = (text: string): number | null => {
  const value = text.trim().toLowerCase();
  if (value === 'none') return null;
  const [, digits, unit = '', i] = /^(\d+(?:\.\d+)?) ?([kmgt]?)(i?)(?:b)?(?:\/s)?$/.exec(value) ?? [];
  const factor = i === 'i' ? binary[unit] : sizes[unit];
  if (digits === undefined || factor === undefined)
    throw new UsageError(`${text} is no rate. Give bytes a second, such as 500k, 5M or 1.5G; none for no limit.`);
  const rate = Math.round(Number(digits) * factor);
  if (rate === 0) return null;
  if (rate < leastRate)
    throw new UsageError(`${text} is too slow: at least ${leastRate} bytes a second, or none for no limit.`);
  if (!Number.isSafeInteger(rate)) throw new UsageError(`${text} is more than can be counted; none sets no limit.`);
  return rate;
};

const lengths: Readonly<Record<string, number>> = {
  s: 1,
  min: 60,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  y: 365 * 86_400,
};

/** `90s`, `30m`, `12h`, `7d`, `2w`, `1y`, `1.5h` → whole seconds. */
export const parseSeconds = (text: string): number => {
  const value = text.trim().toLowerCase();
  const how = 'Give a length of time such as 30m, 12h, 7d, 2w or 1y.';
  if (/^(never|none|0)$/.test(value))
    throw new UsageError(`${text} is no expiry: every share ends some day. ${how} The server says how long it may be.`);
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?) ?(s|min|m|h|d|w|y)$/.exec(value) ?? [];
  const factor = lengths[unit];
  if (digits === undefined || factor === undefined) {
    const bare = /^\d+$/.test(value) ? ` ${text} what? ${text}s are seconds, ${text}h are hours.` : '';
    throw new UsageError(`${text} is no length of time.${bare} ${how}`);
  }
  const seconds = Math.round(Number(digits) * factor);
  if (seconds < 1) throw new UsageError(`${text} is shorter than a second. ${how}`);
  if (!Number.isSafeInteger(seconds)) throw new UsageError(`${text} is longer than can be counted. ${how}`);
  return seconds;
};

/** A whole number within bounds. `what` names it in the error. */
export const parseWhole = (text: string, what: string, from: number, to: number): number => {
  const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (!(value >= from && value <= to))
    throw new UsageError(`${text} is not right for ${what}: a whole number from ${from} to ${to}.`);
  return value;
};
