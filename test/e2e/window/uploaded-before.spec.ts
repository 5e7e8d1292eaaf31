/** What was uploaded before: skipped, with a line that asks; its links are there, and it can be uploaded again. */
import { join } from 'node:path';
import { expect, test } from './desk.ts';
import { expectClean } from './violations.ts';

test('files that were uploaded before are skipped until they are asked for again @app', async ({ desk }) => {
  const peer = await desk.peer();
  await desk.saveServer(peer, 'Hafen');
  const page = await desk.start();
  const long = `${'a very long name '.repeat(8)}.txt`;
  const names = ['one.txt', long, 'ملف طويل جدا.txt'];
  for (const name of names) await desk.file(name, 100);
  const paths = names.map((name) => join(desk.folder, 'files', name));
  const done = page.locator('[role=row][data-state=done]');
  await desk.drop(page, paths);
  await expect(done).toHaveCount(3);

  await desk.file('new.txt', 100);
  await desk.drop(page, [...paths, join(desk.folder, 'files', 'new.txt')]);
  const line = page.getByText('3 files were uploaded before and were skipped');
  await expect(line).toBeVisible();
  await expect(done).toHaveCount(4);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  const sheet = page.getByRole('dialog', { name: '3 of these files were uploaded before' });
  await expect(sheet).toBeVisible();
  await expect(sheet.getByRole('button', { name: 'Skip' })).toBeFocused();
  await expectClean(page);
  for (const width of [1100, 720]) {
    await page.setViewportSize({ width, height: 700 });
    expect(await sheet.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
  }
  await sheet.getByRole('button', { name: 'Copy the link of one.txt' }).click();
  await expect.poll(() => desk.clipboard(page)).toMatch(/^http\S+$/);
  await sheet.getByRole('button', { name: 'Copy 3 links' }).click();
  await expect.poll(async () => (await desk.clipboard(page)).split('\n').length).toBe(3);
  await sheet.getByRole('button', { name: 'Skip' }).press('Enter');
  await expect(sheet).toHaveCount(0);
  await expect(done).toHaveCount(4);

  await desk.drop(page, paths);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await sheet.getByRole('button', { name: 'Upload again' }).click();
  await expect(page.getByRole('button', { name: 'Show all 7' })).toBeVisible();
});
