/** How numbers are written for people: the same in window, terminal and messages. */

import { isMoment } from './bounds.ts';
import { m } from './paraglide/messages.js';
import { getLocale } from './paraglide/runtime.js';

/** Made when it is first needed: making one takes about a millisecond, and most commands need none. */
const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

const whole = once(() => new Intl.NumberFormat(getLocale(), { maximumFractionDigits: 0, useGrouping: false }));
const tenths = once(() => new Intl.NumberFormat(getLocale(), { maximumFractionDigits: 1, useGrouping: false }));
const grouped = once(() => new Intl.NumberFormat(getLocale()));
const conjunction = once(() => new Intl.ListFormat(getLocale(), { type: 'conjunction' }));
// Swedish writes dates as ISO 8601 does, which sorts and which nobody misreads.
const minutes = once(() => new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'short' }));

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in decimal units, as servers and file managers show them: 999 B, 1.5 kB, 20 MB. */
export const bytes = (n: number): string => {
  let value = n;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const amount = (unit === 0 || value >= 99.95 ? whole() : tenths()).format(value);
  return m.format_size({ amount, unit: units[unit] ?? '' });
};

/** A count with its thousands grouped: 12,345. */
export const amount = (n: number): string => grouped().format(n);

/** Several things in a sentence: a and b; a, b, and c. */
export const list = (parts: readonly string[]): string => conjunction().format(parts);

/** ms: a thousand years. Longer ones are no lengths of time that anybody meant. */
const longest = 31_536_000_000_000;

/** A length of time in its two largest units: 17 s, 2 min, 1 h 55 min, 7 days. Takes ms. */
export const duration = (ms: number): string => {
  if (!(ms <= longest)) return m.format_very_long();
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return m.format_seconds({ s });
  const min = Math.round(s / 60);
  if (min < 60) return m.format_minutes({ min });
  const h = Math.floor(min / 60);
  if (h < 48) return min % 60 === 0 ? m.format_hours({ h }) : m.format_hours_minutes({ h, min: min % 60 });
  const days = Math.round(h / 24);
  return days < 730 ? m.format_days({ count: days }) : m.format_years({ count: Math.round(days / 365) });
};

/** A moment as local date and time, to the minute: 2026-11-21 14:05. Takes ms since the epoch. */
export const time = (at: number): string => (isMoment(at) ? minutes().format(at) : m.format_time_unknown());
