/** What stays of an upload: its share, to be taken back, and its line in the history. */
import { expect, test } from './desk.ts';

test(
  'a share is copied and taken back: the link is dead on the server when the time to undo is over',
  { tag: '@page' },
  async ({ desk }) => {
    const peer = await desk.peer();
    await desk.saveServer(peer, 'Hafen');
    await desk.run(['upload', await desk.file('Gehaltsliste.xlsx', 120_000)]);
    await desk.run(['upload', await desk.file('Angebot.pdf', 80_000)]);
    const keys = await desk.keys();
    const page = await desk.start();
    await page.keyboard.press('ControlOrMeta+3');
    const salaries = page.getByRole('row').filter({ hasText: 'Gehaltsliste.xlsx' });
    await salaries.click();
    const details = page.getByRole('region', { name: /^Share / });
    await details.getByRole('button', { name: 'Copy link' }).click();
    await expect.poll(() => desk.clipboard(page)).toBe(`${peer.url}/web/d?${keys[0] ?? ''}`);
    await expect(details.getByRole('img', { name: /QR/ })).toBeVisible();
    const revoke = async (): Promise<void> => {
      await details.getByRole('button', { name: 'Revoke link…' }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Revoke/ })
        .click();
    };
    await revoke();
    await salaries.getByRole('button', { name: 'Undo' }).click();
    expect((await peer.storedFile(keys[0] ?? '')).size).toBe(120_000);
    await revoke();
    await expect(salaries).toHaveCount(0, { timeout: 20_000 });
    await expect
      .poll(() =>
        peer.storedFile(keys[0] ?? '').then(
          () => 'there',
          () => 'gone',
        ),
      )
      .toBe('gone');
    expect((await peer.storedFile(keys[1] ?? '')).size).toBe(80_000);
    expect(desk.complaints).toEqual([]);
  },
);

test(
  'the history keeps what was taken out of the list, with its proof, and sends it again',
  { tag: '@page' },
  async ({ desk }) => {
    const peer = await desk.peer();
    await desk.saveServer(peer, 'Hafen');
    await desk.run(['upload', await desk.file('Protokoll.docx', 90_000)]);
    await desk.run(['remove', '1']);
    const page = await desk.start();
    await page.keyboard.press('ControlOrMeta+2');
    await page.getByRole('row').filter({ hasText: 'Protokoll.docx' }).click();
    const details = page.getByRole('region', { name: 'Upload Protokoll.docx' });
    await expect(details).toContainText('The server says that it stores all of it');
    await details.getByRole('button', { name: 'Upload again' }).click();
    await page.keyboard.press('ControlOrMeta+1');
    await expect(page.locator('[role=row][data-state=done]')).toContainText('Protokoll.docx');
    expect(await desk.keys()).toHaveLength(2);
    // What is read in a long list stays where it is when more is added above it.
    const files = Array.from({ length: 9 }, (_, n) => desk.file(`Beleg ${n}.pdf`, 500));
    await desk.run(['upload', ...(await Promise.all(files))]);
    await page.setViewportSize({ width: 900, height: 300 });
    await page.keyboard.press('ControlOrMeta+2');
    const list = page.getByRole('grid', { name: 'History' });
    await expect(list).toHaveAttribute('aria-rowcount', '13');
    await list.evaluate((box) => box.scrollTo(0, 100));
    const read = list.getByRole('row').filter({ hasText: 'Protokoll.docx' }).last();
    const before = await read.boundingBox();
    await desk.run(['upload', await desk.file('Nachtrag.pdf', 500)]);
    await expect(list).toHaveAttribute('aria-rowcount', '14');
    await expect.poll(async () => (await read.boundingBox())?.y).toBe(before?.y);
    expect(desk.complaints).toEqual([]);
  },
);
