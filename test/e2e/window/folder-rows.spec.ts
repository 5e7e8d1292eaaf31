import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test, type Desk } from './desk.ts';
import { expectClean } from './violations.ts';

const folder = (page: Page, name: string): Locator =>
  page.locator('[role=row][data-state=folder]').filter({ hasText: name });
const files = (page: Page, state: string): Locator => page.locator(`[role=row][data-state=${state}]`);
const queue = (page: Page): Locator => page.getByRole('grid', { name: 'Queue' });
/** The row that the keyboard is on. */
const current = (page: Page): Locator => page.locator('[role=row].current');

/** Paused files and folders are a section of their own, which is folded. */
const showPaused = (page: Page): Promise<void> => page.getByRole('button', { name: 'Show: Paused' }).click();

/** A window over a server that takes its time, with a folder of four files on its way. */
const album = async (desk: Desk): Promise<{ readonly page: Page; readonly path: string }> => {
  const peer = await desk.peer({ config: { CHUNK_SIZE: 500_000 } });
  await desk.saveServer(peer, 'Hafen');
  await desk.run(['settings', 'at-once', '1']);
  await desk.run(['settings', 'limit-rate', '400k']);
  for (const name of ['album/a.mov', 'album/b.mov', 'album/deep/c.mov', 'album/d.mov', 'other.bin'])
    await desk.file(name, 30_000_000);
  const [path, other] = ['album', 'other.bin'].map((name) => join(desk.folder, 'files', name)) as [string, string];
  await desk.run(['add', path, other]);
  const page = await desk.start();
  await expect(folder(page, 'album')).toContainText('%');
  return { page, path };
};

test(
  'a folder is one row with the files that are done and its size, and opens and closes by the keyboard',
  { tag: '@page' },
  async ({ desk }) => {
    const { page } = await album(desk);
    const row = folder(page, 'album');
    await expect(row).toHaveCount(1);
    await expect(row).toContainText('0 of 4 files · 120 MB');
    // One row in one section, and the file that was added beside it.
    await expect(page.locator('[role=row][data-state]')).toHaveCount(2);
    const triangle = row.getByRole('button', { name: 'Files of album' });
    await expect(triangle).toHaveAttribute('aria-expanded', 'false');
    await queue(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await expect(triangle).toHaveAttribute('aria-expanded', 'true');
    await expect(page.locator('[role=row].inside')).toHaveCount(4);
    await expect(page.locator('[role=row].inside').nth(0)).toContainText('a.mov');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect(current(page)).toContainText('b.mov');
    await expectClean(page);
    // Left leads from a file to its folder, and then closes it.
    await page.keyboard.press('ArrowLeft');
    await expect(current(page)).toContainText('album');
    await page.keyboard.press('ArrowLeft');
    await expect(page.locator('[role=row].inside')).toHaveCount(0);
    await page.keyboard.press('Enter');
    await expect(page.locator('[role=row].inside')).toHaveCount(4);
    // It stays open while the window is.
    await page.getByRole('button', { name: /^History/ }).click();
    await page.getByRole('button', { name: /^Queue/ }).click();
    await expect(page.locator('[role=row].inside')).toHaveCount(4);
    await triangle.click();
    await expect(page.locator('[role=row].inside')).toHaveCount(0);
    await expectClean(page);
    expect(desk.complaints).toEqual([]);
  },
);

test('a folder is paused, resumed and moved as a whole', { tag: '@page' }, async ({ desk }) => {
  const { page } = await album(desk);
  await queue(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await showPaused(page);
  await expect(folder(page, 'album')).toContainText('Paused');
  await expect(files(page, 'uploading')).toContainText('other.bin');
  const row = folder(page, 'album');
  await row.hover();
  await row.getByRole('button', { name: 'Resume: album' }).click();
  await expect(row).toContainText('Queued');
  await row.getByRole('button', { name: 'More for album' }).click();
  await page.getByRole('menuitem', { name: 'Move to bottom' }).click();
  await expect(row).toContainText('4 files · 120 MB');
  // Its details say what its files are doing.
  await row.click();
  const details = page.getByRole('region', { name: 'Details of album' });
  await expect(details).toContainText('0 of 4 files');
  await expect(details.getByRole('definition').first()).toHaveText('4');
  await expect(details).toContainText('Hafen');
  await details.getByRole('button', { name: 'Pause' }).click();
  await expect(row).toContainText('Paused');
  await expectClean(page);
  expect(desk.complaints).toEqual([]);
});

test('the cancel of a folder can be undone, and is carried out where it is not', { tag: '@page' }, async ({ desk }) => {
  const { page } = await album(desk);
  const row = folder(page, 'album');
  await queue(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Delete');
  await showPaused(page);
  await expect(row).toContainText('Cancelled');
  const slip = page.getByRole('status').filter({ hasText: 'album is cancelled' });
  await slip.getByRole('button', { name: 'Undo' }).last().click();
  await expect(row).toContainText('0 of 4 files');
  await expect(row).not.toContainText('Cancelled');
  await queue(page).focus();
  await page.keyboard.press('Home');
  while (!(await current(page).innerText()).includes('album')) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Delete');
  await expect(row).toContainText('Cancelled');
  await row.hover();
  await row.getByRole('button', { name: 'Undo: album' }).click();
  await expect(row).not.toContainText('Cancelled');
  await row.hover();
  await row.getByRole('button', { name: 'Cancel: album' }).click();
  await expect(slip).toHaveCount(1);
  await slip.getByRole('button', { name: /^(Close|Dismiss)/ }).click();
  // Nothing of it is left to do: what was cancelled can leave the list.
  await expect(page.locator('[data-section=done]')).toContainText('album');
  await row.hover();
  await row.getByRole('button', { name: 'More for album' }).click();
  await page.getByRole('menuitem', { name: 'Remove from list' }).click();
  await expect(row).toHaveCount(0);
  await expect(files(page, 'uploading')).toContainText('other.bin');
  expect(desk.complaints).toEqual([]);
});

test(
  'a file of a folder that needs the user is a row of its own, and the folder says so',
  { tag: '@page' },
  async ({ desk }) => {
    const { page, path } = await album(desk);
    await rm(join(path, 'd.mov'));
    // Its turn comes beside the others.
    await desk.run(['settings', 'at-once', '4']);
    await desk.run(['settings', 'per-server', '4']);
    const asking = files(page, 'attention');
    await expect(asking).toContainText('d.mov');
    await expect(folder(page, 'album')).toContainText('1 needs attention');
    await expect(page.locator('[data-section=needs-you]')).toContainText('d.mov');
    await folder(page, 'album').getByRole('button', { name: 'Files of album' }).click();
    await expect(page.locator('[role=row].inside')).toHaveCount(3);
    await expect(page.locator('[role=row].inside').filter({ hasText: 'd.mov' })).toHaveCount(0);
    await expectClean(page);
    expect(desk.complaints).toEqual([]);
  },
);

test('a search shows the files that match, and a folder by its name', { tag: ['@page', '@rest'] }, async ({ desk }) => {
  const { page } = await album(desk);
  await page.keyboard.press('ControlOrMeta+f');
  await page.getByRole('searchbox').fill('c.mov');
  await expect(page.locator('[role=row][data-state]')).toHaveCount(1);
  await expect(page.locator('[role=row][data-state]')).toContainText('c.mov');
  await page.getByRole('searchbox').fill('album');
  await expect(folder(page, 'album')).toHaveCount(1);
  expect(desk.complaints).toEqual([]);
});

test(
  'a folder that is dropped on the window is one row, and its links are copied together once it is done',
  { tag: '@web' },
  async ({ desk }) => {
    const peer = await desk.peer();
    await desk.saveServer(peer, 'Hafen');
    const paths = [await desk.file('notes/a.txt', 10), await desk.file('notes/b.txt', 20)];
    expect(paths).toHaveLength(2);
    const page = await desk.start();
    await desk.drop(page, [join(desk.folder, 'files', 'notes')]);
    const row = folder(page, 'notes');
    await expect(row).toContainText('2 of 2 files');
    await row.getByRole('button', { name: 'Copy links: notes' }).click();
    await expect(async () => expect((await desk.clipboard(page)).split('\n')).toHaveLength(2)).toPass();
  },
);
