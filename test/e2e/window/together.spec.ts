import type { Page } from '@playwright/test';
import { keptPort } from '../../peers/held-port.ts';
import { expect, test } from './desk.ts';

const shown = (page: Page, state: string): ReturnType<Page['locator']> =>
  page.locator(`[role=row][data-state=${state}]`);

test('two windows on one engine agree, whichever of them something is done in', async ({ desk }) => {
  const peer = await desk.peer({ config: { CHUNK_SIZE: 100_000 } });
  await desk.saveServer(peer, 'Hafen');
  await desk.run(['settings', 'limit-rate', '100k']);
  const first = await desk.start();
  // Beside the app, a browser's window is a client of the app's engine.
  const second = desk.host === 'app' ? await desk.serveToo() : await desk.openSecond();
  await desk.drop(first, [await desk.file('shared.bin', 5_000_000)]);
  await expect(shown(first, 'uploading')).toHaveCount(1);
  await expect(shown(second, 'uploading')).toHaveCount(1);
  await shown(second, 'uploading').hover();
  await shown(second, 'uploading')
    .getByRole('button', { name: /^Pause/ })
    .click();
  await expect(shown(first, 'paused')).toHaveCount(1);
  await shown(first, 'paused').hover();
  await shown(first, 'paused')
    .getByRole('button', { name: /^Go on/ })
    .click();
  await expect(shown(second, 'uploading')).toHaveCount(1);
  await second.getByRole('button', { name: 'Settings' }).click();
  await second.getByRole('radio', { name: 'Dark' }).click();
  await expect(first.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(desk.complaints).toEqual([]);
});

test(
  'a window whose host went away says so, keeps what was typed, and comes back by itself',
  { tag: '@web' },
  async ({ desk }) => {
    const peer = await desk.peer();
    await desk.saveServer(peer, 'Hafen');
    // Nobody else is given it while the host is away.
    const port = await keptPort();
    const page = await desk.start({ port });
    await page.getByRole('button', { name: 'Add a server' }).first().click();
    const address = page.getByRole('dialog').getByRole('textbox').first();
    await address.fill('https://half-typed.example');
    await desk.web.kill();
    await expect(page.getByText('The connection to Stevedore broke')).toBeVisible();
    await desk.serveAgain(port);
    await expect(page.getByText('The connection to Stevedore broke')).toBeHidden();
    await expect(address).toHaveValue('https://half-typed.example');
    await desk.run(['add', await desk.file('while away.bin', 100_000)]);
    await page.keyboard.press('Escape');
    await expect(shown(page, 'done')).toContainText('while away.bin');
  },
);

test(
  'who adds files before the host has answered gets the usual server when it has',
  { tag: ['@web', '@rest'] },
  async ({ desk }) => {
    const peer = await desk.peer();
    await desk.saveServer(peer, 'Hafen');
    const page = await desk.start();
    const held: (() => void)[] = [];
    await page.routeWebSocket(/./, (socket) => {
      const host = socket.connectToServer();
      let open = false;
      const waiting: (string | Buffer)[] = [];
      host.onMessage((message) => (open ? socket.send(message) : void waiting.push(message)));
      held.push(() => {
        open = true;
        for (const message of waiting.splice(0)) socket.send(message);
      });
    });
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Control+o');
    const sheet = page.getByRole('dialog', { name: 'Add files' });
    await sheet.waitFor();
    await expect(sheet.getByRole('combobox')).toHaveCount(0);
    for (const release of held) release();
    await expect(sheet.getByRole('combobox', { name: 'Goes to' }).locator('option:checked')).toHaveText('Hafen');
    expect(desk.complaints).toEqual([]);
  },
);
