/** Servers of benchmarks, each in a process of its own, so that what they compute is not the client's. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type BenchServer = {
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
};

/** Starts the program of a module (its `import.meta.url`) with one argument; it sends its port when it listens. */
export const startProgram = async (module: string, argument: string): Promise<BenchServer> => {
  const child = fork(fileURLToPath(module), [argument]);
  const exit = once(child, 'exit');
  const [port] = (await Promise.race([once(child, 'message'), exit.then(() => [undefined])])) as [number | undefined];
  if (port === undefined) throw new Error('the server did not start');
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stop: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
};
