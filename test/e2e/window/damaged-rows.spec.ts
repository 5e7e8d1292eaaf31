/** Rows that cannot be drawn: alone in that, and to be removed. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from './desk.ts';

test('a damaged share, and one with an impossible end, hide no other share', { tag: '@rest' }, async ({ desk }) => {
  const peer = await desk.peer();
  await desk.saveServer(peer, 'Hafen');
  for (const name of ['Angebot.pdf', 'Entwurf.odt', 'Foto.jpg', 'Notizen.md'])
    await desk.run(['upload', await desk.file(name, 20_000)]);
  const db = new DatabaseSync(join(desk.profile, 'queue.db'));
  db.exec(`UPDATE shares SET share = '{"key":' WHERE name = 'Angebot.pdf';
    UPDATE shares SET share = json_set(share, '$.expiresAt', 1e308) WHERE name = 'Entwurf.odt';
    UPDATE shares SET share = '5' WHERE name = 'Foto.jpg';
    UPDATE history SET at = 9000000000000000 WHERE name = 'Entwurf.odt';
    UPDATE history SET proof = '{', problem = 'x' WHERE name = 'Foto.jpg'`);
  db.close();
  const page = await desk.start();
  await page.keyboard.press('ControlOrMeta+3');
  const rows = page.getByRole('grid').getByRole('row');
  const broken = rows.filter({ hasText: 'cannot be displayed' });
  await expect(rows.filter({ hasText: 'Notizen.md' })).toBeVisible();
  await expect(rows.filter({ hasText: 'Entwurf.odt' })).toContainText('never');
  await expect(broken).toHaveCount(2);
  await expect(broken.filter({ hasText: 'Angebot.pdf' })).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: test.info().outputPath(`shares-${colorScheme}.png`) });
  }
  await broken.first().getByRole('button', { name: 'Remove' }).click();
  await expect(broken).toHaveCount(1);
  await broken.getByRole('button', { name: 'Remove' }).click();
  await expect(broken).toHaveCount(0);
  await expect(rows.filter({ hasText: 'Notizen.md' })).toBeVisible();

  await page.keyboard.press('ControlOrMeta+2');
  await expect(rows.filter({ hasText: 'Entwurf.odt' })).toContainText('Unknown date');
  await expect(rows.filter({ hasText: 'Foto.jpg' })).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('history.png') });
  expect(desk.complaints).toEqual([]);
});
