import { describe, expect, it } from 'vitest';
import { check } from './site.ts';
import { answer, done, linesOf, now, said, scripted } from './fixtures/scripted.ts';
import { recognise } from './recognise.ts';

const config = done({ title: ' My Cloud ', captcha_type: 'normal' });
const known = [done('4.18.0-pro'), config];

describe('a Cloudreve server', () => {
  it.each([
    'https://site.example',
    'https://site.example/',
    ' https://site.example/home?path=%2F ',
    'https://user:secret@site.example/s/abc',
  ])('is recognised at %s, by its origin', async (address) => {
    expect(await recognise(address, scripted(known).http, () => now)).toEqual({
      ok: true,
      value: {
        address: 'https://site.example',
        settings: { version: '4.18.0-pro', title: 'My Cloud', checkedAt: now },
        title: 'My Cloud',
        needsPassword: true,
      },
    });
  });

  it('is called by its host where it has no title', async () => {
    const ctx = scripted([done('4.0.0'), done({})]);
    expect(await recognise('https://site.example', ctx.http, () => now)).toMatchObject({
      value: { title: 'site.example' },
    });
  });

  it.each([
    ['a web page', answer(200, '<html>')],
    ['an envelope without a version', done({ version: '4' })],
    ['another version of the API', done('v3')],
    ['a refusal', said(404)],
    ['a code alone', answer(200, { code: 0, data: '4.18.0' })],
  ])('is not recognised in %s', async (_what, reply) => {
    expect(await recognise('https://site.example', scripted([reply]).http, () => now)).toEqual({
      ok: true,
      value: undefined,
    });
    expect(await recognise('ftp://site.example', scripted([]).http, () => now)).toEqual({ ok: true, value: undefined });
  });

  it('is checked: version, storage, the constant of nothing, whether it may be shared, and room', async () => {
    const ctx = scripted([
      done('4.17.0'),
      done({
        files: [],
        parent: { type: 1, name: '', path: 'cloudreve://my/', primary_entity: 'none' },
        storage_policy: { id: 'p2', type: 's3' },
      }),
      done({ id: 'u', group: { permission: '/RoB', direct_link_batch_size: 10 } }),
      done({ total: 100, used: 30 }),
    ]);
    expect(await check(ctx)).toMatchObject({
      ok: true,
      value: {
        settings: {
          version: '4.17.0',
          nothing: 'none',
          policy: { id: 'p2', max_size: 0 },
          mayShare: true,
          mayLink: true,
          capacity: { total: 100, used: 30 },
        },
        notices: [],
      },
    });
    expect(linesOf(ctx)).toEqual([
      'GET /site/ping',
      'GET /file?uri=cloudreve%3A%2F%2Fmy&page_size=10',
      'GET /user/me',
      'GET /user/capacity',
    ]);
  });

  it('tells that its storage cannot be used, and that there is no room', async () => {
    const ctx = scripted([
      done('4.18.0-pro'),
      done({ files: [], storage_policy: { id: 'p', name: 'Both', type: 'load_balance' } }),
      done({ id: 'u' }),
      done({ total: 100, used: 100 }),
    ]);
    expect(await check(ctx)).toMatchObject({
      value: { notices: [{ code: 'policy-unusable' }, { code: 'quota-full' }] },
    });
  });

  it('is as good as checked where an app may not look at the account', async () => {
    const ctx = scripted([
      done('4.18.0'),
      done({ files: [] }),
      said(40089, undefined, 'Insufficient scope: UserInfo.Read'),
      said(40089),
    ]);
    expect(await check(ctx)).toMatchObject({ ok: true, value: { notices: [] } });
  });
});
