import { appendFile } from 'node:fs/promises';
import { runHere } from '../cli-here.ts';
import { test, expect, type Cloud } from './cloud.ts';
import type { Desk } from './desk.ts';
import { expectClean } from './violations.ts';

const files = (desk: Desk): Promise<string[]> =>
  Promise.all(['a.txt', 'b.txt', 'c.txt'].map((name) => desk.file(name, 500)));
const renamed = async (cloud: Cloud): Promise<boolean> =>
  (await Promise.all(['a', 'b', 'c'].map((name) => cloud.stored(`/${name} (1).txt`)))).every(
    (one) => one !== undefined,
  );

test(
  'names that are taken are one line above the queue and at the end of the batch, and one click decides about all',
  { tag: '@page' },
  async ({ desk, cloud }) => {
    const paths = await files(desk);
    const page = await desk.start();
    await desk.drop(page, paths);
    await expect(page.locator('[data-row][data-state=done]')).toHaveCount(3);
    // Files that have not changed would be recognised.
    for (const path of paths) await appendFile(path, 'more');
    await desk.drop(page, paths);
    const slip = page.locator('.slip', { hasText: '3 names are taken' });
    await expect(slip.getByRole('button', { name: 'Skip all' })).toBeVisible();
    const line = page.getByRole('list', { name: 'Decide for several uploads' }).getByRole('listitem');
    await expect(line).toHaveText(/^\s*3 names are taken\s*Skip all\s*New version for all\s*Rename all\s*$/);
    await expectClean(page);
    await line.getByRole('button', { name: 'Rename all' }).click();
    await expect.poll(() => renamed(cloud)).toBe(true);
    await expect(line).toHaveCount(0);
    await expect(page.locator('[data-row][data-state=attention]')).toHaveCount(0);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'the end of an upload in the terminal has a line for each cause, with the commands that decide about all',
  { tag: '@page' },
  async ({ desk, cloud }) => {
    const paths = await files(desk);
    const run = (words: readonly string[]) => runHere([...words, '--profile', desk.profile], desk.folder);
    expect((await run(['upload', ...paths, '--to', '/'])).out).not.toContain('taken');
    const { code, out } = await run(['upload', ...paths, '--to', '/', '--again']);
    expect(code).not.toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines.slice(-4)).toEqual([
      expect.stringContaining('3 names are taken'),
      '    stevedore decide --all --cause name-exists skip  # Skip all',
      '    stevedore decide --all --cause name-exists new-version  # New version for all',
      '    stevedore decide --all --cause name-exists rename  # Rename all',
    ]);
    expect((await run(['decide', '--all', '--cause', 'file-missing', 'rename'])).out).toContain('0');
    expect((await run(['decide', '--all', '--cause', 'name-exists', 'rename'])).code).toBe(0);
    expect((await run(['run', '--until-idle'])).code).toBe(0);
    expect(await renamed(cloud)).toBe(true);
  },
);
