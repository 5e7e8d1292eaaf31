/** Streams the body of a request into a file, in blocks of 1 MiB, without holding more than that of it. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';

/** `short`: the connection broke before its end. `slow`: no byte came for too long. `ended`: by the signal. */
type Received = 'whole' | 'short' | 'slow' | 'ended';

const block = 1024 * 1024;

/**
 * Resolves when the file is whole and closed. Else nothing is left of it, but where it was `ended`: who ended it
 * removes more than this file, or tells at the next start what is there. The request is left open, to be answered.
 * Rejects with what the file system says.
 *
 * @param size bytes that the body has
 * @param patience ms without a byte after which it is cut, and the clock that tells them
 */
export const receive = async (
  request: IncomingMessage,
  path: string,
  size: number,
  { slowMs, now }: { readonly slowMs: number; readonly now: () => number },
  ending: AbortSignal,
): Promise<Received> => {
  const file = createWriteStream(path, { flags: 'w', mode: 0o600, highWaterMark: block });
  const closed = once(file, 'close').catch(() => undefined);
  const { promise, resolve, reject } = Promise.withResolvers<Received>();
  const { socket } = request;
  let [seen, seenAt] = [-1, now()];
  const watch = setInterval(() => {
    // A slow disk is no slow browser.
    const moved = socket.bytesRead + file.bytesWritten;
    if (moved !== seen) [seen, seenAt] = [moved, now()];
    else if (now() - seenAt >= slowMs) resolve('slow');
  }, slowMs / 10);
  const end = (): void => resolve('ended');
  const broke = (): void => {
    if (!request.complete) resolve('short');
  };
  file.once('error', reject);
  file.once('finish', () => resolve(file.bytesWritten === size ? 'whole' : 'short'));
  request.once('close', broke);
  request.on('error', broke);
  ending.addEventListener('abort', end);
  if (ending.aborted) end();
  else request.pipe(file);
  let how: Received | undefined;
  try {
    how = await promise;
    return how;
  } finally {
    clearInterval(watch);
    ending.removeEventListener('abort', end);
    if (how !== 'whole') {
      request.unpipe(file);
      file.destroy();
    }
    await closed;
    if (how !== 'whole' && how !== 'ended') await rm(path, { force: true });
  }
};
