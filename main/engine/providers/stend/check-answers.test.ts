import { describe, expect, it } from 'vitest';
import { problem } from '../../../../preload/problems.ts';
import { fail } from '../../outcome.ts';
import { check } from './check.ts';
import { captured, unread } from './fixtures/captured.ts';
import { answer, instanceBody, refused, scripted, settings } from './fixtures/scripted.ts';
import { findFront } from './front.ts';
import { askInstance, readInstance } from './instance.ts';
import { recognise } from './recognise.ts';
import { askWebPage, readWebPage } from './web-page.ts';

const server = 'peer';
const instance = answer(200, instanceBody);
const required = answer(200, { ...instanceBody, requirePassword: true });
const front = refused(400, 'Clé de transfert invalide');
const page = answer(200, '<html><head apibaseurl="https://api.example/base/" showhtmlextension="true">');
const away = fail('retry', problem('server-stalled', { server, seconds: 60 }));

describe('checking a server', () => {
  it.each([
    ['nginx/1.22.1', {}, 'front-buffers'],
    ['nginx/1.22.1', { ignoresAbort: true }, 'front-ignores-abort'],
    ['Stevedore-Practice/1', {}, 'front-practice'],
    ['Caddy', {}, 'front-bare'],
  ] as const)('says what an interruption costs behind %s (%j)', async (header, more, code) => {
    const headers = { server: header };
    const ctx = unread([{ ...instance, headers }, { ...front, headers }, page], { settings: more });
    expect(await check(ctx)).toMatchObject({ value: { notices: [problem(code, { server })] } });
  });

  it('looks for the front again, and for the page’s links', async () => {
    const ctx = unread([instance, front, page]);
    expect(await check(ctx)).toMatchObject({ value: { settings: { ...settings, showHtmlExtension: true } } });
    expect(ctx.requests.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
  });

  it.each([answer(500), answer(200, '<html>'), away])(
    'keeps what is known of a page that cannot be read (%#)',
    async (odd) => {
      const ctx = unread([instance, front, odd], { settings: { showHtmlExtension: true } });
      expect(await check(ctx)).toMatchObject({ value: { settings: { showHtmlExtension: true } } });
    },
  );

  it('says that links cannot be made where no page is known', async () => {
    const ctx = unread([instance, front], { settings: { webUrl: undefined } });
    expect(await check(ctx)).toMatchObject({
      value: { notices: [problem('front-bare', { server }), problem('web-address-unknown', { server })] },
    });
  });

  it('says what is wrong with the password', async () => {
    const of = (reply: ReturnType<typeof answer>, secret = 'x') =>
      check(unread([required, front, reply, page], { secret }));
    expect(await check(unread([required, front]))).toEqual(fail('attention', problem('password-missing', { server })));
    expect(await of(refused(400, 'Mot de passe non requis'))).toMatchObject({
      value: { notices: [problem('password-not-needed', { server }), problem('front-bare', { server })] },
    });
    expect(await of(refused(401, 'Mot de passe manquant'))).toEqual(
      fail('attention', problem('password-missing', { server })),
    );
    expect(await of(refused(401, 'Mot de passe invalide'))).toEqual(
      fail('attention', problem('password-wrong', { server })),
    );
    for (const odd of [answer(200), answer(200, { success: false }), { ...answer(200), json: null }])
      expect(await of(odd)).toMatchObject({ failure: { behaviour: 'retry', problem: { code: 'not-this-server' } } });
    expect(await of(answer(200, { success: true }))).toMatchObject({
      value: { notices: [problem('front-bare', { server })] },
    });
    expect(await of(instance, 'ключ')).toMatchObject({ failure: { problem: { code: 'password-unsendable' } } });
  });

  it('fails as the server fails', async () => {
    expect(await check(unread([away]))).toBe(away);
    expect(await check(unread([required, front, away], { secret: 'x' }))).toBe(away);
  });
});

describe('what is in front of a server', () => {
  it.each(['not-nginx', 'a Stevedore-Practice', 'nginxy'])(
    'is taken for none where it is called %s',
    async (header) => {
      const ctx = unread([{ ...front, headers: { server: header } }]);
      expect(await findFront(ctx, 1000)).toEqual({ ok: true, value: 'bare' });
      expect(ctx.requests[0]?.url).toMatch(/transferkey=.{13,}&chunk=0$/);
    },
  );

  it('cannot be found where the question fails', async () => {
    expect(await findFront(unread([away]), 1000)).toBe(away);
    expect(await findFront(unread([answer(502)]), 1000)).toMatchObject({
      failure: { problem: problem('server-busy', { server, status: 502 }) },
    });
  });
});

describe('an instance', () => {
  const read = (more: object) => readInstance(answer(200, { ...instanceBody, ...more }));

  it('is read as it is told', () => {
    expect(settings).toMatchObject(readInstance(instance) ?? {});
    expect(Object.keys(readInstance(instance) ?? {})).toHaveLength(7);
    expect(readInstance({ ...instance, status: 201 })).toBeUndefined();
  });

  it('keeps files for whole seconds, and for a thousand years at most', () => {
    expect(read({ fileMaxAge: 60.9 })?.fileMaxAge).toBe(60);
    expect(read({ fileMaxAge: 1e300 })?.fileMaxAge).toBe(31_536_000_000);
    for (const fileMaxAge of [-1, '-1', '1e3', '1'.repeat(21), null]) expect(read({ fileMaxAge })).toBeUndefined();
    expect(read({ fileMaxAge: '0' })?.fileMaxAge).toBe(0);
  });

  it.each([
    [
      [{ inSeconds: 60, label: 'x' }, { inSeconds: 120 }],
      [60, 120],
    ],
    [[{ inSeconds: 0 }], []],
    [[{ inSeconds: 1.5 }], []],
    ['odd', []],
    [Array.from({ length: 101 }, () => ({ inSeconds: 60 })), []],
  ])('offers the expiries that can be offered (%#)', (recommendedExpireTimes, seconds) => {
    expect(read({ recommendedExpireTimes })?.recommendedExpireTimes).toEqual(seconds);
  });

  it('joins ten files where it does not say how many', () => {
    for (const maxTransfersInMerge of [undefined, 0, 1.5, '7'])
      expect(read({ maxTransfersInMerge })?.maxTransfersInMerge).toBe(10);
  });

  it.each([{ fileMaxSize: 0 }, { chunkSize: 0 }, { chunkSize: 1.5 }, { requirePassword: 'no' }, { apiVersion: 2 }])(
    'is none with %j',
    (more) => {
      expect(read(more)).toBeUndefined();
    },
  );

  it('tells its Server header and its time', async () => {
    const headers = { server: 'nginx', date: new Date(90_000_000).toUTCString() };
    expect(
      await askInstance('https://api.example', server, scripted([answer(200, instanceBody, { headers })]).http),
    ).toEqual({
      ok: true,
      value: { instance: readInstance(instance), serverHeader: 'nginx', serverNow: 90_000_000 },
    });
  });

  it('is not what something else answers', async () => {
    const ask = (reply: ReturnType<typeof answer> | typeof away) =>
      askInstance('https://x', server, scripted([reply]).http);
    expect(await ask(away)).toBe(away);
    expect(await ask(answer(200, { error: 'Clé de transfert invalide' }))).toMatchObject({
      failure: { behaviour: 'retry', problem: { code: 'not-this-server' } },
    });
    expect(await ask(answer(502))).toEqual({
      ok: false,
      failure: { behaviour: 'server-busy', problem: problem('server-busy', { server, status: 502 }) },
    });
  });
});

describe('recognising', () => {
  const at = (address: string, script: Parameters<typeof scripted>[0], given = {}) =>
    recognise(address, given, scripted(script).http, () => 42);

  it('keeps all that the server says, and what the person sets', async () => {
    expect(await at('https://api.example/base', [required], { 'ignores-abort': true })).toEqual({
      ok: true,
      value: {
        address: 'https://api.example/base',
        settings: {
          ...settings,
          webUrl: undefined,
          front: undefined,
          requirePassword: true,
          ignoresAbort: true,
          checkedAt: 42,
        },
        title: 'api.example',
        needsPassword: true,
      },
    });
    const plain = await at('https://api.example/base', [instance], { 'ignores-abort': 'yes', web: 7 });
    expect(plain.ok && plain.value?.settings).not.toHaveProperty('ignoresAbort');
    expect(plain).toMatchObject({ value: { settings: { webUrl: undefined } } });
  });

  it('asks the page of a deep link for the form of its links, once', async () => {
    const link = 'stend://settings/configInstance/?webUrl=https://web.example&apiUrl=https://api.example/base';
    const ctx = captured([instance, page]);
    expect(await recognise(link, {}, ctx.http, () => 42)).toMatchObject({
      value: { settings: { webUrl: 'https://web.example', showHtmlExtension: true }, title: 'web.example' },
    });
    expect(ctx.requests[1]).toMatchObject({ url: 'https://web.example/', headers: { accept: 'text/html' } });
    const followed = captured([answer(404), page, instance]);
    await recognise('https://web.example', {}, followed.http, () => 42);
    expect(followed.requests).toHaveLength(3);
  });

  it('prefers the page that is given', async () => {
    const found = await at('https://web.example', [answer(404), page, instance, answer(500)], {
      web: 'https://other.example',
    });
    expect(found).toMatchObject({ value: { settings: { webUrl: 'https://other.example', showHtmlExtension: false } } });
  });

  it('knows no server where there is none', async () => {
    const none = { ok: true, value: undefined };
    expect(await at('not an address', [])).toEqual(none);
    expect(await at('https://web.example', [answer(404), answer(404)])).toEqual(none);
    expect(await at('https://web.example', [answer(404), { ...page, status: 404 }])).toEqual(none);
  });

  it.each([
    ['the address', [away]],
    ['the page', [answer(404), away]],
    ['the API that the page names', [answer(404), page, away]],
  ])('fails as %s fails', async (_what, script) => {
    expect(await at('https://web.example', script)).toBe(away);
  });
});

describe('a share page', () => {
  const api = 'apibaseurl="https://api.example"';

  it('is looked at as far as its first tags may be', () => {
    const before = (length: number) => `${' '.repeat(length)}<head ${api}>`;
    expect(readWebPage(before(1000), 'https://w.example')).toBeDefined();
    expect(readWebPage(before(256 * 1024), 'https://w.example')).toBeUndefined();
    expect(
      readWebPage(`<head ${api.replace('"https', '"https://a')} x="${'y'.repeat(300_000)}">`, 'https://w.example'),
    ).toBeUndefined();
  });

  it.each([
    [`<head title="'" ${api}>`, true],
    [`<head x='>' y=">" ${api}>`, true],
    [`<head x="'>" ${api} z='">'>`, true],
    [`<html/><head/${api}>`, false],
    [`<header ${api}>`, false],
    [`<head x=">${api}`, false],
    [`<body ${api}>`, true],
    [`<head ${api.replace('api.example', 'a'.repeat(2_000))}>`, false],
    ['<head apibaseurl="https://[">', false],
    [`<head apibaseurl=""><body ${api}>`, true],
    [`<head data-${api}>`, false],
    [`<head APIBASEURL = 'https://api.example' >`, true],
  ])('names its API in %s: %s', (html, named) => {
    expect(readWebPage(html, 'https://w.example')?.api).toBe(named ? 'https://api.example' : undefined);
  });

  it('is none where it is not given', async () => {
    expect(await askWebPage('https://w.example', scripted([{ ...page, status: 500 }]).http)).toEqual({
      ok: true,
      value: undefined,
    });
    expect(await askWebPage('https://w.example', scripted([away]).http)).toBe(away);
  });
});
