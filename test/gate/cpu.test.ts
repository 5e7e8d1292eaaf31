import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { counted, cpuSeconds } from './cpu.ts';

/** Uses a third of a second of CPU, then ends. */
const busy = `while (process.cpuUsage().user < 333_000);`;

const run = async (command: readonly string[]): Promise<number | null> => {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
};

describe.skipIf(process.platform !== 'linux')('the CPU time of a run', () => {
  it('holds what a process below it has used', async () => {
    const before = cpuSeconds() ?? 0;
    await run([process.execPath, '-e', busy]);
    expect((cpuSeconds() ?? 0) - before).toBeGreaterThan(0.3);
  });

  it('holds what was used below a process that has ended before its children', async () => {
    const before = cpuSeconds() ?? 0;
    // The shell in the middle does not wait; its parent ends when the orphan does, which closes its output.
    const parent = `
      const { spawn } = require('node:child_process');
      const shell = spawn('sh', ['-c', '"$0" -e "$1" &', process.execPath, ${JSON.stringify(busy)}]);
      shell.stdout.resume();`;
    await run(counted([process.execPath, '-e', parent]));
    expect((cpuSeconds() ?? 0) - before).toBeGreaterThan(0.3);
  });

  it.each([0, 3])('is counted without a change to the exit code %i', async (code) => {
    expect(await run(counted([process.execPath, '-e', `process.exit(${code})`]))).toBe(code);
  });

  it('is counted without hiding that a program was killed', async () => {
    const code = await run(counted([process.execPath, '-e', `process.kill(process.pid, 'SIGKILL')`]));
    expect(code).not.toBe(0);
  });
});
