/** A report of a problem, saved from the window. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './desk.ts';

test('the log level is fixed where the environment sets it', { tag: '@rest' }, async ({ desk }) => {
  desk.env['STEVEDORE_LOG'] = 'error';
  const page = await desk.start();
  await page.getByRole('button', { name: 'Settings' }).click();
  const level = page.getByRole('combobox', { name: 'Log' });
  await expect(level).toHaveValue('error');
  await expect(level).toBeDisabled();
  await expect(level).toHaveAccessibleDescription(/^STEVEDORE_LOG sets this/);
});

test('a person sets what the log holds, and saves a report that they can read', { tag: '@web' }, async ({ desk }) => {
  await desk.saveServer(await desk.peer(), 'Peer');
  const page = await desk.start();
  await page.getByRole('button', { name: 'Settings' }).click();
  const level = page.getByRole('combobox', { name: 'Log' });
  await expect(level).toHaveValue('info');
  await level.selectOption('Debug');
  await expect.poll(() => desk.run(['settings', 'log-level'])).toContain('debug');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save diagnostics…' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toMatch(/^stevedore-diagnostics-[\d-]+\.txt$/);
  const path = join(desk.folder, 'report.txt');
  await saved.saveAs(path);
  const text = await readFile(path, 'utf8');
  expect(text).toMatch(/^Stevedore diagnostics\n/);
  expect(text).toContain('logLevel: debug');
  expect(text).toContain('"event":"call","call":"settings.set"');
  await expect(page.getByRole('button', { name: 'Save diagnostics…' })).toBeEnabled();
  expect(desk.complaints).toEqual([]);
});
