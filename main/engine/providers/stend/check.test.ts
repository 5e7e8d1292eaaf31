import { describe, expect, it } from 'vitest';
import { check } from './check.ts';
import { answer, instanceBody, linesOf, refused, scripted } from './fixtures/scripted.ts';
import { readInstance } from './instance.ts';

const instance = answer(200, instanceBody);
const page = answer(200, '<html><head apibaseurl="https://api.example/base/" showhtmlextension="true">');

describe('checking a server', () => {
  const front = refused(400, 'Clé de transfert invalide');

  it('reads limits, front and page', async () => {
    const ctx = scripted([instance, front, page]);
    expect(await check(ctx)).toMatchObject({
      ok: true,
      value: { settings: { front: 'bare', showHtmlExtension: true }, notices: [{ code: 'front-bare' }] },
    });
    expect(linesOf(ctx).at(-1)).toBe('GET https://web.example/');
  });

  it('asks with the password, without a body or a content type', async () => {
    const required = answer(200, { ...instanceBody, requirePassword: true });
    const ctx = scripted([required, front, answer(200, { success: true }), page], { secret: 'pass' });
    expect(await check(ctx)).toMatchObject({ ok: true });
    expect(ctx.asked[2]).toEqual({ request: 'POST /checkPassword', headers: { authorization: 'pass' }, body: '' });
  });

  it('tells that a password is not needed, wrong, or missing', async () => {
    const required = answer(200, { ...instanceBody, requirePassword: true });
    const open = scripted([instance, front, refused(400, 'Mot de passe non requis'), page], { secret: 'x' });
    expect(await check(open)).toMatchObject({ value: { notices: [{ code: 'password-not-needed' }, {}] } });
    const wrong = scripted([required, front, refused(401, 'Mot de passe invalide')], { secret: 'x' });
    expect(await check(wrong)).toMatchObject({ failure: { problem: { code: 'password-wrong' } } });
    expect(await check(scripted([required, front]))).toMatchObject({
      failure: { problem: { code: 'password-missing' } },
    });
    const portal = scripted([required, front, answer(200, '<html>')], { secret: 'x' });
    expect(await check(portal)).toMatchObject({ failure: { problem: { code: 'not-this-server' } } });
  });
});

describe('an instance', () => {
  it('of 1.0.0 holds thirty days and groups of ten', () => {
    const { fileMaxSize, chunkSize, requirePassword } = instanceBody;
    const old = answer(200, { fileMaxSize, chunkSize, requirePassword, apiVersion: '1.0.0' });
    expect(readInstance(old)).toMatchObject({
      fileMaxAge: 2_592_000,
      maxTransfersInMerge: 10,
      recommendedExpireTimes: [],
    });
  });

  it('of 1.2 may tell its age in digits', () => {
    expect(readInstance(answer(200, { ...instanceBody, fileMaxAge: '86400' }))?.fileMaxAge).toBe(86_400);
    expect(readInstance(answer(200, { ...instanceBody, fileMaxAge: 'never' }))).toBeUndefined();
  });
});
