/** What values from a server may be. Anything beyond is taken for absent, or refused, before it is kept or shown. */
import { z } from 'zod';
import { isMoment } from '../../../preload/bounds.ts';

/** ms since the epoch. */
export const moment = z.number().refine(isMoment, 'not a time');
/** A moment in a field that is good to know and no more: what is no moment is absent. */
export const maybeMoment = moment.optional().catch(undefined);
/** Seconds that something lasts: up to a thousand years. */
export const lasting = z.number().nonnegative().max(31_536_000_000);

/** Text that is kept or shown: a name, a key, an address. */
export const text = (most: number) => z.string().max(most);
/** A key or id that is put into addresses, and so is encoded there. */
export const token = z.string().min(1).max(1_000);
