/** What happens with links after an upload: how they are written, and whether they are copied. */
import { expect, test } from './desk.ts';
import { expectClean } from './violations.ts';

test('links are copied by the template of the settings, or by the one of their server', async ({ desk }) => {
  const peer = await desk.peer();
  await desk.saveServer(peer, 'Hafen');
  const page = await desk.start();
  const done = page.locator('[role=row][data-state=done]');
  await page.keyboard.press('ControlOrMeta+,');
  await page.getByRole('combobox', { name: 'Links as' }).selectOption('Own text');
  const own = page.getByRole('textbox', { name: 'Text of a link' });
  await own.fill('{nmae}: {link}');
  await own.blur();
  await expect(page.getByText('{nmae} is not known')).toBeVisible();
  await expectClean(page);
  await own.fill('{name} ({size}): {link}');
  await own.blur();
  await expect.poll(() => desk.run(['settings', 'template'])).toContain('{name} ({size}): {link}');

  await page.keyboard.press('ControlOrMeta+1');
  await desk.drop(page, [await desk.file('שלום [1].txt', 2_000)]);
  await expect(done).toHaveCount(1);
  const link = /http:\/\/\S+\/web\/d\?\S+/.source;
  await expect.poll(() => desk.clipboard(page)).toMatch(new RegExp(`^שלום \\[1\\]\\.txt \\(2 kB\\): ${link}$`));

  await page.getByRole('button', { name: 'Servers', exact: true }).click();
  await page.getByRole('button', { name: 'Edit Hafen' }).click();
  const sheet = page.getByRole('dialog', { name: 'Edit Hafen' });
  await sheet.getByRole('combobox', { name: 'Links as' }).selectOption('Own text');
  await sheet.getByRole('textbox', { name: 'Text of a link' }).fill('{name}');
  await expectClean(page);
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(sheet.getByText('The text needs {link}')).toBeVisible();
  await sheet.getByRole('combobox', { name: 'Links as' }).selectOption('Markdown');
  await sheet.getByRole('combobox', { name: 'Copy links' }).selectOption('Do not copy');
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(sheet).toBeHidden();

  await page.keyboard.press('ControlOrMeta+1');
  await desk.drop(page, [await desk.file('second.txt', 2_000)]);
  await expect(done).toHaveCount(2);
  await page.getByRole('button', { name: 'Copy the link of second.txt' }).click();
  await expect.poll(() => desk.clipboard(page)).toMatch(new RegExp(`^\\[second\\.txt\\]\\(${link}\\)$`));
});
