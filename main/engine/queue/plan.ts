import type { Chunk, Job } from '../providers/provider.ts';
import type { Transfer } from '../store/rows.ts';

/** Chunks of a file of `size` bytes; an empty file has one, of zero bytes. */
export const countOf = (size: number, chunkSize: number): number => Math.max(1, Math.ceil(size / chunkSize));

/** The bytes of one chunk. */
export const chunkOf = (row: Pick<Transfer, 'size' | 'chunkSize'>, index: number): Chunk => {
  const chunkSize = row.chunkSize ?? row.size;
  const offset = index * chunkSize;
  return { index, offset, size: Math.min(chunkSize, row.size - offset) };
};

/** The transfer as its provider sees it. */
export const jobOf = (
  row: Pick<Transfer, 'name' | 'size' | 'options'> &
    Partial<Pick<Transfer, 'folder' | 'identity' | 'creating' | 'startedAt' | 'hashes'>>,
): Job => ({
  name: row.name,
  folder: row.folder ?? [],
  size: row.size,
  modifiedAt: row.identity === undefined ? 0 : Number(BigInt(row.identity.mtimeNs) / 1_000_000n),
  options: row.options,
  createInDoubt: row.creating ?? false,
  ...(row.hashes === undefined ? {} : { hashes: row.hashes }),
  ...(row.creating === true && row.startedAt !== undefined ? { createTriedAt: row.startedAt } : {}),
});
