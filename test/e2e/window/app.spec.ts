/** What only the app has: a second start, the tray, closing, the system's dialogs and keychain. */
import type { Page } from '@playwright/test';
import type { Bridge } from '../../../preload/window.ts';
import { startSilentServer } from '../../fakes/silent-server.ts';
import { expect, test } from './desk.ts';

test(
  'a second start hands its files over and ends, and the first one sends them',
  { tag: '@app' },
  async ({ desk }) => {
    const peer = await desk.peer();
    await desk.saveServer(peer, 'Hafen');
    const page = await desk.start();
    const path = await desk.file('handed over.bin', 200_000);
    const second = await desk.app.startSecond([path]);
    expect(second.code).toBe(0);
    await expect(page.locator('[role=row][data-state=done]')).toContainText('handed over.bin');
    await expect.poll(() => desk.clipboard(page)).toMatch(/^http:.*\/web\/d\?/);
  },
);

test('files that come before any server is known wait for the person’s word', { tag: '@app' }, async ({ desk }) => {
  const path = await desk.file('early.bin', 200_000);
  const page = await desk.start({ args: [path] });
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('a dialog that is answered late closes nothing that was opened since', { tag: '@app' }, async ({ desk }) => {
  test.skip(!desk.simulates, 'On the real system a person has to choose.');
  const page = await desk.start();
  await expect(page.getByRole('button', { name: 'Add a server' }).first()).toBeVisible();
  await page.keyboard.press('ControlOrMeta+o');
  await expect.poll(async () => (await desk.app.command('state')).dialogs.length).toBe(1);
  await desk.app.startSecond([await desk.file('handed over.bin', 1_000)]);
  const address = page.getByRole('dialog', { name: 'Add a server' }).getByRole('textbox', { name: 'Address' });
  await address.fill('https://half-typed');
  await desk.app.command('answerOpen', { canceled: true, filePaths: [] });
  // The window has heard it when it answers the next one.
  await desk.app.command('answerOpen', { canceled: true, filePaths: [] });
  await page.evaluate(async () => {
    await (Reflect.get(window, 'stevedore') as Bridge).call('window.choose', { what: 'files' });
  });
  await expect(address).toHaveValue('https://half-typed');
});

test(
  'closing hides the window to the tray while uploads run, and the tray brings it back',
  { tag: '@app' },
  async ({ desk }) => {
    test.skip(!desk.simulates, 'On the real system a person has to click the tray.');
    const peer = await desk.peer({ config: { CHUNK_SIZE: 500_000 } });
    await desk.saveServer(peer, 'Hafen');
    await desk.run(['settings', 'limit-rate', '500k']);
    await desk.run(['add', await desk.file('long.bin', 20_000_000)]);
    const page = await desk.start();
    await expect(page.locator('[role=row][data-state=uploading]')).toHaveCount(1);
    await desk.app.command('answerMessage', 'Keep uploading in the tray', true);
    const [window] = (await desk.app.command('state')).windows;
    await desk.app.command('closeWindow', window?.id ?? 0);
    await expect.poll(async () => (await desk.app.command('state')).windows[0]?.visible).toBe(false);
    await expect.poll(async () => JSON.stringify((await desk.app.command('state')).trays)).toContain('1 uploading');
    await desk.app.command('clickTrayMenu', ['Open Stevedore']);
    await expect.poll(async () => (await desk.app.command('state')).windows[0]?.visible).toBe(true);
    await expect(page.locator('[role=row][data-state=uploading]')).toHaveCount(1);
  },
);

test('Add files opens the system’s dialog, and what is chosen goes out', { tag: '@app' }, async ({ desk }) => {
  test.skip(!desk.simulates, 'On the real system a person has to choose.');
  const peer = await desk.peer();
  await desk.saveServer(peer, 'Hafen');
  const page = await desk.start();
  const path = await desk.file('chosen.bin', 150_000);
  await desk.app.command('answerOpen', { canceled: false, filePaths: [path] });
  await page.getByRole('button', { name: 'Add files' }).click();
  await expect(page.locator('[role=row][data-state=done]')).toContainText('chosen.bin');
  // What an upload is told is verified before it is called done.
  const [key] = await desk.keys();
  expect((await peer.storedFile(key ?? '')).size).toBe(150_000);
});

test('links open in the system’s browser, and the page goes nowhere else', { tag: '@app' }, async ({ desk }) => {
  test.skip(!desk.simulates, 'On the real system a browser would open.');
  const page = await desk.start();
  const address = await desk.app.addressOf(page);
  const away = page.waitForEvent('requestfailed', (request) => request.url() === 'https://example.org/away');
  await page.evaluate(() => {
    window.open('https://example.org/elsewhere');
    location.href = 'https://example.org/away';
  });
  // Given up before anything was asked for: only then is the page where it was for good.
  expect((await away).failure()?.errorText).toBe('net::ERR_ABORTED');
  await expect.poll(async () => (await desk.app.command('state')).opened).toContain('https://example.org/elsewhere');
  expect(await desk.app.addressOf(page)).toBe(address);
  expect(await desk.app.windows()).toHaveLength(1);
  // Nothing of Node is in reach of the page, and nothing inline runs.
  expect(
    await page.evaluate(() => [typeof Reflect.get(globalThis, 'require'), typeof Reflect.get(globalThis, 'process')]),
  ).toEqual(['undefined', 'undefined']);
});

test(
  'a window that dies twice is asked about, and nothing handed over meanwhile is lost',
  { tag: '@app' },
  async ({ desk }) => {
    test.skip(!desk.simulates, 'The real system’s dialog needs a hand.');
    await desk.start();
    const [{ id } = { id: 0 }] = (await desk.app.command('state')).windows;
    const dialogs = async (): Promise<number> => (await desk.app.command('state')).dialogs.length;
    const died = performance.now();
    await desk.app.command('crash', id);
    const headings = async (): Promise<number> => {
      const page = await desk.app.firstWindow();
      // The page that died is gone while it is asked.
      return await page
        .getByRole('heading', { level: 1 })
        .count()
        .catch(() => 0);
    };
    await expect.poll(headings).toBe(1);
    expect(await dialogs()).toBe(0);
    await desk.app.command('answerMessage', 'Hide it', false);
    await desk.app.command('crash', id);
    // Where the first death was longer ago than what counts as again, this was the first of two.
    if (performance.now() - died >= 10_000 && (await dialogs()) === 0) await desk.app.command('crash', id);
    expect(await dialogs()).toBe(1);
    await expect.poll(async () => (await desk.app.command('state')).windows[0]?.visible).toBe(false);
    await desk.app.startSecond([await desk.file('late.bin', 1000)]);
    await expect.poll(headings).toBe(1);
    const again = await desk.app.firstWindow();
    await expect(again.getByRole('dialog')).toBeVisible();
  },
);

test('every command of the menu does in the window what it says', { tag: '@app' }, async ({ desk }) => {
  test.skip(!desk.simulates, 'What the menu is called differs between the systems.');
  await desk.saveServer(await desk.peer(), 'Hafen');
  const page = await desk.start();
  const heading = page.getByRole('heading', { level: 1 });
  for (const [menu, item, title] of [
    ['View', 'Servers', 'Servers'],
    ['File', 'Settings…', 'Settings'],
    ['View', 'Queue', 'Queue'],
  ] as const) {
    await desk.app.command('clickMenu', [menu, item]);
    await expect(heading).toHaveText(title);
  }
  await desk.app.command('clickMenu', ['Help', 'Keyboard shortcuts']);
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await page.keyboard.press('Escape');
  await desk.app.command('clickMenu', ['File', 'Add files…']);
  await expect.poll(async () => (await desk.app.command('state')).dialogs.length).toBe(1);
});

/** Each ends a call of the page that still waits for a server. */
const endings: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'is cancelled': (page) => page.evaluate(() => (Reflect.get(window, 'stevedore') as Bridge).cancel(1)),
  'loses its page': (page) => page.reload(),
};
for (const [how, end] of Object.entries(endings))
  test(`a call that ${how} asks its server no longer`, { tag: ['@app', '@rest'] }, async ({ desk }) => {
    const silent = await startSilentServer();
    try {
      const page = await desk.start();
      await page.evaluate((address) => {
        void (Reflect.get(window, 'stevedore') as Bridge).call('servers.recognise', { address }, 1);
      }, silent.url);
      await expect.poll(() => silent.open.size).toBe(1);
      await end(page);
      await expect.poll(() => silent.open.size).toBe(0);
    } finally {
      silent.close();
    }
  });
