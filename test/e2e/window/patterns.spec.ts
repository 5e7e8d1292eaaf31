/** What is skipped in folders: by default, and as the settings say. */
import { join } from 'node:path';
import { expect, test } from './desk.ts';
import { expectClean } from './violations.ts';

test('a dropped folder is uploaded without what the settings skip', async ({ desk }) => {
  const answer = Promise.withResolvers<undefined>();
  let holds = false;
  const peer = await desk.peer({
    frontDoes: { beforeAnswer: () => (holds ? answer.promise : undefined) },
  });
  await desk.saveServer(peer, 'Hafen');
  holds = true;
  const page = await desk.start();
  await page.keyboard.press('ControlOrMeta+,');
  const patterns = page.getByRole('textbox', { name: 'Skip in folders' });
  await expect(patterns).toHaveValue('.DS_Store\nThumbs.db\ndesktop.ini');
  await patterns.fill('.DS_Store\n*a*b*c*d');
  await patterns.blur();
  await expect(page.getByText('“*a*b*c*d” cannot be used')).toBeVisible();
  await patterns.fill('.DS_Store\n*.tmp\ncache/');
  await patterns.blur();
  await expect(page.getByText('cannot be used')).toHaveCount(0);
  await expectClean(page);
  await expect.poll(() => desk.run(['settings', 'exclude'])).toContain('.DS_Store,*.tmp,cache/');
  await page.keyboard.press('ControlOrMeta+1');
  for (const name of ['.DS_Store', 'keep.txt', 'x.tmp', 'cache/a', 'in/b.txt']) await desk.file(`trip/${name}`, 100);
  await desk.drop(page, [join(desk.folder, 'files', 'trip')]);
  // Such a server has no folders, which is the other thing.
  await page.getByRole('button', { name: '2 things to know' }).click();
  await expect(page.getByRole('dialog')).toContainText(/skipped by the patterns/);
  await page.keyboard.press('Escape');
  answer.resolve(undefined);
  await expect(page.getByRole('row').filter({ hasText: 'trip' })).toContainText('2 files');
  const stored = async (): Promise<readonly string[]> => {
    const lines = (await desk.run(['list', '--all-files', '--json'])).split('\n').slice(0, -1);
    const rows = lines.map((line) => JSON.parse(line) as { readonly path: string; readonly state: string });
    return rows
      .flatMap(({ path, state }) => (state === 'done' ? [path.split('/').at(-1) ?? ''] : []))
      .toSorted((a, b) => a.localeCompare(b));
  };
  await expect.poll(stored).toEqual(['b.txt', 'keep.txt']);
});
