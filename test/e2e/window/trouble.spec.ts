/** What can go wrong says what to do, and its button does it. */
import { appendFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './desk.ts';
import { violations } from './violations.ts';

const asks = (page: Page, name: string): Locator =>
  page.locator('[role=row][data-state=attention]').filter({ hasText: name });
const done = (page: Page): Locator => page.locator('[role=row][data-state=done]');

test(
  'a password that was changed on the server: sign in, and the upload goes on',
  { tag: '@page' },
  async ({ desk }) => {
    const peer = await desk.peer({ config: { API_PASSWORD: 'old' } });
    await desk.saveServer(peer, 'Hafen', 'old');
    await desk.run(['server', 'update', 'Hafen', '--vault', 'file', '--password-stdin'], 'stale');
    await desk.run(['add', await desk.file('locked out.bin', 300_000)]);
    const page = await desk.start();
    const row = asks(page, 'locked out.bin');
    await expect(row).toContainText('Hafen does not take the password');
    await row.getByRole('button', { name: 'Sign in…' }).click();
    const sheet = page.getByRole('dialog', { name: 'Sign in to Hafen' });
    await sheet.getByLabel('Password', { exact: true }).fill('wrong again');
    await sheet.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(sheet.getByText(/does not take the password/)).toBeVisible();
    await sheet.getByLabel('Password', { exact: true }).fill('old');
    await sheet.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(sheet).toBeHidden();
    await expect(done(page)).toContainText('locked out.bin');
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'a server that is dead: the row waits and says so, and goes on by its button when the server is back',
  { tag: '@page' },
  async ({ desk }) => {
    const peer = await desk.peer({ front: 'none' });
    await desk.saveServer(peer, 'Hafen');
    await peer.goAway();
    await desk.run(['add', await desk.file('patient.bin', 300_000)]);
    const page = await desk.start();
    const row = page.locator('[role=row][data-state=waiting]');
    await expect(row).toContainText('patient.bin');
    await expect(row).toContainText(/try \d|no network|server busy/);
    await row.click();
    await expect(page.getByRole('region', { name: /Details of patient/ })).toContainText('Hafen does not answer');
    await peer.comeBack();
    await expect
      .poll(async () => {
        if (await row.isVisible())
          await row
            .getByRole('button', { name: /^Try now/ })
            .click({ timeout: 1000 })
            .catch(() => undefined);
        return await done(page).count();
      })
      .toBe(1);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'a file that changed in mid-upload: the new one is sent from its start, by its button',
  { tag: '@page' },
  async ({ desk }) => {
    const peer = await desk.peer({ config: { CHUNK_SIZE: 100_000 } });
    await desk.saveServer(peer, 'Hafen');
    const path = await desk.file('Kassenbuch.xlsx', 3_000_000);
    await desk.run(['settings', 'limit-rate', '100k']);
    await desk.run(['add', path]);
    const page = await desk.start();
    await expect(page.getByRole('progressbar', { name: 'Kassenbuch.xlsx' }).first()).not.toHaveAttribute(
      'aria-valuenow',
      '0',
    );
    await appendFile(path, 'one more line');
    const row = asks(page, 'Kassenbuch.xlsx');
    await expect(row).toContainText('has changed since it was added');
    await desk.run(['settings', 'limit-rate', 'none']);
    await row.getByRole('button', { name: 'Upload the changed file' }).click();
    await expect(done(page)).toContainText('Kassenbuch.xlsx');
    const [key] = (await desk.keys()).slice(-1);
    expect((await peer.storedFile(key ?? '')).size).toBe(3_000_013);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'a server whose disk is full: its row says so, and another server takes the file by its button',
  { tag: '@page' },
  async ({ desk }) => {
    const full = await desk.peer({ config: { DISK_SPACE_MARGIN: 1e15 } });
    const roomy = await desk.peer();
    await desk.saveServer(full, 'Full');
    await desk.saveServer(roomy, 'Roomy');
    await desk.run(['add', '--server', 'Full', await desk.file('too much.bin', 800_000)]);
    const page = await desk.start();
    const row = asks(page, 'too much.bin');
    await expect(row).toContainText('Full');
    await row.getByRole('button', { name: 'Other server…' }).click();
    await page.getByRole('menuitem', { name: 'Roomy' }).click();
    await expect(done(page)).toContainText('too much.bin');
    await expect(row).toHaveCount(0);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'a file that is too large is refused before the queue; that stays, and another server takes it',
  { tag: '@rest' },
  async ({ desk }) => {
    await desk.saveServer(await desk.peer({ config: { FILE_MAX_SIZE: 1_000_000 } }), 'Hafen');
    await desk.saveServer(await desk.peer(), 'Roomy');
    const page = await desk.start();
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PUT') sent.push(request.url());
    });
    await desk.drop(page, [await desk.file('disk image.img', 2_000_000)]);
    const slip = page
      .locator('.slip')
      .filter({ hasText: 'disk image.img is larger than Hafen takes (2 MB, at most 1 MB)' });
    await expect(slip).toBeVisible();
    expect(sent).toEqual([]);
    await expect(page.locator('[role=row][data-state]')).toHaveCount(0);
    // Others come and go, this one stays.
    await desk.drop(page, [await desk.file('small.bin', 1_000)]);
    await expect(done(page)).toContainText('small.bin');
    await expect(page.locator('.slip').filter({ hasText: '1 item to Hafen' })).toHaveCount(0, { timeout: 60_000 });
    await expect(slip).toBeVisible();
    await slip.getByRole('button', { name: 'Other server…' }).press('Enter');
    const sheet = page.getByRole('dialog', { name: 'Add files' });
    await expect(sheet).toContainText('disk image.img');
    await expect(sheet.getByRole('combobox').first()).toContainText('Roomy');
    await sheet.getByRole('button', { name: 'Add 1 item' }).press('Enter');
    await expect(done(page).filter({ hasText: 'disk image.img' })).toContainText('Roomy');
    await expect(slip).toHaveCount(0);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'several files that are refused are listed until that is dismissed, by keyboard alone',
  { tag: '@rest' },
  async ({ desk }) => {
    await desk.saveServer(await desk.peer({ config: { FILE_MAX_SIZE: 1_000_000 } }), 'Hafen');
    const page = await desk.start();
    const names = ['first.img', 'المجلد الثاني بصورة.img', `${'long '.repeat(30)}.img`];
    const files: string[] = [];
    for (const name of names) files.push(await desk.file(name, 2_000_000));
    await desk.drop(page, files);
    const slip = page.locator('.slip').filter({ hasText: '3 items were not taken' });
    await expect(slip).toBeVisible();
    await expect
      .poll(async () => {
        await page.keyboard.press('F6');
        return await slip.evaluate((line) => line.contains(document.activeElement));
      })
      .toBe(true);
    await page.keyboard.press('Enter');
    const list = page.getByRole('dialog', { name: '3 items were not taken' });
    for (const name of names) await expect(list).toContainText(name.slice(0, 20));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await violations(page), colorScheme).toEqual([]);
    }
    await page.keyboard.press('Escape');
    await expect(list).toHaveCount(0);
    await expect(slip).toBeVisible();
    expect(await violations(page), 'the line').toEqual([]);
    await slip.getByRole('button', { name: 'Dismiss' }).press('Enter');
    await expect(slip).toHaveCount(0);
    expect(desk.complaints).toEqual([]);
  },
);
