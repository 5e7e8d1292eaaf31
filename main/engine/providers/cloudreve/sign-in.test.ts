import { afterEach, describe, expect, it } from 'vitest';
import { controlOf } from '../../../../test/peers/cloudreve/control.ts';
import { type Peer, startPeer } from '../../../../test/peers/peer.ts';
import { codeAt } from '../../../../test/peers/totp.ts';
import { createHttp } from '../../http/client.ts';
import { ok } from '../../outcome.ts';
import type { SignInGiven, SignInWay } from '../account.ts';
import { answer, done, linesOf, said, scripted, settings, tokens } from './fixtures/scripted.ts';
import { signIn, signOut } from './sign-in.ts';
import { tokensIn } from '../account-tokens.ts';

const redirect = 'http://127.0.0.1:7421/signed-in';
const peers: Peer[] = [];
const http = createHttp({ serverName: 'peer', userAgent: 'Stevedore/test', proxy: 'none' });
const start = async (config: Readonly<Record<string, unknown>> = {}, version = '4.18.0'): Promise<Peer> => {
  const peer = await startPeer('cloudreve', { as: `cloudreve ${version}`, config });
  peers.push(peer);
  return peer;
};
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()));
});

/** A person before a form: takes the steps of one sign-in, each with what the last one told to carry. */
const person = (peer: Peer, way: SignInWay, version = '4.18.0') => {
  let carry: SignInGiven['carry'] = {};
  const server = { name: 'cloud', address: peer.url, settings: { ...settings, version } };
  return async (answers: SignInGiven['answers'] = {}) => {
    const step = await signIn({ way, answers, carry, redirect }, server, http, Date.now);
    if (!step.ok) return { failed: step.failure.problem.code };
    if ('signedIn' in step.value) return step.value;
    ({ carry } = step.value);
    const { ask, ways, notice, page, authorize } = step.value;
    const image = ask.find((field) => field.type === 'image-text')?.image;
    return { keys: ask.map(({ key }) => key), ways, notice: notice?.code, page, authorize, image, carry };
  };
};
const account = (peer: Peer) => ({ email: peer.vars['email'] ?? '', password: peer.vars['password'] ?? '' });
type Api = { readonly code: number; readonly data: unknown };
const api = async (peer: Peer, method: string, path: string, body?: unknown, token = peer.vars['token']) => {
  const headers = { connection: 'close', ...(token && { authorization: `Bearer ${token}` }) };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return (await (await fetch(`${peer.url}/api/v4${path}`, { method, headers, ...sent })).json()) as Api;
};
/** Signed in, and the tokens are good for a call. */
const expectIn = async (peer: Peer, step: unknown): Promise<string> => {
  const { signedIn } = step as { signedIn: { secret: string; account: string } };
  expect(signedIn.account).toBe(account(peer).email.toLowerCase());
  const read = tokensIn(signedIn.secret);
  expect(read?.accessExpires).toBeGreaterThan(Date.now() + 1000);
  expect(read?.refreshExpires).toBeGreaterThan(read?.accessExpires ?? Infinity);
  expect(await api(peer, 'GET', '/user/capacity', undefined, read?.access)).toMatchObject({ code: 0 });
  return read?.refresh ?? '';
};

describe('a password', () => {
  it('signs in, and a wrong one is asked for again', async () => {
    const peer = await start();
    const step = person(peer, 'password');
    expect(await step()).toMatchObject({ keys: ['email', 'password'], ways: ['browser', 'token'], notice: undefined });
    expect(await step({ ...account(peer), password: 'wrong!' })).toMatchObject({ notice: 'account-wrong' });
    expect(await step({ ...account(peer), password: 'x' })).toMatchObject({ notice: 'account-wrong' });
    expect(await step({ ...account(peer), email: 'nobody@example.org' })).toMatchObject({ notice: 'account-wrong' });
    await expectIn(peer, await step({ ...account(peer), email: ` ${account(peer).email.toUpperCase()} ` }));
  });

  it('goes with the text of a picture, a new one after every try', async () => {
    const peer = await start({ login_captcha: true });
    const step = person(peer, 'password');
    const first = await step();
    expect(first).toMatchObject({ keys: ['email', 'password', 'captcha'] });
    const wordOf = async (asked: unknown) => {
      const { carry } = asked as { carry: { ticket: string } };
      return await controlOf(peer).captchaWord(carry.ticket);
    };
    const second = await step({ ...account(peer), captcha: 'wrong' });
    expect(second).toMatchObject({ notice: 'image-text-wrong', keys: ['email', 'password', 'captcha'] });
    const third = await step({ ...account(peer), password: 'wrong!', captcha: await wordOf(second) });
    expect(third).toMatchObject({ notice: 'account-wrong' });
    const images = [first, second, third].map((asked) => (asked as { image: string }).image);
    expect(new Set(images).size).toBe(3);
    await expectIn(peer, await step({ ...account(peer), captcha: await wordOf(third) }));
  });

  it('is followed by the code of a second factor, which may be wrong, or late', async () => {
    const peer = await start();
    const secret = String((await api(peer, 'GET', '/user/setting/2fa')).data);
    await api(peer, 'PATCH', '/user/setting', { two_fa_enabled: true, two_fa_code: codeAt(secret, Date.now()) });
    const step = person(peer, 'password');
    await step();
    expect(await step(account(peer))).toMatchObject({ keys: ['otp'], notice: undefined });
    expect(await step({ otp: '000000x' })).toMatchObject({ keys: ['otp'], notice: 'otp-wrong' });
    // The server forgets who waits where it ends in disorder.
    await peer.kill();
    await peer.restart();
    const late = await step({ otp: codeAt(secret, Date.now()) });
    expect(late).toMatchObject({ keys: ['email', 'password'], notice: 'otp-late' });
    await step(account(peer));
    await expectIn(peer, await step({ otp: ` ${codeAt(secret, Date.now())} ` }));
  });

  it.each([
    ['inactive', 'account-inactive'],
    ['manual_banned', 'account-banned'],
  ])('of an account that is %s ends the sign-in with words', async (status, code) => {
    const peer = await start();
    await controlOf(peer).setStatus(1, status);
    const step = person(peer, 'password');
    await step();
    expect(await step(account(peer))).toEqual({ failed: code });
  });

  it('that an account does not have is said', async () => {
    const { http: scriptedHttp } = scripted([said(40080), done({ password_enabled: false }), done({})]);
    const given = {
      way: 'password',
      answers: { email: 'a@b.c', password: 'xxxx' },
      carry: { at: 'password' },
      redirect,
    };
    const server = { name: 'cloud', address: 'https://site.example', settings };
    expect(await signIn({ ...given, way: 'password' }, server, scriptedHttp, Date.now)).toMatchObject({
      value: { notice: { code: 'password-none' } },
    });
  });

  it.each(['recaptcha', 'turnstile', 'cap'])('is given on the site’s own page where it asks for %s', async (type) => {
    const peer = await start({ login_captcha: true, captcha_type: type });
    const step = person(peer, 'password');
    const page = { address: `${peer.url}/session`, stored: 'cloudreve_session' };
    expect(await step()).toMatchObject({ keys: ['page'], page, ways: ['browser', 'token'] });
    expect(await step({ page: '{"sessions":{},"anonymousSettings":{}}' })).toMatchObject({ page, notice: undefined });
    const session = (refresh: string) =>
      JSON.stringify({ current: 'u', sessions: { u: { user: {}, token: { refresh_token: refresh } } } });
    expect(await step({ page: session('garbage') })).toMatchObject({ page, notice: 'token-wrong' });
    await expectIn(peer, await step({ page: session(peer.vars['refresh'] ?? '') }));
  });
});

describe('a token', () => {
  it('signs in, alone or with all that the site’s page keeps', async () => {
    const peer = await start();
    const refresh = peer.vars['refresh'] ?? '';
    const step = person(peer, 'token');
    expect(await step()).toMatchObject({ keys: ['token'], ways: ['password', 'browser'] });
    expect(await step({ token: '' })).toMatchObject({ notice: 'token-wrong' });
    expect(await step({ token: peer.vars['token'] ?? '' })).toMatchObject({ notice: 'token-wrong' });
    await expectIn(peer, await step({ token: ` ${refresh}\n` }));
    const stored = {
      current: 'u',
      sessions: { u: { token: { refresh_token: refresh } }, v: { token: { refresh_token: 'x' } } },
    };
    const pasted = person(peer, 'token');
    await pasted();
    await expectIn(peer, await pasted({ token: JSON.stringify(stored) }));
  });

  it('of somebody who is banned ends the sign-in with words', async () => {
    const { http: scriptedHttp } = scripted([said(50001, undefined, 'failed to get login user')]);
    const given = { way: 'token', answers: { token: 't' }, carry: { at: 'token' }, redirect } as const;
    const server = { name: 'cloud', address: 'https://site.example', settings };
    const step = await signIn(given, server, scriptedHttp, Date.now);
    expect(step).toMatchObject({ ok: false, failure: { behaviour: 'attention' } });
  });
});

const app = {
  guid: '11111111-2222-4333-8444-555555555555',
  secret: 'client-secret-1',
  name: 'Uploader',
  redirect_uris: [redirect],
  scopes: ['openid', 'offline_access', 'UserInfo.Read', 'Files.Write', 'Shares.Write'],
};
const client = { 'client-id': app.guid, 'client-secret': app.secret };

describe('OAuth', () => {
  /** What the site's page does once the person agreed. */
  const agree = async (peer: Peer, page: string): Promise<{ readonly code: string; readonly state: string }> => {
    const asked = Object.fromEntries(new URL(page).searchParams);
    expect(new URL(page).pathname).toBe('/session/authorize');
    const answered = await api(peer, 'POST', '/session/oauth/consent', asked);
    expect(answered).toMatchObject({ code: 0 });
    return answered.data as { code: string; state: string };
  };
  const pageOf = (asked: unknown) => (asked as { authorize: { page: string; state: string } }).authorize;

  it('signs in with the code that the browser brings, and its proof', async () => {
    const peer = await start({ oauth_apps: [app] });
    const step = person(peer, 'browser');
    expect(await step()).toMatchObject({ keys: ['client-id', 'client-secret'], ways: ['password', 'token'] });
    const { page, state } = pageOf(await step(client));
    expect(new URL(page).searchParams.get('code_challenge_method')).toBe('S256');
    expect(page).not.toContain(app.secret);
    const came = await agree(peer, page);
    expect(came.state).toBe(state);
    const refresh = await expectIn(peer, await step({ code: came.code }));
    expect(await api(peer, 'POST', '/session/token/refresh', { refresh_token: refresh }, '')).toMatchObject({
      code: 0,
    });
  });

  it('of a wrong secret, or an old code, ends with what the site says', async () => {
    const peer = await start({ oauth_apps: [app] });
    const wrong = person(peer, 'browser');
    await wrong();
    const { page } = pageOf(await wrong({ ...client, 'client-secret': 'other' }));
    const { code } = await agree(peer, page);
    expect(await wrong({ code })).toEqual({ failed: 'sign-in-refused' });
    const right = person(peer, 'browser');
    await right();
    await right(client);
    // protocol: every failed exchange burns the code.
    expect(await right({ code })).toEqual({ failed: 'sign-in-refused' });
  });

  it('asks again where one of both is missing, and is refused before 4.12', async () => {
    const peer = await start({ oauth_apps: [app] });
    const step = person(peer, 'browser');
    await step();
    expect(await step({ ...client, 'client-secret': ' ' })).toMatchObject({ keys: ['client-id', 'client-secret'] });
    expect(await person(peer, 'browser', '4.11.0')()).toEqual({ failed: 'option-unsupported' });
    expect(await person(peer, 'password', '4.11.0')()).toMatchObject({ ways: ['token'] });
  });

  it('without a refresh token says what is missing', async () => {
    const { http: scriptedHttp } = scripted([answer(200, { access_token: 'a', expires_in: 10 })]);
    const given = { way: 'browser', answers: { code: 'c' }, carry: { at: 'authorize' }, redirect } as const;
    const server = { name: 'cloud', address: 'https://site.example', settings };
    expect(await signIn(given, server, scriptedHttp, Date.now)).toMatchObject({
      failure: { problem: { code: 'scope-missing', params: { scope: 'offline_access' } } },
    });
  });
});

describe('signing out', () => {
  it('ends what renews the sign-in', async () => {
    const peer = await start();
    const refresh = peer.vars['refresh'] ?? '';
    const ctx = scripted([done('')], { secret: JSON.stringify(tokens({ refresh })) });
    const server = { ...ctx.server, address: peer.url };
    expect(await signOut({ ...ctx, server, http })).toEqual({ ok: true, value: undefined });
    expect(await api(peer, 'POST', '/session/token/refresh', { refresh_token: refresh }, '')).toMatchObject({
      code: 40020,
    });
  });

  it('has nothing to end where nobody is signed in, and fails where no site answers', async () => {
    const none = scripted([]);
    const nobody = { ...none, secret: () => Promise.resolve(ok(undefined)) };
    expect(await signOut(nobody)).toMatchObject({ ok: true });
    expect(linesOf(none)).toEqual([]);
    expect(await signOut(scripted([said(40020)]))).toMatchObject({ ok: true });
    expect(await signOut(scripted([answer(502, '<html>')]))).toMatchObject({ ok: false });
  });
});
