/** Notifications of the app: of what they are shown, and what a click on one does. */
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, test } from './cloud.ts';
import type { Desk } from './desk.ts';

const hour = 3_600_000;

const notifications = async (desk: Desk): Promise<readonly string[]> =>
  (await desk.app.command('state')).notifications.map(({ title }) => title);

test(
  'a link that expires soon is one, and the click opens the window with Extend',
  { tag: '@app' },
  async ({ cloud, desk }) => {
    test.skip(!desk.simulates, 'On the real system a person has to click the notification.');
    void cloud;
    await desk.run(['upload', await desk.file('plan.pdf', 1_000), '--server', 'cloud', '--share-expire', '3d']);
    const db = new DatabaseSync(join(desk.profile, 'queue.db'));
    const now = Date.now();
    const { share } = db.prepare('SELECT share FROM shares').get() as { readonly share: string };
    const soon = JSON.stringify({ ...(JSON.parse(share) as object), expiresAt: now + 20 * hour });
    db.prepare('UPDATE shares SET share = ?, created_at = ?').run(soon, now - 52 * hour);
    db.close();
    const page = await desk.start({ args: ['--hidden'] });
    await expect.poll(() => notifications(desk)).toEqual(['plan.pdf expires in 20 hr']);
    expect((await desk.app.command('state')).windows[0]?.visible).toBe(false);
    await desk.app.command('clickNotification', 'plan.pdf expires in 20 hr');
    await expect.poll(async () => (await desk.app.command('state')).windows[0]?.visible).toBe(true);
    await expect(page.getByRole('heading', { level: 1, name: 'Shares' })).toBeVisible();
    const slip = page.locator('.slip').filter({ hasText: 'plan.pdf expires in 20 hr' });
    await expect(slip.getByRole('button', { name: 'Show shares' })).toBeVisible();
    await slip.getByRole('button', { name: 'Extend by 3 days' }).click();
    await expect(slip).toHaveCount(0);
    const ends = async (): Promise<number> => {
      const [, expiry = ''] = /"expiresAt":"?([^",}]+)/.exec(await desk.run(['share', 'list', '--json'])) ?? [];
      return new Date(/^\d+$/.test(expiry) ? Number(expiry) : expiry).getTime() - now;
    };
    await expect.poll(async () => Math.round((await ends()) / hour)).toBe(92);
    // The next look has nothing new to say.
    await desk.app.command('power', 'resume');
    await desk.run(['share', 'list']);
    expect(await notifications(desk)).toHaveLength(1);
  },
);

test('a batch that is done is one, unless the user does not want it', { tag: '@app' }, async ({ desk }) => {
  test.skip(!desk.simulates, 'On the real system a person has to click the tray.');
  const peer = await desk.peer();
  await desk.saveServer(peer, 'Hafen');
  const page = await desk.start({ args: ['--hidden'] });
  const upload = async (...names: readonly string[]): Promise<void> => {
    const filePaths = await Promise.all(names.map((name) => desk.file(name, 1_000)));
    await desk.app.command('answerOpen', { canceled: false, filePaths });
    await desk.app.command('clickTrayMenu', ['Upload files…']);
  };
  await expect.poll(async () => (await desk.app.command('state')).trays.length).toBe(1);
  await upload('a.bin', 'b.bin');
  await expect.poll(() => notifications(desk)).toEqual(['2 files are up']);
  await page.keyboard.press('ControlOrMeta+,');
  const setting = page.getByRole('switch', { name: 'Uploads completed' });
  await setting.click();
  await expect(setting).not.toBeChecked();
  await upload('c.bin');
  // The links are copied after the engine has told of the end, and a notification would come right after them.
  await expect.poll(async () => (await desk.app.command('state')).clipboard.length).toBe(2);
  await setting.click();
  await expect(setting).toBeChecked();
  await upload('d.bin', 'e.bin');
  await expect.poll(() => notifications(desk)).toEqual(['2 files are up', '2 files are up']);
});

test(
  'of an upload that needs attention, the click opens the window with its decision',
  { tag: '@app' },
  async ({ cloud, desk }) => {
    test.skip(!desk.simulates, 'On the real system a person has to click the notification.');
    void cloud;
    const path = await desk.file('taken.bin', 1_000);
    await desk.run(['upload', path, '--server', 'cloud']);
    await desk.run(['add', path, '--server', 'cloud', '--conflict', 'ask']);
    const page = await desk.start({ args: ['--hidden'] });
    await expect.poll(async () => (await notifications(desk)).length).toBe(1);
    const [title = ''] = await notifications(desk);
    await desk.app.command('clickNotification', title);
    const slip = page.locator('.slip').filter({ hasText: title });
    await slip.getByRole('button').first().click();
    await expect(page.locator('[role=row][data-state=done]')).toContainText('taken');
  },
);
