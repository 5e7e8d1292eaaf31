/**
 * Reading answers that reveal a key, an id or a token only once: a field that is not as expected never costs what stands
 * beside it.
 */
import { z } from 'zod';

/** A key, an id or a token, of 1 to `most` characters: the only kind of field that such an answer must have. */
export const revealed = (most = 1_024) => z.string().min(1).max(most);

/** Any other field of such an answer: `undefined` where it is missing, null, or not what it should be. */
export const beside = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** ms since the epoch, in the range that dates have. */
export const moment = z.number().min(0).max(8.64e15);
