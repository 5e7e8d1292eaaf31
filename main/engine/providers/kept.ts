import type { z } from 'zod';
import type { Kept } from './provider.ts';

/**
 * A kept value that has had one version only.
 *
 * @param what what it is, in the error of another version
 */
export const firstVersion = <T>(what: string, schema: z.ZodType<T>): Kept<T> => ({
  version: 1,
  schema,
  migrate: (_value, version) => {
    throw new Error(`${what} of version ${version} are not known`);
  },
});
