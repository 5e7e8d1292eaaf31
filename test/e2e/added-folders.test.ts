import { mkdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { addServer, prepareCommandLine, terminal, write } from './cli-bench.ts';

prepareCommandLine();

it('a folder that is added or uploaded is one line of the list, and one object a file with --json', async () => {
  await addServer();
  await mkdir(terminal.path('album/deep'), { recursive: true });
  for (const name of ['album/a', 'album/deep/b', 'alone']) await write(name);
  await terminal.run('add', 'album', 'alone');
  const listed = await terminal.run('list');
  expect(listed.out).toMatch(/album\/ +2 kB {2}nas {2}0 of 2 files, 0 %\n/);
  expect(listed.out.trimEnd().split('\n')).toHaveLength(2);
  expect(listed.err).toContain('3');
  expect((await terminal.run('list', '--all-files')).out.trimEnd().split('\n')).toHaveLength(3);
  const objects = await terminal.objects('list');
  expect(objects.map((row) => row['addedFolder'])).toEqual([{ id: 1, name: 'album' }, { id: 1, name: 'album' }, null]);
  await mkdir(terminal.path('notes'));
  for (const name of ['notes/a', 'notes/b', 'notes/c']) await write(name);
  expect((await terminal.run('upload', 'notes')).code).toBe(0);
  expect((await terminal.run('list')).out).toMatch(/notes\/ +3 kB {2}nas {2}3 of 3 files\n/);
});
