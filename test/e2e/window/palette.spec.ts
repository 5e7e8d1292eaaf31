import type { Page } from '@playwright/test';
import { expect, test } from './desk.ts';
import { expectClean } from './violations.ts';

const open = async (page: Page) => {
  await page.keyboard.press('ControlOrMeta+k');
  const sheet = page.getByRole('dialog', { name: 'All commands' });
  const field = sheet.getByRole('combobox');
  await expect(field).toBeFocused();
  return { sheet, field, chosen: sheet.getByRole('option', { selected: true }) };
};

test(
  'every command is found by its name, with its shortcut, and run by the keyboard alone',
  { tag: '@page' },
  async ({ desk }) => {
    const page = await desk.start();
    const { sheet, field, chosen } = await open(page);
    await expect(sheet.getByRole('option', { name: 'Add files' })).toContainText(/Ctrl O|⌘O/);
    await expectClean(page);
    await field.fill('hist');
    await expect(chosen).toContainText('History');
    await page.keyboard.press('Enter');
    await expect(sheet).toBeHidden();
    await expect(page.getByRole('heading', { level: 1, name: 'History' })).toBeFocused();
    // What the view offers is there as well, and only while it is shown.
    const again = await open(page);
    await again.field.fill('search history');
    await expect(again.chosen).toContainText('Search');
    await again.field.fill('pause all');
    await expect(again.sheet.getByRole('option')).toHaveCount(0);
    await expect(again.sheet.getByRole('status')).toContainText('No command is named “pause all”');
    await page.keyboard.press('Escape');
    await expect(again.sheet).toBeHidden();
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'servers to filter by, settings, and what a row offers are among the commands',
  { tag: '@page' },
  async ({ desk }) => {
    const peer = await desk.peer();
    await desk.saveServer(peer, 'Hafen');
    await desk.saveServer(peer, 'Nordlicht');
    await desk.run(['add', await desk.file('plan.pdf', 10), '--server', 'Hafen', '--paused']);
    const page = await desk.start();
    await expect(page.locator('.side [data-server]')).toHaveCount(2);
    const first = await open(page);
    await first.field.fill('nordl');
    await page.keyboard.press('Enter');
    await expect(page.locator('.side [aria-pressed=true]')).toContainText('Nordlicht');
    const second = await open(page);
    await second.field.fill('show all serv');
    await page.keyboard.press('Enter');
    await expect(page.locator('.side [aria-pressed=true]')).toHaveCount(0);
    await page.getByRole('grid', { name: 'Queue' }).focus();
    await page.keyboard.press('Home');
    const third = await open(page);
    await third.field.fill('cancel plan');
    await expect(third.chosen).toContainText('plan.pdf');
    await page.keyboard.press('Enter');
    await expect(page.locator('.slip', { hasText: 'plan.pdf is cancelled' })).toBeVisible();
    const fourth = await open(page);
    await fourth.field.fill('speed limit');
    await expect(fourth.chosen).toContainText('Setting');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
    expect(desk.complaints).toEqual([]);
  },
);
