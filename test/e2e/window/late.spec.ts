/** What is answered late changes nothing of what a person has opened or typed since. */
import type { Locator, Page } from '@playwright/test';
import { dropFiles } from '../../electron/drop-files.ts';
import { seedProfile } from '../../pictures/profile.ts';
import { expect, test } from './cloud.ts';
import { answersTo } from './held.ts';

const sheet = (page: Page, name: string): Locator => page.getByRole('dialog', { name });

test('files that came before any server are asked about when there is one', { tag: '@page' }, async ({ desk }) => {
  const peer = await desk.peer();
  const page = await desk.start();
  const answers = await answersTo(page, 'servers.add');
  answers.hold();
  await expect(page.getByRole('button', { name: 'Add a server' }).first()).toBeVisible();
  await dropFiles(page, 'main', [await desk.file('early.bin', 1_000)], { alt: true });
  const server = sheet(page, 'Add a server');
  await server.getByRole('textbox', { name: 'Address' }).fill(peer.url);
  await expect(server.getByText('Recognised')).toBeVisible();
  await server.getByRole('button', { name: 'Check and add' }).click();
  const files = sheet(page, 'Add files');
  await expect(files).toBeVisible();
  answers.release();
  await expect(page.getByText('is saved.')).toBeVisible();
  await expect(files).toContainText('early.bin');
  await files.getByRole('button', { name: 'Add 1 item' }).click();
  await expect(page.locator('[role=row][data-state=done]')).toContainText('early.bin');
  expect(desk.complaints).toEqual([]);
});

test('a server that is saved when its sheet was left closes no other', { tag: '@page' }, async ({ desk }) => {
  const peer = await desk.peer();
  const page = await desk.start();
  const answers = await answersTo(page, 'servers.add');
  answers.hold();
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  const server = sheet(page, 'Add a server');
  const address = server.getByRole('textbox', { name: 'Address' });
  await address.fill(peer.url);
  await expect(server.getByText('Recognised')).toBeVisible();
  await server.getByRole('button', { name: 'Check and add' }).click();
  await page.keyboard.press('Escape');
  await expect(server).toBeHidden();
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  await address.fill('https://another.example.org');
  answers.release();
  await expect(page.getByText('is saved.')).toBeVisible();
  await expect(address).toHaveValue('https://another.example.org');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  await expect(address).toHaveValue('https://another.example.org');
  expect(desk.complaints).toEqual([]);
});

test('a change that is saved when its sheet was left closes no other', { tag: '@rest' }, async ({ desk }) => {
  for (const name of ['One', 'Two']) await desk.saveServer(await desk.peer(), name);
  const page = await desk.start();
  const answers = await answersTo(page, 'servers.update');
  answers.hold();
  await page.keyboard.press('ControlOrMeta+4');
  await page.getByRole('button', { name: 'Edit One' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name', exact: true }).fill('Eins');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('button', { name: 'Edit Two' }).click();
  const name = page.getByRole('dialog').getByRole('textbox', { name: 'Name', exact: true });
  await name.fill('Zwei');
  answers.release();
  await expect(page.getByText('Eins is changed')).toBeVisible();
  await expect(name).toHaveValue('Zwei');
  expect(desk.complaints).toEqual([]);
});

test('a link that is made when its sheet was left is told', { tag: '@page' }, async ({ desk }) => {
  const site = await desk.site();
  const words = ['server', 'add', site.url, '--kind', 'cloudreve', '--name', 'Nord', '--vault', 'file'];
  await desk.run([...words, '--email', site.vars['email'] ?? '', '--password-stdin'], site.vars['password'] ?? '');
  await desk.run(['upload', await desk.file('offer.pdf', 1_000)]);
  const page = await desk.start();
  const answers = await answersTo(page, 'shares.create');
  answers.hold();
  await page.keyboard.press('ControlOrMeta+3');
  await page.getByRole('button', { name: 'New link' }).click();
  const path = page.getByRole('dialog').getByLabel('File or folder');
  await path.fill('offer.pdf');
  await path.press('Enter');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('button', { name: 'New link' }).click();
  await path.fill('/another');
  answers.release();
  await expect(page.getByText('offer.pdf', { exact: false }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Copy link' }).first()).toBeVisible();
  await expect(path).toHaveValue('/another');
  expect(desk.complaints).toEqual([]);
});

test('a folder that opens late takes no letter of a name that is typed', { tag: '@rest' }, async ({ desk, cloud }) => {
  await cloud.folders('/Inner');
  const page = await desk.start();
  const answers = await answersTo(page, 'folders.list');
  await page.keyboard.press('ControlOrMeta+3');
  await page.getByRole('button', { name: 'New link' }).click();
  await page.getByRole('button', { name: 'Choose another folder on cloud' }).click();
  const picker = sheet(page, 'Folder on cloud');
  await expect(picker.getByRole('option', { name: 'Inner' })).toBeVisible();
  answers.hold();
  await picker.getByRole('option', { name: 'Inner' }).click();
  await picker.getByRole('button', { name: 'cloud', exact: true }).click();
  await picker.getByRole('button', { name: 'New folder…' }).click();
  const name = picker.getByLabel(/^Name of the new folder/);
  await page.keyboard.type('2026 ');
  answers.release();
  await expect(picker.getByRole('listbox')).toHaveAttribute('aria-busy', 'false');
  await page.keyboard.type('summer');
  await expect(name).toHaveValue('2026 summer');
  expect(desk.complaints).toEqual([]);
});

test('a row that comes late is not gone to by whoever went elsewhere since', { tag: '@rest' }, async ({ desk }) => {
  // Nothing of it ended today: a thousand rows that wait, and one behind them that is known already.
  await seedProfile(desk.profile, Date.now() - 3 * 86_400_000, 1_000, true);
  const page = await desk.start();
  const answers = await answersTo(page, 'transfers.rows');
  await expect(page.locator('[role=row][data-state]').nth(1)).toContainText('Kassenbuch 2026.xlsx');
  await page.getByRole('grid', { name: 'Queue' }).focus();
  answers.hold();
  for (const key of ['End', 'ArrowUp', 'Home', 'ArrowDown']) await page.keyboard.press(key);
  answers.release();
  // What was released goes the same way to the page, and is there before this is answered.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Details of Kassenbuch 2026.xlsx' })).toBeVisible();
  expect(desk.complaints).toEqual([]);
});
