/** A server whose files have no public link: the files of the account, how they are deleted, and that nothing speaks of links. */
import type { Locator, Page } from '@playwright/test';
import { ok } from '../../../main/engine/outcome.ts';
import type { AnyProvider } from '../../../main/engine/providers/provider.ts';
import { plainProvider } from '../../fakes/plain-provider.ts';
import { PlainServer } from '../../fakes/plain-server.ts';
import { test as base, expect, type Here } from './own-kinds.ts';
import { violations } from './violations.ts';

const made = Date.UTC(2026, 10, 20, 12);

/** Its account lists what the server has. */
const nestOver = (server: PlainServer): AnyProvider => ({
  ...plainProvider,
  title: 'Nest',
  capabilities: {
    ...plainProvider.capabilities,
    shares: { needsDeleteKey: false, revoke: 'removes-file', link: 'none' },
  },
  shares: {
    list: () =>
      Promise.resolve(
        ok({
          shares: [...server.files].map(([id, { name, size }]) => ({
            id,
            name,
            size,
            createdAt: made,
            expired: false,
          })),
        }),
      ),
  },
  revoke: ({ key }) => {
    server.files.delete(key);
    return Promise.resolve(ok(undefined));
  },
});

const test = base.extend<{ nest: Here & { readonly server: PlainServer } }>({
  nest: async ({ openHere }, use) => {
    const server = await new PlainServer({ deletes: true, finishOnce: false, assembles: 0 }).start();
    const here = await openHere({ plain: nestOver(server) });
    await here.client.call('servers.add', { address: server.url, name: 'Nest' });
    await use({ ...here, server });
    await server.close();
  },
});

const rowOf = (page: Page, name: string): Locator => page.locator('[role=row][data-row]').filter({ hasText: name });
const text = (page: Page): Promise<string> => page.locator('main').innerText();

test(
  'files of the account stand under a heading of their own, and one is deleted after a question, by keyboard alone',
  { tag: ['@rest', '@web'] },
  async ({ desk, nest }) => {
    const { page, client, server } = nest;
    for (const name of ['alpha.csv', 'beta.csv'])
      await client.call('transfers.add', { paths: [await desk.file(name, 2_000)] });
    await expect(page.locator('[role=row][data-state=done]')).toHaveCount(2);
    // Nothing that is shown of these uploads is about a link.
    expect(await text(page)).not.toMatch(/link/i);
    await rowOf(page, 'alpha.csv').click();
    const details = page.getByRole('region', { name: /^Details of / });
    await expect(details).toBeVisible();
    expect(await details.innerText()).not.toMatch(/link|Expires/i);
    await expect(details.getByRole('button', { name: 'Copy link' })).toHaveCount(0);
    await page.keyboard.press('ControlOrMeta+3');
    await page.getByRole('button', { name: 'Files on Nest' }).click();
    await expect(page.getByText('Files without a public link')).toBeVisible();
    await expect(page.getByText('2 files of Nest')).toBeVisible();
    for (const name of ['Key', 'Expires', 'Downloads', 'Copy'])
      await expect(page.getByRole('columnheader', { name })).toHaveCount(0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page), colorScheme).toEqual([]);
    }
    await rowOf(page, 'alpha.csv').click();
    const file = page.getByRole('region', { name: 'File alpha.csv' });
    await expect(file).toContainText('This file has no public link.');
    await expect(file.getByRole('img', { name: /QR/ })).toHaveCount(0);
    await expect(file.getByRole('button', { name: 'Copy link' })).toHaveCount(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Delete');
    const sheet = page.getByRole('dialog');
    await expect(sheet.getByRole('heading')).toHaveText('Delete this file on the server?');
    await expect(sheet).toContainText('alpha.csv is deleted on Nest');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
    expect(server.files.size).toBe(2);
    await rowOf(page, 'alpha.csv').getByRole('button', { name: 'Delete alpha.csv…' }).click();
    await sheet.getByRole('button', { name: 'Delete file' }).click();
    await rowOf(page, 'alpha.csv').getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('Kept: nothing was deleted')).toBeVisible();
    await rowOf(page, 'alpha.csv').getByRole('button', { name: 'Delete alpha.csv…' }).click();
    await sheet.getByRole('button', { name: 'Delete file' }).click();
    await expect(page.getByText('alpha.csv is deleted on the server')).toBeVisible();
    await expect(rowOf(page, 'alpha.csv')).toHaveCount(0);
    expect([...server.files.values()].map(({ name }) => name)).toEqual(['beta.csv']);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'a server chosen in the sidebar shows its files at once, and says where there are none',
  { tag: ['@rest', '@web'] },
  async ({ desk, nest }) => {
    const { page } = nest;
    await page.getByRole('button', { name: /Nest/ }).first().click();
    await expect(page.getByRole('main')).not.toContainText('link');
    await page.keyboard.press('ControlOrMeta+3');
    await expect(page.getByText('No files on Nest yet')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    expect(desk.complaints).toEqual([]);
  },
);
