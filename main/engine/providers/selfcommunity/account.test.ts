import { describe, expect, it } from 'vitest';
import { tokensIn, secretOf } from '../account-tokens.ts';
import { answer } from '../fixtures/scripted-http.ts';
import { admit, limitsOf } from './admit.ts';
import { post } from './call.ts';
import { readFields, settingsOf, withFields } from './fields.ts';
import { base, contextOf, now, probed, refused, settings, tokens } from './fixtures/scripted.ts';
import { recognise } from './recognise.ts';
import { signIn, signOut } from './sign-in.ts';

const server = { name: 'club', address: base, settings };
const given = (way: 'password' | 'token', answers = {}, carry = {}) => ({ way, answers, carry, redirect: '' });
const call = { path: '/x', body: { json: {} } };

describe('recognising a server', () => {
  it.each([
    ['a refusal with a list of errors', refused(401), true],
    ['a refusal of another API', answer(401, { detail: 'No.' }), false],
    ['a page', answer(404, '<html></html>'), false],
    ['success', answer(200, { errors: [] }), false],
  ])('by %s', async (_what, reply, known) => {
    const { ctx } = contextOf([reply]);
    const found = await recognise(`${base}/feed?x=1`, { 'field-names': 'qq' }, ctx.http);
    expect(found).toMatchObject({
      ok: true,
      value: known
        ? { address: base, settings: { dialect: 'qq', chunkSize: 204_800, fileLimit: 10_485_760 } }
        : undefined,
    });
  });
});

describe('settings', () => {
  it('take what is given, and keep the rest', () => {
    const kept = withFields(settingsOf({}), { 'chunk-size': 4_096, 'field-names': 'odd', 'file-limit': 'much' });
    expect(readFields(kept)).toEqual({ 'field-names': 'current', 'chunk-size': 4_096, 'file-limit': 10_485_760 });
  });

  it('limit files to less than the limit', () => {
    const about = { name: 'club', settings };
    const judge = (size: number) => admit({ name: 'a.bin', folder: [], size, path: '/a.bin' }, {}, about);
    expect(limitsOf(settings)).toEqual({ fileSize: 9_999, chunkSize: 2_048 });
    expect(judge(9_999)).toMatchObject({ name: 'a.bin' });
    expect(judge(10_000)).toMatchObject({ refused: { code: 'too-large' } });
    expect(judge(0)).toMatchObject({ refused: { code: 'file-empty' } });
  });

  it.each([
    ['a/b\\c.txt', 'a_b_c.txt'],
    ['..', 'file'],
    [`${'é'.repeat(200)}.tar.gz`, `${'é'.repeat(124)}.tar.gz`],
  ])('keep names that break nothing: %s', (name, used) => {
    const admitted = admit({ name, folder: [], size: 1, path: '/x' }, {}, { name: 'club', settings });
    expect(admitted).toMatchObject({ name: used, notices: [{ code: 'name-adapted' }] });
  });
});

describe('signing in', () => {
  it('asks for a name and a password, and keeps the tokens that they are worth', async () => {
    const first = contextOf([]);
    const asked = await signIn(given('password'), server, first.ctx.http, () => now);
    expect(asked).toMatchObject({ value: { ask: [{ key: 'user' }, { key: 'password' }], ways: ['token'] } });
    const granted = answer(200, { access_token: 'a', refresh_token: 'r', expires_in: 60 });
    const second = contextOf([granted]);
    const answers = { user: ' me ', password: ' p&s ' };
    const done = await signIn(given('password', answers, { at: 'password' }), server, second.ctx.http, () => now);
    if (!done.ok || !('signedIn' in done.value)) throw new Error('not signed in');
    expect(done.value.signedIn.account).toBe('me');
    expect(tokensIn(done.value.signedIn.secret)).toEqual({ access: 'a', refresh: 'r', accessExpires: now + 60_000 });
    expect(second.asked[0]?.body).toBe('grant_type=password&username=me&password=+p%26s+');
  });

  it('asks again after a wrong password, and after a token that is not taken', async () => {
    const wrong = contextOf([answer(400, { error: 'invalid_grant' })]);
    const answers = { user: 'me', password: 'x' };
    expect(
      await signIn(given('password', answers, { at: 'password' }), server, wrong.ctx.http, () => now),
    ).toMatchObject({
      value: { notice: { code: 'user-wrong' } },
    });
    const pasted = contextOf([refused(401)]);
    expect(
      await signIn(given('token', { user: 'me', token: 't' }, { at: 'token' }), server, pasted.ctx.http, () => now),
    ).toMatchObject({ value: { notice: { code: 'token-wrong' } } });
  });

  it('takes a pasted token that the server takes, and never renews it', async () => {
    const pasted = contextOf([probed]);
    const done = await signIn(
      given('token', { user: 'me', token: 't' }, { at: 'token' }),
      server,
      pasted.ctx.http,
      () => now,
    );
    if (!done.ok || !('signedIn' in done.value)) throw new Error('not signed in');
    expect(pasted.asked[0]?.authorization).toBe('Bearer t');
    const later = contextOf([refused(401)], { secret: done.value.signedIn.secret });
    expect(await post(later.ctx, call)).toMatchObject({
      failure: { problem: { code: 'signed-out' }, scope: 'account' },
    });
    expect(later.asked).toHaveLength(1);
  });

  it('ends what was granted', async () => {
    const { ctx, asked } = contextOf([answer(200)]);
    expect(await signOut(ctx)).toEqual({ ok: true, value: undefined });
    expect(asked[0]).toMatchObject({ request: 'POST /oauth/revoke_token/', body: 'token=refresh1' });
  });
});

describe('a token', () => {
  const renewal = answer(200, { access_token: 'access2', refresh_token: 'refresh2', expires_in: 3_600 });

  it('near its end is renewed once for all calls, and kept before it is used', async () => {
    const secret = secretOf({ ...tokens, accessExpires: now + 1_000 });
    const { ctx, asked } = contextOf((line) => (line.includes('/oauth/') ? renewal : answer(200, {})), { secret });
    await Promise.all([post(ctx, call), post(ctx, call)]);
    expect(asked.map(({ request, authorization }) => [request, authorization])).toEqual([
      ['POST /oauth/token/', undefined],
      ['POST /x', 'Bearer access2'],
      ['POST /x', 'Bearer access2'],
    ]);
    const kept = await ctx.secret();
    expect(kept.ok && tokensIn(kept.value ?? '')).toMatchObject({ access: 'access2', refresh: 'refresh2' });
  });

  it('that is refused is renewed, and the call repeated once; bytes of a file are not', async () => {
    const script = (line: string, index: number) =>
      line.includes('/oauth/') ? renewal : index === 0 ? refused(401) : answer(200, {});
    const repeated = contextOf(script);
    expect(await post(repeated.ctx, call)).toMatchObject({ value: { status: 200 } });
    const once = contextOf(script);
    expect(await post(once.ctx, { ...call, once: true })).toMatchObject({ value: { status: 401 } });
    expect(once.asked.map(({ request }) => request)).toEqual(['POST /x', 'POST /oauth/token/']);
  });

  it('that cannot be renewed asks the user, once', async () => {
    const { ctx, asked } = contextOf((line) =>
      line.includes('/oauth/') ? answer(400, { error: 'invalid_grant' }) : refused(401),
    );
    for (let n = 0; n < 2; n++)
      expect(await post(ctx, call)).toMatchObject({
        failure: { behaviour: 'attention', problem: { code: 'signed-out' } },
      });
    expect(asked.filter(({ request }) => request.includes('/oauth/'))).toHaveLength(1);
  });
});
