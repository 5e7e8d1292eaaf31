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
const short = once(() => new Intl.DurationFormat(getLocale(), { style: 'short' }));
const shortSeconds = once(() => new Intl.DurationFormat(getLocale(), { style: 'short', secondsDisplay: 'always' }));
const long = once(() => new Intl.DurationFormat(getLocale(), { style: 'long' }));
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

/**
 * Several names in a sentence: the first three of them, and how many more there are.
 *
 * @param count of all, where not every name is known
 */
export const firstNames = (names: readonly string[], count = names.length): string => {
  const shown = names.slice(0, 3);
  if (shown.length === 0) return m.format_files({ count });
  const more = count - shown.length;
  return list(more > 0 ? [...shown, m.format_more({ count: more })] : shown);
};

/** A length of time in its two largest units: 17 sec, 2 min, 1 hr, 55 min, 7 days. Takes ms. */
export const duration = (ms: number): string => {
  if (!(ms <= longest)) return m.format_very_long();
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return shortSeconds().format({ seconds });
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return short().format({ hours, minutes: minutes % 60 });
  const days = Math.round(hours / 24);
  return short().format(days < 730 ? { days } : { years: Math.round(days / 365) });
};

const day = 86_400;

/** A length of time that a person chose, in the largest unit that says it exactly: 1 year, 7 days, 12 hours. Takes seconds. */
export const exactDuration = (seconds: number): string => {
  if (seconds % (365 * day) === 0) return long().format({ years: seconds / (365 * day) });
  if (seconds % day === 0 || (seconds >= 2 * day && seconds % 3600 !== 0))
    return long().format({ days: Math.round(seconds / day) });
  if (seconds % 3600 === 0) return long().format({ hours: seconds / 3600 });
  return long().format({ minutes: Math.max(1, Math.round(seconds / 60)) });
};

/** A moment as local date and time, to the minute: 2026-11-21 14:05. Takes ms since the epoch. */
export const time = (at: number): string => (isMoment(at) ? minutes().format(at) : m.format_time_unknown());
