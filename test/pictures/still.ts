/**
 * The still window in a process of its own, whose clock stands as well: what is done today, and what expires soon, is
 * the same on each day.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { mock } from 'node:test';
import { showStill } from './host.ts';

export type StillOptions = {
  readonly profile: string;
  /** The time, ms. */
  readonly now: number;
  /** What the window's picker shows. */
  readonly files: string;
  /** One to sign in with. */
  readonly password?: string;
};

export type Still = {
  /** The window's address; ends with a slash. */
  readonly url: string;
  /** Signs a browser in, once. */
  readonly link: string;
  /** Tells the window how fast the rows under way are; 1 is their usual speed. */
  readonly tellFlow: (flow: number) => Promise<void>;
  /** Breaks the window's connection. */
  readonly stop: () => Promise<void>;
};

type Place = Pick<Still, 'url' | 'link'>;

/** Starts it. Rejects where it does not start. */
export const startStill = async (options: StillOptions): Promise<Still> => {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)]);
  const gone = once(child, 'exit');
  const answer = async (): Promise<unknown> => {
    const [said] = (await Promise.race([once(child, 'message'), gone.then(() => [undefined])])) as [unknown];
    if (said === undefined) throw new Error('the window over the profile has ended');
    return said;
  };
  const place = (await answer()) as Place;
  return {
    ...place,
    tellFlow: async (flow) => {
      child.send(flow);
      await answer();
    },
    stop: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
};

const serve = async (options: StillOptions): Promise<void> => {
  mock.timers.enable({ apis: ['Date'], now: options.now });
  const { web, tellFlow } = await showStill(options.profile, options);
  const place: Place = { url: web.url, link: web.newLink() };
  process.on('message', (flow) => {
    void tellFlow(Number(flow)).then(() => process.send?.('told'));
  });
  // Whoever started it is gone, however that ended.
  process.once('disconnect', () => process.exit());
  process.send?.(place);
};

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url))
  await serve(JSON.parse(process.argv[2] ?? '') as StillOptions);
