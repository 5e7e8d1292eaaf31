/** How numbers are written for people: the same in window, terminal and messages. */

import { isMoment } from './bounds.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in decimal units, as servers and file managers show them: 999 B, 1.5 kB, 20 MB. */
export const bytes = (n: number): string => {
  let value = n;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${units[unit]}`;
};

/** ms: a thousand years. Longer ones are no lengths of time that anybody meant. */
const longest = 31_536_000_000_000;

/** A length of time in its two largest units: 17 s, 2 min, 1 h 55 min, 7 days. Takes ms. */
export const duration = (ms: number): string => {
  if (!(ms <= longest)) return 'more than 1000 years';
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  const min = Math.round(s / 60);
  if (min < 60) return `${min} min`;
  const h = Math.floor(min / 60);
  if (h < 48) return min % 60 === 0 ? `${h} h` : `${h} h ${min % 60} min`;
  const days = Math.round(h / 24);
  return days < 730 ? `${days} days` : `${Math.round(days / 365)} years`;
};

/** A moment as local date and time, to the minute: 2026-11-21 14:05. Takes ms since the epoch. */
export const time = (at: number): string => {
  if (!isMoment(at)) return 'an unknown time';
  const d = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}`;
};

const grouped = new Intl.NumberFormat('en');

/** A count with its thousands grouped: 12,345. */
export const amount = (n: number): string => grouped.format(n);

const conjunction = new Intl.ListFormat('en', { type: 'conjunction' });

/** Several things in a sentence: a and b; a, b, and c. */
export const list = (parts: readonly string[]): string => conjunction.format(parts);
