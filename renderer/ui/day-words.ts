import { isMoment } from '../../preload/bounds.ts';
import { m } from '../../preload/paraglide/messages.js';
import { getLocale } from '../../preload/paraglide/runtime.js';
import { nearDay } from './days.ts';

/** Which habits of a language dates follow: its own, and for English the one with the day before the month. */
const locale = (): string => {
  const language: string = getLocale();
  return language === 'en' ? 'en-GB' : language;
};

/** Also of a number that is no time: the system's formatter throws for it, which would empty a whole list. */
const formatted = (at: number, how: Intl.DateTimeFormatOptions): string =>
  isMoment(at) ? new Intl.DateTimeFormat(locale(), how).format(at) : m.date_unknown();

const yearOf = (at: number, now: number): { year?: 'numeric' } =>
  new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' };

/** A day in short, with its year where it is another: 5 Dec, 20 Feb 2027. */
export const shortDay = (at: number, now: number): string =>
  formatted(at, { day: 'numeric', month: 'short', ...yearOf(at, now) });

/** A day as a heading: Today, Yesterday, Friday 20 November. */
export const longDay = (at: number, now: number): string => {
  const near = nearDay(at, now);
  if (near === 'today') return m.history_today();
  if (near === 'yesterday') return m.history_yesterday();
  return formatted(at, { weekday: 'long', day: 'numeric', month: 'long', ...yearOf(at, now) });
};

/** A day within a line: today, yesterday, 5 Dec. */
export const wordDay = (at: number, now: number): string => {
  const near = nearDay(at, now);
  if (near === 'today') return m.history_word_today();
  return near === 'yesterday' ? m.history_word_yesterday() : shortDay(at, now);
};

/** Hours and minutes: 13:47. */
export const clockTime = (at: number): string => formatted(at, { hour: '2-digit', minute: '2-digit' });
