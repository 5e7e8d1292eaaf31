import type { Page } from '@playwright/test';
import { expect, test } from './desk.ts';
import { expectClean } from './violations.ts';

const icon = (page: Page): Promise<string> =>
  page.evaluate(() => document.querySelector('link[rel=icon]')?.getAttribute('href') ?? '');
const sum = (page: Page) => page.locator('.tools .sum');

test(
  'the whole queue has its progress under the title, and in the title and the icon of the page',
  { tag: '@web' },
  async ({ desk }) => {
    const peer = await desk.peer({ config: { CHUNK_SIZE: 500_000 } });
    await desk.saveServer(peer, 'Hafen');
    await desk.run(['settings', 'limit-rate', '500k']);
    const page = await desk.start();
    await expect(page).toHaveTitle('Stevedore');
    await expect(sum(page)).toHaveText('');
    expect(await icon(page)).toBe('./icon.svg');
    await desk.drop(page, [await desk.file('small.bin', 1000), await desk.file('large.bin', 8_000_000)]);
    await expect(sum(page)).toHaveText(/^1 of 2 · \d+ %( · \d+ (sec|min) left)?$/);
    await expect(sum(page)).toHaveText(/left$/);
    await expect(page).toHaveTitle(/^[1-9]\d? % · Stevedore$/);
    const bar = page.getByRole('progressbar', { name: 'Progress of all uploads' });
    expect(Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(0);
    // The page's policy allows the picture: a browser loads it.
    const href = await icon(page);
    expect(href).toMatch(/^data:image\/svg\+xml,/);
    const loads = page.evaluate(
      (src) =>
        new Promise<number>((resolve, reject) => {
          const image = new Image();
          image.onload = () => resolve(image.naturalWidth);
          image.onerror = () => reject(new Error('not drawn'));
          image.src = src;
        }),
      href,
    );
    expect(await loads).toBeGreaterThan(0);
    await expectClean(page);
    await desk.run(['settings', 'limit-rate', 'none']);
    await expect(page).toHaveTitle('Stevedore');
    await expect(bar).toHaveCount(0);
    expect(await icon(page)).toBe('./icon.svg');
    expect(desk.complaints).toEqual([]);
  },
);

test('what needs attention is in the title and in the icon', { tag: '@web' }, async ({ desk }) => {
  await desk.saveServer(await desk.peer(), 'Hafen');
  await desk.run(['add', await desk.file('changed.bin', 1000), '--paused']);
  await desk.file('changed.bin', 2000);
  const page = await desk.start();
  await page.getByRole('button', { name: 'Resume all' }).first().click();
  await expect(page).toHaveTitle('(1) needs attention · Stevedore');
  expect(decodeURIComponent(await icon(page))).toContain('circle');
});

test('thousands of small files have a speed in files', { tag: '@page' }, async ({ desk }) => {
  const peer = await desk.peer();
  await desk.saveServer(peer, 'Hafen');
  const page = await desk.start();
  const files = await Promise.all(Array.from({ length: 300 }, (_, n) => desk.file(`${n}.txt`, 10)));
  await desk.run(['add', ...files]);
  await expect(page.locator('.side .rate')).toContainText(/\d+ files?\/s/);
});
