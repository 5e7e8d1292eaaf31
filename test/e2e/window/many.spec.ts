import { seedProfile } from '../../pictures/profile.ts';
import { expect, test } from './desk.ts';

test('a hundred thousand rows scroll, and one of them is found by its name', { tag: '@rest' }, async ({ desk }) => {
  await seedProfile(desk.profile, Date.now(), 100_000, true);
  const page = await desk.start();
  const grid = page.getByRole('grid', { name: 'Queue' });
  await expect(page.locator('[role=row][data-state]').first()).toBeVisible();
  await page.getByRole('button', { name: 'Show: Paused' }).click();
  const seen = page.locator('[role=row][data-state]').filter({ hasText: 'Messreihe' });
  const scroll = (part: number): Promise<void> =>
    grid.evaluate((list, at) => list.scrollTo(0, (list.scrollHeight - list.clientHeight) * at), part);
  await scroll(0.5);
  await expect(seen.filter({ hasText: 'Messreihe 049' }).first()).toBeVisible();
  await scroll(0.9);
  await expect(seen.filter({ hasText: 'Messreihe 0' }).first()).toBeVisible();
  // Whatever the length of the queue, the page holds what is seen.
  expect(await page.getByRole('row').count()).toBeLessThan(80);
  await page.keyboard.press('ControlOrMeta+f');
  await page.getByRole('searchbox').fill('messreihe 077123');
  await expect(page.locator('[role=row][data-state]')).toHaveCount(1);
  await expect(page.locator('[role=row][data-state]')).toContainText('Messreihe 077123.csv');
  await page.getByRole('searchbox').fill('no such file');
  await expect(page.getByRole('heading', { name: /Nothing in the queue is named/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(grid).toBeVisible();
  expect(desk.complaints).toEqual([]);
});
