/** Programs of real servers that tests start, kill and end. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the program answers at an address, as `fits` wants it. Throws where it ends, or after 30 seconds. */
export const untilAnswers = async (
  child: ChildProcess,
  url: string,
  fits: (answer: Response) => boolean = () => true,
): Promise<void> => {
  const until = Date.now() + 30_000;
  for (;;) {
    const answer = await fetch(url, { headers: { connection: 'close' } }).catch(() => undefined);
    if (answer !== undefined && fits(answer)) return;
    if (Date.now() > until || child.exitCode !== null) throw new Error(`${child.spawnfile} does not answer at ${url}`);
    await sleep(50);
  }
};

/** Resolves when the process has ended, which may be before. */
export const endProcess = async (child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> => {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
};
