import { describe, expect, it } from 'vitest';
import type { Answer } from '../../http/http.ts';
import { answer, type Script } from '../fixtures/scripted-http.ts';
import { check } from './check.ts';
import { readFields, withFields } from './fields.ts';
import { at, broken, linesOf, now, refused, said, scripted, settings, unauthorized } from './fixtures/scripted.ts';
import { recognise } from './recognise.ts';

const noRoute = refused(404, 'The route api/settings could not be found.');
const limit = (most: unknown): Answer => said({ upload_max_size: most });

const found = async (script: Script, given = {}) => {
  const ctx = scripted(script);
  return {
    outcome: await recognise('https://nest.example/login?x=1', given, ctx.http, () => now),
    asked: linesOf(ctx),
  };
};

describe('a server', () => {
  it('with settings is the newer version; its address is the origin', async () => {
    expect((await found([limit(8_388_608)])).outcome).toEqual({
      ok: true,
      value: {
        address: 'https://nest.example',
        settings: { api: 'head', uploadMaxSize: 8_388_608, chunkSize: 8_388_608, lanes: 4, checkedAt: now },
        title: 'nest.example',
        needsPassword: true,
      },
    });
  });

  it('without settings is the older version, where it refuses a call without a token in its words', async () => {
    const { outcome, asked } = await found([noRoute, unauthorized], { parallel: 2, 'chunk-size': 2_048 });
    expect(outcome).toMatchObject({
      value: { settings: { api: 'seed', uploadMaxSize: 0, lanes: 2, chunkSize: 2_048 } },
    });
    expect(asked).toEqual(['GET /settings', 'GET /files']);
  });

  it.each<[string, Script]>([
    ['another refusal of the list', [noRoute, refused(401, 'Unauthenticated.')]],
    ['another 403', [noRoute, refused(403, 'Forbidden')]],
    ['a list for anybody', [noRoute, said([])]],
    ['a page', [answer(200, '<html>hello')]],
    ['a missing page', [answer(404, '<html>'), answer(404, '<html>')]],
    ['settings of something else', [said({ theme: 'dark' })]],
    ['a limit that is none', [limit('8M')]],
    ['a negative limit', [limit(-1)]],
    ['a limit beyond all numbers', [limit(1e300)]],
    ['a failing gateway', [at(502, '<html>')]],
    ['a failing program', [refused(500, 'Server Error')]],
    ['settings that are refused', [refused(401, 'Unauthenticated.')]],
    ['settings that are forbidden', [unauthorized]],
  ])('is none with %s', async (_what, script) => {
    expect((await found(script)).outcome).toEqual({ ok: true, value: undefined });
  });

  it('that cannot be reached is not taken for another kind', async () => {
    expect((await found([broken])).outcome).toEqual(broken);
  });

  it('has a number of parallel chunks and a chunk size that can be changed', () => {
    expect(readFields(settings)).toEqual({ parallel: 4, 'chunk-size': 1_024 });
    expect(withFields(settings, { parallel: 8 })).toEqual({ ...settings, lanes: 8 });
    expect(withFields(settings, { 'chunk-size': 4_096, parallel: 'many' })).toEqual({ ...settings, chunkSize: 4_096 });
  });
});

describe('a test of a server', () => {
  it('reads its limit again, and asks for something that needs the token', async () => {
    const ctx = scripted([limit(1_000_000), said([])], { settings: { api: 'seed', checkedAt: 0 } });
    expect(await check(ctx)).toEqual({
      ok: true,
      value: { settings: { ...settings, uploadMaxSize: 1_000_000 }, notices: [] },
    });
    expect(ctx.asked.map(({ headers }) => headers?.['authorization'])).toEqual([undefined, 'Bearer 7|secret']);
  });

  it('says that nobody is signed in, with a token that ended and without one', async () => {
    const out = { ok: false, failure: { behaviour: 'attention', scope: 'account', problem: { code: 'signed-out' } } };
    expect(await check(scripted([limit(0), unauthorized, unauthorized]))).toMatchObject(out);
    expect(await check(scripted([limit(0)], { secret: '' }))).toMatchObject(out);
  });

  it('does not take a page of the network for the server', async () => {
    const page = answer(200, '<html>Hotel guest?');
    const other = { ok: false, failure: { behaviour: 'retry', problem: { code: 'not-this-server' } } };
    expect(await check(scripted([page]))).toMatchObject(other);
    expect(await check(scripted([limit(0), page]))).toMatchObject(other);
  });
});
