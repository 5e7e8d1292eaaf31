import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';

/** Bytes that may wait for whoever reads them before the sender is held back. */
const MOST_WAITING = 1024 * 1024;

/**
 * The body of a request as it arrived. Of one that is cut, all that came is read first, which Node drops where nobody
 * has taken it yet; then reading throws. Has to be called before anything is waited for.
 */
export function arriving(request: IncomingMessage): AsyncGenerator<Buffer> {
  const arrived = new PassThrough({ highWaterMark: MOST_WAITING });
  request.on('error', () => {}).pipe(arrived);
  request.once('close', () => {
    if (!request.readableEnded) arrived.end();
  });
  return (async function* () {
    for await (const piece of arrived) yield piece as Buffer;
    if (!request.readableEnded) throw new Error('The connection broke off.');
  })();
}
