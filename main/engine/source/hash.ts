/** The hash of a whole local file, read as it would be sent. */
import { createHash } from 'node:crypto';
import { problem } from '../../../preload/problems.ts';
import { openSource, readChunk } from './chunk-reader.ts';
import type { Identity } from './identity.ts';
import { fail, failed, ok, type Outcome } from '../outcome.ts';
import { FailureError } from '../providers/provider.ts';

/**
 * The hash in lower-case hex. `onProgress` gets the bytes hashed so far, after each block. Fails with `attention`
 * like the chunk reader, also where the file changed meanwhile.
 * @throws the reason of `signal`
 */
export const hashFile = async (
  identity: Identity,
  algorithm: 'sha256' | 'md5',
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (bytes: number) => void } = {},
): Promise<Outcome<string>> => {
  const source = await openSource(identity);
  if (!source.ok) return source;
  const hash = createHash(algorithm);
  let done = 0;
  try {
    const before = await source.value.look();
    if (!before.ok) return before;
    const range = { source: source.value, offset: 0, size: identity.size, ...(signal && { signal }) };
    for await (const block of readChunk(range)) {
      hash.update(block);
      onProgress?.((done += block.length));
    }
    const now = await source.value.look();
    if (!now.ok) return now;
    const { path } = identity;
    return now.value === before.value
      ? ok(hash.digest('hex'))
      : fail('attention', problem('file-changed', { path, what: 'modified' }));
  } catch (error) {
    if (error instanceof FailureError) return failed(error.failure);
    throw error;
  } finally {
    await source.value.close();
  }
};
