import type { HistoryView } from '../../preload/contract.ts';

/** Bytes/s over the whole of an upload; absent where it did not succeed, or was too short to tell. */
export const averageRate = ({ ending, size, took }: HistoryView): number | undefined =>
  ending === 'done' && took > 0 && size > 0 ? (size / took) * 1000 : undefined;
