/** What tests, demo and benchmarks need of the system: installed where that is allowed, else asked for in one command. */
import { spawnSync } from 'node:child_process';

const install = 'install -y --no-install-recommends';

const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

/**
 * Makes sure that programs are there. A program that can take the place of a better one is named after it: the best one is
 * installed where that is allowed, and any of them is enough. Ends the process with the command that installs what is
 * missing where it may not itself.
 */
export const needs = (programs: readonly (readonly string[])[]): void => {
  const better = programs.flatMap(([best = '']) => (has(best) ? [] : [best]));
  if (better.length === 0) return;
  const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && has('apt-get');
  if (mayInstall) {
    process.stdout.write(`installing ${better.join(', ')}\n`);
    // Where there is no network, what is there already has to do.
    const apt = 'apt-get -o Acquire::http::Timeout=20 -o Acquire::Retries=1';
    const steps = `${apt} update; ${apt} ${install} ${better.join(' ')}`;
    spawnSync('sh', ['-c', steps], { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  }
  const missing = programs.flatMap((names) => (names.some(has) ? [] : names.slice(0, 1)));
  if (missing.length === 0) return;
  const command = `sudo apt-get ${install} ${missing.join(' ')}`;
  process.stderr.write(`${missing.join(', ')} is missing. Install it with:\n  ${command}\n`);
  process.exit(1);
};
