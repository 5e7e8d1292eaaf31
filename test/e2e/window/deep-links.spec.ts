/** Links of other programs: each way in, what is asked before anything happens, and what is refused. */
import type { Page } from '@playwright/test';
import { type Desk, expect, test } from './desk.ts';
import { expectClean } from './violations.ts';

const secret = 'geheim-7';
const linkTo = (url: string, more = ''): string =>
  `stend://settings/configInstance?apiUrl=${encodeURIComponent(url)}&webUrl=${encodeURIComponent(`${url}/web/`)}${more}`;

const asked = (page: Page) => page.getByRole('dialog', { name: 'Add a server from a link?' });
const sheet = (page: Page) => page.getByRole('dialog', { name: 'Add a server', exact: true });

/** A server that asks for a password, and how many requests it has had. */
const counted = async (desk: Desk) => {
  let requests = 0;
  const peer = await desk.peer({
    config: { API_PASSWORD: secret },
    frontDoes: {
      beforeAnswer: () => {
        requests++;
        return undefined;
      },
    },
  });
  return { peer, requests: () => requests };
};

/** Each hands a link to the app. */
const waysIn: Readonly<Record<string, (desk: Desk, link: string) => Promise<Page>>> = {
  'an event of the system': async (desk, link) => {
    const page = await desk.start();
    await desk.app.command('openUrl', link);
    return page;
  },
  'the command line': (desk, link) => desk.start({ args: [link] }),
  'a second start': async (desk, link) => {
    const page = await desk.start();
    await desk.app.startSecond([link]);
    return page;
  },
};

for (const [way, open] of Object.entries(waysIn))
  test(`a link by ${way} is asked about, and nothing is contacted before`, { tag: '@app' }, async ({ desk }) => {
    test.skip(!desk.simulates && way === 'an event of the system', 'The real system opens it.');
    const { peer, requests } = await counted(desk);
    const page = await open(desk, linkTo(peer.url, `&password=${secret}`));
    await expect(asked(page)).toContainText(`Server: ${new URL(peer.url).host}`);
    await expect(asked(page)).toContainText('Type: Stend');
    await expect(asked(page)).toContainText(`${peer.url}/web`);
    await expect(asked(page)).toContainText('The link has a password');
    await expect(asked(page)).not.toContainText(secret);
    expect(requests()).toBe(0);
    await asked(page).getByRole('button', { name: 'Cancel' }).click();
    await expect(asked(page)).toHaveCount(0);
    expect(requests()).toBe(0);
    expect(await desk.run(['server', 'list'])).toBe('');
  });

test(
  'a link that was agreed to fills the sheet in, which saves with the password of the link',
  { tag: '@app' },
  async ({ desk }) => {
    test.skip(!desk.simulates, 'The real system opens it.');
    const { peer } = await counted(desk);
    const page = await desk.start();
    await desk.app.command('openUrl', linkTo(peer.url, `&password=${secret}`));
    await expectClean(page);
    await asked(page).getByRole('button', { name: 'Continue' }).click();
    const form = sheet(page);
    await expect(form.getByRole('textbox', { name: 'Address' })).toHaveValue(peer.url);
    await expect(form.getByLabel('Password').first()).toHaveAttribute('type', 'password');
    await form.getByRole('button', { name: 'Check and add' }).click();
    await expect(form).toHaveCount(0);
    expect(await desk.run(['server', 'list'])).toContain(peer.url);
    // It is in the app's vault, encrypted, and nowhere else.
    expect(await desk.filesWith(secret)).toEqual([]);
    expect(desk.app.output()).not.toContain(secret);
  },
);

test('a link adds a server by its address and name', { tag: ['@app', '@rest'] }, async ({ desk }) => {
  test.skip(!desk.simulates, 'The real system opens it.');
  const peer = await desk.peer();
  const page = await desk.start();
  await desk.app.command('openUrl', `stevedore://add-server?address=${encodeURIComponent(peer.url)}&name=Kai`);
  await expect(asked(page)).toContainText('Name: Kai');
  await asked(page).getByRole('button', { name: 'Continue' }).click();
  await sheet(page).getByRole('button', { name: 'Check and add' }).click();
  await expect(sheet(page)).toHaveCount(0);
  expect(await desk.run(['server', 'list'])).toMatch(/^\S* ?Kai {2}/m);
});

test('a link uploads to a server only what the user then chooses', { tag: ['@app', '@rest'] }, async ({ desk }) => {
  test.skip(!desk.simulates, 'The real system opens it.');
  await desk.saveServer(await desk.peer(), 'Hafen');
  const other = await desk.peer();
  await desk.saveServer(other, 'Kai');
  const page = await desk.start();
  await desk.app.command('openUrl', 'stevedore://upload?server=kai');
  const question = page.getByRole('dialog', { name: 'Upload files to Kai?' });
  await question.getByRole('button', { name: 'Choose files' }).click();
  const add = page.getByRole('dialog', { name: 'Add files' });
  await desk.app.command('answerOpen', { canceled: false, filePaths: [await desk.file('mine.bin', 70_000)] });
  await add.getByRole('button', { name: 'Choose files' }).click();
  await add.getByRole('button', { name: /^Add 1/ }).click();
  await expect(page.locator('[role=row][data-state=done]')).toContainText('mine.bin');
  const [key] = await desk.keys();
  expect((await other.storedFile(key ?? '')).size).toBe(70_000);
});

for (const [what, link, words] of [
  ['a file', 'stevedore://upload?file=/etc/passwd', 'a link cannot choose files'],
  ['a script', 'stevedore://add-server?address=javascript:alert(1)', 'names no web address'],
  ['too much', `stevedore://add-server?address=${'a'.repeat(9_000)}`, 'longer than'],
  ['an unknown server', 'stevedore://upload?server=Nobody', 'a server named Nobody'],
  ['something else', 'stevedore://quit', 'nothing that Stevedore knows'],
] as const)
  test(`a link that asks for ${what} is refused in words`, { tag: ['@app', '@rest'] }, async ({ desk }) => {
    test.skip(!desk.simulates, 'The real system opens it.');
    await desk.saveServer(await desk.peer(), 'Hafen');
    const page = await desk.start();
    await desk.app.command('openUrl', link);
    await expect(page.locator('.slips')).toContainText(words);
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

test(
  'an installed app opens its own links, and leaves those of another program to it',
  { tag: '@app' },
  async ({ desk }) => {
    test.skip(!desk.simulates, 'The real system would open them with this from now on.');
    await desk.start({ system: { packaged: true, protocols: { stend: 'Stend' } } });
    await expect.poll(async () => (await desk.app.command('state')).protocols).toEqual(['stevedore']);
  },
);

test('the terminal takes a link in the place of an address', { tag: ['@web', '@rest'] }, async ({ desk }) => {
  const { peer } = await counted(desk);
  await desk.run(['server', 'add', linkTo(peer.url, `&password=${secret}`), '--name', 'Hafen', '--vault', 'file']);
  expect(await desk.run(['server', 'list'])).toContain(`Stend at ${peer.url}`);
  await expect(desk.run(['server', 'add', 'stevedore://add-server?address=javascript:x'])).rejects.toThrow(
    'The link names no web address of a server.',
  );
});

test('a pasted link fills in the form, and its password is never in sight', async ({ desk }) => {
  const { peer } = await counted(desk);
  const page = await desk.start();
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  const form = sheet(page);
  const address = form.getByRole('textbox', { name: 'Address' });
  await address.fill(linkTo(peer.url, `&password=${secret}`));
  await expect(address).toHaveValue(peer.url);
  await expect(form.getByLabel('Password').first()).toHaveValue(secret);
  await expect(form.getByLabel('Password').first()).toHaveAttribute('type', 'password');
});
