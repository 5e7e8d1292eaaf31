/** Signing in on a site's own page, in a window of the app that is nothing but that page. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Locator, Page } from '@playwright/test';
import type { Bridge } from '../../../preload/window.ts';
import type { Peer } from '../../peers/peer.ts';
import { expect, test, type Desk } from './desk.ts';

const turnstile = { login_captcha: true, captcha_type: 'turnstile' };

type Reply = { readonly ok: boolean; readonly value?: unknown; readonly error?: { readonly code: string } };

/** As the form of the window asks. */
const ask = async (page: Page, name: string, input: object): Promise<Reply> =>
  await page.evaluate<Reply, [string, object]>(
    ([called, given]) => (Reflect.get(window, 'stevedore') as Bridge).call(called, given),
    [name, input],
  );

/** Gives the address of a site, as far as the button that opens its page. */
const begin = async (page: Page, site: Peer): Promise<{ readonly sheet: Locator; readonly open: Locator }> => {
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('textbox', { name: 'Address' }).fill(site.url);
  await expect(sheet.getByText('Recognised')).toBeVisible();
  await sheet.getByRole('textbox', { name: 'Name', exact: true }).fill('Hafen');
  await sheet.getByRole('button', { name: 'Go on' }).click();
  return { sheet, open: sheet.getByRole('button', { name: 'Open the server’s page' }) };
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

/** A site of a few words, on this machine. */
const serve = async (
  answer: RequestListener,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> => new Promise((resolve) => void server.close(() => resolve()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
};

/** The person closes the window of the site. */
const closeBy = async (desk: Desk, opened: Page): Promise<void> => {
  if (desk.simulates) await desk.app.command('closeWindow', (await own(desk))?.id ?? 0);
  else await opened.close();
};

/** Nothing of the site is left: no window, and nothing that it kept. */
const expectNothingLeft = async (desk: Desk): Promise<void> => {
  await expect.poll(async () => (await desk.app.command('state')).windows.length).toBe(1);
  await expect.poll(async () => (await desk.app.command('state')).partitions).toEqual([]);
};

test(
  'a site whose captcha needs a browser is signed in to on its own page, and takes an upload then',
  { tag: '@app' },
  async ({ desk }) => {
    const site = await desk.site(turnstile);
    const page = await desk.start();
    const first = await begin(page, site);
    await first.open.click();
    await signInPage(desk);
    // Who gives the sign-in up is left with no page of it.
    await first.sheet.getByRole('button', { name: 'Cancel' }).click();
    await expectNothingLeft(desk);
    const { sheet, open } = await begin(page, site);
    await open.click();
    // Closed, it gives the form back, and opens again.
    await closeBy(desk, await signInPage(desk));
    await expect(open).toBeFocused();
    await expectNothingLeft(desk);
    await open.click();
    const opened = await signInPage(desk);
    await opened.getByLabel('Email').fill(site.vars['email'] ?? '');
    await opened.getByLabel('Password').fill(site.vars['password'] ?? '');
    // What is wrong is said by the page itself, and its window stays.
    await opened.getByRole('button', { name: 'Sign in' }).click();
    await expect(opened.getByText('CAPTCHA not match.')).toBeVisible();
    await opened.frameLocator('iframe').getByRole('button', { name: 'I am human' }).click();
    await opened.getByRole('button', { name: 'Sign in' }).click();
    await expect(sheet).toBeHidden();
    await expectNothingLeft(desk);
    await expect(page.getByRole('button', { name: 'Hafen' })).toBeVisible();
    await desk.drop(page, [await desk.file('first.bin', 200_000)]);
    await expect(page.locator('[role=row][data-state=done]')).toContainText('first.bin');
    expect(desk.app.output()).not.toMatch(/_token|eyJ/);
    expect(desk.complaints).toEqual([]);
  },
);

test('a site’s page stays on its site, opens nothing, and gets nothing', { tag: '@app' }, async ({ desk }) => {
  test.skip(!desk.simulates, 'On the real system a person has to look.');
  const site = await desk.site(turnstile);
  const page = await desk.start();
  const { open } = await begin(page, site);
  await open.click();
  const opened = await signInPage(desk);
  const { id = 0 } = (await own(desk)) ?? {};
  const elsewhere = site.url.replace('127.0.0.1', 'localhost');
  // Gone to by a page that leads there, as well: nothing but the site's own origin is shown.
  const away = opened.waitForEvent('requestfailed', (request) => request.url() === `${elsewhere}/session`);
  await opened.evaluate((url) => {
    window.open(`${url}/popup`);
    location.href = `${url}/session`;
  }, elsewhere);
  // Given up before anything was asked for: only then is the page where it was for good.
  expect((await away).failure()?.errorText).toBe('net::ERR_ABORTED');
  await opened.evaluate(() => (document.title = 'Your bank'));
  await expect.poll(() => opened.title()).toBe('Your bank');
  expect(await own(desk)).toMatchObject({
    url: `${site.url}/session`,
    title: `${site.url} – Stevedore`,
    partition: expect.stringMatching(/^sign-in-/),
    parent: 1,
  });
  // Neither in the app nor in the system's browser.
  expect((await desk.app.command('state')).opened).toEqual([]);
  for (const permission of ['geolocation', 'media', 'clipboard-read', 'fullscreen', 'openExternal'])
    expect(await desk.app.command('permission', id, permission), permission).toBe(false);
  const reach = ['stevedore', 'require', 'process'];
  expect(await opened.evaluate((names) => names.map((name) => typeof Reflect.get(globalThis, name)), reach)).toEqual(
    reach.map(() => 'undefined'),
  );
  await closeBy(desk, opened);
  await expect(open).toBeFocused();
  await expectNothingLeft(desk);
  // Whoever asked is gone with the page: nobody would hear the answer.
  await open.click();
  await signInPage(desk);
  await page.reload();
  await expectNothingLeft(desk);
  expect((await desk.app.command('state')).faults).toEqual([]);
});

test('a page that is none is told, and so is a step that failed', { tag: '@app' }, async ({ desk }) => {
  test.skip(!desk.simulates, 'It looks for what is left.');
  const page = await desk.start();
  const leads = await serve((_request, response) => {
    response.writeHead(302, { location: 'http://localhost:9/session' }).end();
  });
  const keeps = await serve((_request, response) => {
    response.setHeader('content-type', 'text/html').end(`<script>localStorage.setItem('s', 'somebody')</script>`);
  });
  for (const [address, code, words] of [
    ['http://127.0.0.1:9/', 'sign-in-page-failed', 'ERR_'],
    [leads.url, 'sign-in-page-failed', 'it leads to localhost:9'],
    [keeps.url, 'sign-in-over', ''],
  ] as const) {
    const reply = await ask(page, 'window.signInPage', { carry: 'no.1', address, stored: 's' });
    expect(reply).toMatchObject({ ok: false, error: { code } });
    expect(JSON.stringify(reply)).toContain(words);
    await expectNothingLeft(desk);
  }
  expect((await desk.app.command('state')).faults).toEqual([]);
  await Promise.all([leads.close(), keeps.close()]);
});
