import type { Page } from '@playwright/test';
import { test as onCloud } from './cloud.ts';
import { expect, test, type Desk } from './desk.ts';
import { expectClean } from './violations.ts';

const day = 86_400;

/** `order`: beginnings of the names, that of the file which is under way first. */
type Begun = { readonly page: Page; readonly release: () => void; readonly order: readonly [string, string, string] };

/** Three files for a server that holds the answer to a chunk until it is released, and a second server. */
const begun = async (desk: Desk): Promise<Begun> => {
  const answer = Promise.withResolvers<undefined>();
  const hafen = await desk.peer({
    config: { CHUNK_SIZE: 50_000 },
    frontDoes: { beforeAnswer: (line) => (line.endsWith('chunk=1') ? answer.promise : undefined) },
  });
  await desk.saveServer(hafen, 'Hafen');
  await desk.saveServer(await desk.peer(), 'Kai');
  await desk.run(['server', 'update', 'Hafen', '--default']);
  await desk.run(['settings', 'per-server', '1']);
  await desk.run(['settings', 'expire', '7d']);
  const names = ['one.bin', 'a very long name of a file that does not fit into a line.bin', `${arabic} نهائي.bin`];
  const files = await Promise.all(names.map((name) => desk.file(name, 120_000)));
  const page = await desk.start();
  await desk.drop(page, files);
  const uploading = page.locator('[role=row][data-state=uploading]');
  await expect(uploading).toHaveCount(1);
  await expect(page.locator('[role=row][data-state=queued]')).toHaveCount(2);
  // A browser hands files over in any order.
  const text = await uploading.innerText();
  const beginnings = names.map((name) => name.slice(0, 5));
  const first = beginnings.find((beginning) => text.includes(beginning)) ?? '';
  const [second = '', third = ''] = beginnings.filter((beginning) => beginning !== first);
  return { page, release: () => answer.resolve(undefined), order: [first, second, third] as const };
};

/** Its server writes it in Latin letters. */
const arabic = 'تقرير';

/** Presses Tab until something has the focus. */
const tabTo = async (page: Page, role: 'combobox' | 'button' | 'textbox', name: string): Promise<void> => {
  const wanted = page.getByRole('dialog').getByRole(role, { name, exact: true });
  for (let n = 0; n < 30; n++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`nothing leads to ${name}`);
};

/** Chooses in the list that has the focus, with the keyboard alone. */
const choose = async (page: Page, name: string, option: string): Promise<void> => {
  await tabTo(page, 'combobox', name);
  await page.keyboard.type(option);
  await expect(page.getByRole('combobox', { name, exact: true }).locator('option:checked')).toHaveText(
    new RegExp(option),
  );
};

type Row = { readonly name: string; readonly server: string; readonly createdAt: number; readonly expiresAt: number };

/** Of each share, by the beginning of its name: its server and after how many days it ends. */
const shares = async (desk: Desk): Promise<Readonly<Record<string, readonly [string, number]>>> => {
  const out = await desk.run(['share', 'list', '--json']);
  const rows = out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Row);
  const days = ({ createdAt, expiresAt }: Row): number => Math.round((expiresAt - createdAt) / 1000 / day);
  return Object.fromEntries(
    rows.map((row) => [row.name.startsWith('tqryr') ? arabic : row.name.slice(0, 5), [row.server, days(row)]]),
  );
};

test('a whole batch is changed with the keyboard while its first chunks travel, and what has begun says why it stays', async ({
  desk,
}) => {
  const { page, release, order } = await begun(desk);
  // The line stays as long as something in it has the focus.
  await page.getByRole('button', { name: 'Change…' }).focus();
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog', { name: 'Change 3 uploads' });
  await expect(sheet).toContainText('1 of 3 files has already begun on Hafen. A change applies to the other 2.');
  await expect(sheet).toContainText('The expiry is fixed when the upload is created on Hafen.');
  await expect(sheet.getByRole('button', { name: 'Save changes' })).toBeDisabled();
  await expectClean(page);
  await choose(page, 'Links expire after', '1 day');
  await tabTo(page, 'button', 'Save changes');
  await page.keyboard.press('Enter');
  await expect(sheet).toBeHidden();
  await expect(page.getByText('2 uploads changed. 1 keeps what it has')).toBeVisible();
  release();
  await expect(page.locator('[role=row][data-state=done]')).toHaveCount(3);
  const [first, second, third] = order;
  expect(await shares(desk)).toEqual({ [first]: ['Hafen', 7], [second]: ['Hafen', 1], [third]: ['Hafen', 1] });
  expect(desk.complaints).toEqual([]);
});

test('an upload that has not begun goes to another server from its menu, and one that has begun says that it stays', async ({
  desk,
}) => {
  const { page, release, order } = await begun(desk);
  const [first, second, third] = order;
  const menuOf = (name: string) =>
    page.getByRole('row').filter({ hasText: name }).getByRole('button', { name: /^More/ });
  await page.getByRole('row').filter({ hasText: second }).hover();
  await menuOf(second).click();
  await page.getByRole('menuitem', { name: 'Other server…' }).click();
  const sheet = page.getByRole('dialog', { name: `Change ${second}` });
  await expect(sheet.getByRole('combobox', { name: 'Goes to' })).toBeFocused();
  await choose(page, 'Goes to', 'Kai');
  await expectClean(page);
  await tabTo(page, 'button', 'Save changes');
  await page.keyboard.press('Enter');
  await expect(sheet).toBeHidden();

  await page.getByRole('row').filter({ hasText: first }).hover();
  await menuOf(first).click();
  await expect(page.getByRole('menuitem', { name: 'Other server…' })).toBeHidden();
  await page.getByRole('menuitem', { name: 'Change…' }).click();
  const other = page.getByRole('dialog', { name: `Change ${first}` });
  await expect(other).toContainText('The upload to Hafen has already begun.');
  await expect(other.getByRole('combobox')).toHaveCount(0);
  await expectClean(page);
  await page.keyboard.press('Escape');
  release();
  await expect(page.locator('[role=row][data-state=done]')).toHaveCount(3);
  expect(await shares(desk)).toEqual({ [first]: ['Hafen', 7], [second]: ['Kai', 7], [third]: ['Hafen', 7] });
  expect(desk.complaints).toEqual([]);
});

test('all that is queued goes to another server from the head of its section', { tag: '@page' }, async ({ desk }) => {
  const { page, release, order } = await begun(desk);
  const queued = page.getByRole('rowgroup', { name: 'Queued', exact: true });
  await queued.getByRole('button', { name: 'Actions for Queued' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Other server…' }).press('Enter');
  const sheet = page.getByRole('dialog', { name: 'Change 2 uploads' });
  await expect(sheet.getByRole('combobox', { name: 'Goes to' })).toBeFocused();
  await choose(page, 'Goes to', 'Kai');
  await tabTo(page, 'button', 'Save changes');
  await page.keyboard.press('Enter');
  await expect(sheet).toBeHidden();
  release();
  await expect(page.locator('[role=row][data-state=done]')).toHaveCount(3);
  const [first, second, third] = order;
  expect(await shares(desk)).toEqual({ [first]: ['Hafen', 7], [second]: ['Kai', 7], [third]: ['Kai', 7] });
  expect(desk.complaints).toEqual([]);
});

onCloud(
  'what is selected goes to a folder that is found by keyboard, and gets a link',
  { tag: '@page' },
  async ({ desk, cloud }) => {
    await cloud.folders('/Papers', '/Photos/2026');
    const files = [await desk.file('harbour.jpg', 50_000), await desk.file('מסמך ארוך.jpg', 50_000)];
    await desk.run(['add', '--paused', '--server', 'cloud', ...files]);
    const page = await desk.start();
    await expect(page.locator('[role=row][data-state=paused]')).toHaveCount(2);
    await page.getByRole('grid').focus();
    await page.keyboard.press('ControlOrMeta+a');
    const bar = page.getByRole('toolbar', { name: /^2 / });
    await bar.getByRole('button', { name: 'Change…' }).focus();
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog', { name: 'Change 2 uploads' });
    await expect(sheet.getByRole('group', { name: 'Folder on cloud' })).toContainText('/');
    await tabTo(page, 'button', 'Choose another folder on cloud');
    await page.keyboard.press('Enter');
    const picker = page.getByRole('dialog', { name: 'Folder on cloud' });
    await expect(picker.getByRole('listbox')).toBeFocused();
    await expect(picker.getByRole('option', { name: 'Photos' })).toBeVisible();
    await page.keyboard.type('ph');
    await page.keyboard.press('Enter');
    await expect(picker.getByRole('option', { name: '2026' })).toBeVisible();
    await picker.getByRole('button', { name: 'Use Photos' }).focus();
    await page.keyboard.press('Enter');
    await expect(picker).toBeHidden();
    await expect(sheet.getByRole('group', { name: 'Folder on cloud' })).toContainText('/Photos');
    await sheet.getByRole('switch', { name: 'Make a link' }).focus();
    await page.keyboard.press('Space');
    await expect(sheet.getByLabel('Downloads')).toBeVisible();
    await expectClean(page);
    await tabTo(page, 'button', 'Save changes');
    await page.keyboard.press('Enter');
    await expect(sheet).toBeHidden();
    await expect(page.getByText('2 uploads changed')).toBeVisible();
    await desk.run(['resume', '--all']);
    await expect(page.locator('[role=row][data-state=done]')).toHaveCount(2);
    expect((await cloud.stored('/Photos/harbour.jpg'))?.size).toBe(50_000);
    await expect(page.getByRole('row').filter({ hasText: 'harbour' })).toContainText('/s/');
    expect(desk.complaints).toEqual([]);
  },
);
