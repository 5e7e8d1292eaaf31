import type { Locator, Page } from '@playwright/test';
import { expect, test } from './desk.ts';
import { expectClean } from './violations.ts';

const edit = async (page: Page): Promise<{ readonly sheet: Locator; readonly address: Locator }> => {
  await page.keyboard.press('ControlOrMeta+4');
  await page.getByRole('button', { name: 'Edit Hafen' }).click();
  const sheet = page.getByRole('dialog');
  return { sheet, address: sheet.getByRole('textbox', { name: 'Address', exact: true }) };
};

test(
  'a server gets another address, which is checked first, and what has not begun is sent there',
  { tag: '@page' },
  async ({ desk }) => {
    const [before, after] = [await desk.peer(), await desk.peer()];
    await desk.saveServer(before, 'Hafen');
    await desk.run(['add', await desk.file('plan.pdf', 1000), '--paused']);
    const page = await desk.start();
    const { sheet, address } = await edit(page);
    await expect(address).toHaveValue(new RegExp(`^${before.url}`));
    await address.fill('http://127.0.0.1:9');
    await sheet.getByRole('button', { name: 'Save' }).click();
    await expect(address).toBeFocused();
    await expect(address).toHaveAttribute('aria-invalid', 'true');
    await expectClean(page);
    await address.fill(after.url);
    await sheet.getByRole('button', { name: 'Save' }).click();
    await expect(sheet).toBeHidden();
    await expect(page.getByText('Hafen answers')).toBeVisible();
    await before.goAway();
    await page.keyboard.press('ControlOrMeta+1');
    await page.getByRole('button', { name: 'Resume all' }).first().click();
    await expect(page.locator('[data-row][data-state=done]')).toHaveCount(1);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'an address of another server is refused in words while uploads have begun, and nothing changes',
  { tag: '@page' },
  async ({ desk }) => {
    const config = { CHUNK_SIZE: 100_000 };
    const [before, other] = [await desk.peer({ config }), await desk.peer({ config })];
    await desk.saveServer(before, 'Hafen');
    await desk.run(['settings', 'limit-rate', '200k']);
    const page = await desk.start();
    await desk.drop(page, [await desk.file('long.mov', 5_000_000)]);
    await expect(page.locator('[data-row][data-state=uploading]')).toHaveCount(1);
    const { sheet, address } = await edit(page);
    await address.fill(other.url);
    await sheet.getByRole('button', { name: 'Save' }).click();
    await expect(sheet).toContainText('1 upload has begun on Hafen, and this address is of another server.');
    await page.keyboard.press('Escape');
    expect(await desk.run(['server', 'list', '--json'])).toContain(before.url);
    await expect(desk.run(['server', 'update', 'Hafen', '--address', other.url])).rejects.toThrow('has begun');
    // The same server under another path or scheme is no other server.
    await desk.run(['server', 'update', 'Hafen', '--address', `${before.url}/`]);
    await desk.run(['settings', 'limit-rate', 'none']);
    await page.keyboard.press('ControlOrMeta+1');
    await expect(page.locator('[data-row][data-state=done]')).toHaveCount(1);
  },
);

test(
  'links that can be revoked keep a server at its address until the user says that it is the same one',
  { tag: '@page' },
  async ({ desk }) => {
    const [before, other] = [await desk.peer(), await desk.peer()];
    await desk.saveServer(before, 'Hafen');
    await desk.run(['upload', await desk.file('plan.pdf', 1000)]);
    await expect(desk.run(['server', 'update', 'Hafen', '--address', other.url])).rejects.toThrow('--same-server');
    const page = await desk.start();
    const { sheet, address } = await edit(page);
    await expect(sheet.getByRole('switch', { name: 'It is the same server' })).toHaveCount(0);
    await address.fill(other.url);
    await sheet.getByRole('button', { name: 'Save' }).click();
    await expect(sheet).toContainText('1 link or clean-up of Hafen belongs to its present address.');
    expect(await desk.run(['server', 'list', '--json'])).toContain(before.url);
    await expectClean(page);
    await sheet.getByRole('switch', { name: 'It is the same server' }).click();
    await sheet.getByRole('button', { name: 'Save' }).click();
    await expect(sheet).toBeHidden();
    expect(await desk.run(['server', 'list', '--json'])).toContain(other.url);
  },
);

test(
  'many servers are searched in the sidebar, in Servers and where one is chosen',
  { tag: '@page' },
  async ({ desk }) => {
    const peer = await desk.peer();
    for (let n = 1; n <= 11; n++) await desk.saveServer(peer, `Pier ${n}`);
    await desk.saveServer(peer, 'مكتب الميناء');
    const page = await desk.start();
    const side = page.locator('.side');
    await expect(side.locator('[data-server]')).toHaveCount(12);
    await side.getByRole('searchbox', { name: 'Search servers' }).fill('pier 11');
    await expect(side.locator('[data-server]')).toHaveCount(1);
    await side.getByRole('searchbox').fill('');
    // The target of an empty queue.
    await page.locator('main .btn[aria-haspopup=menu]').click();
    await page
      .locator('main [popover]:popover-open')
      .getByRole('searchbox', { name: 'Search servers' })
      .fill('الميناء');
    await expect(page.getByRole('menuitem')).toHaveCount(1);
    await expectClean(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+4');
    const list = page.getByRole('list', { name: 'Saved servers' });
    await page.keyboard.press('ControlOrMeta+f');
    await page.keyboard.type('pier 7');
    await expect(list.getByRole('button', { name: /^Edit / })).toHaveCount(1);
    await expectClean(page);
  },
);
