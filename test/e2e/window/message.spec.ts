/** The message about an upload, from its terms to the history; the row that asks about it, and what is decided there. */
import type { Locator, Page } from '@playwright/test';
import { type Proxy, startProxy } from '../../faults/proxy.ts';
import { messagingProvider } from '../../fakes/plain-provider.ts';
import { PlainServer, plainRequests } from '../../fakes/plain-server.ts';
import { test as base, expect, type Here } from './own-kinds.ts';
import { violations } from './violations.ts';

type Harbour = Here & { readonly server: PlainServer; readonly meddler: Proxy };

const test = base.extend<{ harbour: Harbour }>({
  harbour: async ({ openHere }, use) => {
    const server = await new PlainServer({ deletes: true, finishOnce: false, assembles: 0 }).start();
    const meddler = await startProxy(server.url);
    const here = await openHere({ plain: messagingProvider });
    await here.client.call('servers.add', { address: meddler.url, name: 'Harbour' });
    await use({ ...here, server, meddler });
    await meddler.close();
    await server.close();
  },
});

const rowOf = (page: Page, name: string): Locator => page.locator('[role=row][data-row]').filter({ hasText: name });
const region = (page: Page): Locator => page.getByRole('region', { name: /^Details of / });
const inSection = async ({ client }: Here): Promise<number> =>
  (await client.call('transfers.sections', {})).sections['needs-you'].count;

test(
  'a recipient and a text are given with the files, by keyboard alone; the message goes out once the file is done',
  { tag: '@web' },
  async ({ desk, harbour }) => {
    const { page, server, client } = harbour;
    const path = await desk.file('plans.pdf', 150_000);
    const keys = page.keyboard;
    await page.getByRole('button', { name: 'Add files' }).focus();
    await keys.press('Enter');
    const sheet = page.getByRole('dialog');
    const choosing = page.waitForEvent('filechooser');
    await sheet.getByRole('button', { name: 'Choose files…' }).focus();
    await keys.press('Enter');
    await (await choosing).setFiles(path);
    const text = sheet.getByRole('textbox', { name: 'Message' });
    await text.focus();
    await keys.type('The plans');
    await keys.press('Enter');
    await keys.type('as promised');
    // A text that nobody would get is said at once, and nothing is added.
    await expect(sheet.getByText('Give a recipient, or leave the message empty.')).toBeVisible();
    await expect(sheet.getByRole('button', { name: /^Add/ })).toBeDisabled();
    expect(await violations(page)).toEqual([]);
    await keys.press('Shift+Tab');
    await expect(sheet.getByRole('textbox', { name: 'Recipient' })).toBeFocused();
    await keys.type('anna');
    await expect(sheet.getByText('Give a recipient, or leave the message empty.')).toBeHidden();
    await keys.press('Enter');
    await expect(sheet).toBeHidden();
    const row = rowOf(page, 'plans.pdf');
    await expect(row).toContainText('message sent');
    expect(server.messages).toEqual([{ to: 'anna', text: 'The plans\nas promised', file: 'f1' }]);
    await row.click();
    const details = region(page);
    await expect(details.getByRole('heading', { name: 'Message' })).toBeVisible();
    await expect(details).toContainText('anna');
    await expect(details).toContainText('as promised');
    await expect(details.getByText(/^sent, /)).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await keys.press('ControlOrMeta+2');
    await rowOf(page, 'plans.pdf').click();
    await expect(page.getByText(/^sent, /)).toBeVisible();
    // The upload is over: its history and its message outlive its row.
    const { rows } = await client.call('transfers.list', {});
    await client.call('transfers.wish', { filter: { ids: rows.map(({ id }) => id) }, wish: 'remove' });
    await page.reload();
    await keys.press('ControlOrMeta+2');
    await rowOf(page, 'plans.pdf').click();
    await expect(page.getByText(/^sent, /)).toBeVisible();
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'a message without an answer asks in its row, and is sent once more only where that is decided',
  { tag: '@web' },
  async ({ desk, harbour }) => {
    const { page, server, meddler, client } = harbour;
    for (const name of ['doubt one.bin', 'doubt two.bin']) {
      const swallowed = meddler.swallowAnswer(plainRequests.message);
      const path = await desk.file(name, 1_000);
      await client.call('transfers.add', { paths: [path], extra: { recipient: 'anna', message: name } });
      await swallowed;
      await expect(rowOf(page, name)).toContainText('Harbour did not confirm the message. The file is uploaded.');
    }
    await expect(page.getByRole('button', { name: /^Queue/ })).toContainText('2');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page), colorScheme).toEqual([]);
    }
    expect(server.messages).toHaveLength(2);
    await rowOf(page, 'doubt one').getByRole('button', { name: 'Mark as sent' }).click();
    await expect(rowOf(page, 'doubt one')).toContainText('message sent');
    await rowOf(page, 'doubt one').click();
    await expect(region(page)).toContainText('marked as sent by you');
    await page.keyboard.press('Escape');
    const again = rowOf(page, 'doubt two').getByRole('button', { name: 'Send again' });
    await again.focus();
    await page.keyboard.press('Enter');
    await expect(rowOf(page, 'doubt two')).toContainText('message sent');
    expect(server.messages.map(({ text }) => text)).toEqual(['doubt one.bin', 'doubt two.bin', 'doubt two.bin']);
    expect(await inSection(harbour)).toBe(0);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'a refused message goes to another recipient, or to nobody; the file stays where it is',
  { tag: '@web' },
  async ({ desk, harbour }) => {
    const { page, server, client } = harbour;
    for (const name of ['first.bin', 'second.bin'])
      await client.call('transfers.add', { paths: [await desk.file(name, 1_000)], extra: { recipient: 'nobody' } });
    for (const name of ['first.bin', 'second.bin'])
      await expect(rowOf(page, name)).toContainText('Harbour refused the message');
    await rowOf(page, 'first.bin').getByRole('button', { name: 'Change recipient…' }).click();
    const sheet = page.getByRole('dialog');
    const recipient = sheet.getByRole('textbox', { name: 'Recipient' });
    await expect(recipient).toBeFocused();
    await expect(recipient).toHaveValue('nobody');
    await expect(sheet.getByRole('button', { name: 'Send', exact: true })).toBeDisabled();
    expect(await violations(page)).toEqual([]);
    await recipient.fill('anna');
    await recipient.press('Enter');
    await expect(sheet).toBeHidden();
    await expect(rowOf(page, 'first.bin')).toContainText('message sent');
    await rowOf(page, 'second.bin').getByRole('button', { name: 'Do not send' }).click();
    await expect(rowOf(page, 'second.bin')).toContainText('no message sent');
    expect(server.messages).toMatchObject([{ to: 'anna' }]);
    expect(server.files.size).toBe(2);
    expect(await inSection(harbour)).toBe(0);
    expect(desk.complaints).toEqual([]);
  },
);
