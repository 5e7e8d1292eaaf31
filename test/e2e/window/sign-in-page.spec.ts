/** Signing in on a site's own page, in a window of the app that is nothing but that page. */
import type { Page } from '@playwright/test';
import type { Bridge } from '../../../preload/window.ts';
import { startPeer, type Peer } from '../../peers/peer.ts';
import { expect, test as base, type Desk } from './desk.ts';

const test = base.extend<{ site: Peer }>({
  site: async ({ desk: _desk }, use) => {
    const peer = await startPeer('cloudreve', { config: { login_captcha: true, captcha_type: 'turnstile' } });
    await use(peer);
    await peer.stop();
  },
});

type Reply = { readonly ok: boolean; readonly value?: unknown; readonly error?: { readonly code: string } };

/** As the form of the window asks. */
const ask = async (page: Page, name: string, input: object): Promise<Reply> =>
  await page.evaluate<Reply, [string, object]>(
    ([called, given]) => (Reflect.get(window, 'stevedore') as Bridge).call(called, given) as Promise<Reply>,
    [name, input],
  );

type Step = { readonly carry: string; readonly page?: { readonly address: string; readonly stored: string } };

/** Begins to sign in; gives what the site's page is asked for with. */
const begin = async (page: Page, site: Peer): Promise<object> => {
  const begun = await ask(page, 'servers.signIn', { address: site.url, name: 'Hafen', vault: 'file' });
  const { carry, page: own } = begun.value as Step;
  expect(own).toMatchObject({ address: `${site.url}/session` });
  return { carry, ...own };
};

const signInPage = async (desk: Desk): Promise<Page> => {
  await expect.poll(async () => (await desk.app.windows()).length).toBe(2);
  const [, opened] = await desk.app.windows();
  if (opened === undefined) throw new Error('No window for the site.');
  await opened.getByRole('heading', { name: 'Sign in' }).waitFor();
  return opened;
};

const own = async (desk: Desk) => {
  const [, window] = (await desk.app.command('state')).windows;
  return window;
};

/** Nothing of the site is left: no window, and nothing that it kept. */
const expectNothingLeft = async (desk: Desk): Promise<void> => {
  await expect.poll(async () => (await desk.app.command('state')).windows.length).toBe(1);
  await expect.poll(async () => (await desk.app.command('state')).partitions).toEqual([]);
};

test(
  'a site whose captcha needs a browser is signed in to on its own page, and takes an upload then',
  { tag: '@app' },
  async ({ desk, site }) => {
    const page = await desk.start();
    const answer = ask(page, 'window.signInPage', await begin(page, site));
    const opened = await signInPage(desk);
    if (desk.simulates) {
      const host = new URL(site.url).origin;
      expect(await own(desk)).toMatchObject({ title: `${host} – Stevedore`, parent: 1 });
      expect((await own(desk))?.partition).toMatch(/^sign-in-/);
    }
    await opened.getByLabel('Email').fill(site.vars['email'] ?? '');
    await opened.getByLabel('Password').fill(site.vars['password'] ?? '');
    // What is wrong is said by the page itself, and its window stays.
    await opened.getByRole('button', { name: 'Sign in' }).click();
    await expect(opened.getByText('CAPTCHA not match.')).toBeVisible();
    await opened.frameLocator('iframe').getByRole('button', { name: 'I am human' }).click();
    await opened.getByRole('button', { name: 'Sign in' }).click();
    expect(await answer).toMatchObject({ ok: true, value: { step: { server: { name: 'Hafen' } } } });
    await expectNothingLeft(desk);
    await expect(page.getByRole('button', { name: 'Hafen' })).toBeVisible();
    await desk.drop(page, [await desk.file('first.bin', 200_000)]);
    await expect(page.locator('[role=row][data-state=done]')).toContainText('first.bin');
    expect(desk.app.output()).not.toContain('access_token');
    expect(desk.complaints).toEqual([]);
  },
);

test('a site’s page stays on its site, opens nothing, and gets nothing', { tag: '@app' }, async ({ desk, site }) => {
  test.skip(!desk.simulates, 'On the real system a person has to look.');
  const page = await desk.start();
  const answer = ask(page, 'window.signInPage', await begin(page, site));
  const opened = await signInPage(desk);
  const { id = 0 } = (await own(desk)) ?? {};
  const elsewhere = site.url.replace('127.0.0.1', 'localhost');
  await opened.evaluate((url) => {
    window.open(`${url}/popup`);
    location.href = `${url}/session`;
  }, elsewhere);
  await opened.evaluate(() => (document.title = 'Your bank'));
  await expect.poll(() => opened.title()).toBe('Your bank');
  expect(opened.url()).toBe(`${site.url}/session`);
  // Neither in the app nor in the system's browser.
  expect((await desk.app.command('state')).opened).toEqual([]);
  expect(await own(desk)).toMatchObject({ title: `${site.url} – Stevedore` });
  for (const permission of ['geolocation', 'media', 'clipboard-read', 'fullscreen', 'openExternal'])
    expect(await desk.app.command('permission', id, permission), permission).toBe(false);
  expect(
    await opened.evaluate(() => [
      typeof Reflect.get(globalThis, 'stevedore'),
      typeof Reflect.get(globalThis, 'require'),
      document.cookie,
    ]),
  ).toEqual(['undefined', 'undefined', '']);
  await desk.app.command('closeWindow', id);
  expect(await answer).toEqual({ ok: true, value: {} });
  await expectNothingLeft(desk);
  expect((await desk.app.command('state')).faults).toEqual([]);
});
