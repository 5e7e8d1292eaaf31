import { describe, expect, it } from 'vitest';
import { fail, type Outcome } from '../../outcome.ts';
import { problem } from '../../../../preload/problems.ts';
import { asSaid } from '../../../../preload/problems/reasons.ts';
import { call } from './call.ts';
import { serverNow } from '../server-clock.ts';
import { timeOf } from './clock.ts';
import { answer, done, linesOf, now, refreshed, said, scripted, tokens } from './fixtures/scripted.ts';
import { tokensIn } from '../account-tokens.ts';
import { accessToken, renewToken } from './tokens.ts';

const minutes = 60_000;
const expiring = (ms: number) => JSON.stringify(tokens({ accessExpires: now + ms }));
const me = { method: 'GET', path: '/user/me' } as const;
const used = (ctx: ReturnType<typeof scripted>) => ctx.asked.map(({ headers }) => headers['authorization']);
const unreachable: Outcome<never> = fail(
  'server-busy',
  problem('server-unreachable', { server: 'peer', reason: asSaid('x') }),
);

describe('the tokens of an account', () => {
  it('are renewed ten minutes early, and kept before they are used', async () => {
    const ctx = scripted([refreshed('access2'), done()], { secret: expiring(10 * minutes) });
    expect(await call(ctx, me)).toMatchObject({ ok: true });
    expect(ctx.asked[0]).toMatchObject({
      request: 'POST /session/token/refresh',
      body: '{"refresh_token":"refresh1"}',
    });
    expect(used(ctx)).toEqual([undefined, 'Bearer access2']);
    expect(tokensIn(ctx.kept.secret ?? '')).toMatchObject({ access: 'access2', refresh: 'of access2' });
  });

  it('are used as they are before that', async () => {
    const ctx = scripted([done()], { secret: expiring(11 * minutes) });
    await call(ctx, me);
    expect(used(ctx)).toEqual(['Bearer access1']);
  });

  it('that live shorter than twenty minutes are renewed at half of their life', async () => {
    let passed = 0;
    const lives = 2 * minutes;
    const ctx = scripted((line) => (line.endsWith('refresh') ? refreshed('access2', lives) : done()), {
      secret: expiring(0),
      now: () => now + passed,
    });
    await call(ctx, me);
    await call(ctx, me);
    expect(linesOf(ctx).filter((line) => line.endsWith('refresh'))).toHaveLength(1);
    passed = lives;
    await accessToken(ctx);
    expect(linesOf(ctx).filter((line) => line.endsWith('refresh'))).toHaveLength(2);
  });

  it('are judged by the server’s clock', async () => {
    const hour = 60 * minutes;
    const ctx = scripted([said(0, undefined, '', {}, now + hour), refreshed('access2')], {
      secret: expiring(30 * minutes),
      now: () => now,
    });
    expect(await accessToken(ctx)).toEqual({ ok: true, value: 'access1' });
    await call(ctx, { ...me, open: true });
    expect(Math.abs(serverNow(ctx) - now - hour)).toBeLessThan(1_000);
    expect(await accessToken(ctx)).toEqual({ ok: true, value: 'access2' });
  });

  it('are renewed once for everything that is under way', async () => {
    const ctx = scripted((line) => (line.endsWith('refresh') ? refreshed('access2') : done()), { secret: expiring(0) });
    await Promise.all(Array.from({ length: 8 }, () => call(ctx, me)));
    expect(linesOf(ctx).filter((line) => line.endsWith('refresh'))).toHaveLength(1);
    expect(new Set(used(ctx))).toEqual(new Set([undefined, 'Bearer access2']));
  });

  it('that were refused are renewed once, and the call repeated', async () => {
    for (const refused of [
      said(401, undefined, 'Login required'),
      said(40020, undefined, 'Invalid token type'),
      said(40081, undefined, '', { aggregated_error: { 'cloudreve://my/a': { code: 401, msg: 'Login required' } } }),
    ]) {
      const ctx = scripted([refused, refreshed('access2'), done()]);
      expect(await call(ctx, me)).toMatchObject({ ok: true, value: { code: 0 } });
      expect(used(ctx)).toEqual(['Bearer access1', undefined, 'Bearer access2']);
    }
  });

  it('that somebody else has renewed meanwhile are not renewed again', async () => {
    const ctx = scripted([]);
    expect(await renewToken(ctx, 'an older one')).toEqual({ ok: true, value: 'access1' });
    ctx.kept.secret = JSON.stringify(tokens({ access: 'signed in anew' }));
    expect(await accessToken(ctx)).toEqual({ ok: true, value: 'signed in anew' });
  });

  it('whose renewal is refused sign out, and the server is not asked again and again', async () => {
    const ctx = scripted([said(40020, undefined, 'Invalid token')], { secret: expiring(5 * minutes) });
    const signedOut = {
      ok: false,
      failure: { behaviour: 'attention', scope: 'account', problem: { code: 'signed-out' } },
    };
    expect(await accessToken(ctx)).toMatchObject(signedOut);
    expect(await accessToken(ctx)).toMatchObject(signedOut);
    expect(ctx.asked).toHaveLength(1);
  });

  it('whose renewal is refused in whatever words sign out, and no upload is given up for it', async () => {
    for (const code of [404, 40001, 40011]) {
      const ctx = scripted([said(code, undefined, 'User not found')], { secret: expiring(0) });
      expect(await accessToken(ctx)).toMatchObject({
        failure: { behaviour: 'attention', scope: 'account', problem: { code: 'signed-out' } },
      });
    }
    const ctx = scripted([said(50001)], { secret: expiring(0) });
    expect(await accessToken(ctx)).toMatchObject({ failure: { behaviour: 'retry' } });
  });

  it('whose renewal is refused while somebody signs in anew are the new ones', async () => {
    const anew = JSON.stringify(tokens({ access: 'signed in anew', refresh: 'refresh2' }));
    for (const ask of [accessToken, (ctx: ReturnType<typeof scripted>) => renewToken(ctx, 'access1')]) {
      const ctx = scripted(
        () => {
          ctx.kept.secret = anew;
          return said(40020, undefined, 'Invalid token');
        },
        { secret: expiring(0) },
      );
      expect(await ask(ctx)).toEqual({ ok: true, value: 'signed in anew' });
      expect(await ask(ctx)).toEqual({ ok: true, value: 'signed in anew' });
    }
  });

  it('stay in use while the server that would renew them is away', async () => {
    expect(await accessToken(scripted([unreachable], { secret: expiring(5 * minutes) }))).toEqual({
      ok: true,
      value: 'access1',
    });
    expect(await accessToken(scripted([unreachable], { secret: expiring(-1) }))).toMatchObject({
      failure: { behaviour: 'server-busy' },
    });
    expect(await accessToken(scripted([answer(502, '<html>')], { secret: expiring(-1) }))).toMatchObject({
      failure: { behaviour: 'server-busy' },
    });
  });

  it('are used from memory where the vault takes nothing', async () => {
    const ctx = scripted([refreshed('access2')], { secret: expiring(0), keeps: false });
    expect(await accessToken(ctx)).toEqual({ ok: true, value: 'access2' });
    expect(await accessToken(ctx)).toEqual({ ok: true, value: 'access2' });
  });

  it.each([
    ['no secret', undefined],
    ['what is no sign-in', 'a password'],
    ['half of one', '{"access":"x"}'],
  ])('are asked for anew where the vault has %s', async (_what, secret) => {
    const ctx = scripted([]);
    ctx.kept.secret = secret;
    expect(await call(ctx, me)).toMatchObject({
      failure: { behaviour: 'attention', scope: 'account', problem: { code: 'signed-out' } },
    });
    expect(ctx.asked).toEqual([]);
  });
});

describe('a call', () => {
  it('carries an id for the server’s log and the token, and never an Origin', async () => {
    const ctx = scripted([done()]);
    await call(ctx, me);
    expect(ctx.asked[0]?.headers).toEqual({
      authorization: 'Bearer access1',
      'x-cr-correlation-id': expect.stringMatching(/^[\da-f-]{36}$/) as unknown,
    });
  });

  it('that is told of a database at fault asks whether the account was banned', async () => {
    const banned = said(50001, undefined, 'failed to get login user');
    expect(await call(scripted([banned, banned]), { method: 'GET', path: '/file' })).toMatchObject({
      failure: { behaviour: 'attention', problem: { code: 'account-banned' } },
    });
    expect(await call(scripted([banned, done()]), { method: 'GET', path: '/file' })).toMatchObject({
      ok: true,
      value: { code: 50001 },
    });
  });

  it('reads a search that is streamed', async () => {
    const text =
      'event: file\ndata: [{"name":"a"}]\n\nevent: file\ndata: [{"name":"b"}]\n\nevent: list\ndata: {"pagination":{}}\n\n';
    const stream = answer(200, text, { headers: { 'content-type': 'text/event-stream' } });
    expect(await call(scripted([stream]), me)).toMatchObject({
      ok: true,
      value: { code: 0, data: { files: [{ name: 'a' }, { name: 'b' }], pagination: {} } },
    });
  });
});

describe('a time of the server', () => {
  it.each([
    ['2026-11-21T06:00:52.314893944Z', Date.UTC(2026, 10, 21, 6, 0, 52, 314)],
    ['2026-11-21T08:00:52+02:00', Date.UTC(2026, 10, 21, 6, 0, 52)],
    ['0001-01-01T00:00:00Z', undefined],
    ['soon', undefined],
    [null, undefined],
  ])('%s is read in its own zone', (told, at) => {
    expect(timeOf(told)).toBe(at);
  });
});
