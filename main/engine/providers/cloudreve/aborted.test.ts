/** Calls that nobody waits for any more: where they would wait themselves, and what other calls wait for as well. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../http/http.ts';
import { abortable, unlessAborted } from '../abortable.ts';
import { call } from './call.ts';
import {
  done,
  job,
  linesOf,
  now,
  placeholder,
  policy,
  refreshed,
  remote,
  said,
  scripted,
  tokens,
} from './fixtures/scripted.ts';
import { open } from './open.ts';
import { probePatiently, settled } from './upload-status.ts';

type Ctx = ReturnType<typeof scripted>;

describe('a call that is aborted', () => {
  const held = said(40073, [{ path: 'cloudreve://my/a.bin', token: 'lock1', type: 1 }]);
  it.each<readonly [string, Answer, (ctx: Ctx) => Promise<unknown>]>([
    ['for a lock to pass', held, (ctx) => open(job, ctx)],
    ['for a race to end', said(40073), (ctx) => probePatiently(remote, ctx)],
    ['for a file to appear', placeholder(), (ctx) => settled({ ...remote, policy: { ...policy, relay: true } }, ctx)],
  ])('does not wait %s', async (_what, reply, ask) => {
    const stop = new AbortController();
    const ctx = scripted(() => {
      stop.abort();
      return reply;
    });
    await expect(ask({ ...ctx, signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(ctx.asked).toHaveLength(1);
  });

  it('leaves the refresh of the tokens that it began to the others', async () => {
    const refresh = Promise.withResolvers<Answer>();
    const secret = JSON.stringify(tokens({ accessExpires: now }));
    const ctx = scripted((line) => (line.endsWith('refresh') ? refresh.promise : done()), { secret });
    const http: Ctx['http'] = {
      send: ({ signal, ...request }) => {
        const sent = ctx.http.send(request);
        return signal === undefined ? sent : unlessAborted(sent, signal);
      },
    };
    const me = { method: 'GET', path: '/user/me' } as const;
    const stop = new AbortController();
    const aborted = call(abortable({ ...ctx, http }, stop.signal), me);
    while (ctx.asked.length === 0) await turn();
    const other = call({ ...ctx, http }, me);
    stop.abort();
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    refresh.resolve(refreshed('access2'));
    expect(await other).toMatchObject({ ok: true });
    expect(linesOf(ctx)).toEqual(['POST /session/token/refresh', 'GET /user/me']);
  });
});
