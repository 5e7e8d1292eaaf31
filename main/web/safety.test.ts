import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContractError } from '../../preload/contract.ts';
import { askRunning } from './control.ts';
import { endSignIns } from './host.ts';
import { listenFrom } from './listener.ts';
import { keepPassword } from './password.ts';
import { ask, errorOf, json, TestWindow, until } from './test-window.ts';

let window: TestWindow;
beforeEach(async () => {
  window = await TestWindow.create();
});
afterEach(() => window.remove());

const script = '/assets/index-Ab12_-Cd.js';

describe('what comes from elsewhere is refused', () => {
  it('serves the window and nothing else to who is not signed in', async () => {
    await window.start();
    const { port } = window;
    expect((await ask(port, '/')).status).toBe(200);
    expect(json(await ask(port, '/sign-in'))).toEqual({ signedIn: false, password: false });
    const answer = await window.post('/inbox', { items: [], options: {} });
    expect([answer.status, errorOf(answer)]).toEqual([401, 'sign-in-needed']);
    expect((await ask(port, '/inbox/x/0/0', { method: 'PUT', body: 'x' })).status).toBe(401);
    expect(await window.socket('')).toBe(401);
    expect(await window.socket('stevedore-000000000000=guessed')).toBe(401);
  });

  it.each([
    ['another name that leads here', { host: 'evil.example:PORT', origin: 'http://evil.example:PORT' }],
    ['the right name with another port', { host: '127.0.0.1:1', origin: 'http://127.0.0.1:1' }],
    ['no name', { host: undefined }],
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page of another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { origin: 'null' }],
    ['a page by the other name of this machine', { origin: 'http://localhost:PORT' }],
    ['who does not say where it comes from', { origin: undefined }],
    ['what a browser says is cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['what a browser says is another port', { 'sec-fetch-site': 'same-site' }],
  ])('%s: a signed-in browser does nothing for it, by request or by socket', async (_, given) => {
    await window.start();
    const cookie = await window.signIn();
    const headers = Object.fromEntries(
      Object.entries({ cookie, ...given }).map(([name, value]) => [name, value?.replace('PORT', String(window.port))]),
    );
    for (const path of ['/inbox', '/sign-in']) {
      const answer = await window.post(path, { secret: window.secret() }, { headers });
      // Node itself refuses a request that names no host.
      expect([400, 403]).toContain(answer.status);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    const deleted = await ask(window.port, '/sign-in', { method: 'DELETE', headers });
    expect([400, 403]).toContain(deleted.status);
    const present = Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined);
    if (present.length === Object.keys(headers).length)
      expect(await window.socket(cookie, Object.fromEntries(present))).toBe(403);
    expect(json(await ask(window.port, '/sign-in', { headers: { cookie } }))).toMatchObject({ signedIn: true });
  });

  it('a page elsewhere cannot read the window by its script, but a link to it can be followed', async () => {
    await window.start();
    const cross = { 'sec-fetch-site': 'cross-site' };
    expect((await ask(window.port, script, { headers: cross })).status).toBe(403);
    expect((await ask(window.port, '/', { headers: { ...cross, 'sec-fetch-mode': 'no-cors' } })).status).toBe(403);
    const followed = { ...cross, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await ask(window.port, '/', { headers: followed })).status).toBe(200);
    const framed = { ...cross, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
    expect((await ask(window.port, '/', { headers: framed })).status).toBe(403);
  });

  it('says so, a line each, at most ten in ten seconds, without anything secret', async () => {
    await window.start();
    const cookie = await window.signIn();
    const secret = window.secret();
    for (let n = 0; n < 30; n++)
      await window.post(`/sign-in?${secret}`, { secret }, { headers: { cookie, origin: 'https://evil.example' } });
    expect(window.lines).toHaveLength(10);
    window.time += 11_000;
    await window.post('/sign-in', { secret: 'a-wrong-one' });
    expect(window.lines.slice(10)).toEqual(['20 more refused', expect.stringContaining('the link was used')]);
    const said = window.lines.join('\n');
    for (const hidden of [secret, cookie.split('=')[1] ?? '', 'a-wrong-one', 'evil.example'])
      expect(said).not.toContain(hidden);
    for (const line of window.lines) expect(line).not.toContain('\n');
  });
});

describe('signing in', () => {
  it('by a link works once, and sets a cookie that scripts and other sites cannot use', async () => {
    await window.start();
    const secret = window.secret();
    const first = await window.post('/sign-in', { secret });
    expect(first.status).toBe(204);
    const [cookie = ''] = first.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^stevedore-[0-9a-f]{12}=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    const second = await window.post('/sign-in', { secret });
    expect([second.status, errorOf(second)]).toEqual([401, 'link-over']);
    expect(second.headers['set-cookie']).toBeUndefined();
  });

  it('by a link that is older than 15 minutes is refused', async () => {
    await window.start();
    const secret = window.secret();
    window.time += 15 * 60_000 + 1;
    expect(errorOf(await window.post('/sign-in', { secret }))).toBe('link-over');
  });

  it('outlives a restart, and keeps nothing that could be used by who reads it', async () => {
    await window.start();
    const cookie = await window.signIn();
    const secret = window.secret();
    const kept = await window.readProfile('sign-ins.json');
    expect(kept).not.toContain(cookie.split('=')[1]);
    expect(kept).not.toContain(secret);
    expect((await stat(`${window.profile}/sign-ins.json`)).mode & 0o777).toBe(0o600);
    expect((await stat(`${window.profile}/web.json`)).mode & 0o777).toBe(0o600);
    await window.stop(true);
    await window.start();
    const socket = await window.opened(cookie);
    expect(await socket.call('window.info')).toMatchObject({ ok: true, value: { host: 'web', browses: true } });
  });

  it('ends when it was not used for 90 days', async () => {
    await window.start();
    const [idle, used] = [await window.signIn(), await window.signIn()];
    const isSignedIn = async (cookie: string): Promise<unknown> =>
      json(await ask(window.port, '/sign-in', { headers: { cookie } }))['signedIn'];
    for (let n = 0; n < 3; n++) {
      window.time += 31 * 24 * 60 * 60_000;
      expect(await isSignedIn(used)).toBe(true);
    }
    expect(await isSignedIn(idle)).toBe(false);
  });

  it('ends so, too, where it was begun by a clock that was ten years ahead', async () => {
    await window.start();
    const day = 24 * 60 * 60_000;
    window.time += 3650 * day;
    const cookie = await window.signIn();
    window.time -= 3650 * day;
    const isSignedIn = async (): Promise<unknown> =>
      json(await ask(window.port, '/sign-in', { headers: { cookie } }))['signedIn'];
    expect(await isSignedIn()).toBe(true);
    window.time += 91 * day;
    expect(await isSignedIn()).toBe(false);
  });

  it('works on a profile that cannot be written, for as long as the window runs', async () => {
    await window.start();
    // In the place of the file that would be written.
    await mkdir(`${window.profile}/sign-ins.json.new`);
    const cookie = await window.signIn();
    expect(await (await window.opened(cookie)).call('app.info')).toMatchObject({ ok: true });
  });

  it('ends in this browser when it signs out, with its sockets alone', async () => {
    await window.start();
    const [mine, other] = [await window.signIn(), await window.signIn()];
    const [socket, stays] = [await window.opened(mine), await window.opened(other)];
    const answer = await ask(window.port, '/sign-in', { method: 'DELETE', headers: { cookie: mine } });
    expect(answer.headers['set-cookie']?.[0]).toContain('Max-Age=0');
    await until(() => socket.closed !== undefined);
    expect(socket.closed).toBe(4401);
    expect(await stays.call('app.info')).toMatchObject({ ok: true });
    expect(await window.socket(mine)).toBe(401);
  });

  it('can be asked for by another process of the same user, and ended for all', async () => {
    const { url } = await window.start();
    const cookie = await window.signIn();
    const socket = await window.opened(cookie);
    const unused = window.secret();
    const asked = await askRunning(window.profile, 'new-link');
    expect(asked).toEqual({ url, link: expect.stringMatching(/#sign-in=[\w-]{43}$/) as string });
    const secret = asked?.link?.split('#sign-in=')[1] ?? '';
    expect((await window.post('/sign-in', { secret })).status).toBe(204);
    await endSignIns(window.profile);
    await until(() => socket.closed !== undefined);
    expect(socket.closed).toBe(4401);
    expect(await window.socket(cookie)).toBe(401);
    expect((await window.post('/sign-in', { secret: unused })).status).toBe(401);
    await window.stop(false);
    expect(await askRunning(window.profile, 'new-link')).toBeUndefined();
  });

  it('is not ended behind the back of a window that runs and is too busy to answer', async () => {
    await window.start();
    const cookie = await window.signIn();
    const note = JSON.parse(await window.readProfile('web.json')) as object;
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const control = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/control`;
    const say = (pid: number): Promise<void> =>
      writeFile(`${window.profile}/web.json`, JSON.stringify({ ...note, control, pid }));
    await say(process.pid);
    const refused = await askRunning(window.profile, 'end-sign-ins', 100).catch((error: unknown) => error);
    expect((refused as ContractError).problem.code).toBe('owner-silent');
    expect(typeof (await window.socket(cookie))).toBe('object');
    // Its process has ended: another program has its port.
    await say(spawnSync(process.execPath, ['--version']).pid);
    expect(await askRunning(window.profile, 'nothing', 100)).toBeUndefined();
    silent.closeAllConnections();
    silent.close();
  });

  it('is ended for all where no window runs, too', async () => {
    await window.start();
    const cookie = await window.signIn();
    await window.stop(false);
    await endSignIns(window.profile);
    await window.start();
    expect(await window.socket(cookie)).toBe(401);
  });

  it('the local control answers nobody without its secret, and no page', async () => {
    await window.start();
    const { secret } = JSON.parse(await window.readProfile('web.json')) as { secret: string };
    const right = { authorization: `Bearer ${secret}` };
    const tries = [
      { origin: undefined },
      { origin: undefined, authorization: 'Bearer ' },
      { ...right },
      { ...right, origin: undefined, 'sec-fetch-site': 'same-site' },
      { ...right, origin: undefined, host: 'evil.example' },
    ];
    for (const headers of tries)
      expect((await window.post('/control', { wish: 'new-link' }, { headers })).status).toBe(403);
    const good = await window.post('/control', { wish: 'new-link' }, { headers: { ...right, origin: undefined } });
    expect(json(good)['link']).toContain('#sign-in=');
  });
});

describe('the password', () => {
  const give = async (password: string, headers = {}): Promise<number> =>
    (await window.post('/sign-in', { password }, { headers })).status;
  /** The password is set already, so that a try costs little. */
  const setCheaply = async (password: string): Promise<void> => {
    const kept = { version: 1, signIns: [], password: await keepPassword(password, 2 ** 14) };
    await writeFile(join(window.profile, 'sign-ins.json'), JSON.stringify(kept));
  };

  it('is needed before others on the network can reach the window', async () => {
    const refused = await window.start({ listen: '0.0.0.0' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ContractError);
    expect((refused as ContractError).problem.code).toBe('web-password-missing');
    await window.start({ listen: '0.0.0.0', password: 'right horse' });
    expect(await give('right horse')).toBe(204);
  });

  it('is not asked for where none is set', async () => {
    await window.start();
    expect(await give('')).toBe(400);
    expect(await give('anything')).toBe(401);
  });

  it('a thousand wrong ones are refused cheaply, sign-ins hold, and the right one works after its time', async () => {
    await setCheaply('right horse');
    await window.start({ password: 'right horse' });
    const cookie = await window.signIn();
    const socket = await window.opened(cookie);
    const began = performance.now();
    const seen = new Map<number, number>();
    for (let round = 0; round < 10; round++) {
      const all = await Promise.all(Array.from({ length: 100 }, (_, n) => give(`wrong ${round} ${n}`)));
      for (const status of all) seen.set(status, (seen.get(status) ?? 0) + 1);
    }
    // Four were looked at; the others cost nothing but their request.
    expect(Object.fromEntries(seen)).toEqual({ 401: 4, 429: 996 });
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(await give('right horse')).toBe(429);
    expect(await socket.call('app.info')).toMatchObject({ ok: true });
    window.time += 60_000;
    expect(await give('right horse')).toBe(204);
    expect(json(await ask(window.port, '/sign-in', { headers: { cookie } }))).toEqual({
      signedIn: true,
      password: true,
    });
    const said = window.lines.join('\n');
    expect(said).toContain('wrong password');
    expect(said).not.toContain('wrong 0');
    expect(said).not.toContain('horse');
  });

  it('is waited for longer after each wrong one, a minute at most', async () => {
    await setCheaply('right horse');
    await window.start({ password: 'right horse' });
    const waits: number[] = [];
    for (let n = 0; n < 14; n++) {
      const answer = await window.post('/sign-in', { password: 'wrong' });
      if (answer.status === 429) {
        waits.push(Number(answer.headers['retry-after']));
        window.time += 1000 * Number(answer.headers['retry-after']);
      }
    }
    expect(waits).toEqual([1, 2, 4, 8, 16]);
  });

  it('guessed from many addresses behind a proxy is limited as a whole', async () => {
    await setCheaply('right horse');
    await window.start({ password: 'right horse', publicUrl: new URL('https://nas.example/') });
    const from = (n: number): Promise<number> => give('wrong', { 'x-forwarded-for': `spoofed, 10.0.${n}.1` });
    const all: number[] = [];
    for (let n = 0; n < 25; n++) all.push(await from(n));
    expect(all.filter((status) => status === 401)).toHaveLength(20);
    expect(all.slice(20)).toEqual([429, 429, 429, 429, 429]);
  });

  it('given again as it was keeps sign-ins, another one ends them; no link to it is kept', async () => {
    await window.start({ password: 'right horse' });
    const cookie = await window.signIn();
    const signedIn = async (): Promise<unknown> =>
      json(await ask(window.port, '/sign-in', { headers: { cookie } }))['signedIn'];
    expect(await window.readProfile('sign-ins.json')).not.toContain('horse');
    await window.stop(false);
    await window.start({ password: 'right horse' });
    expect(await signedIn()).toBe(true);
    await window.stop(false);
    await window.start({ password: 'left horse' });
    expect(await signedIn()).toBe(false);
    expect(await give('right horse')).toBe(401);
    expect(await give('left horse')).toBe(204);
  });
});

describe('the port', () => {
  it('does not wait for ever for the head of a request, however long a body may take', async () => {
    const { server } = await listenFrom('127.0.0.1', 0);
    expect([server.headersTimeout, server.requestTimeout]).toEqual([30_000, 0]);
    server.close();
  });

  it('gives way to the next free one, and only one window serves a profile', async () => {
    const first = await window.start();
    const other = await TestWindow.create();
    try {
      const second = await other.start({ port: first.port });
      expect(second.port).toBeGreaterThan(first.port);
    } finally {
      await other.remove();
    }
    const again = await window.start().catch((error: unknown) => error);
    expect((again as ContractError).problem).toMatchObject({ code: 'web-running', params: { url: first.url } });
  });

  it('serves files precompressed, those with a hash in their name for ever, and each with strict headers', async () => {
    await window.start();
    const { port } = window;
    const index = await ask(port, '/');
    expect(index.headers['cache-control']).toBe('no-cache');
    expect(index.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    );
    for (const name of ['x-content-type-options', 'referrer-policy', 'cross-origin-opener-policy'])
      expect(index.headers[name]).toBeDefined();
    const packed = await ask(port, script, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(packed.headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(packed.headers['content-type']).toMatch(/^(text|application)\/javascript/);
    expect((await ask(port, script, { headers: { 'accept-encoding': 'gzip' } })).headers['content-encoding']).toBe(
      'gzip',
    );
    const again = await ask(port, '/', { headers: { 'if-none-match': String(index.headers.etag) } });
    expect(again.status).toBe(304);
  });

  it.each([
    '/../profile/sign-ins.json',
    '/%2e%2e/profile/sign-ins.json',
    '/..%2fprofile/web.json',
    '/nothing',
    '//x',
    '/%00',
    '/%',
  ])('serves nothing at %s', async (path) => {
    await window.start();
    expect((await ask(window.port, path)).status).toBe(404);
  });

  it.each([
    ['passes the path on', '/up'],
    ['takes it off', ''],
  ])('works under a path behind a proxy that %s', async (_, prefix) => {
    await window.start({ publicUrl: new URL('https://nas.example/up/') });
    const headers = { host: 'nas.example', origin: 'https://nas.example' };
    expect(window.web?.newLink()).toMatch(/^https:\/\/nas\.example\/up\/#sign-in=/);
    expect((await ask(window.port, `${prefix}/`, { headers: { host: 'nas.example' } })).status).toBe(200);
    expect((await ask(window.port, `${prefix}${script}`, { headers: { host: 'nas.example' } })).status).toBe(200);
    const answer = await window.post(`${prefix}/sign-in`, { secret: window.secret() }, { headers });
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toContain('; Path=/up/; ');
    expect(cookie).toContain('; Secure');
    const socket = await window.socket(cookie.split(';')[0] ?? '', headers);
    expect(typeof socket).toBe('object');
    expect(
      (await window.post(`${prefix}/sign-in`, {}, { headers: { ...headers, origin: 'http://nas.example' } })).status,
    ).toBe(403);
  });

  it('leads from the path of a proxy without its slash to the one with it', async () => {
    await window.start({ publicUrl: new URL('https://nas.example/up/') });
    const answer = await ask(window.port, '/up', { headers: { host: 'nas.example' } });
    expect([answer.status, answer.headers.location]).toEqual([308, '/up/']);
  });
});
