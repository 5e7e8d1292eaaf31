import { expect, it } from 'vitest';
import { must, patiently } from '../upload.ts';
import type { Stand } from './stand.ts';

/** What must hold on every store and version, in few requests; each has the whole suite as well (`stores/`, `versions/`). */
export const aboutAllInBrief = (stand: Stand): void => {
  const { context, expectDone, expectFreed, mostBodies, opened } = stand;

  it('a file whose upload is interrupted resumes, and arrives byte for byte with each chunk sent once', async () => {
    const file = await opened(3);
    await file.sendRest(Math.min(1, file.count - 1));
    file.afterKill(context());
    must(await patiently(() => file.resume()));
    await file.sendRest();
    await expectDone(file);
    expect(await mostBodies(file)).toBe(1);
  });

  it('a file that is canceled leaves nothing behind', async () => {
    const file = await opened(2);
    await file.sendRest(Math.min(1, file.count - 1));
    must(await patiently(() => file.cancel()));
    await expectFreed(file);
  });
};
