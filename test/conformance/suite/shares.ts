import { describe, expect, it } from 'vitest';
import type { Share } from '../../../main/engine/providers/provider.ts';
import { must, run, type Upload } from '../upload.ts';
import type { Stand } from './stand.ts';

/** What a provider has to keep of shares, and of groups of them. */
export const aboutShares = (stand: Stand): void => {
  const { context, expectFreed, opened, upload } = stand;

  describe('shares', () => {
    const shared = async (): Promise<{ readonly share: Share; readonly file: Upload }> => {
      const file = await opened(1, stand.fixture.shared);
      await file.sendRest();
      const { share } = must(await file.finish());
      if (share === undefined) throw new Error('no share');
      return { share, file };
    };

    it('are taken back, and it harms nothing to do so twice', async () => {
      const { provider } = stand.fixture;
      if (provider.revoke === undefined) return;
      const { share, file } = await shared();
      const listed = async (): Promise<boolean> => {
        const page = await provider.shares?.list?.(undefined, context());
        return page !== undefined && must(page).shares.some(({ id }) => id === share.key);
      };
      expect(await listed()).toBe(provider.shares?.list !== undefined);
      must(await provider.revoke(share, context()));
      expect(await listed()).toBe(false);
      if (provider.capabilities.shares.revoke === 'removes-file') await expectFreed(file);
      must(await provider.revoke(share, context()));
    });

    it('can be grouped, under an own key that is told when it was taken', async () => {
      const { provider } = stand.fixture;
      if (provider.group === undefined) return;
      const [one, two] = [(await shared()).share, (await shared()).share];
      const both = `both${run}`;
      const options = { key: both, inDoubt: false };
      const made = must(await provider.group([one, two], options, context()));
      expect(made).toMatchObject({ remote: { key: both }, notices: [] });
      const adopted = must(await provider.group([one, two], { ...options, inDoubt: true }, context()));
      expect(adopted).toMatchObject({ remote: { key: both }, notices: [] });
      const again = must(await provider.group([one, two], options, context()));
      expect(again.notices).toMatchObject([{ code: 'key-taken', params: { wanted: both, got: again.remote.key } }]);
      expect(await provider.group([one], options, context())).toMatchObject({
        failure: { problem: { code: 'group-too-small' } },
      });
      const { groupSize = 0 } = provider.limits(stand.settings);
      const many = Array.from({ length: groupSize + 1 }, () => one);
      expect(await provider.group(many, options, context())).toMatchObject({
        failure: { problem: { code: 'group-too-large' } },
      });
    });

    it('with an own key that is taken come under another, and it is told', async () => {
      if (!stand.fixture.provider.capabilities.ownKey) return;
      await opened(1, { key: `mine${run}` });
      const second = upload(1, { key: `mine${run}` });
      expect(must(await second.open()).notices).toMatchObject([
        { code: 'key-taken', params: { wanted: `mine${run}` } },
      ]);
    });
  });
};
