/** Shares of an account: all of them are there whoever made them, changed in what was touched, taken back, made. */
import type { Locator, Page } from '@playwright/test';
import type { Peer } from '../../peers/peer.ts';
import { expect, test, type Desk } from './desk.ts';
import { violations } from './violations.ts';

type Told = {
  readonly id: string;
  readonly name: string;
  readonly remain_downloads?: number;
  readonly expires?: string;
  readonly expired: boolean;
  readonly is_private?: boolean;
  readonly password?: string;
  readonly share_view?: boolean;
};

/** What the person does on the site itself, in another browser. */
const onSite = async (site: Peer, method: string, path: string, body?: unknown): Promise<unknown> => {
  const answer = await fetch(`${site.url}/api/v4${path}`, {
    method,
    headers: { authorization: `Bearer ${site.vars['token'] ?? ''}` },
    ...(body === undefined ? {} : { body: body instanceof Buffer ? body : JSON.stringify(body) }),
  });
  const { code, data } = (await answer.json()) as { readonly code: number; readonly data?: unknown };
  expect(code, path).toBe(0);
  return data;
};
const uriOf = (name: string): string => `cloudreve://my/${encodeURIComponent(name)}`;
const store = async (site: Peer, name: string): Promise<void> => {
  const session = (await onSite(site, 'PUT', '/file/upload', { uri: uriOf(name), size: 5 })) as { session_id: string };
  await onSite(site, 'POST', `/file/upload/${session.session_id}/0`, Buffer.from('bytes'));
};
/** Shares a file there. Gives the link as people get it. */
const shareThere = async (site: Peer, name: string, terms: object = {}): Promise<string> =>
  String(await onSite(site, 'PUT', '/share', { uri: uriOf(name), ...terms }));
const sharesThere = async (site: Peer): Promise<readonly Told[]> =>
  ((await onSite(site, 'GET', '/share?page_size=100&order_direction=desc')) as { shares: readonly Told[] | null })
    .shares ?? [];

const saveSite = async (desk: Desk, site: Peer, name = 'Nord'): Promise<void> => {
  const words = ['server', 'add', site.url, '--kind', 'cloudreve', '--name', name, '--vault', 'file'];
  await desk.run([...words, '--email', site.vars['email'] ?? '', '--password-stdin'], site.vars['password'] ?? '');
};
const openAll = async (page: Page): Promise<void> => {
  await page.keyboard.press('ControlOrMeta+3');
  await page.getByRole('button', { name: 'All on Nord' }).click();
};
const rowOf = (page: Page, text: string): Locator => page.locator('[role=row][data-row]').filter({ hasText: text });
const details = (page: Page): Locator => page.getByRole('region', { name: /^Share / });
const sheet = (page: Page): Locator => page.getByRole('dialog');

test(
  'all links of the account are there, whoever made them: page by page, found, copied',
  { tag: '@rest' },
  async ({ desk }) => {
    const site = await desk.site();
    for (const name of ['oldest.pdf', 'many.pdf']) await store(site, name);
    const oldest = await shareThere(site, 'oldest.pdf', { is_private: true, password: 'abc123' });
    for (let n = 0; n < 109; n++) await shareThere(site, 'many.pdf');
    await saveSite(desk, site);
    const page = await desk.start();
    await page.keyboard.press('ControlOrMeta+3');
    await expect(page.getByText('Links appear here when the first upload is done')).toBeVisible();
    await page.getByRole('button', { name: 'All on Nord' }).click();
    await expect(page.getByText(/^100 links and more of /)).toBeVisible();
    await rowOf(page, 'many.pdf').first().click();
    await page.keyboard.press('End');
    await expect(page.getByText(/^110 links of /)).toBeVisible();
    await page.keyboard.press('End');
    await expect(rowOf(page, 'oldest.pdf')).toContainText('password');
    await page.getByRole('button', { name: 'Made here' }).click();
    await page.reload();
    await openAll(page);
    // It is further back than what is loaded.
    await page.getByRole('searchbox', { name: 'Search shares' }).fill('OLDEST');
    const row = rowOf(page, 'oldest.pdf');
    await expect(row).toBeVisible();
    await row.getByRole('button', { name: 'Copy the link of oldest.pdf' }).click();
    await expect.poll(() => desk.clipboard(page)).toBe(`${site.url}${new URL(oldest).pathname}`);
    await row.click();
    await expect(details(page).getByRole('img', { name: /QR/ })).toBeVisible();
    expect(desk.complaints).toEqual([]);
  },
);

test('the buttons of a link’s sheet end where its fields end, right below them', { tag: '@rest' }, async ({ desk }) => {
  const site = await desk.site();
  await store(site, 'kept.pdf');
  await shareThere(site, 'kept.pdf', {});
  await saveSite(desk, site);
  const page = await desk.start();
  await openAll(page);
  await rowOf(page, 'kept.pdf').click();
  await details(page).getByRole('button', { name: 'Edit…' }).click();
  const field = sheet(page).locator('.field', { has: page.getByLabel('Downloads left') });
  const edges = async (of: Locator) => (await of.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const above = await edges(sheet(page).getByText('Empty: as many as anyone likes.'));
  const right = await edges(field);
  const save = await edges(sheet(page).getByRole('button', { name: 'Save' }));
  expect(save.x + save.width).toBeCloseTo(right.x + right.width, 0);
  expect(save.y - (above.y + above.height)).toBeLessThan(36);
});

test(
  'terms are changed in what was touched alone, and an ended link opens again',
  { tag: '@rest' },
  async ({ desk }) => {
    const site = await desk.site();
    for (const name of ['kept.pdf', 'ended.pdf']) await store(site, name);
    await shareThere(site, 'ended.pdf', { expire: 1 });
    const terms = { is_private: true, password: 'abc123', downloads: 7, expire: 90_000, share_view: true };
    await shareThere(site, 'kept.pdf', terms);
    const [before] = await sharesThere(site);
    await saveSite(desk, site);
    const page = await desk.start();
    await openAll(page);
    await rowOf(page, 'kept.pdf').click();
    await expect(details(page)).toContainText('7 left, 0 so far');
    await details(page).getByRole('button', { name: 'Edit…' }).click();
    await sheet(page).getByLabel('Downloads left').fill('0');
    await sheet(page).getByRole('button', { name: 'Save' }).click();
    await expect(sheet(page).getByText('Give a whole number above 0')).toBeVisible();
    await expect(sheet(page).getByLabel('Downloads left')).toBeFocused();
    await sheet(page).getByLabel('Downloads left').fill('9');
    await sheet(page).getByRole('button', { name: 'Save' }).click();
    await expect(sheet(page)).toBeHidden();
    await expect(details(page)).toContainText('9 left, 0 so far');
    const [after] = await sharesThere(site);
    expect(after).toMatchObject({ remain_downloads: 9, is_private: true, password: 'abc123', share_view: true });
    expect(Math.abs(Date.parse(after?.expires ?? '') - Date.parse(before?.expires ?? ''))).toBeLessThan(5_000);

    await rowOf(page, 'ended.pdf').click();
    await expect(rowOf(page, 'ended.pdf')).toContainText('expired');
    await details(page).getByRole('button', { name: 'Edit…' }).click();
    await sheet(page).getByRole('button', { name: 'Save' }).click();
    // Nobody here made it, and its server does not tell where it lies.
    await expect(sheet(page).getByLabel('Where it lies now')).toBeFocused();
    await sheet(page).getByLabel('Where it lies now').fill('ended.pdf');
    await sheet(page).getByRole('button', { name: 'Save' }).click();
    await expect(sheet(page)).toBeHidden();
    await expect(rowOf(page, 'ended.pdf')).not.toContainText('expired');
    expect((await sharesThere(site)).find(({ name }) => name === 'ended.pdf')?.expired).toBe(false);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'links are revoked one and several, and one that is gone already is no trouble; files stay',
  { tag: '@page' },
  async ({ desk }) => {
    const site = await desk.site();
    for (const name of ['a.pdf', 'b.pdf', 'c.pdf', 'd.pdf']) {
      await store(site, name);
      await shareThere(site, name);
    }
    await saveSite(desk, site);
    const page = await desk.start();
    await openAll(page);
    await rowOf(page, 'd.pdf').click();
    await details(page).getByRole('button', { name: 'Revoke link…' }).click();
    await expect(sheet(page)).toContainText('What it opens stays on Nord.');
    await sheet(page).getByRole('button', { name: 'Revoke link', exact: true }).click();
    await expect(rowOf(page, 'd.pdf')).toContainText('the file stays');
    await rowOf(page, 'd.pdf').getByRole('button', { name: 'Undo' }).click();
    await expect(rowOf(page, 'd.pdf')).not.toContainText('the file stays');
    // Meanwhile somebody takes one away on the site.
    const gone = (await sharesThere(site)).find(({ name }) => name === 'c.pdf');
    await onSite(site, 'DELETE', `/share/${gone?.id ?? ''}`);
    for (const name of ['c.pdf', 'b.pdf']) await rowOf(page, name).click({ modifiers: ['ControlOrMeta'] });
    await page.getByRole('toolbar').getByRole('button', { name: 'Revoke…' }).click();
    await sheet(page).getByRole('button', { name: 'Revoke 2 links' }).click();
    await expect(page.getByText('2 links are revoked')).toBeVisible();
    await expect(rowOf(page, '.pdf')).toHaveCount(2);
    expect((await sharesThere(site)).map(({ name }) => name)).toEqual(['d.pdf', 'a.pdf']);
    await onSite(site, 'GET', `/file/info?uri=${encodeURIComponent(uriOf('b.pdf'))}`);
    expect(desk.complaints).toEqual([]);
  },
);

test('a done upload gets a new link, which is one link wherever it is seen', { tag: '@rest' }, async ({ desk }) => {
  const site = await desk.site();
  await saveSite(desk, site);
  await desk.run(['upload', await desk.file('Angebot.pdf', 90_000), '--to', '/Büro']);
  const page = await desk.start();
  await page.locator('[role=row][data-state=done]').hover();
  await page.locator('[role=row][data-state=done]').getByRole('button', { name: /^More/ }).click();
  await page.getByRole('menuitem', { name: 'New link…' }).click();
  await expect(sheet(page).getByRole('heading', { name: 'New link to Angebot.pdf' })).toBeVisible();
  const password = sheet(page).getByLabel('Password', { exact: true });
  await password.fill('no such letters: ü');
  await sheet(page).getByRole('button', { name: 'Make link' }).click();
  await expect(sheet(page).getByText('up to 32 letters (a-z) and digits')).toBeVisible();
  await expect(password).toBeFocused();
  await password.fill('abc123');
  await sheet(page).getByLabel('Downloads').fill('3');
  await sheet(page).getByLabel('Expires').selectOption({ label: 'After 1 day' });
  await sheet(page).getByRole('button', { name: 'Make link' }).click();
  await page.getByRole('button', { name: 'Copy link' }).first().click();
  const [made] = await sharesThere(site);
  expect(made).toMatchObject({ name: 'Angebot.pdf', remain_downloads: 3, is_private: true, password: 'abc123' });
  await expect.poll(() => desk.clipboard(page)).toBe(`${site.url}/s/${made?.id ?? ''}/abc123`);

  await page.keyboard.press('ControlOrMeta+2');
  await page.locator('[role=row][data-row]').first().click();
  await page.getByRole('region', { name: 'Upload Angebot.pdf' }).getByRole('button', { name: 'New link…' }).click();
  await sheet(page).getByRole('button', { name: 'Make link' }).click();
  await expect(sheet(page)).toBeHidden();
  await page.keyboard.press('ControlOrMeta+3');
  await expect(rowOf(page, 'Angebot.pdf')).toHaveCount(2);
  await page.getByRole('button', { name: 'All on Nord' }).click();
  await expect(page.getByText(/^2 links of /)).toBeVisible();
  await rowOf(page, made?.id ?? '').click();
  await expect(details(page)).toContainText('/Büro/Angebot.pdf');
  await page.keyboard.press('Delete');
  await expect(page.getByText('Angebot.pdf is revoked')).toBeVisible();
  await page.getByRole('button', { name: 'Made here' }).click();
  await expect(rowOf(page, 'Angebot.pdf')).toHaveCount(1);
  // And one of something that was never uploaded from here.
  await store(site, 'other.pdf');
  await page.getByRole('button', { name: 'New link' }).click();
  const path = sheet(page).getByLabel('File or folder');
  await path.fill('/none.pdf');
  await path.press('Enter');
  await expect(sheet(page).getByText('/none.pdf is not on Nord')).toBeVisible();
  await expect(path).toBeFocused();
  await path.fill('other.pdf');
  await path.press('Enter');
  await expect(rowOf(page, 'other.pdf')).toHaveCount(1);
  expect(desk.complaints).toEqual([]);
});

test(
  'a server that is signed out says so in place of its links, and signs in there',
  { tag: '@page' },
  async ({ desk }) => {
    const site = await desk.site();
    await store(site, 'a.pdf');
    await shareThere(site, 'a.pdf');
    await saveSite(desk, site);
    await desk.run(['server', 'sign-out', 'Nord']);
    const page = await desk.start();
    await openAll(page);
    await expect(page.getByText('You are signed out of Nord.')).toBeVisible();
    await page.getByRole('button', { name: 'Sign in…' }).click();
    await sheet(page)
      .getByLabel('Email')
      .fill(site.vars['email'] ?? '');
    await sheet(page)
      .getByLabel('Password', { exact: true })
      .fill(site.vars['password'] ?? '');
    await sheet(page).getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(rowOf(page, 'a.pdf')).toBeVisible();
  },
);

test(
  'the shares of an account by keyboard alone, and without a violation in both themes',
  { tag: '@page' },
  async ({ desk }) => {
    const site = await desk.site();
    for (const name of ['a.pdf', 'b.pdf']) await store(site, name);
    await shareThere(site, 'a.pdf', { downloads: 3, expire: 7_200 });
    await shareThere(site, 'b.pdf', { expire: 1 });
    await saveSite(desk, site);
    const page = await desk.start();
    const { keyboard } = page;
    await keyboard.press('ControlOrMeta+3');
    const all = page.getByRole('button', { name: 'All on Nord' });
    for (let n = 0; n < 15 && !(await all.evaluate((button) => button === document.activeElement)); n++)
      await keyboard.press('Tab');
    await keyboard.press('Enter');
    await expect(rowOf(page, 'a.pdf')).toBeVisible();
    await keyboard.press('Tab');
    await keyboard.press('End');
    await expect(rowOf(page, 'a.pdf')).toBeFocused();
    await keyboard.press('Enter');
    await expect(details(page)).toBeVisible();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await violations(page), `list in ${colorScheme}`).toEqual([]);
    }
    await keyboard.press('Enter');
    await expect(details(page)).toBeFocused();
    const edit = details(page).getByRole('button', { name: 'Edit…' });
    for (let n = 0; n < 15 && !(await edit.evaluate((button) => button === document.activeElement)); n++)
      await keyboard.press('Tab');
    await keyboard.press('Enter');
    await expect(sheet(page).getByLabel('Expires')).toBeFocused();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await violations(page), `form in ${colorScheme}`).toEqual([]);
    }
    await keyboard.press('Tab');
    await keyboard.press('ControlOrMeta+a');
    await keyboard.type('5');
    await keyboard.press('Enter');
    await expect(sheet(page)).toBeHidden();
    await expect(edit).toBeFocused();
    await expect(details(page)).toContainText('5 left');
    await keyboard.press('Escape');
    await expect(rowOf(page, 'a.pdf')).toBeFocused();
    await keyboard.press('Delete');
    await expect(rowOf(page, 'a.pdf')).toContainText('the file stays');
    await keyboard.press('ControlOrMeta+z');
    await expect(rowOf(page, 'a.pdf')).not.toContainText('the file stays');
    expect((await sharesThere(site)).map(({ name, remain_downloads: left }) => [name, left])).toEqual([
      ['b.pdf', undefined],
      ['a.pdf', 5],
    ]);
    expect(desk.complaints).toEqual([]);
  },
);
