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

test('the app asks where to save a report, and says whether it was saved', { tag: '@app' }, async ({ desk }) => {
  test.skip(!desk.simulates, 'On the real system a person has to choose.');
  const page = await desk.start();
  await page.getByRole('button', { name: 'Settings' }).click();
  const save = page.getByRole('button', { name: 'Save diagnostics…' });
  const asked = async () => (await desk.app.command('state')).dialogs.map(({ kind, message }) => [kind, message]);
  const name: unknown = expect.stringMatching(/^stevedore-diagnostics-[\d-]+\.txt$/);

  await save.click();
  await expect.poll(asked).toEqual([['save', name]]);
  const path = join(desk.folder, 'report.txt');
  await desk.app.command('answerSave', { canceled: false, filePath: path });
  await expect(page.getByText(`Saved to ${path}`)).toBeVisible();
  const text = await readFile(path, 'utf8');
  expect(text).toMatch(/^Stevedore diagnostics\n/);
  expect(text).toContain('logLevel: info');

  await save.click();
  await expect.poll(asked).toEqual([
    ['save', name],
    ['save', name],
  ]);
  const missing = join(desk.folder, 'no such folder', 'report.txt');
  await desk.app.command('answerSave', { canceled: false, filePath: missing });
  await expect(page.getByText(`${missing} could not be written. The file was not saved.`)).toBeVisible();
  expect(desk.complaints).toEqual([]);
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
