/** How many chunks one file may have, whatever chunk size a server chose. */
import { type Problem, problem } from '../../../preload/problems.ts';

/**
 * Each chunk costs a row in the database and an entry in memory, so a server must not choose their number freely.
 * With chunks of 20 MB this is enough for 2.5 TB.
 */
export const chunksMost = 125_000;

/**
 * The problem of a file that would need too many chunks, or `undefined`. `chunkSize`: bytes; 0 means that the whole file is
 * sent at once.
 */
export const tooManyChunks = (
  file: { readonly name: string; readonly size: number },
  chunkSize: number,
  server: string,
): Problem | undefined => {
  const chunks = chunkSize > 0 ? Math.ceil(file.size / chunkSize) : 1;
  return chunks > chunksMost
    ? problem('chunks-too-many', { name: file.name, server, chunkSize, chunks, limit: chunksMost })
    : undefined;
};
