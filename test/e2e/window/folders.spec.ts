/** Where files go on a server with accounts: the folder, the link, a name that is taken, and what broken uploads left. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { dropFiles } from '../../electron/drop-files.ts';
import { expect, test } from './cloud.ts';
import { violations } from './violations.ts';

const done = (page: Page): Locator => page.locator('[role=row][data-state=done]');
const asks = (page: Page, name: string): Locator =>
  page.locator('[role=row][data-state=attention]').filter({ hasText: name });

/** What axe finds in what is shown, in both themes. */
const found = async (page: Page): Promise<readonly string[]> => {
  const all: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    all.push(...(await violations(page)).map((one) => `${colorScheme} ${one}`));
  }
  return all;
};

/** Drops with the key held that asks where to. */
const dropAsking = async (page: Page, paths: readonly string[]): Promise<Locator> => {
  await expect(page.getByRole('complementary').getByRole('button', { name: 'cloud' })).toBeVisible();
  await dropFiles(page, 'main', paths, { alt: true });
  return page.getByRole('dialog', { name: 'Add files' });
};
const choosing = async (page: Page, sheet: Locator): Promise<Locator> => {
  await sheet.getByRole('button', { name: 'Choose another folder on cloud' }).focus();
  await page.keyboard.press('Enter');
  return page.getByRole('dialog', { name: 'Folder on cloud' });
};

test(
  'a folder is found and made by keyboard alone; the upload lands in it, and so does what is dropped next',
  { tag: '@page' },
  async ({ desk, cloud }) => {
    await cloud.folders('/Papers', '/Photos/2025', '/Plans');
    const page = await desk.start();
    const sheet = await dropAsking(page, [await desk.file('harbour.jpg', 250_000)]);
    await expect(sheet.getByRole('group', { name: 'Folder on cloud' })).toContainText('/');
    const picker = await choosing(page, sheet);
    const list = picker.getByRole('listbox');
    await expect(list).toBeFocused();
    await expect(picker).toContainText('1.1 TB used');
    await page.keyboard.type('ph');
    await page.keyboard.press('Enter');
    await expect(list).toHaveAccessibleName('Folders in Photos');
    await expect(list.getByRole('option', { name: '2025' })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(list).toHaveAccessibleName('Folders in 2025');
    await page.keyboard.press('Backspace');
    await expect(list).toHaveAccessibleName('Folders in Photos');
    expect(await found(page)).toEqual([]);
    await page.keyboard.press('Tab');
    await expect(picker.getByRole('button', { name: 'New folder…' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(picker.getByLabel(/^Name of the new folder/)).toBeFocused();
    await page.keyboard.type('2026: summer');
    await page.keyboard.press('Enter');
    await expect(picker.getByText(/cloud cannot take the name "2026: summer".* Choose another name\./)).toBeVisible();
    expect(await found(page)).toEqual([]);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('2026');
    // The Enter of an input method, which ends a word that is composed.
    await picker.getByLabel(/^Name of the new folder/).evaluate((field) => {
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }));
    });
    await page.keyboard.type(' summer');
    await page.keyboard.press('Enter');
    await expect(list).toHaveAccessibleName('Folders in 2026 summer');
    await expect(list).toBeFocused();
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(picker).toBeHidden();
    await expect(sheet).toContainText('/Photos/2026 summer');
    expect(await found(page)).toEqual([]);
    await sheet.getByRole('button', { name: 'Add 1 item' }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByText('1 item to /Photos/2026 summer on cloud')).toBeVisible();
    await expect(done(page)).toContainText('harbour.jpg');
    expect((await cloud.stored('/Photos/2026 summer/harbour.jpg'))?.size).toBe(250_000);

    await desk.drop(page, [await desk.file('crane.jpg', 1_000)]);
    await expect(page.getByText('1 item to /Photos/2026 summer on cloud').last()).toBeVisible();
    await expect(done(page)).toHaveCount(2);
    await expect(done(page).first()).toContainText('/Photos/2026 summer');
    expect((await cloud.stored('/Photos/2026 summer/crane.jpg'))?.size).toBe(1_000);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'a folder that is gone, and a server that does not answer, are told with what to do',
  { tag: '@rest' },
  async ({ desk, cloud }) => {
    await desk.run(['add', await desk.file('kept.bin', 10), '--server', 'cloud', '--to', '/Gone/Deep', '--paused']);
    const page = await desk.start();
    const sheet = await dropAsking(page, [await desk.file('a.bin', 10)]);
    const picker = await choosing(page, sheet);
    await expect(picker.getByRole('alert')).toContainText('cloud has no folder /Gone/Deep.');
    await expect(picker.getByRole('button', { name: /^Use/ })).toBeDisabled();
    await expect(picker.getByRole('button', { name: 'Try again' })).toBeFocused();
    expect(await found(page)).toEqual([]);
    await cloud.peer.goAway();
    await picker.getByRole('button', { name: 'Try again' }).click();
    await expect(picker.getByRole('alert')).toContainText('cloud does not answer');
    await cloud.peer.comeBack();
    await picker.getByRole('button', { name: 'Try again' }).click();
    await expect(picker.getByRole('alert')).toContainText('cloud has no folder');
    await picker.getByRole('button', { name: 'Make this folder' }).click();
    await expect(picker.getByRole('listbox')).toHaveAccessibleName('Folders in Deep');
    await expect(picker.getByText('No folders in here.')).toBeVisible();
    await picker.getByRole('button', { name: 'Use Deep' }).click();
    await expect(sheet).toContainText('/Gone/Deep');
    expect(desk.complaints).toEqual([]);
  },
);

test('an upload gets the link that was asked for, with its terms', { tag: '@rest' }, async ({ desk, cloud }) => {
  const page = await desk.start();
  const sheet = await dropAsking(page, [await desk.file('offer.pdf', 5_000)]);
  await sheet.getByRole('switch', { name: 'Make a link' }).click();
  await sheet.getByLabel('Link ends after').selectOption('7 days');
  await sheet.getByLabel('Downloads').fill('none');
  await expect(sheet.getByText('A whole number, 1 or more.')).toBeVisible();
  await expect(sheet.getByRole('button', { name: 'Add 1 item' })).toBeDisabled();
  await sheet.getByLabel('Downloads').fill('3');
  await sheet.getByLabel('Password', { exact: true }).fill('two words');
  await expect(sheet.getByText(/Up to 32 letters/)).toBeVisible();
  await sheet.getByLabel('Password', { exact: true }).fill('harbour26');
  await sheet.getByRole('button', { name: 'More…' }).click();
  await sheet.getByLabel('Where the name is taken').selectOption('Keep both');
  expect(await found(page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Add 1 item' }).click();
  await expect(done(page)).toContainText(/\/s\//);
  const chip = done(page).getByRole('button', { name: /^Copy the link/ });
  const link = new URL((await chip.getAttribute('title')) ?? '');
  const [, , id = '', password] = link.pathname.split('/');
  const info = (await (
    await fetch(`${cloud.peer.url}/api/v4/share/info/${id}?password=${password ?? 'harbour26'}`)
  ).json()) as { readonly data: Readonly<Record<string, unknown>> };
  expect(info.data).toMatchObject({ name: 'offer.pdf', unlocked: true, remain_downloads: 3 });
  expect(Date.parse(String(info.data['expires'])) - Date.now()).toBeGreaterThan(6 * 86_400_000);
  expect(desk.complaints).toEqual([]);
});

test(
  'a name that is taken is answered in its row: left out, kept beside, or stored as a new version',
  { tag: '@page' },
  async ({ desk, cloud }) => {
    const names = ['skip.txt', 'both.txt', 'newer.txt', 'one.txt', 'two.txt'];
    const paths = await Promise.all(names.map((name) => desk.file(name, 1_000)));
    const page = await desk.start();
    await desk.drop(page, paths);
    await expect(done(page)).toHaveCount(5);
    for (const path of paths) await writeFile(path, 'x'.repeat(2_000));
    await desk.drop(page, paths);
    await expect(page.locator('[role=row][data-state=attention]')).toHaveCount(5);
    expect(await found(page)).toEqual([]);
    await asks(page, 'skip.txt').getByRole('button', { name: 'Skip', exact: true }).click();
    await expect(asks(page, 'skip.txt')).toHaveCount(0);
    await expect(page.getByText('4 more names are taken on cloud.')).toBeVisible();
    await asks(page, 'newer.txt').getByRole('button', { name: 'New version' }).click();
    await expect(asks(page, 'newer.txt')).toHaveCount(0);
    await asks(page, 'both.txt').getByRole('button', { name: 'Keep both' }).click();
    await expect(asks(page, 'both.txt')).toHaveCount(0);
    await page
      .locator('.slip', { hasText: '2 more names are taken on cloud.' })
      .getByRole('button', { name: 'Same for them' })
      .click();
    await expect(page.locator('[role=row][data-state=attention]')).toHaveCount(0);
    const sizes = async (name: string): Promise<readonly (number | undefined)[]> => [
      (await cloud.stored(`/${name}.txt`))?.size,
      (await cloud.stored(`/${name} (1).txt`))?.size,
    ];
    await expect.poll(() => sizes('newer')).toEqual([2_000, undefined]);
    expect((await cloud.stored('/newer.txt'))?.entities).toEqual([2_000, 1_000]);
    await expect.poll(() => sizes('both')).toEqual([1_000, 2_000]);
    await expect.poll(() => sizes('one')).toEqual([1_000, 2_000]);
    await expect.poll(() => sizes('two')).toEqual([1_000, 2_000]);
    expect(await sizes('skip')).toEqual([1_000, undefined]);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'what was to be left out where its name is taken is no failure, says so, and can be stored after all',
  { tag: '@rest' },
  async ({ desk, cloud }) => {
    const paths = await Promise.all(['old.txt', 'older.txt'].map((name) => desk.file(name, 1_000)));
    const out = (page: Page): Locator => page.locator('[role=row][data-state=cancelled]');
    let page = await desk.start();
    await desk.drop(page, paths);
    await expect(done(page)).toHaveCount(2);
    for (const path of paths) await writeFile(path, 'x'.repeat(2_000));
    const sheet = await dropAsking(page, [...paths, await desk.file('new.txt', 3_000)]);
    await sheet.getByRole('button', { name: 'More…' }).click();
    await sheet.getByLabel('Where the name is taken').selectOption('Leave the file out');
    await sheet.getByRole('button', { name: 'Add 3 items' }).click();
    await expect(done(page)).toHaveCount(3);
    await expect(out(page)).toHaveCount(2);
    await expect(page.locator('[role=row]:is([data-state=failed], [data-state=attention])')).toHaveCount(0);
    const row = out(page).filter({ hasText: 'older.txt' });
    await expect(row).toContainText('left out: its name is taken');
    await row.click();
    const details = page.getByRole('region', { name: 'Details of older.txt' });
    await expect(details).toContainText('It was left out, as you wished; what is there is as it was.');
    expect(await found(page)).toEqual([]);
    await page.keyboard.press('ControlOrMeta+2');
    const ended = page.getByRole('row').filter({ hasText: 'older.txt' }).first();
    await expect(ended).toContainText('Left out');
    await ended.click();
    await expect(page.getByText('older.txt is on cloud already. It was left out', { exact: false })).toBeVisible();
    expect(await found(page)).toEqual([]);
    // The files of a browser stay for another mind, after a new start as well.
    await desk.kill();
    page = await desk.start();
    await out(page).filter({ hasText: 'older.txt' }).hover();
    await page.getByRole('button', { name: 'More for older.txt' }).click();
    await page.getByRole('menuitem', { name: 'New version' }).click();
    await page
      .locator('.slip', { hasText: '1 more name is taken on cloud.' })
      .getByRole('button', { name: /^Same/ })
      .click();
    await expect(done(page)).toHaveCount(5);
    expect((await cloud.stored('/older.txt'))?.entities).toEqual([2_000, 1_000]);
    expect((await cloud.stored('/old.txt'))?.entities).toEqual([2_000, 1_000]);
    expect(desk.complaints).toEqual([]);
  },
);

test('what a killed upload left is found, said on the card, and cleaned', { tag: '@page' }, async ({ desk, cloud }) => {
  const path = await desk.file('film.mkv', 3_000_000);
  await desk.run(['settings', 'limit-rate', '100k']);
  let page = await desk.start();
  await desk.drop(page, [path]);
  await expect(page.getByRole('progressbar', { name: 'film.mkv' }).first()).not.toHaveAttribute('aria-valuenow', '0');
  await desk.kill();
  // Nobody knows of it any more.
  for (const name of ['queue.db', 'queue.db-wal', 'queue.db-shm', 'queue.backup.db'])
    await rm(join(desk.profile, name), { force: true });
  expect(await cloud.stored('/film.mkv')).toBeDefined();
  page = await desk.start();
  await page.keyboard.press('ControlOrMeta+4');
  const card = page.getByRole('listitem', { name: 'cloud' });
  await expect(card).toContainText('3 MB of 1.1 TB used');
  await card.getByRole('button', { name: 'More for cloud' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('L');
  await expect(page.getByRole('menuitem', { name: 'Left over on the server…' })).toBeFocused();
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog', { name: 'Left over on cloud' });
  const row = sheet.getByRole('listitem').filter({ hasText: 'film.mkv' });
  await expect(row).toContainText('unfinished upload');
  await expect(row).toContainText('holds 3 MB');
  expect(await found(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(card).toContainText('1 left over from a broken upload, 3 MB held');
  await card.getByRole('button', { name: 'Show what is left over on cloud' }).click();
  await row.getByRole('button', { name: 'Clean film.mkv' }).focus();
  await page.keyboard.press('Enter');
  await expect(sheet).toContainText('1 cleaned, 3 MB free again. Nothing else is left over on cloud.');
  expect(await cloud.stored('/film.mkv')).toBeUndefined();
  expect(await found(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(card).not.toContainText('left over');
  await expect(card).toContainText('0 B of 1.1 TB used');
  expect(desk.complaints).toEqual([]);
});
