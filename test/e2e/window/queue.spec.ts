import type { Locator, Page } from '@playwright/test';
import { expect, test, type Desk } from './desk.ts';

const row = (page: Page, name: string): Locator => page.getByRole('row').filter({ hasText: name });
const state = (page: Page, name: string, wanted: string): Promise<void> =>
  expect(page.locator(`[role=row][data-state=${wanted}]`).filter({ hasText: name })).toHaveCount(1);

/** A window over a server that takes its time, with some files on their way. */
const busy = async (desk: Desk, names: readonly string[]): Promise<Page> => {
  const peer = await desk.peer({ config: { CHUNK_SIZE: 500_000 } });
  await desk.saveServer(peer, 'Hafen');
  await desk.run(['settings', 'at-once', '1']);
  await desk.run(['settings', 'limit-rate', '400k']);
  const files: string[] = [];
  for (const name of names) files.push(await desk.file(name, 30_000_000));
  await desk.run(['add', ...files]);
  const page = await desk.start();
  await state(page, names[0] ?? '', 'uploading');
  return page;
};

test(
  'an upload is paused by its button and goes on by the keyboard, without a byte sent twice',
  { tag: '@page' },
  async ({ desk }) => {
    const page = await busy(desk, ['long take.mov']);
    const take = row(page, 'long take.mov');
    await take.hover();
    await take.getByRole('button', { name: /^Pause/ }).click();
    await state(page, 'long take.mov', 'paused');
    await page.mouse.move(0, 0);
    await expect(take).toContainText('paused');
    await page.getByRole('grid', { name: 'Queue' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await state(page, 'long take.mov', 'uploading');
    await page.keyboard.press('Enter');
    const details = page.getByRole('region', { name: 'Details of long take.mov' });
    await expect(details.getByRole('heading', { name: /Stow plan/ })).toContainText('of 60 chunks');
    await expect(details).toContainText('never');
    await page.keyboard.press('Escape');
    await expect(details).toBeHidden();
    expect(desk.complaints).toEqual([]);
  },
);

test('the order is changed by keyboard and by menu, and the queue keeps to it', { tag: '@page' }, async ({ desk }) => {
  const page = await busy(desk, ['a.bin', 'b.bin', 'c.bin', 'd.bin']);
  const next = page.locator('[role=row][data-state=queued]');
  await expect(next).toHaveText([/b\.bin/, /c\.bin/, /d\.bin/]);
  await page.getByRole('grid', { name: 'Queue' }).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Alt+ArrowUp');
  await expect(next).toHaveText([/b\.bin/, /d\.bin/, /c\.bin/]);
  await row(page, 'c.bin').hover();
  await row(page, 'c.bin').getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'To the front' }).click();
  await expect(next).toHaveText([/c\.bin/, /b\.bin/, /d\.bin/]);
  await next.nth(2).dragTo(next.nth(0), { targetPosition: { x: 200, y: 4 } });
  await expect(next).toHaveText([/d\.bin/, /c\.bin/, /b\.bin/]);
});

test('a cancel can be taken back, and goes to the server only after that', { tag: '@page' }, async ({ desk }) => {
  const page = await busy(desk, ['regret.bin', 'unwanted.bin']);
  await row(page, 'unwanted.bin').hover();
  await row(page, 'unwanted.bin')
    .getByRole('button', { name: /^Cancel/ })
    .click();
  await state(page, 'unwanted.bin', 'cancelled');
  const regret = row(page, 'regret.bin');
  await expect(regret.getByRole('progressbar')).not.toHaveAttribute('aria-valuenow', '0');
  await regret.hover();
  await regret.getByRole('button', { name: /^Cancel/ }).click();
  await state(page, 'regret.bin', 'paused');
  const slip = page.getByRole('status').filter({ hasText: 'regret.bin is cancelled' });
  await slip.getByRole('button', { name: 'Undo' }).last().click();
  await state(page, 'regret.bin', 'uploading');
  // From its row as well, which is shown as cancelled, not as paused.
  await regret.hover();
  await regret.getByRole('button', { name: /^Cancel/ }).click();
  await expect(regret).toContainText('Cancelled');
  await expect(regret.getByRole('button', { name: /^(Go on|Cancel):/ })).toHaveCount(0);
  await regret.hover();
  await regret.getByRole('button', { name: /^Undo/ }).click();
  await state(page, 'regret.bin', 'uploading');
  await expect(slip).toHaveCount(0);
  await regret.hover();
  await regret.getByRole('button', { name: /^Cancel/ }).click();
  await state(page, 'regret.bin', 'cancelled');
});

test(
  'several are chosen and paused together, all go on by one key, and what is done is cleared',
  { tag: '@rest' },
  async ({ desk }) => {
    const page = await busy(desk, ['one.bin', 'two.bin', 'three.bin']);
    await row(page, 'two.bin').click({ modifiers: ['ControlOrMeta'] });
    await row(page, 'three.bin').click({ modifiers: ['ControlOrMeta'] });
    const bar = page.getByRole('toolbar', { name: '2 chosen' });
    await bar.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Show: Paused' }).click();
    await state(page, 'two.bin', 'paused');
    await state(page, 'three.bin', 'paused');
    await page.keyboard.press('ControlOrMeta+.');
    await state(page, 'one.bin', 'paused');
    // The key does what the button says, whose figures are drawn anew four times a second.
    await expect(page.getByRole('button', { name: 'Resume all' }).first()).toBeVisible();
    await page.keyboard.press('ControlOrMeta+.');
    await expect(page.locator('[role=row][data-state=paused]')).toHaveCount(0);
  },
);

test('every view is reached by keyboard alone, and tells where one is', { tag: '@page' }, async ({ desk }) => {
  const page = await desk.start();
  await expect(page.getByRole('heading', { level: 1, name: 'Queue' })).toBeVisible();
  for (const [key, name] of [
    ['2', 'History'],
    ['3', 'Shares'],
    ['4', 'Servers'],
    [',', 'Settings'],
    ['1', 'Queue'],
  ] as const) {
    await page.keyboard.press(`ControlOrMeta+${key}`);
    await expect(page.getByRole('heading', { level: 1, name })).toBeFocused();
  }
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(desk.complaints).toEqual([]);
});

test(
  'an undone cancel restores a file that came through the browser, though the host was killed meanwhile',
  { tag: '@web' },
  async ({ desk }) => {
    const page = await busy(desk, ['first.bin']);
    await desk.drop(page, [await desk.file('only copy.bin', 2_000_000)]);
    await state(page, 'only copy.bin', 'queued');
    // Its copy is the host's alone from here on.
    await page.getByRole('grid', { name: 'Queue' }).focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Show: Paused' }).click();
    await state(page, 'only copy.bin', 'paused');
    const slip = page.getByRole('status').filter({ hasText: 'only copy.bin is cancelled' });
    // Who looks at the line may take their time.
    await slip.getByRole('button', { name: 'Undo' }).last().focus();
    const { port } = desk.web;
    await desk.web.kill();
    await expect(page.getByRole('button', { name: 'Try now' })).toBeVisible();
    await desk.serveAgain(port);
    await expect(page.getByRole('button', { name: 'Try now' })).toBeHidden();
    await state(page, 'only copy.bin', 'paused');
    await slip.getByRole('button', { name: 'Undo' }).last().press('Enter');
    await state(page, 'only copy.bin', 'queued');
    await desk.run(['settings', 'limit-rate', 'none']);
    await state(page, 'only copy.bin', 'done');
    expect(desk.complaints).toEqual([]);
  },
);
