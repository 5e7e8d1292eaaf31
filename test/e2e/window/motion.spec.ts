import type { Page } from '@playwright/test';
import { expect, test, type Desk } from './desk.ts';

/** A window over a server that takes its time. */
const slow = async (desk: Desk, rate: string): Promise<Page> => {
  await desk.saveServer(await desk.peer({ config: { CHUNK_SIZE: 100_000 } }), 'Hafen');
  await desk.run(['settings', 'at-once', '3']);
  await desk.run(['settings', 'limit-rate', rate]);
  return await desk.start();
};

const row = (page: Page, name: string) => page.locator('[role=row][data-state]').filter({ hasText: name });

test(
  'the queue keeps moving whichever view was left and entered while uploads run',
  { tag: '@page' },
  async ({ desk }) => {
    const page = await slow(desk, '200k');
    await desk.drop(page, [await desk.file('long.bin', 50_000_000)]);
    const bar = row(page, 'long.bin').getByRole('progressbar');
    await expect(row(page, 'long.bin')).toHaveAttribute('data-state', 'uploading');
    const part = async (): Promise<number> => Number(await bar.getAttribute('aria-valuenow'));
    const flight = () => row(page, 'long.bin').locator('.meta').innerText();
    const views = [
      ['2', 'History'],
      ['3', 'Shares'],
      ['4', 'Servers'],
      [',', 'Settings'],
      ['1', 'Queue'],
    ] as const;
    const byKey = (key: string): Promise<void> => page.keyboard.press(`ControlOrMeta+${key}`);
    const byClick = (name: string): Promise<void> =>
      page
        .getByRole('complementary')
        .getByRole('button', { name: new RegExp(`^${name}`) })
        .click();
    for (const how of ['key', 'click'] as const)
      for (const [key, name] of views) {
        const go = (view: readonly [string, string]): Promise<void> =>
          how === 'key' ? byKey(view[0]) : byClick(view[1]);
        // What is under way is being drawn when the view is left.
        const before = await flight();
        await expect.poll(flight).not.toBe(before);
        await go([key, name]);
        await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
        await go(['1', 'Queue']);
        await expect(page.getByRole('heading', { level: 1, name: 'Queue' })).toBeVisible();
        const back = await flight();
        await expect.poll(flight).not.toBe(back);
        const dropped = `${how} ${name}.bin`;
        await desk.drop(page, [await desk.file(dropped, 1_000)]);
        await expect(row(page, dropped)).toHaveCount(1);
      }
    expect(await part()).toBeLessThan(100);
    expect(desk.complaints).toEqual([]);
  },
);

/** Looks at every frame, and notes each row that is not where it belongs, or that lies over something else. */
const watchRows = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const belongs: Record<string, readonly string[]> = {
      'needs-you': ['attention'],
      'under-way': ['receiving', 'preparing', 'opening', 'uploading', 'finishing', 'verifying'],
      waiting: ['waiting'],
      paused: ['paused'],
      failed: ['failed'],
      next: ['queued'],
      done: ['done', 'cancelled'],
    };
    const found = new Set<string>();
    Object.assign(window, { found });
    const look = (): void => {
      const boxes: { top: number; bottom: number; what: string }[] = [];
      for (const block of document.querySelectorAll<HTMLElement>('[role=grid] [role=rowgroup]')) {
        const section = block.dataset['section'] ?? '';
        for (const line of block.querySelectorAll<HTMLElement>('[role=row]')) {
          const { top, bottom } = line.getBoundingClientRect();
          const state = line.dataset['state'];
          const what = `${section}: ${state ?? line.className}`;
          if (state !== undefined && !(belongs[section] ?? []).includes(state))
            found.add(`${what} does not belong there`);
          boxes.push({ top, bottom, what });
          for (const part of line.children) {
            const box = part.getBoundingClientRect();
            if (box.height > 0 && (box.top < top - 1 || box.bottom > bottom + 1))
              found.add(`${what} is higher than its line`);
          }
        }
      }
      boxes.sort((a, b) => a.top - b.top);
      for (const [n, box] of boxes.entries()) {
        const next = boxes[n + 1];
        if (next !== undefined && next.top < box.bottom - 0.5) found.add(`${next.what} lies over ${box.what}`);
      }
      requestAnimationFrame(look);
    };
    look();
  });
const misplaced = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => [...(Reflect.get(window, 'found') as Set<string>)]);

for (const by of ['pointer', 'keyboard'] as const)
  test(
    `with the ${by} resting on the list every row stays in its section`,
    { tag: by === 'pointer' ? '@page' : '@rest' },
    async ({ desk }) => {
      const page = await slow(desk, '2k');
      const files: string[] = [];
      for (let n = 1; n <= 30; n++) files.push(await desk.file(`small ${String(n).padStart(2, '0')}.bin`, 60_000));
      await page.setViewportSize({ width: 1100, height: 1400 });
      await desk.drop(page, files);
      const target = row(page, 'small 12.bin');
      await expect(target).toHaveAttribute('data-state', 'queued');
      if (by === 'pointer') await target.hover({ position: { x: 300, y: 10 } });
      else {
        await target.click({ modifiers: ['ControlOrMeta'] });
        await page.mouse.move(0, 0);
        await page.keyboard.press('Tab');
      }
      await watchRows(page);
      await desk.run(['settings', 'limit-rate', '400k']);
      await expect(page.getByRole('rowgroup').last().getByRole('heading')).toContainText('30', { timeout: 60_000 });
      expect(await misplaced(page)).toEqual([]);
      expect(desk.complaints).toEqual([]);
    },
  );
