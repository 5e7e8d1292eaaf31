import { describe, expect, it } from 'vitest';
import { check } from './check.ts';
import { unread } from './fixtures/captured.ts';
import { answer, instanceBody, refused } from './fixtures/scripted.ts';
import { readInstance } from './instance.ts';

const instance = answer(200, instanceBody);
const page = answer(200, '<html><head apibaseurl="https://api.example/base/" showhtmlextension="true">');

describe('checking a server', () => {
  const front = refused(400, 'Clé de transfert invalide');

  it('reads limits, front and page', async () => {
    const ctx = unread([instance, front, page]);
    expect(await check(ctx)).toMatchObject({
      ok: true,
      value: { settings: { front: 'bare', showHtmlExtension: true }, notices: [{ code: 'front-bare' }] },
    });
    expect(ctx.requests.at(-1)).toMatchObject({ method: 'GET', url: 'https://web.example/' });
  });

  it('asks with the password, without a body or a content type', async () => {
    const required = answer(200, { ...instanceBody, requirePassword: true });
    const ctx = unread([required, front, answer(200, { success: true }), page], { secret: 'pass' });
    expect(await check(ctx)).toMatchObject({ ok: true });
    expect(ctx.requests[2]).toEqual({
      method: 'POST',
      url: 'https://api.example/base/checkPassword',
      headers: { authorization: 'pass' },
    });
  });

  it('tells that a password is not needed, wrong, or missing', async () => {
    const required = answer(200, { ...instanceBody, requirePassword: true });
    const open = unread([instance, front, refused(400, 'Mot de passe non requis'), page], { secret: 'x' });
    expect(await check(open)).toMatchObject({ value: { notices: [{ code: 'password-not-needed' }, {}] } });
    const wrong = unread([required, front, refused(401, 'Mot de passe invalide')], { secret: 'x' });
    expect(await check(wrong)).toMatchObject({ failure: { problem: { code: 'password-wrong' } } });
    expect(await check(unread([required, front]))).toMatchObject({
      failure: { problem: { code: 'password-missing' } },
    });
    const portal = unread([required, front, answer(200, '<html>')], { secret: 'x' });
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
