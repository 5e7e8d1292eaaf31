/** Processes that were started here, and that end with whoever started them. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** ms after which a process is asked again to end, and then is not asked any more. */
const askAgain = 1_000;
const patience = 8_000;

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const ended = async (child: ChildProcess, ms: number): Promise<boolean> => {
  if (hasEnded(child) || child.pid === undefined) return true;
  const late = AbortSignal.timeout(ms);
  return await once(child, 'exit', { signal: late }).then(
    () => true,
    () => hasEnded(child),
  );
};

export class Children {
  readonly #running = new Set<ChildProcess>();
  #isOver = false;

  /** Starts a program; its standard output can be read, and what it complains of is shown. Throws after the end. */
  start(program: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    if (this.#isOver) throw new Error('nothing is started any more');
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
    this.#running.add(child);
    child.once('close', () => this.#running.delete(child));
    // Who waits for it hears of it; nobody else has to.
    child.on('error', () => this.#running.delete(child));
    return child;
  }

  /** Ends all of them, by their ids: first as a person would, then in any case. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(
      [...this.#running].map(async (child) => {
        child.kill('SIGTERM');
        if (await ended(child, askAgain)) return;
        child.kill('SIGTERM');
        if (await ended(child, patience)) return;
        child.kill('SIGKILL');
        await ended(child, patience);
      }),
    );
  }
}

/** The JSON objects that a program prints, one a line. */
export const linesOf = async function* <T>(child: ChildProcess): AsyncGenerator<T> {
  if (child.stdout === null) return;
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as T;
};

/** Waits for a program's end. Rejects where it could not be started, or failed. */
export const must = async (child: ChildProcess, name: string): Promise<void> => {
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${name} ended with ${code ?? child.signalCode ?? 'nothing'}`);
};
