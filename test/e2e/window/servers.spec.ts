import { expect, test } from './desk.ts';

test('a server is added from its address: what answers is shown, a bad password is told at its field, a good one works', async ({
  desk,
}) => {
  const peer = await desk.peer({ config: { API_PASSWORD: 'correct horse' } });
  const page = await desk.start();
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  const sheet = page.getByRole('dialog', { name: 'Add a server' });
  await sheet.getByRole('textbox', { name: 'Address' }).fill(peer.url);
  await expect(sheet.getByText('Recognised')).toBeVisible();
  const password = sheet.getByLabel('Password', { exact: false }).first();
  await password.fill('wrong');
  // Never chosen silently, where there is a choice.
  if (desk.host === 'web')
    await sheet.getByRole('radio', { name: 'In a file that only you can read, not encrypted' }).check();
  await sheet.getByRole('textbox', { name: 'Name', exact: true }).fill('Hafen');
  await sheet.getByRole('button', { name: 'Check and add' }).click();
  await expect(sheet.getByText(/does not take the password/)).toBeVisible();
  await expect(sheet.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('Hafen');
  await password.fill('correct horse');
  await sheet.getByRole('button', { name: 'Check and add' }).click();
  await expect(sheet).toBeHidden();
  await expect(page.getByRole('button', { name: 'Hafen' })).toBeVisible();
  await desk.drop(page, [await desk.file('first.bin', 200_000)]);
  await expect(page.locator('[role=row][data-state=done]')).toContainText('first.bin');
  // The password stands in no file of the profile as it was typed, but in the one that was chosen for it.
  const found = await desk.filesWith('correct horse');
  expect(found).toEqual(desk.host === 'app' ? [] : ['secrets.json']);
  expect(desk.complaints).toEqual([]);
});

test('a first start teaches, and the practice server is one click away', async ({ desk }) => {
  const page = await desk.start();
  await page.getByRole('button', { name: 'Try without a server' }).click();
  await expect(page.getByRole('button', { name: /Practice server/ })).toBeVisible();
  await desk.drop(page, [await desk.file('try.bin', 300_000)]);
  await expect(page.locator('[role=row][data-state=done]')).toContainText('try.bin');
  const link = await page.getByRole('button', { name: 'Copy the link of try.bin' }).getAttribute('title');
  expect((await fetch(link ?? '')).status).toBe(200);
  await desk.kill();
  // It is there again after a restart, under the same address.
  await desk.start();
  await expect
    .poll(() =>
      fetch(link ?? '').then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
});

test('in a narrow window the buttons of Edit end where its fields end', { tag: '@rest' }, async ({ desk }) => {
  const page = await desk.start();
  await page.getByRole('button', { name: 'Try without a server' }).click();
  await expect(page.getByRole('button', { name: /Practice server/ })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+4');
  await page.setViewportSize({ width: 560, height: 480 });
  await page.getByRole('button', { name: 'Edit Practice server' }).click();
  const sheet = page.getByRole('dialog');
  const ends = await Promise.all(
    [sheet.locator('.field').first(), sheet.getByRole('button', { name: 'Save' })].map((part) =>
      part.evaluate((element) => element.getBoundingClientRect().right),
    ),
  );
  expect(ends[1]).toBe(ends[0]);
});

// In the app the key opens the system's dialog.
test('whoever adds files before any server is led to adding one', { tag: '@web' }, async ({ desk }) => {
  const page = await desk.start();
  await expect(page.getByRole('button', { name: 'Add a server' }).first()).toBeVisible();
  await page.keyboard.press('ControlOrMeta+o');
  const files = page.getByRole('dialog', { name: 'Add files' });
  await files.getByRole('button', { name: 'Add a server' }).click();
  const server = page.getByRole('dialog', { name: 'Add a server' });
  await server.getByRole('textbox', { name: 'Address' }).fill('not there yet');
  await expect(files).toBeHidden();
  await expect(server).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(server).toBeHidden();
  expect(desk.complaints).toEqual([]);
});

test('a server is renamed, tested, made the default and removed', { tag: '@page' }, async ({ desk }) => {
  const peer = await desk.peer();
  const other = await desk.peer();
  await desk.saveServer(peer, 'One');
  await desk.saveServer(other, 'Two');
  const page = await desk.start();
  await page.keyboard.press('ControlOrMeta+4');
  await page.getByRole('button', { name: 'Test Two' }).click();
  await expect(page.getByText('Two answers')).toBeVisible();
  await page.getByRole('button', { name: 'Edit Two' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('textbox', { name: 'Name', exact: true }).fill('Zwei');
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: 'Test Zwei' })).toBeVisible();
  await page.getByRole('button', { name: 'More for Zwei' }).click();
  await page.getByRole('menuitem', { name: 'Make default' }).click();
  await expect(page.getByText('Zwei is the default now.')).toBeVisible();
  await page.getByRole('button', { name: 'More for One' }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove server' }).click();
  await expect(page.getByRole('button', { name: 'Test One' })).toHaveCount(0);
  expect(desk.complaints).toEqual([]);
});
