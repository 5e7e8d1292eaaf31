import type { HistoryView } from '../../preload/contract.ts';
import { bytes, duration } from '../../preload/format.ts';
import { isLeftOut } from '../../preload/problems.ts';
import { m } from '../../preload/paraglide/messages.js';
import { averageRate } from './rate.ts';

export type Ending = HistoryView['ending'];

/** An outcome as a word. */
export const endingWord = (ending: Ending): string =>
  ({ done: m.history_done, failed: m.history_failed, cancelled: m.history_cancelled })[ending]();

/** How an upload ended, as a word. */
export const outcomeWord = ({ ending, problem }: Pick<HistoryView, 'ending' | 'problem'>): string =>
  isLeftOut(ending, problem) ? m.history_left_out() : endingWord(ending);

/** How an upload was verified, in a sentence. */
export const proofWords = (by: string): string => {
  if (by === 'stored-length') return m.history_proof_stored_length();
  if (by === 'server-answer') return m.history_proof_server_answer();
  if (by === 'server-status') return m.history_proof_server_status();
  if (by === 'person') return m.history_proof_person();
  return by === 'hash' ? m.history_proof_hash() : m.history_proof_other();
};

/** Average speed in words; '' where there is none. */
export const rateWords = (row: HistoryView): string => {
  const rate = averageRate(row);
  return rate === undefined ? '' : m.history_rate({ rate: bytes(rate) });
};

/** How long an upload took, in words. */
export const tookWords = ({ took }: HistoryView): string => (took < 1000 ? m.history_under_second() : duration(took));
