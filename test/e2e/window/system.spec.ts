/** What the app does with the system around it: the session's start, power, sleep. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, type Desk } from './desk.ts';

const isVisible = async (desk: Desk): Promise<boolean | undefined> =>
  (await desk.app.command('state')).windows[0]?.visible;

test('started with --hidden it shows no window before somebody starts it again', { tag: '@app' }, async ({ desk }) => {
  test.skip(!desk.simulates, 'Whether a real window is shown is not known here.');
  const page = await desk.start({ args: ['--hidden'] });
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect.poll(async () => (await desk.app.command('state')).trays.length).toBe(1);
  expect(await isVisible(desk)).toBe(false);
  await desk.app.startSecond([]);
  await expect.poll(() => isVisible(desk)).toBe(true);
});

test('Start at login is an entry of the session, which starts it hidden', { tag: '@app' }, async ({ desk }) => {
  test.skip(!desk.simulates || process.platform !== 'linux', 'A real session is not to be changed by a test.');
  desk.env['XDG_CONFIG_HOME'] = join(desk.folder, 'config');
  const entry = join(desk.folder, 'config', 'autostart', 'stevedore.desktop');
  const page = await desk.start();
  await page.keyboard.press('ControlOrMeta+,');
  const login = page.getByRole('switch', { name: 'Start at login' });
  await expect(login).not.toBeChecked();
  await login.click();
  await expect.poll(() => readFile(entry, 'utf8').catch(() => '')).toContain('"--hidden"');
  expect(await readFile(entry, 'utf8')).toContain(`"--profile" "${desk.profile}"`);
  await login.click();
  await expect
    .poll(() =>
      stat(entry).then(
        () => 'there',
        () => 'gone',
      ),
    )
    .toBe('gone');
});

test(
  'on battery uploads pause if the user wants that, and resume when it is plugged in',
  { tag: '@app' },
  async ({ desk }) => {
    test.skip(!desk.simulates, 'A real machine keeps its power.');
    const peer = await desk.peer({ config: { CHUNK_SIZE: 100_000 } });
    await desk.saveServer(peer, 'Hafen');
    await desk.run(['settings', 'on-battery', 'pause']);
    const page = await desk.start();
    await desk.app.command('power', 'on-battery');
    const banner = page.getByRole('alert').filter({ hasText: 'This machine runs on its battery' });
    await expect(banner).toBeVisible();
    await desk.app.startSecond([await desk.file('a.bin', 300_000)]);
    await expect(page.locator('[role=row][data-state=queued]')).toContainText('a.bin');
    // Nobody is notified of what they set.
    expect((await desk.app.command('state')).notifications).toEqual([]);
    await desk.app.command('power', 'on-ac');
    await expect(banner).toHaveCount(0);
    await expect(page.locator('[role=row][data-state=done]')).toContainText('a.bin');
    await desk.app.command('power', 'on-battery');
    await expect(banner).toBeVisible();
    await desk.app.startSecond([await desk.file('b.bin', 300_000)]);
    await banner.getByRole('button').click();
    await expect(page.locator('[role=row][data-state=done]').filter({ hasText: 'b.bin' })).toBeVisible();
  },
);
