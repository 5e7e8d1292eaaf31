/** The hashes of a whole local file, read as it would be sent. */
import { createHash } from 'node:crypto';
import { problem } from '../../../preload/problems.ts';
import { fail, failed, ok, type Outcome } from '../outcome.ts';
import { FailureError } from '../providers/provider.ts';
import { openSource, readChunk } from './chunk-reader.ts';
import type { HashAlgorithm, HashedFile, Hashes } from './hashes.ts';
import type { Identity } from './identity.ts';
import { settledLook } from './settled.ts';

/**
 * Reads a file once for all algorithms. `onProgress` gets the bytes read so far, after each block. Fails with
 * `attention` like the chunk reader, also where the file changed while it was read.
 * @throws the reason of `signal`
 */
export const hashFile = async (
  identity: Identity,
  algorithms: readonly HashAlgorithm[],
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (bytes: number) => void } = {},
): Promise<Outcome<HashedFile>> => {
  const opened = await openSource(identity);
  if (!opened.ok) return opened;
  const source = opened.value;
  const hashes = algorithms.map((algorithm) => ({ algorithm, hash: createHash(algorithm) }));
  let done = 0;
  try {
    const before = await settledLook(source, Date.now);
    if (!before.ok) return before;
    const range = { source, offset: 0, size: identity.size, ...(signal && { signal }) };
    for await (const block of readChunk(range)) {
      for (const { hash } of hashes) hash.update(block);
      onProgress?.((done += block.length));
    }
    const after = await source.look();
    if (!after.ok) return after;
    if (after.value !== before.value)
      return fail('attention', problem('file-changed', { path: identity.path, what: 'modified' }));
    const digests = hashes.map(({ algorithm, hash }) => [algorithm, hash.digest('hex')]);
    return ok({ hashes: Object.fromEntries(digests) as Hashes, ctimeNs: after.value });
  } catch (error) {
    if (error instanceof FailureError) return failed(error.failure);
    throw error;
  } finally {
    await source.close();
  }
};
