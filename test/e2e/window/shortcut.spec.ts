/** Global shortcuts: recorded in the settings, kept by the system, and what each does. */
import type { Page } from '@playwright/test';
import type { Bridge } from '../../../preload/window.ts';
import { type Desk, expect, test } from './desk.ts';
import { expectClean } from './violations.ts';

const state = (desk: Desk) => desk.app.command('state');
const registered = async (desk: Desk): Promise<readonly string[]> => (await state(desk)).shortcuts;

const openSettings = async (page: Page): Promise<void> => {
  await page.keyboard.press('ControlOrMeta+,');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
};
const keysOf = (page: Page, title: string) =>
  page.locator('.row').filter({ hasText: title }).getByRole('button').first();
const clipboardKeys = (page: Page) => keysOf(page, 'Upload the clipboard from anywhere');
const fileKeys = (page: Page) => keysOf(page, 'Upload files from anywhere');
const record = async (page: Page, button: ReturnType<typeof keysOf>, keys: string): Promise<void> => {
  await button.click();
  await page.keyboard.press(keys);
};

test.beforeEach(({ desk }) => {
  test.skip(desk.host === 'app' && !desk.simulates, 'On the real system a person has to press the keys.');
});

test(
  'a shortcut is off, is recorded, chooses files from anywhere, and outlives a restart',
  { tag: '@app' },
  async ({ desk }) => {
    await desk.saveServer(await desk.peer(), 'Hafen');
    const page = await desk.start();
    expect(await registered(desk)).toEqual([]);
    await openSettings(page);
    await expect(fileKeys(page)).toHaveText('Record keys');
    await record(page, fileKeys(page), 'Control+Shift+U');
    await expect(fileKeys(page)).toHaveText('Ctrl+Shift+U');
    await expect.poll(() => registered(desk)).toEqual(['Control+Shift+U']);
    await desk.app.command('answerOpen', { canceled: false, filePaths: [await desk.file('anywhere.bin', 90_000)] });
    await desk.app.command('pressShortcut', 'Control+Shift+U');
    await page.keyboard.press('ControlOrMeta+1');
    await expect(page.locator('[role=row][data-state=done]')).toContainText('anywhere.bin');
    await desk.kill();
    await desk.start();
    await expect.poll(() => registered(desk)).toEqual(['Control+Shift+U']);
  },
);

test(
  'while keys are recorded no shortcut does anything, and what cannot be one is said',
  { tag: '@app' },
  async ({ desk }) => {
    const page = await desk.start();
    await openSettings(page);
    await expectClean(page);
    const button = clipboardKeys(page);
    await button.click();
    await expect(button).toHaveText('Press the keys…');
    await expect.poll(async () => (await state(desk)).shortcutsHeld).toBe(true);
    await page.keyboard.press('Control+c');
    await expect(page.locator('.keys [role=status]').first()).toHaveText(
      'Hold two keys such as Ctrl+Shift, and press one more.',
    );
    await expectClean(page);
    await page.keyboard.press('Escape');
    await expect(button).toHaveText('Record keys');
    await expect.poll(async () => (await state(desk)).shortcutsHeld).toBe(false);
    // Leaving the field ends it as well.
    await button.click();
    await page.keyboard.press('Tab');
    await expect(button).toHaveText('Record keys');
    await expect.poll(async () => (await state(desk)).shortcutsHeld).toBe(false);
  },
);

test('a shortcut uploads the clipboard from anywhere, and the window stays away', { tag: '@app' }, async ({ desk }) => {
  await desk.saveServer(await desk.peer(), 'Hafen');
  const page = await desk.start();
  await openSettings(page);
  await record(page, clipboardKeys(page), 'Control+Shift+V');
  await expect(clipboardKeys(page)).toHaveText('Ctrl+Shift+V');
  await page.evaluate(() => (Reflect.get(window, 'stevedore') as Bridge).call('settings.set', { closeToTray: true }));
  await page.keyboard.press('ControlOrMeta+1');
  await desk.app.command('closeWindow', (await state(desk)).windows[0]?.id ?? 0);
  await expect.poll(async () => (await state(desk)).windows[0]?.visible).toBe(false);
  await desk.app.command('copyElsewhere', {}, 'some words');
  await desk.app.command('pressShortcut', 'Control+Shift+V');
  await expect(page.locator('[role=row][data-state=done]')).toContainText('.txt');
  expect((await state(desk)).windows[0]?.visible).toBe(false);
});

test(
  'keys of another program, and of the other shortcut, are refused in words',
  { tag: ['@app', '@rest'] },
  async ({ desk }) => {
    const page = await desk.start({ system: { takenKeys: ['Control+Alt+P'] } });
    await openSettings(page);
    await record(page, clipboardKeys(page), 'Control+Alt+P');
    await expect(page.locator('#shortcutClipboard-wrong')).toContainText('The system did not accept Ctrl+Alt+P.');
    await expect(clipboardKeys(page)).toHaveText('Record keys');
    await record(page, clipboardKeys(page), 'Control+Alt+I');
    await expect(clipboardKeys(page)).toHaveText('Ctrl+Alt+I');
    await record(page, fileKeys(page), 'Control+Alt+I');
    await expect(page.locator('#shortcutFiles-wrong')).toContainText('Another shortcut of Stevedore has Ctrl+Alt+I.');
    expect(await registered(desk)).toEqual(['Control+Alt+I']);
  },
);

test(
  'keys that another program took meanwhile are reported at the start',
  { tag: ['@app', '@rest'] },
  async ({ desk }) => {
    const page = await desk.start();
    await openSettings(page);
    await record(page, clipboardKeys(page), 'Control+Alt+I');
    // The saved value.
    await expect(clipboardKeys(page)).toHaveText('Ctrl+Alt+I');
    await desk.kill();
    const again = await desk.start({ system: { takenKeys: ['Control+Alt+I'] } });
    await expect(again.getByRole('list', { name: 'Notices' })).toContainText('The system did not accept Ctrl+Alt+I.');
  },
);

test(
  'a shortcut that is turned off, and an app that quits, give the keys back',
  { tag: ['@app', '@rest'] },
  async ({ desk }) => {
    const page = await desk.start();
    await openSettings(page);
    await record(page, clipboardKeys(page), 'Control+Alt+I');
    await record(page, fileKeys(page), 'Control+Alt+O');
    await expect.poll(() => registered(desk)).toEqual(['Control+Alt+I', 'Control+Alt+O']);
    await page.getByRole('button', { name: 'Turn this shortcut off' }).first().click();
    await expect(clipboardKeys(page)).toHaveText('Record keys');
    await expect.poll(() => registered(desk)).toEqual(['Control+Alt+O']);
    await desk.app.command('quit');
    expect((await desk.app.ended).code).toBe(0);
  },
);

test('a window in a browser has no global shortcuts', { tag: ['@web', '@rest'] }, async ({ desk }) => {
  const page = await desk.start();
  await openSettings(page);
  await expect(page.getByText('Keyboard shortcuts').first()).toBeVisible();
  await expect(page.getByText('from anywhere')).toHaveCount(0);
});
