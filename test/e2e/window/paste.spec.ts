/** What is pasted: seen, named and changed before it is uploaded. */
import type { Page } from '@playwright/test';
import { expect, test, type Desk } from './desk.ts';
import { expectClean } from './violations.ts';

/** Four pixels. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4H8AARAwQCgAorgU9B7sJ1gAAAABJRU5ErkJggg==';

/** A paste as the browser sends it, with what another program has copied. */
const paste = async (page: Page, what: { readonly text?: string; readonly picture?: true }): Promise<void> =>
  page.evaluate(
    ({ text, picture, data }) => {
      const transfer = new DataTransfer();
      if (text !== undefined) transfer.setData('text/plain', text);
      const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
      if (picture === true) transfer.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
      const target = document.activeElement ?? document.body;
      target.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }));
    },
    { ...what, data: png },
  );

const saved = async (desk: Desk): Promise<void> => {
  await desk.saveServer(await desk.peer(), 'Hafen');
};
const done = (page: Page) => page.locator('[role=row][data-state=done]');

test('text is named by its date, previewed, renamed, and uploaded as a file', async ({ desk }) => {
  await saved(desk);
  const page = await desk.start();
  await paste(page, { text: 'grüße\nשלום\n'.repeat(40) });
  const sheet = page.getByRole('dialog', { name: 'Add files' });
  const name = sheet.getByRole('textbox', { name: 'Name' });
  await expect(name).toHaveValue(/^Pasted \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.txt$/);
  await expect(sheet.getByText('grüße')).toBeVisible();
  await expectClean(page);
  await name.fill('a/b');
  await expect(sheet.getByText('Give it a name without a slash.')).toBeVisible();
  await expect(sheet.getByRole('button', { name: /^Add/ })).toBeDisabled();
  await name.fill('notes.txt');
  await page.keyboard.press('Enter');
  await expect(done(page)).toContainText('notes.txt');
  expect(await desk.run(['history', '--json'])).toContain('"size":680');
});

test('a picture is shown, and is uploaded only when the user says so', async ({ desk }) => {
  await saved(desk);
  const page = await desk.start();
  await paste(page, { picture: true });
  const sheet = page.getByRole('dialog', { name: 'Add files' });
  await expect(sheet.locator('canvas')).toHaveJSProperty('width', 2);
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  expect(await desk.run(['list', '--json'])).toBe('');
  await paste(page, { picture: true });
  await sheet.getByRole('button', { name: /^Add/ }).click();
  await expect(done(page)).toContainText(/Pasted .*\.png/);
});

test('nothing is taken while something is typed', async ({ desk }) => {
  await saved(desk);
  const page = await desk.start();
  await page.getByRole('button', { name: 'Search the queue' }).click();
  await page.keyboard.type('x');
  await paste(page, { text: 'words' });
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test(
  'what was pasted is in the profile until it is uploaded, and resumes after a kill',
  { tag: '@app' },
  async ({ desk }) => {
    await saved(desk);
    let page = await desk.start();
    await page
      .getByRole('button', { name: 'Pause all' })
      .or(page.getByRole('heading', { level: 1 }))
      .first()
      .waitFor();
    await paste(page, { text: 'kept words' });
    const sheet = page.getByRole('dialog', { name: 'Add files' });
    await sheet.getByRole('textbox', { name: 'Name' }).fill('kept.txt');
    await sheet.getByRole('switch', { name: /paused/i }).click();
    await sheet.getByRole('button', { name: /^Add/ }).click();
    await expect(page.locator('[role=row][data-state=paused]')).toContainText('kept.txt');
    await desk.kill();
    page = await desk.start();
    await expect(page.locator('[role=row][data-state=paused]')).toContainText('kept.txt');
    await desk.app.startSecond([]);
    await page.locator('[role=row][data-state=paused]').click();
    await page.keyboard.press('Space');
    await expect(done(page)).toContainText('kept.txt');
    await expect.poll(() => desk.filesWith('kept words')).toEqual([]);
  },
);

test('the tray uploads the clipboard without the window', { tag: '@app' }, async ({ desk }) => {
  test.skip(!desk.simulates, 'On the real system a person has to click the tray.');
  await saved(desk);
  const page = await desk.start();
  await expect.poll(async () => (await desk.app.command('state')).trays.length).toBe(1);
  const path = await desk.file('copied elsewhere.bin', 1_000);
  const list = Buffer.from(`copy\nfile://${encodeURI(path)}`).toString('base64');
  const format = 'electron application/osclipboard;format="x-special/gnome-copied-files"';
  await desk.app.command('copyElsewhere', { [format]: list }, path);
  await desk.app.command('clickTrayMenu', ['Upload clipboard']);
  await expect(done(page)).toContainText('copied elsewhere.bin');
  await desk.app.command('copyElsewhere', { 'image/png': png }, '');
  await desk.app.command('clickTrayMenu', ['Upload clipboard']);
  await expect(done(page).filter({ hasText: /Pasted .*\.png/ })).toHaveCount(1);
  await desk.app.command('copyElsewhere', {}, '');
  await desk.app.command('clickTrayMenu', ['Upload clipboard']);
  await expect(page.getByText('The clipboard holds no files')).toBeVisible();
});
