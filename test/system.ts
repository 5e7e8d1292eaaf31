/** What tests, demo and benchmarks need of the system: installed where that is allowed, else asked for in one command. */
import { spawnSync } from 'node:child_process';

const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

/** Makes sure that programs are there. Ends the process with the command that installs them where it may not itself. */
export const needs = (programs: readonly string[]): void => {
  const missing = programs.filter((program) => !has(program));
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && has('apt-get');
  if (mayInstall) {
    process.stdout.write(`installing ${missing.join(', ')}\n`);
    spawnSync('apt-get', ['update'], { stdio: 'ignore' });
    spawnSync('sh', ['-c', command], { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    if (missing.every(has)) return;
  }
  process.stderr.write(`${missing.join(', ')} is missing. Install it with:\n  sudo ${command}\n`);
  process.exit(1);
};
