/**
 * From the request for the window until it can be used, with 100,000 transfers in the profile: rows are drawn, and a
 * click on one has opened its details. By the page's own clock, which starts with the request.
 */
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import { seedProfile } from '../pictures/profile.ts';
import type { Bench } from './bench.ts';
import { valueRow } from './row.ts';
import { openWindow } from './window.ts';

/** Looks at every frame; runs in the page. */
const watch = `
  const look = () => {
    const row = document.querySelector('[role=row][data-state]');
    if (window.rowsAt === undefined && row !== null) {
      window.rowsAt = performance.now();
      for (const type of ['pointerdown', 'pointerup', 'click'])
        row.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, button: 0 }));
    }
    if (document.querySelector('.details h2') !== null) window.usableAt = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

type Times = { readonly rows: number; readonly usable: number };

const openOnce = async (context: BrowserContext, url: string): Promise<Times> => {
  const page = await context.newPage();
  try {
    await page.addInitScript(watch);
    await page.goto(url);
    await page.locator('.details h2').waitFor();
    for (;;) {
      const [rows, usable] = await page.evaluate(() =>
        ['rowsAt', 'usableAt'].map((name) => (window as unknown as Readonly<Record<string, number>>)[name]),
      );
      if (rows !== undefined && usable !== undefined) return { rows, usable };
    }
  } finally {
    await page.close();
  }
};

export const windowUsable: Bench = async (setting) => {
  const { folder, quick } = setting;
  const profile = join(folder, 'profile');
  await seedProfile(profile, Date.now(), quick ? 1_000 : 100_000, true);
  const window = await openWindow(setting, profile, folder);
  try {
    const known: Times[] = [];
    const first: number[] = [];
    for (let turn = 0; turn < (quick ? 1 : 15); turn++) {
      known.push(await openOnce(window.context, window.url));
      // A browser that is signed in and has nothing of the window yet.
      const fresh = await window.browser.newContext({ storageState: await window.context.storageState() });
      first.push((await openOnce(fresh, window.url)).usable);
      await fresh.close();
    }
    return [
      valueRow(
        'window-usable',
        'ms',
        known.map(({ usable }) => usable),
      ),
      valueRow(
        'window-usable-rows',
        'ms',
        known.map(({ rows }) => rows),
      ),
      valueRow('window-usable-empty-cache', 'ms', first),
    ];
  } finally {
    await window.stop();
  }
};
