import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('what the system lacks is asked for in one command where it may not be installed', () => {
  const asks = `import(${JSON.stringify(new URL('system.ts', import.meta.url).href)}).then((system) => system.needs(['sh', 'no-such-program']))`;
  // Without a path there is no apt-get either, whoever runs this.
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', asks], { env: { PATH: '' }, encoding: 'utf8' });
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toBe(
    'sh, no-such-program is missing. Install it with:\n  sudo apt-get install -y --no-install-recommends sh no-such-program\n',
  );
});
