/** The day of a moment, where the person is: 2026-11-21. Takes ms since the epoch. */
export const dayOf = (at: number): string => {
  const d = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
};

export type Day<T> = { readonly key: string; readonly at: number; readonly rows: readonly T[] };

/** Rows by the day they ended, in their order; a day that comes twice, after the clock was set back, stays one. */
export const byDay = <T extends { readonly at: number }>(rows: readonly T[]): readonly Day<T>[] => {
  const days = new Map<string, { key: string; at: number; rows: T[] }>();
  for (const row of rows) {
    const key = dayOf(row.at);
    const day = days.get(key);
    if (day === undefined) days.set(key, { key, at: row.at, rows: [row] });
    else day.rows.push(row);
  }
  return [...days.values()];
};

/** Whether a moment is today, yesterday, or another day. */
export const nearDay = (at: number, now: number): 'today' | 'yesterday' | undefined => {
  const day = dayOf(at);
  if (day === dayOf(now)) return 'today';
  const yesterday = new Date(now);
  // By the calendar and not by 24 hours: days have 23 or 25 where clocks are set.
  yesterday.setDate(yesterday.getDate() - 1);
  return day === dayOf(yesterday.getTime()) ? 'yesterday' : undefined;
};
