import { describe, expect, it } from 'vitest';
import type { Stored } from '../../../main/engine/providers/provider.ts';
import { must, patiently, type Upload } from '../upload.ts';
import type { Stand } from './stand.ts';

/** What a provider has to keep when it is asked about uploads that are done. */
export const aboutUploadedBefore = (stand: Stand): void => {
  const { context, opened } = stand;

  const done = async (): Promise<Upload> => {
    const file = await opened(2, stand.fixture.shared);
    await file.sendRest();
    must(await file.finish());
    return file;
  };
  const storedOf = ({ call, remote }: Upload): Stored<unknown> => {
    const { size, hashes } = call.job;
    return { size, remote, ...(hashes === undefined ? {} : { hashes }) };
  };
  const ask = async (...files: readonly Stored<unknown>[]) =>
    await Promise.all((stand.fixture.provider.stillHas?.(files, context()) ?? []).map((question) => question()));
  const asks = (): boolean => stand.fixture.provider.stillHas !== undefined;

  describe('an upload that is done', () => {
    it('is confirmed, by itself and among many, as often as it is asked about', async () => {
      if (!asks()) return;
      const stored = storedOf(await done());
      expect(await ask(stored)).toEqual([{ ok: true, value: true }]);
      expect(await ask(...Array.from({ length: 9 }, () => stored))).toEqual(
        Array.from({ length: 9 }, () => ({ ok: true, value: true })),
      );
    });

    it('is not confirmed once it was deleted on the server', async () => {
      if (!asks() || stand.fixture.keeps === true) return;
      const file = await done();
      const stored = storedOf(file);
      must(await patiently(() => file.cancel()));
      expect(await ask(stored)).toEqual([{ ok: true, value: false }]);
      expect(await ask(...Array.from({ length: 9 }, () => stored))).toEqual(
        Array.from({ length: 9 }, () => ({ ok: true, value: false })),
      );
    });

    it('is not confirmed where its share was revoked', async () => {
      const { provider } = stand.fixture;
      if (!asks() || provider.revoke === undefined) return;
      const file = await done();
      const { share } = must(await file.verify());
      if (share === undefined) return;
      must(await provider.revoke(share, context()));
      expect(await ask(storedOf(file))).toEqual([{ ok: true, value: false }]);
    });

    it('is not confirmed where the server has another file in its place', async () => {
      if (!asks()) return;
      const stored = storedOf(await done());
      const other = { ...stored, size: stored.size + 1, hashes: { sha256: '0'.repeat(64), md5: '0'.repeat(32) } };
      expect(await ask(other)).toEqual([{ ok: true, value: false }]);
    });

    it('is not confirmed by a server that cannot be reached', async () => {
      if (!asks()) return;
      const stored = storedOf(await done());
      await stand.fixture.meddler.sever();
      expect(await ask(stored)).toMatchObject([{ ok: false }]);
    });
  });
};
