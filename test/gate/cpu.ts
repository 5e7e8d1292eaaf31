/** CPU time of a run with everything that it starts. */
import { existsSync, readFileSync } from 'node:fs';

/** Linux reports the times of a process in this many ticks a second to all programs. */
const ticks = 100;

/**
 * CPU seconds that this process has used, and all processes below it that have ended and were waited for. Undefined
 * where the system does not report that.
 */
export const cpuSeconds = (): number | undefined => {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The name of the program, in brackets, may hold spaces: utime, stime, cutime and cstime are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / ticks;
};

const perl = '/usr/bin/perl';

/** The number of the call `prctl`. */
const prctl: Partial<Record<NodeJS.Architecture, number>> = { x64: 157, arm64: 167 };

/** Runs a program, takes in the orphans below it (PR_SET_CHILD_SUBREAPER is 36), and waits for them. */
const script = (call: number): string => `
  syscall(${call}, 36, 1, 0, 0, 0);
  my $main = fork;
  if (!$main) { exec { $ARGV[0] } @ARGV or exit 127 }
  my $status = 0;
  while ((my $ended = wait) > 0) { if ($ended == $main) { $status = $?; last } }
  for (1 .. 20) { my $ended; 1 while ($ended = waitpid(-1, 1)) > 0; last if $ended < 0; select(undef, undef, undef, 0.05) }
  exit($status & 127 ? 128 + ($status & 127) : $status >> 8);
`;

/**
 * A command that runs another one, so that `cpuSeconds` knows of all of its processes: those of a browser that was
 * killed are orphans, which nobody would wait for. The command itself where the system does not have what that needs.
 */
export const counted = (command: readonly string[]): readonly string[] => {
  const call = process.platform === 'linux' ? prctl[process.arch] : undefined;
  return call === undefined || !existsSync(perl) ? command : [perl, '-e', script(call), ...command];
};
