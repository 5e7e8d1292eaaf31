/** A server program that somebody keeps on this machine, through the lives that a test gives it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** The program and its arguments: it is started, killed and ended by the tests. */
export const programFields = {
  run: z.tuple([z.string()], z.string()),
  cwd: z.string(),
};

type KeptProgram = {
  readonly run: readonly [string, ...string[]];
  readonly cwd: string;
  /** It answers here when it is ready. */
  readonly ready: string;
  /** It is started again when it crashes, as an administrator's service manager does. */
  readonly revive?: boolean;
};

export const keepRunning = ({ run: [program, ...args], cwd, ready, revive = false }: KeptProgram) => {
  let child: ChildProcess | undefined;
  let crashes = 0;
  const launch = (): ChildProcess => {
    const own = spawn(program, args, { cwd, stdio: 'ignore' });
    child = own;
    own.once('exit', () => {
      if (child !== own) return;
      crashes++;
      if (revive) launch();
    });
    return own;
  };
  const start = async (): Promise<void> => {
    const own = launch();
    const until = Date.now() + 30_000;
    for (;;) {
      const answer = await fetch(ready).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(50);
      if (Date.now() > until || own.exitCode !== null) throw new Error(`${program} does not answer at ${ready}`);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const own = child;
    child = undefined;
    if (own === undefined || own.exitCode !== null || own.signalCode !== null) return;
    const exited = once(own, 'exit');
    own.kill(signal);
    await exited;
  };
  return { start, end, crashes: () => crashes };
};
