import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './desk.ts';
import { expectClean } from './violations.ts';

/** Lets a browser send so many bytes a second to its host; 0: as many as it can. */
const throttle = async (page: Page, rate: number): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: rate === 0 ? -1 : rate,
  });
};

const receiving = (page: Page): Locator => page.locator('[role=row][data-state=receiving]');
const topOf = async (row: Locator): Promise<number> => Math.round((await row.boundingBox())?.y ?? -1);

test('a file from a browser is one row, first received and then uploaded, at the same place @web', async ({ desk }) => {
  const peer = await desk.peer({ config: { CHUNK_SIZE: 100_000 } });
  await desk.saveServer(peer, 'Hafen');
  await desk.run(['settings', 'limit-rate', '50k']);
  const page = await desk.start();
  await throttle(page, 100_000);
  await desk.drop(page, [await desk.file('Angebot Reederei.pdf', 600_000)]);
  const row = receiving(page).filter({ hasText: 'Angebot' });
  await expect(row).toContainText('Receiving, ');
  await expect(row).toContainText('Hafen');
  await expect(row).toContainText(' of 600 kB');
  await expect(row.getByRole('progressbar')).not.toHaveAttribute('aria-valuenow', '0');
  await expect(row).toContainText(/kB\/s/);
  await expect(row).toContainText(/left/);
  const before = await topOf(row);
  await expectClean(page);
  // A row under the pointer keeps its place, and gives it to its transfer all the same.
  await row.hover();
  await throttle(page, 0);
  const uploading = page.locator('[role=row][data-state=uploading]').filter({ hasText: 'Angebot' });
  await expect(uploading).toHaveCount(1);
  await expect(receiving(page)).toHaveCount(0);
  expect(await topOf(uploading)).toBe(before);
  await desk.run(['settings', 'limit-rate', 'none']);
  await expect(page.locator('[role=row][data-state=done]')).toHaveCount(1);
  expect(desk.complaints).toEqual([]);
});

test('many files are a row each while they are received, and one for those that wait; each is cancelled by the keyboard @web', async ({
  desk,
}) => {
  const peer = await desk.peer();
  await desk.saveServer(peer, 'Hafen');
  const page = await desk.start();
  await throttle(page, 20_000);
  const names = ['a.bin', 'b.bin', 'c.bin', 'd.bin', 'e.bin'];
  const files: string[] = [];
  for (const name of names) files.push(await desk.file(name, 2_000_000));
  await desk.drop(page, files);
  await expect(receiving(page)).toHaveCount(3);
  await expect(receiving(page).nth(0)).toContainText('a.bin');
  await expect(receiving(page).nth(1)).toContainText('b.bin');
  await expect(receiving(page).nth(2)).toContainText('3 files are waiting to be received');
  await expect(page.getByText('Keep this page open until everything is received')).toBeVisible();
  // What waits first, so that nothing takes the place of what is cancelled next.
  await page.locator('[role=grid]').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Delete');
  await expect(receiving(page)).toHaveCount(2);
  await page.keyboard.press('Home');
  await page.keyboard.press('Delete');
  await expect(receiving(page)).toHaveCount(1);
  await expect(receiving(page)).toContainText('b.bin');
  await receiving(page).hover();
  await receiving(page).getByRole('button', { name: 'Cancel receiving b.bin' }).click();
  await expect(receiving(page)).toHaveCount(0);
  await expect(page.locator('[role=row][data-state]')).toHaveCount(0);
  expect(desk.complaints).toEqual([]);
});

test('what was not received when the page is loaded again is named @web', async ({ desk }) => {
  const peer = await desk.peer();
  await desk.saveServer(peer, 'Hafen');
  const page = await desk.start();
  page.on('dialog', (dialog) => void dialog.accept());
  await throttle(page, 20_000);
  await desk.drop(page, [await desk.file('Plan.bin', 2_000_000), await desk.file('Skizze.bin', 2_000_000)]);
  await expect(receiving(page)).toHaveCount(2);
  await throttle(page, 0);
  await page.reload();
  await expect(page.getByText('The page was loaded again before Plan.bin and Skizze.bin were received.')).toBeVisible();
  await expect(receiving(page)).toHaveCount(0);
});

test('a folder that a browser looks through is counted, and nothing of it is added when it is cancelled @web', async ({
  desk,
}) => {
  const peer = await desk.peer();
  await desk.saveServer(peer, 'Hafen');
  const page = await desk.start();
  // The page reads one part of the folder, and waits for the next as long as the test wants.
  await page.evaluate(`{
    const { webkitGetAsEntry } = DataTransferItem.prototype;
    DataTransferItem.prototype.webkitGetAsEntry = function () {
      const entry = webkitGetAsEntry.call(this);
      const reader = entry.createReader();
      const readEntries = reader.readEntries.bind(reader);
      let parts = 0;
      reader.readEntries = (...how) => {
        if (parts++ === 0) readEntries(...how);
        else window.releaseFolder = () => readEntries(...how);
      };
      entry.createReader = () => reader;
      return entry;
    };
  }`);
  const paths = [await desk.file('Photos/a.jpg', 400_000), await desk.file('Photos/b.jpg', 600_000)];
  await desk.drop(page, [dirname(paths[0] ?? '')]);
  const card = page.getByRole('region', { name: 'Looking through what was added' });
  await expect(card).toContainText(/Looking through .?Photos.?: 2 files, 1 MB…/);
  await expectClean(page);
  await card.getByRole('button', { name: 'Cancel' }).press('Enter');
  await expect(card).toContainText('Cancelling…');
  await page.evaluate('window.releaseFolder()');
  await expect(page.getByText('Cancelled. Nothing was added.')).toBeVisible();
  await expect(card).toHaveCount(0);
  await expect(page.locator('[role=row][data-state]')).toHaveCount(0);
  expect(desk.complaints).toEqual([]);
});

test('a folder that the app looks through is counted, and nothing of it is queued when it is cancelled @app', async ({
  desk,
}) => {
  const peer = await desk.peer();
  await desk.saveServer(peer, 'Hafen');
  const folder = dirname(await desk.file('Photos/0.jpg', 1));
  for (let n = 1; n < 20_000; n++) writeFileSync(join(folder, `${n}.jpg`), '1');
  const page = await desk.start();
  await desk.drop(page, [folder]);
  const card = page.getByRole('region', { name: 'Looking through what was added' });
  await expect(card).toContainText(/Looking through .?Photos.?: [\d,]+ files, /);
  await card.getByRole('button', { name: 'Cancel' }).press('Enter');
  await expect(page.getByText('Cancelled. Nothing was added.')).toBeVisible();
  await expect(card).toHaveCount(0);
  await expect(page.locator('[role=row][data-state]')).toHaveCount(0);
  expect(desk.complaints).toEqual([]);
});
