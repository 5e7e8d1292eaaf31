/** Signing in to a site with accounts: what it asks for, what is told, and that nothing is saved before the end. */
import type { Locator, Page } from '@playwright/test';
import { controlOf } from '../../peers/cloudreve/control.ts';
import type { Peer } from '../../peers/peer.ts';
import { expect, test, type Desk } from './desk.ts';
import { agree, onSite, rightOf, secondFactor, siteWithApp } from './on-site.ts';
import { violations } from './violations.ts';

const sheetOf = (page: Page): Locator => page.getByRole('dialog');
const done = (page: Page): Locator => page.locator('[role=row][data-state=done]');
const password = (sheet: Locator): Locator => sheet.getByLabel('Password', { exact: true });
const signIn = (sheet: Locator): Locator => sheet.getByRole('button', { name: 'Sign in', exact: true });

/** Gives the address of a site, as far as its first question. */
const begin = async (page: Page, site: Peer, name = 'Hafen'): Promise<Locator> => {
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  const sheet = sheetOf(page);
  await sheet.getByRole('textbox', { name: 'Address' }).fill(site.url);
  await expect(sheet.getByText('Recognised')).toBeVisible();
  await sheet.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await sheet.getByRole('button', { name: 'Go on' }).click();
  await expect(sheet.getByRole('heading', { name: `Sign in to ${name}` })).toBeVisible();
  return sheet;
};
/** Signs in without a captcha, and waits for the server. */
const added = async (page: Page, site: Peer, name = 'Hafen'): Promise<void> => {
  const sheet = await begin(page, site, name);
  await sheet.getByLabel('Email').fill(rightOf(site).email);
  await password(sheet).fill(rightOf(site).password);
  await signIn(sheet).click();
  await expect(sheet).toBeHidden();
  await expect(page.getByRole('button', { name })).toBeVisible();
};
/** The button that was pressed is gone: the keyboard is somewhere all the same. */
const focusStays = async (page: Page): Promise<void> =>
  await expect.poll(() => page.evaluate<string>('document.activeElement?.tagName ?? ""')).not.toMatch(/^(BODY)?$/);
const saved = async (desk: Desk): Promise<string> => await desk.run(['server', 'list', '--json']);

test(
  'an account with a captcha and a second factor: what is wrong is told at its field, then an upload goes there',
  { tag: '@page' },
  async ({ desk }) => {
    const site = await desk.site({ login_captcha: true });
    const code = await secondFactor(site);
    const right = rightOf(site);
    const page = await desk.start();
    const sheet = await begin(page, site);
    const picture = sheet.getByRole('img', { name: 'Picture of the text to type' });
    const word = sheet.getByLabel('Text in the picture');
    await expect(sheet.getByLabel('Email')).toBeFocused();
    await sheet.getByLabel('Email').fill(right.email);
    await password(sheet).fill(right.password);
    const first = await picture.getAttribute('src');
    await sheet.getByRole('button', { name: 'Another picture' }).click();
    await expect(picture).not.toHaveAttribute('src', first ?? '');
    await expect(word).toBeFocused();
    await word.fill('nothing like it');
    await signIn(sheet).click();
    await expect(sheet.getByText('That was not the text in the picture of Hafen.')).toBeVisible();
    await expect(word).toBeFocused();
    // What was right stays, and only that.
    await expect(word).toHaveValue('');
    await expect(password(sheet)).toHaveValue(right.password);
    await password(sheet).fill('wrong-password');
    await word.fill(await controlOf(site).captchaWord());
    await signIn(sheet).click();
    await expect(sheet.getByText('Hafen does not take this address with this password.')).toBeVisible();
    await expect(password(sheet)).toBeFocused();
    await expect(password(sheet)).toHaveValue('');
    await expect(sheet.getByLabel('Email')).toHaveValue(right.email);
    await password(sheet).fill(right.password);
    await word.fill(await controlOf(site).captchaWord());
    await signIn(sheet).click();
    const otp = sheet.getByLabel('Code of the second factor');
    await expect(otp).toBeFocused();
    await otp.fill('000000');
    await signIn(sheet).click();
    await expect(sheet.getByText('Hafen does not take this code.')).toBeVisible();
    await expect(otp).toHaveValue('');
    await otp.fill(code());
    await otp.press('Enter');
    await expect(sheet).toBeHidden();
    await expect(page.getByRole('button', { name: 'Hafen' })).toBeVisible();
    await desk.drop(page, [await desk.file('first.bin', 200_000)]);
    await expect(done(page)).toContainText('first.bin');
    await page.keyboard.press('ControlOrMeta+4');
    await expect(page.getByText(`Account ${right.email}`)).toBeVisible();
    // What was typed is kept nowhere, and what signs in only where it was said.
    expect(await desk.filesWith(right.password)).toEqual([]);
    expect(await desk.filesWith('refreshExpires')).toEqual(desk.host === 'app' ? [] : ['secrets.json']);
    expect(desk.complaints).toEqual([]);
  },
);

test('by keyboard alone', { tag: '@page' }, async ({ desk }) => {
  const site = await desk.site({ login_captcha: true });
  const page = await desk.start();
  const keys = page.keyboard;
  await page.getByRole('button', { name: 'Add a server' }).first().focus();
  await keys.press('Enter');
  const sheet = sheetOf(page);
  await keys.type(site.url);
  await expect(sheet.getByText('Recognised')).toBeVisible();
  await keys.press('Enter');
  await expect(sheet.getByLabel('Email')).toBeFocused();
  await keys.type(rightOf(site).email);
  await keys.press('Tab');
  await keys.type(rightOf(site).password);
  const word = sheet.getByLabel('Text in the picture');
  const show = sheet.getByRole('button', { name: /^Show what is typed/ });
  for (const next of [show, sheet.getByRole('button', { name: 'Another picture' }), word]) {
    await keys.press('Tab');
    await expect(next).toBeFocused();
  }
  await keys.type('wrong');
  await keys.press('Enter');
  await expect(sheet.getByText('That was not the text')).toBeVisible();
  await expect(word).toBeFocused();
  await keys.type(await controlOf(site).captchaWord());
  await keys.press('Enter');
  await expect(sheet).toBeHidden();
  await expect(page.getByText('Cloudreve is saved.')).toBeVisible();
  expect(desk.complaints).toEqual([]);
});

test('a refresh token is pasted in place of a password', { tag: '@rest' }, async ({ desk }) => {
  const site = await desk.site();
  const page = await desk.start();
  const sheet = await begin(page, site);
  await sheet.getByLabel('Email').fill('typed@example.org');
  await sheet.getByRole('button', { name: 'With a token' }).click();
  const token = sheet.getByLabel('Refresh token', { exact: true });
  await expect(token).toBeFocused();
  await token.fill('none of theirs');
  await signIn(sheet).click();
  await expect(sheet.getByText('Hafen does not take this token.')).toBeVisible();
  await expect(token).toHaveValue('');
  // Back and forth loses what is no secret to nobody.
  await sheet.getByRole('button', { name: 'Name and password' }).click();
  await expect(sheet.getByLabel('Email')).toHaveValue('typed@example.org');
  await sheet.getByRole('button', { name: 'With a token' }).click();
  await token.fill(site.vars['refresh'] ?? '');
  await signIn(sheet).click();
  await expect(sheet).toBeHidden();
  await page.keyboard.press('ControlOrMeta+4');
  await expect(page.getByText(`Account ${rightOf(site).email}`)).toBeVisible();
  expect(desk.complaints).toEqual([]);
});

/** As far as the page where the person agrees. Gives its address. */
const toBrowser = async (desk: Desk, page: Page, site: Peer): Promise<string> => {
  const sheet = await begin(page, site);
  await sheet.getByRole('button', { name: 'In your browser' }).click();
  await sheet.getByLabel('Client ID').fill('an-app');
  await sheet.getByLabel('Client secret', { exact: true }).fill('secret of the app');
  await expect(sheet.getByLabel('Redirect address', { exact: true })).toHaveValue(
    `http://127.0.0.1:${desk.env['STEVEDORE_SIGN_IN_PORT'] ?? ''}/signed-in`,
  );
  await sheet.getByRole('button', { name: 'Copy the redirect address' }).click();
  await expect(sheet.getByText('Copied.')).toBeVisible();
  expect(await desk.clipboard(page)).toContain('/signed-in');
  await sheet.getByRole('button', { name: 'Go on in the browser' }).click();
  await expect(sheet.getByText('Waiting for your browser…')).toBeVisible();
  const link = sheet.getByRole('link', { name: 'Open the page' });
  if (desk.host === 'web') {
    await expect(link).toBeFocused();
    return (await link.getAttribute('href')) ?? '';
  }
  await expect(sheet.getByRole('button', { name: 'Open the page again' })).toBeFocused();
  await expect.poll(async () => (await desk.app.command('state')).opened.length).toBe(1);
  return (await desk.app.command('state')).opened[0] ?? '';
};

test('the person agrees in their browser, which comes back by itself', async ({ desk }) => {
  test.skip(desk.host === 'app' && !desk.simulates, 'The system’s own browser would open.');
  const site = await siteWithApp(desk);
  const page = await desk.start();
  const back = await agree(site, await toBrowser(desk, page, site));
  expect((await fetch(back)).status).toBe(200);
  await expect(sheetOf(page)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Hafen' })).toBeVisible();
  await desk.drop(page, [await desk.file('agreed.bin', 200_000)]);
  await expect(done(page)).toContainText('agreed.bin');
  expect(await desk.filesWith('secret of the app')).toEqual([]);
  expect(desk.complaints).toEqual([]);
});

test('a browser that cannot come back has its address pasted', { tag: '@rest' }, async ({ desk }) => {
  test.skip(desk.host === 'app' && !desk.simulates, 'The system’s own browser would open.');
  const site = await siteWithApp(desk);
  const page = await desk.start();
  const back = await agree(site, await toBrowser(desk, page, site));
  const sheet = sheetOf(page);
  const came = sheet.getByLabel('Address that the browser came to');
  await came.fill(back.replace(/state=[^&]+/, 'state=another'));
  await came.press('Enter');
  await expect(sheet.getByText('This answer belongs to another sign-in')).toBeVisible();
  await expect(sheet.getByText('Waiting for your browser…')).toBeVisible();
  await came.fill(back);
  await sheet.getByRole('button', { name: 'Use it' }).click();
  await expect(sheet).toBeHidden();
  await expect(page.getByRole('button', { name: 'Hafen' })).toBeVisible();
  expect(desk.complaints).toEqual([]);
});

test(
  'whoever leaves in the middle has saved nothing, whatever the browser brings later',
  { tag: '@page' },
  async ({ desk }) => {
    test.skip(desk.host === 'app' && !desk.simulates, 'The system’s own browser would open.');
    const site = await siteWithApp(desk);
    const page = await desk.start();
    const back = await agree(site, await toBrowser(desk, page, site));
    await page.keyboard.press('Escape');
    await expect(sheetOf(page)).toBeHidden();
    // First without the answer: one that comes before the window's word is an answer in time.
    for (const address of [new URL('/', back).href, back])
      await expect
        .poll(() =>
          fetch(address).then(
            ({ status }) => status,
            () => 'nobody listens',
          ),
        )
        .toBe('nobody listens');
    expect(await saved(desk)).not.toContain(site.url);
    const code = await secondFactor(site);
    const sheet = await begin(page, site);
    await sheet.getByLabel('Email').fill(rightOf(site).email);
    await password(sheet).fill(rightOf(site).password);
    await signIn(sheet).click();
    await sheet.getByLabel('Code of the second factor').fill(code());
    await sheet.getByRole('button', { name: 'Cancel' }).click();
    await expect(sheet).toBeHidden();
    expect(await saved(desk)).not.toContain(site.url);
    expect(await desk.filesWith('refreshExpires')).toEqual([]);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'a sign-in that the site took back: its uploads ask for one, and go on by themselves after it',
  { tag: '@page' },
  async ({ desk }) => {
    const site = await desk.site();
    const page = await desk.start();
    await added(page, site);
    const { password: before } = rightOf(site);
    await onSite(site, 'PATCH', '/user/setting', { current_password: before, new_password: 'another-one' });
    await site.clock(2 * 3600_000);
    await desk.drop(page, [await desk.file('patient.bin', 300_000), await desk.file('second.bin', 100_000)]);
    const rows = page.locator('[role=row][data-state=attention]');
    await expect(rows).toHaveCount(2);
    await expect(rows.first()).toContainText('You are signed out of Hafen.');
    const sheet = page.getByRole('dialog', { name: 'Sign in to Hafen' });
    await rows.first().getByRole('button', { name: 'Sign in…' }).click();
    await expect(sheet.getByLabel('Email')).toBeFocused();
    await page.keyboard.press('Escape');
    // Asked by each row, and once for all of them.
    await expect(page.getByText('Uploads wait for Hafen.')).toBeVisible();
    await page.getByRole('button', { name: 'Sign in to Hafen' }).click();
    await sheet.getByLabel('Email').fill(rightOf(site).email);
    await password(sheet).fill(before);
    await signIn(sheet).click();
    await expect(sheet.getByText('does not take this address with this password')).toBeVisible();
    await password(sheet).fill('another-one');
    await signIn(sheet).click();
    await expect(sheet).toBeHidden();
    await expect(done(page)).toHaveCount(2);
    await expect(page.getByText('Uploads wait for Hafen.')).toBeHidden();
    await focusStays(page);
    expect(desk.complaints).toEqual([]);
  },
);

test('signing out and in again, from the server’s card', { tag: '@page' }, async ({ desk }) => {
  const site = await desk.site();
  const page = await desk.start();
  await added(page, site);
  await page.keyboard.press('ControlOrMeta+4');
  await page.getByRole('button', { name: 'More for Hafen' }).click();
  await page.getByRole('menuitem', { name: 'Sign out…' }).click();
  const sheet = sheetOf(page);
  await expect(sheet).toContainText('New uploads to it wait until you sign in again.');
  await sheet.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('Signed out of Hafen.')).toBeVisible();
  expect(await desk.filesWith('refreshExpires')).toEqual([]);
  await page.getByRole('button', { name: 'Sign in to Hafen' }).click();
  await sheet.getByLabel('Email').fill(site.vars['email2'] ?? 'ordinary@example.org');
  await password(sheet).fill('ordinary-password-2');
  await signIn(sheet).click();
  // What waits there belongs to the other account.
  await expect(sheet.getByText(/and Hafen is used with admin@example.org/)).toBeVisible();
  await sheet.getByLabel('Email').fill(rightOf(site).email);
  await password(sheet).fill(rightOf(site).password);
  await signIn(sheet).click();
  await expect(sheet).toBeHidden();
  await expect(page.getByRole('button', { name: 'Sign in to Hafen' })).toBeHidden();
  await focusStays(page);
  await page.getByRole('button', { name: 'Test Hafen' }).click();
  await expect(page.getByText('Hafen answers')).toBeVisible();
  expect(desk.complaints).toEqual([]);
});

test('a site that needs a browser of its own says so where there is none', { tag: '@web' }, async ({ desk }) => {
  const site = await desk.site({ login_captcha: true, captcha_type: 'turnstile' });
  const page = await desk.start();
  const sheet = await begin(page, site);
  await expect(sheet.getByText('This server requires a check that only the Stevedore app can show')).toBeVisible();
  await expect(sheet.getByRole('button', { name: 'In your browser' })).toBeFocused();
  await sheet.getByRole('button', { name: 'With a token' }).click();
  await sheet.getByLabel('Refresh token', { exact: true }).fill(site.vars['refresh'] ?? '');
  await signIn(sheet).click();
  await expect(sheet).toBeHidden();
  expect(desk.complaints).toEqual([]);
});

test('a site that needs a browser of its own gets one, by a button', { tag: '@app' }, async ({ desk }) => {
  const site = await desk.site({ login_captcha: true, captcha_type: 'turnstile' });
  const page = await desk.start();
  const sheet = await begin(page, site);
  const open = sheet.getByRole('button', { name: 'Open the server’s page' });
  await expect(open).toBeFocused();
  const pageOfSite = async (): Promise<Page> => {
    await open.click();
    await expect(sheet.getByText('The server’s page is open in a separate window…')).toBeVisible();
    await expect.poll(async () => (await desk.app.windows()).length).toBe(2);
    const [, opened] = await desk.app.windows();
    if (opened === undefined) throw new Error('No page of the site.');
    return opened;
  };
  // Closed without a word: the button is there for another try.
  const closed = await pageOfSite();
  if (!desk.simulates) await closed.close();
  else await desk.app.command('closeWindow', (await desk.app.command('state')).windows[1]?.id ?? 0);
  await expect(sheet.getByText('The server’s page is open in a separate window…')).toBeHidden();
  await expect(open).toBeFocused();
  const opened = await pageOfSite();
  await opened.getByLabel('Email').fill(rightOf(site).email);
  await opened.getByLabel('Password').fill(rightOf(site).password);
  await opened.frameLocator('iframe').getByRole('button', { name: 'I am human' }).click();
  await opened.getByRole('button', { name: 'Sign in' }).click();
  await expect(sheet).toBeHidden();
  await expect(page.getByRole('button', { name: 'Hafen' })).toBeVisible();
  expect(desk.complaints).toEqual([]);
});

test('no step has a violation, in both themes', { tag: '@page' }, async ({ desk }) => {
  const site = await siteWithApp(desk, { login_captcha: true });
  const page = await desk.start();
  const clean = async (what: string): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await violations(page), `${what}, ${colorScheme}`).toEqual([]);
    }
  };
  const code = await secondFactor(site);
  const sheet = await begin(page, site);
  await expect(sheet.getByLabel('Email')).toBeVisible();
  await clean('password and picture');
  const give = async (): Promise<void> => {
    await sheet.getByLabel('Email').fill(rightOf(site).email);
    await password(sheet).fill(rightOf(site).password);
    await sheet.getByLabel('Text in the picture').fill(await controlOf(site).captchaWord());
  };
  await give();
  await signIn(sheet).click();
  await sheet.getByLabel('Code of the second factor').fill('000000');
  await signIn(sheet).click();
  await expect(sheet.getByText('does not take this code')).toBeVisible();
  await clean('a wrong code');
  await sheet.getByRole('button', { name: 'In your browser' }).click();
  await expect(sheet.getByLabel('Client ID')).toBeVisible();
  await clean('an app');
  if (desk.host === 'web' || desk.simulates) {
    await sheet.getByLabel('Client ID').fill('an-app');
    await sheet.getByLabel('Client secret', { exact: true }).fill('secret of the app');
    await sheet.getByRole('button', { name: 'Go on in the browser' }).click();
    await expect(sheet.getByText('Waiting for your browser…')).toBeVisible();
    await clean('waiting');
  }
  await sheet.getByRole('button', { name: 'Name and password' }).click();
  await expect(password(sheet)).toBeVisible();
  await give();
  await signIn(sheet).click();
  await sheet.getByLabel('Code of the second factor').fill(code());
  await signIn(sheet).click();
  await expect(sheet).toBeHidden();
  await page.keyboard.press('ControlOrMeta+4');
  await page.getByRole('button', { name: 'More for Hafen' }).click();
  await page.getByRole('menuitem', { name: 'Sign out…' }).click();
  await clean('signing out');
  await sheet.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('button', { name: 'Sign in to Hafen' })).toBeVisible();
  await clean('signed out');
  expect(desk.complaints).toEqual([]);
});
