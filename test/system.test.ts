import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** What a program ends with that needs others. Without a path there is no apt-get either, whoever runs this. */
const asks = (programs: readonly (readonly string[])[]): readonly unknown[] => {
  const url = JSON.stringify(new URL('system.ts', import.meta.url).href);
  const code = `import(${url}).then((system) => system.needs(${JSON.stringify(programs)}))`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', code], { env: { PATH: '' }, encoding: 'utf8' });
  return [status, stdout, stderr];
};

it('what the system lacks is asked for in one command where it may not be installed', () => {
  expect(asks([['sh'], ['no-such-program', 'nor-this']])).toEqual([
    1,
    '',
    'sh, no-such-program is missing. Install it with:\n  sudo apt-get install -y --no-install-recommends sh no-such-program\n',
  ]);
});

it('a program that can take the place of a better one is enough', () => {
  expect(asks([['no-such-program', process.execPath]])).toEqual([0, '', '']);
});
