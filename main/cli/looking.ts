/** Adding files in a terminal: what is found is counted, and Ctrl-C adds nothing. */
import { randomUUID } from 'node:crypto';
import type { CallOutput } from '../../preload/contract.ts';
import { amount, bytes } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import { InterruptedError } from './exits.ts';
import { Out } from './out.ts';
import { tellError, type Session } from './session.ts';

type Added = CallOutput<'transfers.add'>;

/**
 * Waits for files to be added. An interrupt cancels that, and waits until nothing of it is queued.
 *
 * @param add makes the call, with the token that names it
 */
export const lookThrough = async (
  { client, out, host, atEnd }: Session,
  add: (token: string) => Promise<Added>,
): Promise<Added> => {
  const token = randomUUID();
  const stop = client.on('adding', ({ token: whose, files, bytes: size }) => {
    if (whose !== token) return;
    out.draw([m.terminal_looking({ count: files, files: amount(files), size: bytes(size) })]);
  });
  const work = add(token);
  let [isOver, interrupted] = [false, false];
  atEnd(async () => {
    if (isOver) return;
    interrupted = true;
    await client.call('transfers.cancelAdd', { token });
    // The command's own output is closed by now.
    await work.catch((error: unknown) => tellError(new Out(host.io, out.json), error, {}, host.io.env));
  });
  try {
    return await work;
  } catch (error) {
    throw interrupted ? new InterruptedError() : error;
  } finally {
    isOver = true;
    stop();
    out.draw([]);
  }
};
