import type { Locator, Page } from '@playwright/test';
import { expect, test, type Desk } from './desk.ts';
import { expectClean } from './violations.ts';

const row = (page: Page, name: string): Locator => page.locator('[data-row]').filter({ hasText: name });
const section = (page: Page, name: string): Locator => page.getByRole('rowgroup', { name, exact: true });

/** A queue in which one upload is active, two are paused and one is queued. */
const mixed = async (desk: Desk): Promise<Page> => {
  const peer = await desk.peer({ config: { CHUNK_SIZE: 500_000 } });
  await desk.saveServer(peer, 'Hafen');
  await desk.run(['settings', 'at-once', '1']);
  await desk.run(['settings', 'limit-rate', '400k']);
  const [a, b, c, d] = await Promise.all(['a.bin', 'b.bin', 'c.bin', 'd.bin'].map((name) => desk.file(name, 30e6)));
  await desk.run(['add', a ?? '', b ?? '', '--paused']);
  await desk.run(['add', c ?? '', d ?? '']);
  const page = await desk.start();
  await expect(section(page, 'Active').locator('[data-state=uploading]')).toHaveCount(1);
  return page;
};

test(
  'what is paused is a section of its own, folded with its count, and shown and resumed from its head',
  { tag: '@page' },
  async ({ desk }) => {
    const page = await mixed(desk);
    const paused = section(page, 'Paused');
    await expect(paused.getByRole('heading')).toHaveText('Paused 2');
    await expect(paused.locator('[data-row]')).toHaveCount(0);
    const show = paused.getByRole('button', { name: 'Show: Paused' });
    await expect(show).toHaveAttribute('aria-expanded', 'false');
    await expectClean(page);
    await show.click();
    await expect(paused.locator('[data-row]')).toHaveText([/a\.bin/, /b\.bin/]);
    await expectClean(page);
    await paused.getByRole('button', { name: 'Hide: Paused' }).press('Enter');
    await expect(paused.locator('[data-row]')).toHaveCount(0);
    await paused.getByRole('button', { name: 'Resume all' }).press('Enter');
    await expect(paused).toHaveCount(0);
    await expect(section(page, 'Queued').locator('[data-row]')).toHaveCount(3);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'the head of a section pauses all, and a queue that is paused as a whole stays in sight',
  { tag: '@page' },
  async ({ desk }) => {
    const page = await mixed(desk);
    await section(page, 'Queued').getByRole('button', { name: 'Actions for Queued' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Pause all' }).press('Enter');
    await expect(section(page, 'Paused').locator('[data-row]')).toHaveCount(4);
    await expect(section(page, 'Active')).toHaveCount(0);
  },
);

test('the pointer and a selection hide nothing that a row says', { tag: '@page' }, async ({ desk }) => {
  const page = await mixed(desk);
  await section(page, 'Paused').getByRole('button', { name: 'Show: Paused' }).click();
  for (const [name, said] of [
    ['a.bin', 'paused'],
    ['d.bin', '30 MB'],
  ] as const) {
    const one = row(page, name);
    await expect(one).toContainText(said);
    const before = await one.locator('.name').boundingBox();
    await one.hover();
    await expect(one.getByRole('button', { name: /^Cancel/ })).toBeVisible();
    await expect(one).toContainText(said);
    expect(await one.locator('.name').boundingBox()).toEqual(before);
    await one.click();
    await expect(one.getByRole('button', { name: /^Cancel/ })).toBeVisible();
    await expect(one).toContainText(said);
  }
});

test(
  'in a wide window the list keeps a readable width, and details open by themselves until they are closed',
  { tag: '@page' },
  async ({ desk }) => {
    const page = await mixed(desk);
    const details = page.getByRole('region', { name: /^Details of/ });
    await page.setViewportSize({ width: 1400, height: 800 });
    await expect(details).toHaveCount(0);
    const width = (): Promise<number> => row(page, 'c.bin').evaluate((one) => one.getBoundingClientRect().width);
    expect(await width()).toBeLessThanOrEqual(1100);
    await page.setViewportSize({ width: 1900, height: 900 });
    await expect(details).toBeVisible();
    expect(await width()).toBeLessThanOrEqual(1100);
    expect(await width()).toBeGreaterThan(1000);
    await expectClean(page);
    await details.getByRole('button', { name: /^Close/ }).click();
    await expect(details).toHaveCount(0);
    await row(page, 'c.bin').click();
    await expect(details).toBeVisible();
  },
);
