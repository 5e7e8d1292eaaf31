/** Files that would meet under one name on a site: the name here stays visible, the one there stands beside it. */
import { expect, test } from './cloud.ts';

test('a file that is stored under another name is shown by both', { tag: '@rest' }, async ({ desk, cloud }) => {
  const paths = [await desk.file('A001/clip1.mov', 1_000), await desk.file('B002/clip1.mov', 1_000)];
  await desk.run(['upload', ...paths, '--to', '/two', '--conflict', 'version']);
  expect((await cloud.stored('/two/clip1%20(2).mov'))?.size).toBe(1_000);
  const page = await desk.start();
  // A mark that keeps the name's own direction stands before it.
  const row = page.getByRole('row').filter({ hasText: /as .clip1 \(2\)\.mov/ });
  await expect(row.getByTitle('clip1.mov', { exact: true })).toBeVisible();
  await row.click();
  await page.keyboard.press('Enter');
  const details = page.getByRole('region', { name: /^Details of / });
  await expect(details.getByRole('heading', { name: 'clip1.mov', exact: true })).toBeVisible();
  await expect(details.getByText('clip1 (2).mov', { exact: true })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+2');
  await expect(page.getByRole('grid', { name: 'History' })).toBeVisible();
  await expect(row.getByTitle('clip1.mov', { exact: true })).toBeVisible();
});
