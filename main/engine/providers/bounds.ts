/** What values from a server may be. Anything beyond is taken for absent, or refused, before it is kept or shown. */
import { z } from 'zod';
import { isMoment } from '../../../preload/bounds.ts';

export { latestMoment } from '../../../preload/bounds.ts';

/** ms since the epoch. */
export const moment = z.number().refine(isMoment, 'not a time');
/** Seconds that something lasts: up to a thousand years. */
export const lasting = z.number().nonnegative().max(31_536_000_000);

/** Text that is kept or shown: a name, a key, an address. */
export const text = (most: number) => z.string().max(most);

/** Text that is put into a header: printable, and of one line. */
export const headerText = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[\x20-\x7e]*$/);

/**
 * A key, an id or a token that an answer reveals only once: the only kind of field that such an answer must have. It is
 * encoded where it is put into an address.
 *
 * @param most characters
 */
export const revealed = (most = 1_024) => z.string().min(1).max(most);

/** Any other field of such an answer: `undefined` where it is missing, null, or not what it should be. */
export const beside = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
