/** How a file is cut for a server, before anything is sent. */
import { type Problem, problem } from '../../../../preload/problems.ts';
import { chunkRange, chunksMost, type FilesNestSettings } from './state.ts';

export type Plan = {
  /** Bytes of every chunk but the last. */
  readonly chunkSize: number;
  /** protocol: at least 1; an empty file is one chunk without a byte. */
  readonly count: number;
};

/** Most bytes of a chunk that a server takes. */
const chunkMost = ({ uploadMaxSize }: Pick<FilesNestSettings, 'uploadMaxSize'>): number =>
  uploadMaxSize === 0 ? chunkRange.most : Math.min(uploadMaxSize, chunkRange.most);

/** Bytes of the largest file: its chunks can be neither more nor larger. */
export const fileMost = (settings: Pick<FilesNestSettings, 'uploadMaxSize'>): number =>
  chunkMost(settings) * chunksMost;

/**
 * Chunks of the usual size, of more where they would be more than 2,000, and never of more than the server takes.
 *
 * @returns the problem of a file that is too large
 */
export const planOf = (
  { name, size }: { readonly name: string; readonly size: number },
  settings: Pick<FilesNestSettings, 'uploadMaxSize' | 'chunkSize'>,
  server: string,
): Plan | { readonly refused: Problem } => {
  const least = Math.ceil(size / chunksMost);
  const chunkSize = Math.min(Math.max(settings.chunkSize, least), chunkMost(settings));
  const count = Math.max(1, Math.ceil(size / chunkSize));
  return size > fileMost(settings)
    ? { refused: problem('too-large', { name, size, limit: fileMost(settings), server }) }
    : { chunkSize, count };
};
