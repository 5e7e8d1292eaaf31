/** What is going on in the whole queue, in words. */
import { coarse, type Whole } from '../../preload/flow.ts';
import { amount, bytes, duration } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';

/** Whole percents, of what the servers have acknowledged. */
export const wholePercent = ({ progress }: Whole): number => Math.floor(progress * 100);

/** "78 of 2,000 · 4 % · 6 min left". `leftMs`: absent where it cannot be estimated. */
export const wholeWords = (whole: Whole, leftMs: number | undefined): string =>
  [
    m.whole_of({ done: amount(whole.done), count: amount(whole.count) }),
    m.title_percent({ percent: wholePercent(whole) }),
    ...(leftMs === undefined ? [] : [m.row_left({ time: duration(coarse(leftMs)) })]),
  ].join(' · ');

/** The speed of all together: of many small files how many are done, since their bytes say nothing. */
export const rateWords = ({
  rate,
  filesRate,
}: {
  readonly rate: number;
  readonly filesRate: number | undefined;
}): string => {
  if (filesRate === undefined || rate >= 1_000_000) return m.flow_rate({ rate: bytes(rate) });
  const count = Math.round(filesRate);
  return m.whole_files_rate({ count, amount: amount(count) });
};
