import { describe, expect, it } from 'vitest';
import type { TransferOptions } from '../../../main/engine/providers/provider.ts';
import { must, run, Upload } from '../upload.ts';
import type { Stand } from './stand.ts';

/** How a file goes to its server, and what is said of it on the way. */
export const aboutFiles = (stand: Stand): void => {
  const { chunkBytes, context, expectDone, mostBodies, opened } = stand;

  describe('a file', () => {
    it('is refused in words before anything is sent where a limit forbids it', () => {
      const { provider } = stand.fixture;
      const { fileSize, expirySeconds } = provider.limits(stand.settings);
      const judge = (size: number, options: TransferOptions = {}) =>
        provider.admit({ name: 'a.bin', folder: [], size, path: '/a.bin' }, options, {
          name: 'peer',
          settings: stand.settings,
        });
      if (!provider.capabilities.zeroByteFiles) expect(judge(0)).toHaveProperty('refused.code', 'file-empty');
      if (fileSize !== undefined) {
        expect(judge(fileSize + 1)).toHaveProperty('refused.code', 'too-large');
        expect(judge(fileSize)).not.toHaveProperty('refused');
      }
      if (provider.capabilities.expiry) {
        for (const wrong of [0, -1, NaN, Infinity])
          expect(judge(1, { expirySeconds: wrong })).toHaveProperty('refused');
        if (expirySeconds !== undefined) {
          expect(judge(1, { expirySeconds })).not.toHaveProperty('refused');
          expect(judge(1, { expirySeconds: expirySeconds + 1 })).toHaveProperty('refused.code', 'expiry-too-long');
        }
      }
    });

    it.each([
      ['one byte', () => 1],
      ['one byte less than a chunk', () => chunkBytes() - 1],
      ['just one chunk', () => chunkBytes()],
      ['one byte more than a chunk', () => chunkBytes() + 1],
      ['just three chunks', () => 3 * chunkBytes()],
    ])('of %s arrives byte for byte, each chunk sent once', async (_what, size) => {
      const file = new Upload(stand.fixture, context(), size(), {});
      must(await file.open());
      await file.sendRest();
      await expectDone(file);
      expect(await mostBodies(file)).toBe(1);
    });

    it.each(['Ω≈ç√ 東京.txt', 'été à Noël.txt', '😀.jpg', 'שלום עולם.pdf', `${'n'.repeat(300)}.tar.gz`, 'a/../b".txt'])(
      'called %s can be verified under the name that is told',
      async (odd) => {
        const { provider } = stand.fixture;
        const file = { name: odd, folder: [`Ordner ⅷ ${run}`], size: 10, path: '/odd' };
        const admitted = provider.admit(file, {}, { name: 'peer', settings: stand.settings });
        if ('refused' in admitted) throw new Error('refused');
        const made = new Upload(stand.fixture, context(), 10, {});
        Object.assign(made.job, { name: admitted.name, folder: file.folder });
        expect(must(await made.open()).notices).toEqual([]);
        await made.sendRest();
        await expectDone(made);
      },
    );

    it('gives its delete key to the queue in the answer that completes it, and in the share', async () => {
      const file = await opened(2);
      await file.sendRest();
      const { share } = must(await file.finish());
      const { provider } = stand.fixture;
      if (provider.revoke !== undefined && provider.capabilities.shares.needsDeleteKey)
        expect(file.told).toEqual([{ shareKey: share?.key, deleteKey: share?.deleteKey }]);
    });

    it('whose server answers with a proxy’s page waits for the whole server', async () => {
      const file = await opened(2);
      const page = '<html><h1>Bad Gateway</h1></html>';
      const { chunk, resume = chunk } = stand.fixture.requests;
      void stand.fixture.meddler.answer(resume, 502, { 'content-type': 'text/html', 'retry-after': '7' }, page);
      const asked = stand.fixture.answersNothing === true ? file.send(0) : file.resume();
      expect(await asked).toMatchObject({
        ok: false,
        failure: { behaviour: 'server-busy', afterMs: 7000, problem: { code: 'server-busy' } },
      });
      must(await file.resume());
      await file.sendRest();
      await expectDone(file);
    });

    it('that a sign-in page of the network answers for is not taken for stored', async () => {
      const file = await opened(2);
      const page = '<!doctype html><form>Hotel guest?</form>';
      const { chunk } = stand.fixture.requests;
      void stand.fixture.meddler.answer(chunk, 200, { 'content-type': 'text/html' }, page);
      expect(await file.send(0)).toMatchObject({ ok: false, failure: { behaviour: 'retry' } });
    });
  });
};
