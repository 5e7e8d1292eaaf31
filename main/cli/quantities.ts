/** Rates and lengths of time as people type them. All throw `UsageError` in words. */
import { m } from '../../preload/paraglide/messages.js';
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
  if (digits === undefined || factor === undefined) throw new UsageError(m.usage_rate({ text }));
  const rate = Math.round(Number(digits) * factor);
  if (rate === 0) return null;
  if (rate < leastRate) throw new UsageError(m.usage_rate_low({ text, leastRate }));
  if (!Number.isSafeInteger(rate)) throw new UsageError(m.usage_rate_high({ text }));
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
  if (/^(never|none|0)$/.test(value)) throw new UsageError(m.usage_expiry({ text }));
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?) ?(s|min|m|h|d|w|y)$/.exec(value) ?? [];
  const factor = lengths[unit];
  if (digits === undefined || factor === undefined)
    throw new UsageError(/^\d+$/.test(value) ? m.usage_duration_unit({ text }) : m.usage_duration({ text }));
  const seconds = Math.round(Number(digits) * factor);
  if (seconds < 1) throw new UsageError(m.usage_duration_short({ text }));
  if (!Number.isSafeInteger(seconds)) throw new UsageError(m.usage_duration_long({ text }));
  return seconds;
};

/** A whole number within bounds. `what` names it in the error. */
export const parseWhole = (text: string, what: string, from: number, to: number): number => {
  const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (!(value >= from && value <= to)) throw new UsageError(m.usage_number({ text, what, from, to }));
  return value;
};
