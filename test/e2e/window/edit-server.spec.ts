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
