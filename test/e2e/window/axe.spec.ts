/** Every view and sheet, in both themes, without a violation that axe knows. */
import type { Page } from '@playwright/test';
import { seedProfile } from '../../pictures/profile.ts';
import { expect, test } from './desk.ts';
import { violations } from './violations.ts';

const views = [
  ['1', 'Queue'],
  ['2', 'History'],
  ['3', 'Shares'],
  ['4', 'Servers'],
  [',', 'Settings'],
] as const;

/** The view is there with what it has to show: what is still being asked for has nothing to find fault with. */
const shows = async (page: Page, name: string): Promise<void> => {
  await expect(page.getByRole('heading', { level: 1, name })).toBeFocused();
  await expect(page.getByRole('main').getByRole('heading', { level: 2 }).first()).toBeVisible();
};

for (const theme of ['light', 'dark'] as const)
  test(`no view has a violation, full and in ${theme} @page`, async ({ desk }) => {
    await seedProfile(desk.profile, Date.now(), 100, true);
    const page = await desk.start();
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await expect(page.locator('[role=row][data-state]').first()).toBeVisible();
    for (const [key, name] of views) {
      await page.keyboard.press(`ControlOrMeta+${key}`);
      await shows(page, name);
      await page.waitForTimeout(300);
      expect(await violations(page), name).toEqual([]);
    }
    await page.keyboard.press('ControlOrMeta+1');
    await page.locator('[role=row][data-state]').first().click();
    await expect(page.getByRole('region', { name: /^Details of/ })).toBeVisible();
    expect(await violations(page), 'details').toEqual([]);
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await violations(page), 'shortcuts').toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add a server' }).first().click();
    await expect(page.getByRole('dialog', { name: 'Add a server' })).toBeVisible();
    expect(await violations(page), 'add a server').toEqual([]);
  });

test('no view has a violation, empty, narrow and in dark @page', async ({ desk }) => {
  const page = await desk.start();
  await page.setViewportSize({ width: 560, height: 480 });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  for (const [key, name] of views) {
    await page.keyboard.press(`ControlOrMeta+${key}`);
    await shows(page, name);
    await page.waitForTimeout(300);
    expect(await violations(page), name).toEqual([]);
  }
});
