/** A server program that somebody keeps on this machine, through the lives that a test gives it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { z } from 'zod';
import { endProcess, untilAnswers } from '../peers/own-program.ts';

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
    await untilAnswers(launch(), ready, ({ ok }) => ok);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const own = child;
    child = undefined;
    await endProcess(own, signal);
  };
  const begin = (signal: NodeJS.Signals) => async (): Promise<void> => {
    await end(signal);
    await start();
  };
  /** As the suite wants a server. */
  const server = { kill: begin('SIGKILL'), restart: begin('SIGTERM'), crashes: () => Promise.resolve(crashes) };
  return { start, end, server };
};
