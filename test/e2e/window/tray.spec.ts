/** The tray: every item of its menu by its label, what its icon and tip say, and files that are dropped on it. */
import type { Page } from '@playwright/test';
import type { Bridge } from '../../../preload/window.ts';
import type { MenuState, TrayState } from '../../electron/stand-in/control.ts';
import { type Desk, expect, test } from './desk.ts';

test.beforeEach(({ desk }) => test.skip(!desk.simulates, 'On the real system a person has to click the tray.'));

const state = (desk: Desk) => desk.app.command('state');
const tray = async (desk: Desk): Promise<TrayState | undefined> => (await state(desk)).trays[0];
const itemsUnder = async (desk: Desk, label?: string): Promise<readonly MenuState[]> => {
  const menu = (await tray(desk))?.menu ?? [];
  return label === undefined ? menu : (menu.find((item) => item.label === label)?.submenu ?? []);
};
const labelsUnder = async (desk: Desk, label?: string): Promise<readonly string[]> =>
  (await itemsUnder(desk, label)).map((item) => item.label);
const click = (desk: Desk, ...labels: readonly string[]) => desk.app.command('clickTrayMenu', labels);
const isVisible = async (desk: Desk): Promise<boolean> => (await state(desk)).windows[0]?.visible ?? false;
const icon = async (desk: Desk): Promise<string> => ((await tray(desk))?.image ?? '').replace(/^.*[/\\]/, '');

const setting = (page: Page, values: object): Promise<unknown> =>
  page.evaluate((input) => (Reflect.get(window, 'stevedore') as Bridge).call('settings.set', input), values);

/** Closes the window into the tray, from where everything below is done. */
const hide = async (desk: Desk, page: Page): Promise<void> => {
  await setting(page, { closeToTray: true });
  await desk.app.command('closeWindow', (await state(desk)).windows[0]?.id ?? 0);
  await expect.poll(() => isVisible(desk)).toBe(false);
};

/** The app with one server, hidden. */
const inTray = async (desk: Desk): Promise<Page> => {
  await desk.saveServer(await desk.peer(), 'Hafen');
  const page = await desk.start();
  await expect.poll(() => labelsUnder(desk)).toContain('Upload files…');
  await hide(desk, page);
  return page;
};

const done = async (page: Page, name: string): Promise<void> =>
  await expect(page.locator('[role=row][data-state=done]').filter({ hasText: name })).toHaveCount(1);

test(
  'Upload files… takes several to the default server, and the window stays away',
  { tag: '@app' },
  async ({ desk }) => {
    const page = await inTray(desk);
    const paths = [await desk.file('one.bin', 120_000), await desk.file('two.bin', 130_000)];
    await desk.app.command('answerOpen', { canceled: false, filePaths: paths });
    await click(desk, 'Upload files…');
    await done(page, 'one.bin');
    await done(page, 'two.bin');
    expect((await state(desk)).dialogs).toMatchObject([{ kind: 'open', properties: ['openFile', 'multiSelections'] }]);
    expect(await isVisible(desk)).toBe(false);
  },
);

test(
  'Upload files… that cannot be sent brings the window, which says why',
  { tag: ['@app', '@rest'] },
  async ({ desk }) => {
    const page = await inTray(desk);
    await desk.app.command('answerOpen', { canceled: false, filePaths: [await desk.file('empty.bin', 0)] });
    await click(desk, 'Upload files…');
    await expect.poll(() => isVisible(desk)).toBe(true);
    await expect(page.getByRole('list', { name: 'Notices' })).toContainText('empty.bin');
  },
);

test(
  'Upload files… before there is a server brings the window, which asks for one',
  { tag: '@app' },
  async ({ desk }) => {
    const page = await desk.start();
    await expect.poll(() => labelsUnder(desk)).toContain('Upload files…');
    await hide(desk, page);
    await desk.app.command('answerOpen', { canceled: false, filePaths: [await desk.file('early.bin', 1_000)] });
    await click(desk, 'Upload files…');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await isVisible(desk)).toBe(true);
  },
);

test('Upload files to offers every other server', { tag: ['@app', '@rest'] }, async ({ desk }) => {
  const other = await desk.peer();
  await desk.saveServer(await desk.peer(), 'Hafen');
  await desk.saveServer(other, 'Kai & Co');
  const page = await desk.start();
  await expect.poll(() => labelsUnder(desk, 'Upload files to')).toEqual(['Kai & Co…']);
  await desk.app.command('answerOpen', { canceled: false, filePaths: [await desk.file('elsewhere.bin', 100_000)] });
  await click(desk, 'Upload files to', 'Kai & Co…');
  await done(page, 'elsewhere.bin');
  const [key] = await desk.keys();
  expect((await other.storedFile(key ?? '')).size).toBe(100_000);
});

test(
  'Copy link offers the last five, the newest first, and a click copies one',
  { tag: ['@app', '@rest'] },
  async ({ desk }) => {
    const page = await inTray(desk);
    for (const n of [1, 2, 3, 4, 5, 6]) {
      await desk.app.command('dropOnTray', [await desk.file(`file-${n}.bin`, 1_000 + n)]);
      await done(page, `file-${n}.bin`);
    }
    const expected = [6, 5, 4, 3, 2].map((n) => `file-${n}.bin · Hafen`);
    await expect.poll(() => labelsUnder(desk, 'Copy link')).toEqual(expected);
    await click(desk, 'Copy link', 'file-4.bin · Hafen');
    const key = (await desk.keys())[3] ?? '-';
    await expect.poll(() => desk.clipboard(page)).toMatch(new RegExp(`^http:.*/web/d\\?${key}$`));
  },
);

test(
  'Pause all and Resume all rule every upload, and are enabled where that changes something',
  { tag: '@app' },
  async ({ desk }) => {
    await desk.saveServer(await desk.peer({ config: { CHUNK_SIZE: 500_000 } }), 'Hafen');
    await desk.run(['settings', 'limit-rate', '500k']);
    await desk.run(['add', await desk.file('long.bin', 20_000_000)]);
    const page = await desk.start();
    await expect(page.locator('[role=row][data-state=uploading]')).toHaveCount(1);
    const enabled = async () =>
      (await itemsUnder(desk)).filter((item) => / all$/.test(item.label) && item.enabled).map(({ label }) => label);
    await expect.poll(enabled).toEqual(['Pause all']);
    await click(desk, 'Pause all');
    await expect(page.locator('[role=row][data-state=paused]')).toHaveCount(1);
    await expect.poll(enabled).toEqual(['Resume all']);
    await expect.poll(() => labelsUnder(desk)).toContain('1 paused');
    await click(desk, 'Resume all');
    await expect(page.locator('[role=row][data-state=uploading]')).toHaveCount(1);
  },
);

test(
  'Speed limit chooses one of its speeds, or none, and marks the one that holds',
  { tag: '@app' },
  async ({ desk }) => {
    const page = await inTray(desk);
    const marked = async () =>
      (await itemsUnder(desk, 'Speed limit')).filter(({ checked, type }) => checked && type === 'radio');
    const saved = () =>
      page.evaluate(async () => {
        const reply = await (Reflect.get(window, 'stevedore') as Bridge).call('settings.get', {});
        return reply.ok ? (reply.value as { limitBytesPerSecond: number | null }).limitBytesPerSecond : undefined;
      });
    await expect.poll(marked).toMatchObject([{ label: 'Off' }]);
    for (const [label, rate] of [
      ['1 MB/s', 1_000_000],
      ['5 MB/s', 5_000_000],
      ['20 MB/s', 20_000_000],
      ['Off', null],
    ] as const) {
      await click(desk, 'Speed limit', label);
      await expect.poll(saved).toBe(rate);
      await expect.poll(marked).toMatchObject([{ label }]);
    }
    await setting(page, { limitBytesPerSecond: 300_000 });
    await expect.poll(marked).toMatchObject([{ label: 'Custom: 300 kB/s…' }]);
  },
);

test(
  'Custom… opens the setting, and marks nothing that does not hold',
  { tag: ['@app', '@rest'] },
  async ({ desk }) => {
    const page = await inTray(desk);
    await click(desk, 'Speed limit', 'Custom…');
    await expect(page.getByRole('switch', { name: 'Limit the upload speed' })).toBeFocused();
    expect(await isVisible(desk)).toBe(true);
    await expect
      .poll(async () => (await itemsUnder(desk, 'Speed limit')).filter(({ checked }) => checked))
      .toMatchObject([{ label: 'Off' }]);
  },
);

test('Open Stevedore and a click on the icon bring the window', { tag: ['@app', '@rest'] }, async ({ desk }) => {
  const page = await inTray(desk);
  await click(desk, 'Open Stevedore');
  await expect.poll(() => isVisible(desk)).toBe(true);
  await hide(desk, page);
  await desk.app.command('clickTray');
  await expect.poll(() => isVisible(desk)).toBe(true);
});

test('Settings… brings the window with its settings', { tag: ['@app', '@rest'] }, async ({ desk }) => {
  const page = await inTray(desk);
  await click(desk, 'Settings…');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
  expect(await isVisible(desk)).toBe(true);
});

test('Quit ends the app', { tag: '@app' }, async ({ desk }) => {
  await inTray(desk);
  await click(desk, 'Quit');
  expect((await desk.app.ended).code).toBe(0);
});

test(
  'files dropped on the icon go to the default server, and the window stays away',
  { tag: '@app' },
  async ({ desk }) => {
    const page = await inTray(desk);
    await desk.app.command('dropOnTray', [await desk.file('dropped.bin', 90_000)]);
    await done(page, 'dropped.bin');
    expect(await isVisible(desk)).toBe(false);
  },
);

test(
  'icon and tip show progress, what needs attention, and rest, in the colour of the panel',
  { tag: '@app' },
  async ({ desk }) => {
    const peer = await desk.peer({ config: { CHUNK_SIZE: 500_000 } });
    await desk.saveServer(peer, 'Hafen');
    await desk.run(['settings', 'limit-rate', '500k']);
    const path = await desk.file('long.bin', 20_000_000);
    await desk.run(['add', path]);
    const page = await desk.start();
    await expect(page.locator('[role=row][data-state=uploading]')).toHaveCount(1);
    await expect.poll(() => icon(desk)).toMatch(/^dark-.*[0-7]\.png$/);
    await expect.poll(async () => (await tray(desk))?.toolTip).toMatch(/^Stevedore: 1 uploading · \d+ %/);
    await desk.app.command('systemTheme', 'dark');
    await expect.poll(() => icon(desk)).toMatch(/^light-.*[0-7]\.png$/);
    await desk.file('long.bin', 19_000_000);
    await expect(page.locator('[role=row][data-state=attention]')).toHaveCount(1);
    await expect.poll(() => icon(desk)).toMatch(/^light-.*attention\.png$/);
    await expect.poll(async () => (await tray(desk))?.toolTip).toBe('Stevedore: 1 needs attention');
    // Its decisions are in the menu, under its name.
    const [first] = (await labelsUnder(desk, 'long.bin')).slice(1);
    expect(first).toBeDefined();
  },
);

test(
  'a second start with --choose opens the dialog for files, and the window stays away',
  { tag: '@app' },
  async ({ desk }) => {
    const page = await inTray(desk);
    await desk.app.command('answerOpen', { canceled: false, filePaths: [await desk.file('action.bin', 80_000)] });
    await desk.app.startSecond(['--choose']);
    await done(page, 'action.bin');
    expect(await isVisible(desk)).toBe(false);
  },
);

test('a file that the system opens goes to the default server', { tag: ['@app', '@rest'] }, async ({ desk }) => {
  const page = await inTray(desk);
  await desk.app.command('openFile', await desk.file('opened.bin', 60_000));
  await done(page, 'opened.bin');
});
