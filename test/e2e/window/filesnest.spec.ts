/** FilesNest in the window: the account, an upload that is assembled, a name that is taken, and files without a public link. */
import type { Locator, Page } from '@playwright/test';
import { keptPort } from '../../peers/held-port.ts';
import type { Peer } from '../../peers/peer.ts';
import { expect, test, type Desk } from './desk.ts';
import { expectClean } from './violations.ts';

type Stored = { readonly name: string; readonly size: number };

const sheetOf = (page: Page): Locator => page.getByRole('dialog');
const rowOf = (page: Page, name: string): Locator => page.locator('[role=row][data-row]').filter({ hasText: name });
const done = (page: Page, name: string): Promise<void> =>
  expect(rowOf(page, name)).toHaveAttribute('data-state', 'done');
const storedIn = async (peer: Peer): Promise<readonly string[]> =>
  (await peer.ask<readonly Stored[]>('/__peer/files')).map(({ name }) => name).sort();
/** Saves the server with the account's token, as the command line does. The window must not run yet. */
const saveNest = async (desk: Desk, peer: Peer): Promise<void> => {
  const words = ['server', 'add', peer.url, '--name', 'Nest', '--vault', 'file', '--way', 'token', '--password-stdin'];
  await desk.run(words, peer.vars['token'] ?? '');
};
/** Another user of the server has a file of that name. */
const takenBySomebody = async (peer: Peer, name: string): Promise<void> => {
  const answer = await fetch(`${peer.url}/api/files`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${peer.vars['token2'] ?? ''}`,
      accept: 'application/json',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ name, create_datetime: '2026-11-20 10:00:00', checksum: 'a'.repeat(64), chunks_count: 1 }),
  });
  expect(answer.status).toBe(201);
};
/** As far as the first question of the sign-in, by keyboard. */
const begin = async (page: Page, peer: Peer): Promise<Locator> => {
  await page.getByRole('button', { name: 'Add a server' }).first().focus();
  await page.keyboard.press('Enter');
  const sheet = sheetOf(page);
  await page.keyboard.type(peer.url);
  await expect(sheet.getByText('Recognised')).toBeVisible();
  await expect(sheet.getByText('FilesNest', { exact: true }).first()).toBeVisible();
  await expect(sheet.getByText('Links expire after')).toHaveCount(0);
  await sheet.getByRole('textbox', { name: 'Name', exact: true }).fill('Nest');
  await page.keyboard.press('Enter');
  await expect(sheet.getByRole('heading', { name: 'Sign in to Nest' })).toBeVisible();
  return sheet;
};

test(
  'an account by a pasted token, by keyboard alone; then a file, its row, details and history without a word of links',
  { tag: '@page' },
  async ({ desk }) => {
    const peer = await desk.standIn('filesnest');
    const page = await desk.start();
    const keys = page.keyboard;
    const sheet = await begin(page, peer);
    const token = sheet.getByLabel('Access token', { exact: true });
    await expect(token).toBeFocused();
    await keys.type('7|none-of-theirs');
    await keys.press('Enter');
    await expect(sheet.getByText('Nest does not take this token.')).toBeVisible();
    await expect(token).toHaveValue('');
    await expectClean(page);
    await keys.type(peer.vars['token'] ?? '');
    await keys.press('Enter');
    await expect(sheet).toBeHidden();
    await expect(page.getByRole('button', { name: 'Nest' }).first()).toBeVisible();
    await desk.drop(page, [await desk.file('survey.csv', 300_000)]);
    await done(page, 'survey.csv');
    expect(await storedIn(peer)).toEqual(['survey.csv']);
    expect(await page.locator('main').innerText()).not.toMatch(/link/i);
    await rowOf(page, 'survey.csv').click();
    const details = page.getByRole('region', { name: /^Details of / });
    await expect(details).toContainText('Nest');
    expect(await details.innerText()).not.toMatch(/link|Expires/i);
    await expect(details.getByRole('button', { name: /Copy|Pause/ })).toHaveCount(0);
    await expectClean(page);
    await keys.press('ControlOrMeta+2');
    await rowOf(page, 'survey.csv').click();
    await expect(page.getByText(/^sha256: /)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Copy link' })).toHaveCount(0);
    await expectClean(page);
    await keys.press('ControlOrMeta+4');
    await expect(page.getByText('FilesNest · ', { exact: false }).first()).toBeVisible();
    // It reports no capacity.
    await expect(page.getByText(/ of .* used|free/)).toHaveCount(0);
    await expectClean(page);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'an account by the server’s own page in a browser, which comes back with a token',
  { tag: '@page' },
  async ({ desk }) => {
    test.skip(desk.host === 'app' && !desk.simulates, 'The system’s own browser would open.');
    desk.env['STEVEDORE_SIGN_IN_PORT'] = String(await keptPort());
    const peer = await desk.standIn('filesnest');
    const page = await desk.start();
    const sheet = await begin(page, peer);
    await sheet.getByRole('button', { name: 'In your browser' }).click();
    await expect(sheet.getByText('Waiting for your browser…')).toBeVisible();
    let asked: string;
    if (desk.host === 'web')
      asked = (await sheet.getByRole('link', { name: 'Open the page' }).getAttribute('href')) ?? '';
    else {
      await expect.poll(async () => (await desk.app.command('state')).opened.length).toBe(1);
      asked = (await desk.app.command('state')).opened[0] ?? '';
    }
    await expectClean(page);
    const { email = '', password = '' } = peer.vars;
    const answer = await fetch(asked, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ email, password }).toString(),
    });
    const back = answer.headers.get('location') ?? '';
    expect((await fetch(back)).status).toBe(200);
    await expect(sheet).toBeHidden();
    await expect(page.getByRole('button', { name: 'Nest' }).first()).toBeVisible();
    await desk.drop(page, [await desk.file('agreed.bin', 1_000)]);
    await done(page, 'agreed.bin');
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'a name that anybody on the server has is answered in its row: under another name, or skipped; never overwritten',
  { tag: '@page' },
  async ({ desk }) => {
    const peer = await desk.standIn('filesnest');
    for (const name of ['plans.pdf', 'notes.txt']) await takenBySomebody(peer, name);
    await saveNest(desk, peer);
    const page = await desk.start();
    await desk.drop(page, [await desk.file('plans.pdf', 2_000), await desk.file('notes.txt', 2_000)]);
    const row = rowOf(page, 'plans.pdf');
    await expect(row.getByRole('button', { name: 'Keep both' })).toBeVisible();
    await expect(row.getByRole('button', { name: 'New version' })).toHaveCount(0);
    await expectClean(page);
    await row.getByRole('button', { name: 'Keep both' }).click();
    await done(page, 'plans.pdf');
    await rowOf(page, 'notes.txt').getByRole('button', { name: 'Skip' }).click();
    await expect(rowOf(page, 'notes.txt')).toHaveAttribute('data-state', 'cancelled');
    await expect(rowOf(page, 'plans.pdf')).toContainText('plans (2).pdf');
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'the files of the account stand under a heading that says what they are, and one is deleted after a question',
  { tag: '@page' },
  async ({ desk }) => {
    const peer = await desk.standIn('filesnest');
    await saveNest(desk, peer);
    for (const name of ['alpha.csv', 'beta.csv', 'gamma.csv']) await desk.run(['upload', await desk.file(name, 3_000)]);
    const page = await desk.start();
    const keys = page.keyboard;
    await keys.press('ControlOrMeta+3');
    await page.getByRole('button', { name: 'Files on Nest' }).click();
    await expect(page.getByText('Files without a public link')).toBeVisible();
    await expect(page.locator('[role=row][data-row]')).toHaveCount(3);
    await expectClean(page);
    await rowOf(page, 'beta.csv').click();
    await page.keyboard.press('Escape');
    await keys.press('Delete');
    const sheet = sheetOf(page);
    await expect(sheet).toContainText('beta.csv is deleted on Nest');
    await expectClean(page);
    await sheet.getByRole('button', { name: 'Delete file' }).click();
    await expect(page.getByText('beta.csv is deleted on the server')).toBeVisible();
    await expect(rowOf(page, 'beta.csv')).toHaveCount(0);
    expect(await storedIn(peer)).toEqual(['alpha.csv', 'gamma.csv']);
    // Those that were uploaded here are listed without a link there, too.
    await page.getByRole('button', { name: 'Made here' }).click();
    await expect(page.getByText('Files without a public link')).toBeVisible();
    await expect(page.getByRole('button', { name: /^Copy the link/ })).toHaveCount(0);
    await expect(page.getByText(/\d links? on /)).toHaveCount(0);
    await expect(rowOf(page, 'beta.csv')).toHaveCount(0);
    await expectClean(page);
    expect(desk.complaints).toEqual([]);
  },
);
