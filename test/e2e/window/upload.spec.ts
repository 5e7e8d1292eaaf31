import { expect, test } from './desk.ts';

test('two files are dropped, everything is killed in the middle, and the links are in the clipboard at the end', async ({
  desk,
}) => {
  const peer = await desk.peer({ config: { CHUNK_SIZE: 200_000 } });
  await desk.saveServer(peer, 'Hafen');
  const files = [await desk.file('Angebot Reederei.pdf', 6_000_000), await desk.file('设计图 第三版.bin', 5_000_000)];
  await desk.run(['settings', 'limit-rate', '200k']);
  const page = await desk.start();
  await desk.drop(page, files);
  const uploading = page.locator('[role=row][data-state=uploading]');
  await expect(uploading).toHaveCount(2);
  await expect(uploading.filter({ hasText: 'Angebot' }).getByRole('progressbar')).not.toHaveAttribute(
    'aria-valuenow',
    '0',
  );
  await desk.kill();
  await desk.run(['settings', 'limit-rate', 'none']);

  const again = await desk.start();
  await expect(again.locator('[role=row][data-state=done]')).toHaveCount(2, { timeout: 60_000 });
  await expect.poll(async () => (await desk.clipboard(again)).split('\n').length).toBe(2);
  const links = (await desk.clipboard(again)).split('\n');
  expect(links.every((link) => link.startsWith('http'))).toBe(true);
  expect(desk.complaints).toEqual([]);
});
