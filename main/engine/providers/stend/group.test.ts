import { describe, expect, it } from 'vitest';
import { answer, refused, scripted } from './fixtures/scripted.ts';
import { group } from './group.ts';

describe('grouping', () => {
  const shares = [{ key: 'k1', expiresAt: 9 }, { key: 'k2', expiresAt: 5 }, { key: 'k3' }];
  const made = (shareKey: string) => answer(200, { shareKey, isGroup: true, groups: ['k1', 'k2', 'k3'] });
  const options = { key: 'All-3', inDoubt: false };

  it('sends the keys without spaces, and lasts as long as the first file to go', async () => {
    const ctx = scripted([made('all3')]);
    expect(await group(shares, options, ctx)).toEqual({
      ok: true,
      value: { remote: { key: 'all3', link: 'https://web.example/d?all3', expiresAt: 5 }, notices: [] },
    });
    expect(ctx.asked[0]?.body).toBe('{"sharekeys":"k1,k2,k3","sharekey":"all3"}');
  });

  it('adopts the group of an answer that was lost, and no other', async () => {
    const inDoubt = { ...options, inDoubt: true };
    expect(await group(shares, inDoubt, scripted([made('all3')]))).toMatchObject({
      value: { remote: { key: 'all3' } },
    });
    const moved = answer(200, { isGroup: true, groups: ['k3', 'k1', 'k2'] });
    expect(await group(shares, inDoubt, scripted([moved]))).toMatchObject({ value: { remote: { key: 'all3' } } });
    const others = answer(200, { isGroup: true, groups: ['x', 'y'] });
    expect(await group(shares, inDoubt, scripted([others, made('random')]))).toMatchObject({
      value: { remote: { key: 'random' }, notices: [{ code: 'key-taken' }] },
    });
  });

  it('is refused for good where one of the files is gone', async () => {
    const ctx = scripted([refused(400, 'Clé de partage invalide')]);
    expect(await group(shares, options, ctx)).toMatchObject({ failure: { behaviour: 'fatal' } });
  });
});
