import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ContractError,
  type CallInput,
  type Client,
  type RemoteShareView,
  type ShareView,
  type ServerView,
  type SignInView,
} from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { AccountServer, address, picture } from '../../test/fakes/account-server.ts';
import { openEngine, type Engine } from '../engine/engine.ts';
import { fail } from '../engine/outcome.ts';
import type { AnyProvider } from '../engine/providers/provider.ts';
import { Revocations } from '../engine/revoking.ts';
import { createVaults } from '../engine/vault/vaults.ts';
import { createApi, type Api } from './api.ts';

/** What the registry of these tests has: the server in memory of the present test. */
const known = vi.hoisted(() => new Map<string, unknown>());
vi.mock('../engine/providers/registry.ts', () => ({
  providers: known,
  providerOf: (kind: string) => known.get(kind),
}));

let folder: string;
let engine: Engine;
let api: Api;
let site: AccountServer;
let client: Pick<Client, 'call'>;
/** All that was answered, as it crosses a transport. */
let answered: string[];
let port: number;

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
};

const start = (): void => {
  const profile = join(folder, 'profile');
  const opened = openEngine(profile, createVaults(profile, { env: {} }), 'test');
  if (!opened.ok) throw new Error('not opened');
  engine = opened.value;
  api = createApi(engine, { version: 'test', profile, signInPort: port });
};
const stop = async (): Promise<void> => {
  api.close();
  await engine.close('now');
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-account-'));
  await mkdir(join(folder, 'profile'), { mode: 0o700 });
  site = new AccountServer();
  known.clear();
  known.set('account', site.provider() satisfies AnyProvider);
  answered = [];
  port = await freePort();
  start();
  client = {
    call: async (name, input) => {
      const reply = await api.answer(name, input);
      answered.push(JSON.stringify(reply));
      if (!reply.ok) throw new ContractError(reply.error);
      return reply.value as never;
    },
  };
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  // Whatever a test did: what signs in was in no answer.
  expect(answered.join('\n')).not.toMatch(/secret-(token|key)-|hunter2|a ticket of|a verifier/);
});

type Step = Extract<SignInView, { readonly ask: unknown }>;
const asked = (view: SignInView): Step => {
  if (!('ask' in view)) throw new Error('signed in already');
  return view;
};
const ended = (view: SignInView): ServerView => {
  if (!('server' in view)) throw new Error('not signed in yet');
  return view.server;
};
const signIn = (input: CallInput<'servers.signIn'>): Promise<SignInView> => client.call('servers.signIn', input);
const problemOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof ContractError ? error.problem.code : String(error)),
  );
const right = (): Record<string, string> => ({ email: site.account, password: site.password });
const added = async (): Promise<ServerView> => {
  const first = asked(await signIn({ address, vault: 'file' }));
  return ended(await signIn({ carry: first.carry, answers: right() }));
};
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
};
const stateOf = async (id: number): Promise<string> => (await client.call('transfers.get', { id })).transfer.state;
const file = async (name: string, size = 25): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, Buffer.alloc(size, 1));
  return path;
};
const vaultText = (): Promise<string> => readFile(join(folder, 'profile', 'secrets.json'), 'utf8');

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
    expect(first.ways).toEqual(['oauth', 'token']);
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
        conflict: ['ask', 'skip', 'rename', 'version'],
      },
    });
    expect(await vaultText()).toContain('secret-token-1');
    expect(await readFile(join(folder, 'profile', 'config.json'), 'utf8')).not.toContain('secret-');
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
    site.breaks = fail('retry', problem('connection-broken', { server: 'Site', reason: 'test' }));
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
    const first = asked(await signIn({ address, way: 'oauth', vault: 'file' }));
    expect(first.redirect).toBe(`http://127.0.0.1:${port}/signed-in`);
    return asked(await signIn({ carry: first.carry, answers: { id: 'app', 'app-secret': 'hunter2 of the app' } }));
  };
  const come = (query: string, more: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/signed-in?${query}`, more);

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
    expect(site.steps.filter((one) => one === 'oauth code')).toHaveLength(1);
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
    expect(await problemOf(typed('another'))).toBe('oauth-state');
    ended(await typed('state-of-this-one'));
    ended(await waiting);
    expect(site.steps.filter((one) => one === 'oauth code')).toHaveLength(1);
  });

  it('is told where the person, or the site, said no', async () => {
    const step = await authorizing();
    const waiting = problemOf(signIn({ carry: step.carry }));
    await come('error=access_denied&error_description=not+today&state=state-of-this-one');
    expect(await waiting).toBe('oauth-refused');
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
    expect(site.steps).not.toContain('oauth code');
  });

  it('says so where the port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect(await problemOf(authorizing())).toBe('oauth-port-taken');
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
  it('are kept while a transfer needs them, over a restart, and go with its end', async () => {
    await added();
    let arrived = 0;
    site.files.before = (phase) => {
      if (phase === 'send') arrived++;
      return phase === 'send' && arrived < 3
        ? { behaviour: 'attention', problem: problem('file-missing', { path: 'x' }) }
        : undefined;
    };
    const { added: ids } = await client.call('transfers.add', { paths: [await file('a'), await file('b')] });
    await client.call('queue.start', {});
    await until(async () => (await Promise.all(ids.map(stateOf))).every((state) => state === 'attention'));
    const keys = async (): Promise<readonly string[]> => ((await vaultText()).match(/secret-key-of-\w/g) ?? []).sort();
    expect(await keys()).toEqual(['secret-key-of-a', 'secret-key-of-b']);
    await stop();
    start();
    await client.call('queue.start', {});
    expect(await keys()).toEqual(['secret-key-of-a', 'secret-key-of-b']);
    await client.call('transfers.wish', { filter: { ids: [ids[0] ?? 0] }, wish: 'cancel' });
    await until(async () => (await keys()).length === 1);
    await client.call('transfers.wish', { filter: { ids: [ids[1] ?? 0] }, wish: 'retry' });
    await until(async () => (await stateOf(ids[1] ?? 0)) === 'done');
    await until(async () => (await keys()).length === 0);
    expect(await vaultText()).toContain('secret-token-1');
  });
});

describe('folders of an account', () => {
  it('are listed a page at a time, made, and told with the room that is left', async () => {
    const { id: serverId } = await added();
    const one = await client.call('folders.list', { serverId });
    expect(one).toMatchObject({ folders: [{ name: 'Films', path: '/Films' }], canWrite: true });
    const two = await client.call('folders.list', { serverId, after: one.next });
    expect([two.folders[0]?.name, two.next]).toEqual(['Music', undefined]);
    await client.call('folders.make', { serverId, path: '/Films/New' });
    expect(site.folders).toContain('/Films/New');
    expect(await client.call('folders.capacity', { serverId })).toEqual({ capacity: { total: 1000, used: 10 } });
    expect(await problemOf(client.call('folders.list', { serverId, path: 'Films' }))).toBe('input-invalid');
  });

  it('and policies and conflicts reach the transfer, and the folder is remembered', async () => {
    await added();
    const extra = { to: '/Films', policy: 'p1', conflict: 'rename', 'share-downloads': 3 };
    const { added: ids } = await client.call('transfers.add', { paths: [await file('a')], extra });
    expect(engine.store.transfers.get(ids[0] ?? 0)?.options.extra).toEqual(extra);
    expect((await client.call('servers.list', {}))[0]?.folder).toBe('/Films');
    for (const [wrong, code] of [
      [{ where: '/Films' }, 'option-unsupported'],
      [{ to: 'Films' }, 'option-invalid'],
      [{ conflict: 'burn' }, 'option-invalid'],
      [{ 'share-downloads': '3' }, 'option-invalid'],
      [{ policy: 'p 1' }, 'option-invalid'],
    ] as const)
      expect(await problemOf(client.call('transfers.add', { paths: [await file('a')], extra: wrong }))).toBe(code);
  });

  it('that was chosen last takes what is dropped, but nothing that a command line adds', async () => {
    await added();
    const add = async (name: string, more: Partial<CallInput<'transfers.add'>>) => {
      const { added: ids } = await client.call('transfers.add', { paths: [await file(name)], ...more });
      return (await client.call('transfers.get', { id: ids[0] ?? 0 })).transfer.to;
    };
    expect(await add('a', { drop: 'new' })).toBeUndefined();
    expect(await add('b', { drop: 'new', extra: { to: '/Films' } })).toBe('/Films');
    expect(await add('c', { drop: 'new', extra: { policy: 'p1' } })).toBe('/Films');
    expect(await add('d', {})).toBeUndefined();
    expect(await add('e', { drop: 'new', extra: { to: '/' } })).toBe('/');
    expect((await client.call('servers.list', {}))[0]?.folder).toBe('/');
  });

  it('where a name is taken wait for the person, whose answer is used', async () => {
    await added();
    site.files.before = (phase, name) =>
      phase === 'open' && engine.store.transfers.get(1)?.options.extra?.['conflict'] !== 'version'
        ? { behaviour: 'attention', problem: problem('file-missing', { path: name }) }
        : undefined;
    const { added: ids } = await client.call('transfers.add', { paths: [await file('a')], extra: { conflict: 'ask' } });
    expect((await client.call('transfers.decide', { ids: [...ids], conflict: 'version' })).refused).toHaveLength(1);
    await client.call('queue.start', {});
    await until(async () => (await stateOf(ids[0] ?? 0)) === 'attention');
    expect((await client.call('transfers.decide', { ids: [...ids], conflict: 'version' })).changed).toEqual(ids);
    await until(async () => (await stateOf(ids[0] ?? 0)) === 'done');
    site.files.before = (phase, name) =>
      phase === 'open' ? { behaviour: 'attention', problem: problem('file-missing', { path: name }) } : undefined;
    const { added: other } = await client.call('transfers.add', { paths: [await file('b')] });
    await until(async () => (await stateOf(other[0] ?? 0)) === 'attention');
    expect((await client.call('transfers.decide', { ids: [...other], conflict: 'skip' })).changed).toEqual(other);
    await until(async () => (await stateOf(other[0] ?? 0)) === 'cancelled');
  });

  it('are left out by an answer as by a wish before, and can be stored otherwise after both', async () => {
    await added();
    const wished = (name: string): unknown =>
      engine.store.transfers.page({ search: name }, 'newest', { limit: 1 }).rows[0]?.options.extra?.['conflict'];
    site.files.before = (phase, name) => {
      if (phase !== 'open' || wished(name) === 'version') return undefined;
      const about = { server: 'account', name };
      return wished(name) === 'skip'
        ? { behaviour: 'left-out', problem: problem('name-skipped', about) }
        : { behaviour: 'attention', problem: problem('name-exists', about) };
    };
    const add = async (name: string, conflict: string): Promise<number> =>
      (await client.call('transfers.add', { paths: [await file(name)], extra: { conflict }, drop: 'new' })).added[0] ??
      0;
    const ids = [await add('before', 'skip'), await add('later', 'ask')];
    await client.call('queue.start', {});
    await until(async () => (await stateOf(ids[0] ?? 0)) === 'cancelled');
    await until(async () => (await stateOf(ids[1] ?? 0)) === 'attention');
    await client.call('transfers.decide', { ids: ids.slice(1), conflict: 'skip' });
    await until(async () => (await stateOf(ids[1] ?? 0)) === 'cancelled');
    const { rows } = await client.call('transfers.list', { filter: { ids } });
    expect(rows.map(({ state, problem: why }) => [state, why?.code])).toEqual([
      ['cancelled', 'name-skipped'],
      ['cancelled', 'name-skipped'],
    ]);
    const { rows: history } = await client.call('history.list', { ending: 'cancelled', limit: 10 });
    expect(history.map((row) => row.problem?.message)).toEqual(rows.map((row) => row.problem?.message).reverse());
    const { rows: drops } = await client.call('drops.ready', {});
    expect(drops.map(({ done, leftOut }) => [done, leftOut])).toEqual([
      [0, ['before']],
      [0, ['later']],
    ]);
    expect((await client.call('transfers.decide', { ids, conflict: 'skip' })).refused).toHaveLength(2);
    expect((await client.call('transfers.decide', { ids, conflict: 'version' })).changed).toEqual(ids);
    for (const id of ids) await until(async () => (await stateOf(id)) === 'done');
  });
});

describe('shares of an account', () => {
  it('are made, listed a page at a time, changed where it was said, and revoked', async () => {
    const { id: serverId } = await added();
    const make = async (path: string): Promise<string> =>
      (await client.call('shares.create', { serverId, path, terms: { expirySeconds: 60, downloads: 2 } })).share.id;
    await make('/a');
    await make('/b');
    await make('/c');
    const page = await client.call('shares.remote', { serverId });
    expect(page.rows.map(({ name }) => name)).toEqual(['c', 'b']);
    const rest = await client.call('shares.remote', { serverId, after: page.next });
    const [last] = rest.rows;
    if (last === undefined) throw new Error('no share');
    expect(last).toMatchObject({ name: 'a', downloads: { left: 2 }, expiresAt: 61_000 });
    const { share } = await client.call('shares.edit', { serverId, share: last, terms: { expirySeconds: null } });
    expect(share.expiresAt).toBeUndefined();
    expect(share.downloads).toEqual({ left: 2, counted: 0 });
    expect(await client.call('shares.revokeRemote', { serverId, ids: [last.id] })).toEqual({
      revoked: [last.id],
      refused: [],
    });
    expect([...site.shared.keys()]).not.toContain(last.id);
    const none = { serverId, share: last, terms: { downloads: 0 } };
    expect(await problemOf(client.call('shares.edit', none))).toBe('input-invalid');
  });

  it('that an upload made are revoked without a delete key', async () => {
    const { id: serverId } = await added();
    const row = { transferId: undefined, serverId, name: 'a', size: 1, isGroup: false, createdAt: 1 };
    const id = engine.store.shares.add({ ...row, key: 's9', state: 'live' });
    expect((await client.call('shares.list', {})).rows).toMatchObject([{ key: 's9', canRevoke: true }]);
    expect(await client.call('shares.revoke', { ids: [id] })).toEqual({ revoked: [id], refused: [] });
  });
});

describe('a share of the account that was made here', () => {
  const here = async (): Promise<readonly ShareView[]> => (await client.call('shares.list', {})).rows;
  const open = async () => (await here()).filter(({ state }) => state === 'live');

  it('is one share in both lists: changed and revoked in one, it is in the other', async () => {
    const { id: serverId } = await added();
    const { share } = await client.call('shares.create', { serverId, path: '/Films/a', terms: { expirySeconds: 60 } });
    expect(await open()).toMatchObject([{ key: share.id, link: share.link, name: 'a', expiresAt: 61_000 }]);
    await client.call('shares.edit', { serverId, share, terms: { expirySeconds: null } });
    const [row] = await open();
    expect(row).toMatchObject({ key: share.id });
    expect(row).not.toHaveProperty('expiresAt');
    await client.call('shares.revokeRemote', { serverId, ids: [share.id] });
    expect(await here()).toMatchObject([{ key: share.id, state: 'revoked' }]);
    const second = await client.call('shares.create', { serverId, path: '/Films/b' });
    await client.call('shares.revoke', { ids: (await open()).map(({ id }) => id) });
    const { rows } = await client.call('shares.remote', { serverId });
    expect(rows.map(({ id }) => id)).not.toContain(second.share.id);
  });

  it('knows its path, which the list of the account does not tell, so that it can be revived', async () => {
    const { id: serverId } = await added();
    const { share } = await client.call('shares.create', { serverId, path: '/Films/a' });
    const [there] = site.shared.values();
    if (there === undefined) throw new Error('no share');
    const { path, ...told } = there;
    expect(path).toBe('/Films/a');
    site.shared.set(share.id, told);
    expect((await client.call('shares.remote', { serverId })).rows[0]?.path).toBe('/Films/a');
    const edited = await client.call('shares.edit', { serverId, share: told, terms: { expirySeconds: 60 } });
    expect(edited.share.path).toBe('/Films/a');
  });

  it('is gone here when the account has it no more, and only then', async () => {
    const { id: serverId } = await added();
    const make = async (name: string): Promise<RemoteShareView> =>
      (await client.call('shares.create', { serverId, path: `/${name}` })).share;
    const [first, second, third] = [await make('a'), await make('b'), await make('c')];
    // Two fit on a page: what is not on the first may be on the next.
    await client.call('shares.remote', { serverId });
    expect(await open()).toHaveLength(3);
    const kept = site.shared.get(first.id);
    site.shared.delete(third.id);
    site.shared.delete(first.id);
    await client.call('shares.remote', { serverId });
    expect((await open()).map(({ key }) => key)).toEqual([second.id]);
    if (kept !== undefined) site.shared.set(first.id, kept);
    await client.call('shares.remote', { serverId });
    expect((await open()).map(({ key }) => key)).toEqual([second.id, first.id]);
  });

  it('stays where its kind of link is on no list of the account', async () => {
    const { id: serverId } = await added();
    const row = { transferId: undefined, serverId, name: 'a', size: 1, isGroup: false, createdAt: 1 };
    engine.store.shares.add({ ...row, key: 'direct/9', state: 'live' });
    await client.call('shares.remote', { serverId });
    expect(await open()).toMatchObject([{ key: 'direct/9', canEdit: false, canRevoke: true }]);
  });

  it('can be of what an upload stored, and is then its link', async () => {
    const { id: serverId } = await added();
    const { added: ids } = await client.call('transfers.add', { paths: [await file('a')] });
    const [transferId = 0] = ids;
    expect(await problemOf(client.call('shares.create', { transferId }))).toBe('share-path-unknown');
    const proof = { by: 'server-status', detail: 'there', path: '/Films/a' };
    engine.store.transfers.end(transferId, 'done', 2_000, 'mine', { proof });
    const { share } = await client.call('shares.create', { transferId, terms: { downloads: 1 } });
    expect(share).toMatchObject({ path: '/Films/a', downloads: { left: 1 } });
    expect(await open()).toMatchObject([{ serverId, transferId, key: share.id }]);
    expect((await client.call('transfers.get', { id: transferId })).transfer.share).toMatchObject({ link: share.link });
    await client.call('shares.edit', { serverId, share, terms: { expirySeconds: 60 } });
    const shown = (await client.call('transfers.get', { id: transferId })).transfer.share;
    expect(shown).toMatchObject({ link: share.link, expiresAt: 61_000 });
  });

  it('whose revocation is not answered is asked for again', async () => {
    const { id: serverId } = await added();
    const { share } = await client.call('shares.create', { serverId, path: '/a' });
    site.refusesRevoke = fail('retry', problem('no-network'));
    expect((await client.call('shares.revokeRemote', { serverId, ids: [share.id] })).refused).toHaveLength(1);
    expect(await here()).toMatchObject([{ state: 'revoking' }]);
    const revocations = new Revocations(engine, { first: 1, longest: 4 });
    await revocations.settle();
    await revocations.settle();
    expect(await here()).toMatchObject([{ state: 'revoking' }]);
    site.refusesRevoke = undefined;
    await expect.poll(here).toMatchObject([{ state: 'revoked' }]);
    revocations.close();
  });

  it('whose revocation the server refuses stays live, and is not asked for again', async () => {
    const { id: serverId } = await added();
    const { share } = await client.call('shares.create', { serverId, path: '/a' });
    site.refusesRevoke = fail('fatal', problem('no-permission', { server: 'mine', name: '' }));
    await client.call('shares.revokeRemote', { serverId, ids: [share.id] });
    expect(await here()).toMatchObject([{ state: 'live' }]);
  });
});

describe('what broken uploads left', () => {
  it('is shown without what is under way here, and cleaned after another look', async () => {
    const { id: serverId } = await added();
    site.files.before = (phase) =>
      phase === 'send' ? { behaviour: 'attention', problem: problem('file-missing', { path: 'x' }) } : undefined;
    const { added: ids } = await client.call('transfers.add', { paths: [await file('mine')] });
    await client.call('queue.start', {});
    await until(async () => (await stateOf(ids[0] ?? 0)) === 'attention');
    const left = { path: '/x', size: 5, kind: 'placeholder' } as const;
    site.leftovers = [
      { ...left, id: 'mine-0', name: 'mine' },
      { ...left, id: 'old', name: 'x' },
      { ...left, id: 'kept', name: 'y', kind: 'ghost' },
    ];
    const { rows } = await client.call('leftovers.list', { serverId });
    expect(rows.map(({ id }) => id)).toEqual(['old', 'kept']);
    expect(await client.call('leftovers.clean', { serverId, ids: ['old', 'mine-0', 'gone'] })).toEqual({
      cleaned: ['old'],
      refused: [],
    });
    expect(site.leftovers.map(({ id }) => id)).toEqual(['mine-0', 'kept']);
  });
});

it('a server without accounts refuses what needs one, in words', async () => {
  const { id: serverId } = await added();
  const plain = site.files.port();
  if (!plain.ok) throw new Error('no provider');
  known.set('account', { ...plain.value.provider, kind: 'account' });
  engine.servers.refresh(serverId);
  const calls = [
    () => signIn({ serverId }),
    () => client.call('servers.signOut', { id: serverId }),
    () => client.call('folders.list', { serverId }),
    () => client.call('shares.remote', { serverId }),
    () => client.call('shares.create', { serverId, path: '/a' }),
    () => client.call('leftovers.list', { serverId }),
  ];
  for (const call of calls) expect(await problemOf(call())).toBe('option-unsupported');
  const { refused } = await client.call('shares.revokeRemote', { serverId, ids: ['a'] });
  expect(refused).toMatchObject([{ id: 'a', problem: { code: 'option-unsupported' } }]);
});
