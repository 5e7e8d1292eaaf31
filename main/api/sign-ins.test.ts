import { createServer, Server } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SignInView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { asSaid } from '../../preload/problems/reasons.ts';
import {
  added,
  asked,
  client,
  ended,
  engine,
  file,
  known,
  port,
  prepareAccounts,
  problemOf,
  right,
  settingsText,
  signIn,
  site,
  start,
  stateOf,
  type Step,
  stop,
  until,
  vaultText,
} from '../../test/fakes/account-bench.ts';
import { address, picture } from '../../test/fakes/account-server.ts';
import { fail } from '../engine/outcome.ts';
import type { AnyProvider } from '../engine/providers/provider.ts';

prepareAccounts();

describe('signing in', () => {
  it('goes step by step, tells what was wrong, and saves the server at the end', async () => {
    site.captcha = 'xyz';
    site.otp = '123456';
    const first = asked(await signIn({ address, name: 'mine', vault: 'file' }));
    expect(first.ask.map(({ key, type }) => [key, type])).toEqual([
      ['email', 'email'],
      ['password', 'password'],
      ['captcha', 'image-text'],
    ]);
    expect(first.ask[2]?.image).toBe(picture);
    expect(first.ways).toEqual(['browser', 'token']);
    const again = asked(await signIn({ carry: first.carry, answers: { ...right(), captcha: 'abc' } }));
    expect(again.notice).toMatchObject({ code: 'password-wrong' });
    const second = asked(await signIn({ carry: again.carry, answers: { ...right(), captcha: 'xyz' } }));
    expect(second.ask).toMatchObject([{ type: 'otp' }]);
    expect(await client.call('servers.list', {})).toEqual([]);
    const server = ended(await signIn({ carry: second.carry, answers: { otp: '123456' } }));
    expect(server).toMatchObject({
      name: 'mine',
      account: site.account,
      vault: 'file',
      isDefault: true,
      capabilities: {
        signIn: 'steps',
        folders: true,
        listShares: true,
        revokeKeepsFile: true,
        revokeNeedsKey: false,
        conflict: ['ask', 'skip', 'rename', 'version'],
      },
    });
    expect(await vaultText()).toContain('secret-token-1');
    expect(await settingsText()).not.toContain('secret-');
  });

  it('takes a step once, however often its answer is asked for', async () => {
    site.otp = '1';
    const first = asked(await signIn({ address, vault: 'file' }));
    const both = await Promise.all([
      signIn({ carry: first.carry, answers: right() }),
      signIn({ carry: first.carry, answers: right() }),
    ]);
    expect(both[0]).toEqual(both[1]);
    const second = asked(both[0]);
    const server = ended(await signIn({ carry: second.carry, answers: { otp: '1' } }));
    expect(ended(await signIn({ carry: second.carry, answers: { otp: '1' } })).id).toBe(server.id);
    expect(site.steps).toEqual(['password', 'password email password', 'password otp']);
    expect(await client.call('servers.list', {})).toHaveLength(1);
  });

  it('is begun only where it is said where to keep what signs in, and that place can keep what is renewed', async () => {
    expect(await problemOf(signIn({ address }))).toBe('vault-unchosen');
    expect(await problemOf(signIn({ address, vault: 'none' }))).toBe('vault-unchosen');
    expect(await problemOf(signIn({ address, vault: 'env' }))).toBe('vault-keeps-nothing');
    expect(await problemOf(signIn({ address, vault: 'app' }))).toBe('secret-in-app');
    expect(site.steps).toEqual([]);
  });

  it('may be answered again where only the way to the server failed', async () => {
    const first = asked(await signIn({ address, vault: 'file' }));
    site.breaks = fail('retry', problem('connection-broken', { server: 'Site', reason: asSaid('test') }));
    expect(await problemOf(signIn({ carry: first.carry, answers: right() }))).toBe('connection-broken');
    ended(await signIn({ carry: first.carry, answers: right() }));
  });

  it('is over once it failed for good, and where nobody knows of it', async () => {
    const first = asked(await signIn({ address, vault: 'file' }));
    site.breaks = fail('attention', problem('password-wrong', { server: 'Site' }));
    expect(await problemOf(signIn({ carry: first.carry, answers: right() }))).toBe('password-wrong');
    expect(await problemOf(signIn({ carry: first.carry, answers: right() }))).toBe('sign-in-over');
    expect(await problemOf(signIn({ carry: 'made up', answers: {} }))).toBe('sign-in-over');
    expect(await client.call('servers.list', {})).toEqual([]);
  });

  it('is what adding such a server asks for, and a password cannot be set for one', async () => {
    expect(await problemOf(client.call('servers.add', { address, secret: 'x', vault: 'file' }))).toBe('sign-in-asked');
    const { id } = await added();
    expect(await problemOf(client.call('servers.update', { id, secret: 'x' }))).toBe('sign-in-asked');
  });

  it('saves nothing once it was given up, even of what is under way', async () => {
    const first = asked(await signIn({ address, vault: 'file' }));
    await client.call('servers.endSignIn', { carry: first.carry });
    expect(await problemOf(signIn({ carry: first.carry, answers: right() }))).toBe('sign-in-over');
    const provider = site.provider();
    const checking = Promise.withResolvers<undefined>();
    const goOn = Promise.withResolvers<undefined>();
    known.set('account', {
      ...provider,
      check: async (ctx) => {
        checking.resolve(undefined);
        await goOn.promise;
        return await provider.check(ctx);
      },
    } satisfies AnyProvider);
    const second = asked(await signIn({ address, vault: 'file' }));
    const last = problemOf(signIn({ carry: second.carry, answers: right() }));
    await checking.promise;
    await client.call('servers.endSignIn', { carry: second.carry });
    await client.call('servers.endSignIn', { carry: second.carry });
    goOn.resolve(undefined);
    expect(await last).toBe('sign-in-over');
    expect(await client.call('servers.list', {})).toEqual([]);
  });

  it('saves nothing where it was given up while the place for what signs in was asked for', async () => {
    const first = asked(await signIn({ address, vault: 'file' }));
    const keep = engine.vaults.keep.bind(engine.vaults);
    vi.spyOn(engine.vaults, 'keep').mockImplementationOnce(async (server, secret) => {
      const kept = await keep(server, secret);
      await client.call('servers.endSignIn', { carry: first.carry });
      return kept;
    });
    expect(await problemOf(signIn({ carry: first.carry, answers: right() }))).toBe('sign-in-over');
    expect(await client.call('servers.list', {})).toEqual([]);
    expect(await vaultText()).not.toContain('secret-token-');
  });

  it('by a pasted token asks for nothing else', async () => {
    const token = site.token();
    const first = asked(await signIn({ address, way: 'token', vault: 'file' }));
    expect(asked(await signIn({ carry: first.carry, answers: { token: 'x' } })).notice?.code).toBe('password-wrong');
    const again = asked(await signIn({ address, way: 'token', vault: 'file' }));
    ended(await signIn({ carry: again.carry, answers: { token } }));
    expect(await vaultText()).toContain(token);
  });

  it('keeps what was renewed while the server was tried', async () => {
    const provider = site.provider();
    const renewing: AnyProvider = {
      ...provider,
      check: async (ctx) => {
        await ctx.keepSecret(site.token());
        return await provider.check(ctx);
      },
    };
    known.set('account', renewing);
    await added();
    expect(await vaultText()).toContain('secret-token-2');
    expect(await vaultText()).not.toContain('secret-token-1');
  });
});

describe('agreeing in a browser', () => {
  const authorizing = async (): Promise<Step> => {
    site.state = 'state-of-this-one';
    site.codes.add('good-code');
    const first = asked(await signIn({ address, way: 'browser', vault: 'file' }));
    expect(first.redirect).toBe(`http://127.0.0.1:${port}/signed-in`);
    return asked(await signIn({ carry: first.carry, answers: { id: 'app', 'app-secret': 'hunter2 of the app' } }));
  };
  const come = (query: string, more: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/signed-in?${query}`, more);

  it('is also begun under its older name, oauth', async () => {
    const first = asked(await signIn({ address, way: 'oauth', vault: 'file' }));
    expect([first.redirect, first.ways]).toEqual([`http://127.0.0.1:${port}/signed-in`, ['password', 'token']]);
  });

  it('comes back on loopback once, with the state that was given, and uses the code once', async () => {
    const step = await authorizing();
    expect(step.authorize?.page).toBe(`${address}/authorize?state=state-of-this-one`);
    const waiting = signIn({ carry: step.carry });
    expect((await come('code=good-code&state=another')).status).toBe(400);
    expect((await fetch(`http://127.0.0.1:${port}/else?code=good-code&state=state-of-this-one`)).status).toBe(404);
    const last = await come('code=good-code&state=state-of-this-one');
    expect([last.status, last.headers.get('content-security-policy')]).toEqual([
      200,
      "default-src 'none'; frame-ancestors 'none'",
    ]);
    const server = ended(await waiting);
    expect(ended(await signIn({ carry: step.carry })).id).toBe(server.id);
    expect(site.steps.filter((one) => one === 'browser code')).toHaveLength(1);
    await expect(come('code=good-code&state=state-of-this-one')).rejects.toThrow();
  });

  it('takes the address by hand, where the browser is on another machine', async () => {
    const step = await authorizing();
    const waiting = signIn({ carry: step.carry });
    const typed = (state: string): Promise<SignInView> =>
      signIn({
        carry: step.carry,
        answers: { redirected: `http://127.0.0.1:7421/signed-in?code=good-code&state=${state}` },
      });
    expect(await problemOf(typed('another'))).toBe('sign-in-mismatch');
    ended(await typed('state-of-this-one'));
    ended(await waiting);
    expect(site.steps.filter((one) => one === 'browser code')).toHaveLength(1);
  });

  it('brings a token to a path that only this sign-in knows, where the server sends no state back', async () => {
    site.nonce = 'nonce-of-this-one';
    const step = await authorizing();
    const waiting = signIn({ carry: step.carry });
    const to = (path: string, more: RequestInit = {}): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/signed-in${path}token=good-code`, more);
    // Another page of the browser knows neither the nonce, nor may it ask otherwise, nor read an answer.
    expect((await to('?')).status).toBe(404);
    expect((await to('/?')).status).toBe(400);
    expect((await to('/nonce-of-this-two?')).status).toBe(400);
    expect((await to('/nonce-of-this-one/more?')).status).toBe(400);
    for (const method of ['POST', 'OPTIONS', 'PUT'])
      expect((await to('/nonce-of-this-one?', { method })).status).toBe(404);
    const last = await to('/nonce-of-this-one?', { headers: { origin: 'https://elsewhere.example' } });
    expect([last.status, last.headers.get('access-control-allow-origin')]).toEqual([200, null]);
    ended(await waiting);
    expect(site.steps.filter((one) => one === 'browser token')).toHaveLength(1);
    await expect(to('/nonce-of-this-one?')).rejects.toThrow();
  });

  it('takes the address with the nonce by hand, and no other', async () => {
    site.nonce = 'nonce-of-this-one';
    const step = await authorizing();
    const waiting = signIn({ carry: step.carry });
    const typed = (path: string): Promise<SignInView> =>
      signIn({
        carry: step.carry,
        answers: { redirected: `http://127.0.0.1:7421/signed-in${path}?token=good-code&state=nonce-of-this-one` },
      });
    expect(await problemOf(typed(''))).toBe('sign-in-mismatch');
    ended(await typed('/nonce-of-this-one'));
    ended(await waiting);
  });

  it('is not listened to with a state or nonce that could be guessed', async () => {
    site.nonce = 'short';
    expect(await problemOf(authorizing())).toBe('internal');
    await expect(fetch(`http://127.0.0.1:${port}/signed-in/short?token=good-code`)).rejects.toThrow();
  });

  it('is told where the person, or the site, said no', async () => {
    const step = await authorizing();
    const waiting = problemOf(signIn({ carry: step.carry }));
    await come('error=access_denied&error_description=not+today&state=state-of-this-one');
    expect(await waiting).toBe('sign-in-refused');
    expect(await problemOf(signIn({ carry: step.carry }))).toBe('sign-in-over');
  });

  it('waits for the sign-in that was begun last', async () => {
    const given = await authorizing();
    const last = await authorizing();
    expect(await problemOf(signIn({ carry: given.carry }))).toBe('sign-in-over');
    const waiting = signIn({ carry: last.carry });
    await come('code=good-code&state=state-of-this-one');
    ended(await waiting);
  });

  it('listens no longer where it was given up', async () => {
    const step = await authorizing();
    await client.call('servers.endSignIn', { carry: step.carry });
    await expect(come('code=good-code&state=state-of-this-one')).rejects.toThrow();
    expect(site.steps).not.toContain('browser code');
  });

  it('listens no longer where it was given up in the moment that it began to', async () => {
    site.state = 'state-of-this-one';
    const first = asked(await signIn({ address, way: 'browser', vault: 'file' }));
    const spy = vi.spyOn(Server.prototype, 'listen').mockImplementationOnce(function (this: Server, ...given) {
      this.once('listening', () => void client.call('servers.endSignIn', { carry: first.carry }));
      spy.mockRestore();
      return this.listen(...given);
    });
    onTestFinished(() => spy.mockRestore());
    const answers = { id: 'app', 'app-secret': 'hunter2 of the app' };
    expect(await problemOf(signIn({ carry: first.carry, answers }))).toBe('sign-in-over');
    await expect(come('code=good-code&state=state-of-this-one')).rejects.toThrow();
    asked(await authorizing());
  });

  it('says so where the port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect(await problemOf(authorizing())).toBe('sign-in-port-taken');
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('a sign-in that ended', () => {
  it('lets all transfers of the server wait for the person, and the next one lets them go on', async () => {
    const { id: serverId } = await added();
    await client.call('settings.set', { atOnce: 1 });
    site.tokens.clear();
    const paths = await Promise.all(['a', 'b', 'c'].map((name) => file(name)));
    const { added: ids } = await client.call('transfers.add', { paths });
    await client.call('queue.start', {});
    await until(async () => (await Promise.all(ids.map(stateOf))).every((state) => state === 'attention'));
    const { transfer } = await client.call('transfers.get', { id: ids[2] ?? 0 });
    expect(transfer.problem).toMatchObject({ code: 'signed-out', action: 'sign-in' });
    // One asked; the others did not.
    expect(site.files.calls).toEqual([]);
    const step = asked(await signIn({ serverId }));
    ended(await signIn({ carry: step.carry, answers: right() }));
    await until(async () => (await Promise.all(ids.map(stateOf))).every((state) => state === 'done'));
  });

  it('is not renewed by another account', async () => {
    const { id: serverId } = await added();
    Object.assign(site, { account: 'other@example.org' });
    const step = asked(await signIn({ serverId }));
    expect(await problemOf(signIn({ carry: step.carry, answers: right() }))).toBe('account-other');
    expect(await vaultText()).toContain('secret-token-1');
  });

  it('changes nothing else of the server that was changed, or removed, meanwhile', async () => {
    const { id: serverId } = await added();
    const keep = engine.vaults.keep.bind(engine.vaults);
    const keeping = vi.spyOn(engine.vaults, 'keep');
    const meanwhile = (work: () => Promise<unknown>): void => {
      keeping.mockImplementationOnce(async (server, secret) => {
        await work();
        return await keep(server, secret);
      });
    };
    meanwhile(() => client.call('servers.update', { id: serverId, name: 'renamed' }));
    const step = asked(await signIn({ serverId }));
    expect(ended(await signIn({ carry: step.carry, answers: right() })).name).toBe('renamed');
    meanwhile(() => client.call('servers.remove', { id: serverId }));
    const last = asked(await signIn({ serverId }));
    expect(await problemOf(signIn({ carry: last.carry, answers: right() }))).toBe('server-unknown');
    expect(await client.call('servers.list', {})).toEqual([]);
    expect(await vaultText()).not.toContain('secret-token-');
  });

  it('by signing out is forgotten there and here, and the vault is chosen anew', async () => {
    const { id: serverId } = await added();
    const { server, notices } = await client.call('servers.signOut', { id: serverId });
    expect(server).toMatchObject({ vault: 'none', account: site.account });
    expect(notices).toEqual([]);
    expect(site.tokens.size).toBe(0);
    expect(await vaultText()).not.toContain('secret-');
    expect(await problemOf(client.call('folders.list', { serverId }))).toBe('signed-out');
    expect(await problemOf(signIn({ serverId }))).toBe('vault-unchosen');
    const step = asked(await signIn({ serverId, vault: 'file' }));
    ended(await signIn({ carry: step.carry, answers: right() }));
    expect((await client.call('folders.list', { serverId })).folders).toHaveLength(1);
  });
});

describe('secrets of single uploads', () => {
  it('are kept while a transfer needs them, over a restart and signing out, and go with its end', async () => {
    const { id: serverId } = await added();
    const held = { behaviour: 'attention', problem: problem('file-missing', { path: 'x' }) } as const;
    site.files.before = (phase) => (phase === 'send' ? held : undefined);
    const { added: ids } = await client.call('transfers.add', { paths: [await file('a'), await file('b')] });
    await client.call('queue.start', {});
    await until(async () => (await Promise.all(ids.map(stateOf))).every((state) => state === 'attention'));
    const keys = async (): Promise<readonly string[]> => ((await vaultText()).match(/secret-key-of-\w/g) ?? []).sort();
    expect(await keys()).toEqual(['secret-key-of-a', 'secret-key-of-b']);
    await stop();
    start();
    await client.call('queue.start', {});
    expect(await keys()).toEqual(['secret-key-of-a', 'secret-key-of-b']);
    await client.call('servers.signOut', { id: serverId });
    expect(await vaultText()).not.toContain('secret-token-');
    expect(await keys()).toEqual(['secret-key-of-a', 'secret-key-of-b']);
    site.files.before = (phase) => (phase === 'send' ? held : undefined);
    const step = asked(await signIn({ serverId, vault: 'file' }));
    ended(await signIn({ carry: step.carry, answers: right() }));
    await until(async () => (await Promise.all(ids.map(stateOf))).every((state) => state === 'attention'));
    await client.call('transfers.wish', { filter: { ids: [ids[0] ?? 0] }, wish: 'cancel' });
    await until(async () => (await keys()).length === 1);
    site.files.before = () => undefined;
    await client.call('transfers.wish', { filter: { ids: [ids[1] ?? 0] }, wish: 'retry' });
    await until(async () => (await stateOf(ids[1] ?? 0)) === 'done');
    await until(async () => (await keys()).length === 0);
    expect(await vaultText()).toContain('secret-token-2');
  });
});
