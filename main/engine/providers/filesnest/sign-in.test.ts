import { describe, expect, it } from 'vitest';
import type { SignInGiven } from '../account.ts';
import { answer } from '../fixtures/scripted-http.ts';
import { filesnest } from './filesnest.ts';
import { broken, linesOf, said, scripted, settings, token, unauthorized } from './fixtures/scripted.ts';
import { signIn } from './sign-in.ts';

const server = { name: 'nest', address: 'https://nest.example', settings };
const redirect = 'http://127.0.0.1:7421/signed-in';
const step = (given: Partial<SignInGiven>, script: Parameters<typeof scripted>[0] = []) => {
  const ctx = scripted(script);
  return { step: signIn({ way: 'token', answers: {}, carry: {}, redirect, ...given }, server, ctx.http), ctx };
};
const paste = (text: unknown, script: Parameters<typeof scripted>[0] = []) =>
  step({ carry: { at: 'token' }, answers: { token: text as string } }, script);

describe('a token', () => {
  it.each(['token', 'password'] as const)('is asked for, and the browser is offered (%s)', async (way) => {
    expect(await step({ way }).step).toMatchObject({
      value: { ask: [{ key: 'token', type: 'token' }], ways: ['browser'] },
    });
  });

  it('that the server takes signs in, and is kept as it is; the account’s name is not known', async () => {
    const { step: end, ctx } = paste(` ${token}\n`, [said([])]);
    expect(await end).toEqual({ ok: true, value: { signedIn: { secret: token, settings } } });
    expect(ctx.asked[0]).toMatchObject({
      request: 'GET /files?limit=1',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(filesnest.refuseSecret(token)).toBeUndefined();
  });

  it.each(['filesnest://auth?token=7%7Csecret', 'http://127.0.0.1:7421/signed-in/x?token=7|secret'])(
    'is found in the address %s',
    async (address) => {
      expect(await paste(address, [said([])]).step).toMatchObject({ value: { signedIn: { secret: token } } });
    },
  );

  it('that the server refuses is asked for again', async () => {
    const again = { value: { ask: [{ key: 'token' }], notice: { code: 'token-wrong' } } };
    expect(await paste('9|bad', [unauthorized]).step).toMatchObject(again);
  });

  it.each(['', '  ', 'two words', 'a\nb', 'schlüssel', 'x'.repeat(5_000), 7, undefined])(
    'that could not be sent (%j) is asked for again without a request',
    async (text) => {
      const { step: end, ctx } = paste(text);
      expect(await end).toMatchObject({ value: { notice: { code: 'token-wrong' } } });
      expect(linesOf(ctx)).toEqual([]);
    },
  );

  it('that cannot be tried now is no wrong one', async () => {
    expect(await paste(token, [broken]).step).toEqual(broken);
    expect(await paste(token, [answer(200, '<html>')]).step).toMatchObject({
      failure: { problem: { code: 'not-this-server' } },
    });
    expect(filesnest.refuseSecret('two words')).toMatchObject({ code: 'password-unsendable' });
  });
});

describe('the browser', () => {
  it('is sent to the server’s page, which leads back below a nonce that is new each time', async () => {
    const nonces = new Set<string>();
    for (let n = 0; n < 3; n++) {
      const asked = await step({ way: 'browser' }).step;
      if (!asked.ok || !('ask' in asked.value) || asked.value.authorize === undefined) throw new Error('no page');
      const { authorize, ways } = asked.value;
      const nonce = 'nonce' in authorize ? authorize.nonce : '';
      const page = new URL(authorize.page);
      expect(page.origin + page.pathname).toBe('https://nest.example/login');
      expect(Object.fromEntries(page.searchParams)).toEqual({
        redirect: `${redirect}/${nonce}`,
        device_name: 'Stevedore',
      });
      expect(nonce).toMatch(/^[\w-]{43}$/);
      expect(ways).toEqual(['token']);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(3);
  });

  it('comes back with a token that is tried before it is kept', async () => {
    const given = { way: 'browser', carry: { at: 'browser' }, answers: { token } } as const;
    expect(await step(given, [said([])]).step).toMatchObject({ value: { signedIn: { secret: token } } });
    expect(await step(given, [unauthorized]).step).toMatchObject({ value: { notice: { code: 'token-wrong' } } });
  });
});
