/** CPU that other processes have used so far. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Ticks of /proc a second: a constant of the interface, whatever the kernel counts in. */
const ticks = 100;

/** Seconds, user and system together. Throws for a process that is gone. */
export const cpuSeconds = (pid: number): number => {
  if (process.platform === 'linux') {
    // The name of the program stands in parentheses, and may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticks;
  }
  const text = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
};
