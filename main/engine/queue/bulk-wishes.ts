/** Which transfers a wish means where it names none. */
import { pausableStates, resumableStates, retriedStates, type TransferState } from '../../../preload/states.ts';
import type { TransferFilter } from '../store/rows.ts';
import type { PersonWish } from './wishes.ts';

/** Absent: every transfer whose state allows the wish. */
const meant: Partial<Readonly<Record<PersonWish, readonly TransferState[]>>> = {
  pause: pausableStates,
  resume: resumableStates,
  retry: retriedStates,
};

/** Whether a filter names no transfers, but all of them or those of a server. */
export const isWide = ({ ids, states }: TransferFilter): boolean => ids === undefined && states === undefined;

/** The filter, with the states that the wish means where it names neither transfers nor states. */
export const meantBy = (wish: PersonWish, filter: TransferFilter): TransferFilter => {
  const states = meant[wish];
  return states === undefined || !isWide(filter) ? filter : { ...filter, states };
};
