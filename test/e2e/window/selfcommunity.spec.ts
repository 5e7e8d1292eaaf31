/** SelfCommunity in the window: the account, the terms of an upload, its row, its message, its link, and what is asked about it. */
import type { Locator, Page } from '@playwright/test';
import { dragFiles } from '../../electron/drop-files.ts';
import type { Peer } from '../../peers/peer.ts';
import type { FineUploaderReport } from '../../peers/selfcommunity/journal.ts';
import { expect, test, type Desk } from './desk.ts';
import { expectClean } from './violations.ts';

const sheetOf = (page: Page): Locator => page.getByRole('dialog');
const rowOf = (page: Page, name: string): Locator => page.locator('[role=row][data-row]').filter({ hasText: name });
const report = (peer: Peer): Promise<FineUploaderReport> => peer.ask('/__peer/report');
/** Saves the community with its account, as the command line does. The window must not run yet. */
const saveCommunity = async (desk: Desk, peer: Peer): Promise<void> => {
  const words = ['server', 'add', peer.url, '--name', 'Club', '--vault', 'file', '--password-stdin'];
  await desk.run([...words, '--answer', `user=${peer.vars['username'] ?? ''}`], peer.vars['password'] ?? '');
};
/** As far as the first question of the sign-in. */
const begin = async (page: Page, peer: Peer): Promise<Locator> => {
  await page.getByRole('button', { name: 'Add a server' }).first().focus();
  await page.keyboard.press('Enter');
  const sheet = sheetOf(page);
  await page.keyboard.type(peer.url);
  await expect(sheet.getByText('Recognised')).toBeVisible();
  await expect(sheet.getByText('SelfCommunity', { exact: true }).first()).toBeVisible();
  await sheet.getByRole('textbox', { name: 'Name', exact: true }).fill('Club');
  await page.keyboard.press('Enter');
  await expect(sheet.getByRole('heading', { name: 'Sign in to Club' })).toBeVisible();
  return sheet;
};

test(
  'an account by user name and password, by keyboard alone; then a file with a recipient, its row, details, link and history',
  { tag: '@page' },
  async ({ desk }) => {
    const peer = await desk.standIn('selfcommunity');
    const { username = '', password = '' } = peer.vars;
    const path = await desk.file('plans.pdf', 450_000);
    const page = await desk.start();
    const keys = page.keyboard;
    const sheet = await begin(page, peer);
    await expect(sheet.getByRole('textbox', { name: 'User name' })).toBeFocused();
    await keys.type(username);
    await keys.press('Tab');
    await keys.type('wrong');
    await keys.press('Enter');
    const secret = sheet.getByLabel('Password', { exact: true });
    await expect(secret).toHaveValue('');
    await expect(secret).toBeFocused();
    await expectClean(page);
    await keys.type(password);
    await keys.press('Enter');
    await expect(sheet).toBeHidden();
    await expect(page.getByRole('button', { name: 'Club' }).first()).toBeVisible();
    expect(await desk.filesWith(password)).toEqual([]);

    const dragged = await dragFiles(page, 'main', [path], { alt: true });
    await expect(page.getByText('recipient, message')).toBeVisible();
    await dragged.drop();
    await sheet.getByRole('textbox', { name: 'Send to' }).fill('42');
    await sheet.getByRole('textbox', { name: 'Message' }).fill('The plans');
    await expectClean(page);
    await sheet.getByRole('button', { name: /^Add/ }).click();
    const row = rowOf(page, 'plans.pdf');
    await expect(row).toContainText('message sent');
    const { messages, done } = await report(peer);
    const [uuid = ''] = Object.keys(messages);
    expect([messages, done]).toEqual([{ [uuid]: 1 }, { [uuid]: 1 }]);
    // Its address, and its id, are there to copy.
    await row.getByRole('button', { name: /^Copy the link of plans.pdf/ }).click();
    await expect.poll(() => desk.clipboard(page)).toContain(uuid);
    await row.hover();
    await row.getByRole('button', { name: /^More/ }).click();
    await page.getByRole('menuitem', { name: 'Copy key' }).click();
    await expect.poll(() => desk.clipboard(page)).toBe(uuid);
    await row.click();
    const details = page.getByRole('region', { name: /^Details of / });
    await expect(details).toContainText('42');
    await expect(details).toContainText('The plans');
    await expect(details).not.toContainText('Expires');
    await expectClean(page);
    await keys.press('ControlOrMeta+2');
    await rowOf(page, 'plans.pdf').click();
    await expect(page.getByText('Content-Length: 450000')).toBeVisible();
    await expectClean(page);

    await keys.press('ControlOrMeta+3');
    await rowOf(page, 'plans.pdf').click();
    const share = page.getByRole('region', { name: /^Share / });
    await expect(share).toContainText(uuid);
    await expect(share.getByText('Nothing can be deleted on Club. The file and its link stay there.')).toBeVisible();
    await expect(share.getByRole('button', { name: /Revoke/ })).toHaveCount(0);
    await expectClean(page);

    await keys.press('ControlOrMeta+4');
    await expect(page.getByText(`Account ${username}`)).toBeVisible();
    await expectClean(page);
    expect(desk.complaints).toEqual([]);
  },
);

test('an account by a pasted token, which is looked at before it is kept', { tag: '@rest' }, async ({ desk }) => {
  const peer = await desk.standIn('selfcommunity');
  const page = await desk.start();
  const sheet = await begin(page, peer);
  await sheet.getByRole('button', { name: /token/i }).click();
  await sheet.getByRole('textbox', { name: 'User name' }).fill('member');
  const token = sheet.getByLabel('Access token', { exact: true });
  await token.fill('nothing like it');
  await token.press('Enter');
  await expect(sheet.getByText(/does not (take|accept) (this|the) token/i)).toBeVisible();
  await expectClean(page);
  await token.fill(peer.vars['token'] ?? '');
  await token.press('Enter');
  await expect(sheet).toBeHidden();
  await expect(page.getByRole('button', { name: 'Club' }).first()).toBeVisible();
  await desk.drop(page, [await desk.file('first.bin', 1_000)]);
  await expect(page.locator('[role=row][data-state=done]')).toContainText('first.bin');
  expect(desk.complaints).toEqual([]);
});

test(
  'the answer to the last step was lost: what the user saw there counts, or the file is uploaded again',
  { tag: '@page' },
  async ({ desk }) => {
    const peer = await desk.standIn('selfcommunity', { vices: [{ at: 'done', does: 'lose-answer', times: 2 }] });
    await saveCommunity(desk, peer);
    const page = await desk.start();
    for (const name of ['seen.bin', 'again.bin']) {
      await desk.drop(page, [await desk.file(name, 300_000)]);
      await expect(rowOf(page, name)).toContainText('Club did not confirm that the upload is complete.');
    }
    await expectClean(page);
    expect(Object.values((await report(peer)).done)).toEqual([1, 1]);
    await rowOf(page, 'seen.bin').getByRole('button', { name: 'Mark as uploaded' }).click();
    await expect(rowOf(page, 'seen.bin')).toHaveAttribute('data-state', 'done');
    await rowOf(page, 'again.bin').getByRole('button', { name: 'Upload again' }).click();
    await expect(rowOf(page, 'again.bin')).toHaveAttribute('data-state', 'done');
    expect(Object.values((await report(peer)).done)).toEqual([1, 1, 1]);
    await page.keyboard.press('ControlOrMeta+2');
    await rowOf(page, 'seen.bin').click();
    await expect(page.getByText(/You (saw|confirmed)|confirmed by you/i).first()).toBeVisible();
    await expectClean(page);
    expect(desk.complaints).toEqual([]);
  },
);

test('a message without an answer asks in its row, and is not sent again', { tag: '@rest' }, async ({ desk }) => {
  const peer = await desk.standIn('selfcommunity', { vices: [{ at: 'message', does: 'lose-answer' }] });
  await saveCommunity(desk, peer);
  await desk.run(['add', await desk.file('plans.pdf', 1_000), '--recipient', '42']);
  const page = await desk.start();
  const row = rowOf(page, 'plans.pdf');
  await expect(row).toContainText('Club did not confirm the message. The file is uploaded.');
  await expectClean(page);
  await row.getByRole('button', { name: 'Mark as sent' }).click();
  await expect(row).toContainText('message sent');
  expect(Object.values((await report(peer)).messages)).toEqual([1]);
  expect(desk.complaints).toEqual([]);
});

test(
  'its chunk size and file limit are changed in its form, and count for the next upload',
  { tag: '@page' },
  async ({ desk }) => {
    const peer = await desk.standIn('selfcommunity');
    await saveCommunity(desk, peer);
    const page = await desk.start();
    await page.keyboard.press('ControlOrMeta+4');
    await page.getByRole('button', { name: /^Edit/ }).click();
    const sheet = sheetOf(page);
    const chunk = sheet.getByRole('textbox', { name: 'Chunk size in bytes' });
    const limit = sheet.getByRole('textbox', { name: 'File limit in bytes' });
    await expect(chunk).toHaveValue('204800');
    await expect(limit).toHaveValue('10485760');
    await chunk.fill('x');
    await expect(sheet.getByText('A whole number, 1 or more.')).toBeVisible();
    await sheet.getByRole('button', { name: 'Save' }).click();
    await expect(sheet.getByText('Check the field Chunk size in bytes.')).toBeVisible();
    await expectClean(page);
    await chunk.fill('100000');
    await limit.fill('300000');
    await sheet.getByRole('button', { name: 'Save' }).click();
    await expect(sheet).toBeHidden();
    await expect(page.getByText('Files up to 300 kB')).toBeVisible();
    await page.keyboard.press('ControlOrMeta+1');
    await desk.drop(page, [await desk.file('large.bin', 300_000), await desk.file('small.bin', 250_000)]);
    await expect(rowOf(page, 'small.bin')).toHaveAttribute('data-state', 'done');
    await expect(page.getByText(/large\.bin/).first()).toBeVisible();
    const parts = Object.values((await report(peer)).transfers).map((one) => Object.keys(one).length);
    expect(parts).toEqual([3]);
  },
);
