import { describe, expect, it } from 'vitest';
import type { Answer } from '../../http/http.ts';
import { ok } from '../../outcome.ts';
import { answer, type Script } from '../fixtures/scripted-http.ts';
import type { Sent } from '../provider.ts';
import {
  at,
  broken,
  bytesOf,
  callOf,
  chunkAt,
  chunkMissing,
  linesOf,
  minute,
  missing,
  now,
  refused,
  remote,
  said,
  scripted,
  unauthorized,
} from './fixtures/scripted.ts';
import { send } from './send.ts';
import type { FilesNestRemote } from './state.ts';

const stored = (id: unknown = 32, status = 'completed'): Answer => said({ id, number: 2, status_name: status });

const sending = async (script: Script, of: FilesNestRemote = remote, index = 1) => {
  const ctx = scripted(script);
  const chunk = chunkAt(index);
  const outcome = await send(callOf(ctx, { remote: of }), chunk, bytesOf(chunk));
  return { outcome, asked: ctx.asked, lines: linesOf(ctx) };
};
const sent: Sent<FilesNestRemote> = {};

describe('a chunk', () => {
  it('goes to its own address, with its exact length and content type', async () => {
    const { outcome, asked } = await sending([stored()]);
    expect(outcome).toEqual(ok(sent));
    expect(asked).toMatchObject([
      { request: 'PATCH /files/7/uploads/32', type: 'application/octet-stream', length: 1_024 },
    ]);
    expect(asked[0]?.headers).toEqual({ accept: 'application/json', authorization: 'Bearer 7|secret' });
  });

  it.each<[string, Answer]>([
    ['a page of the network', answer(200, '<html>Hotel guest?')],
    ['another chunk', stored(33)],
    ['a chunk that is not stored', stored(32, 'in_progress')],
    ['no data', at(200, {})],
    ['nothing', answer(200)],
    ['an answer that came before its end', { ...stored(), bodySent: false }],
    ['a redirect', answer(302)],
    ['a missing route', refused(404, 'The route api/files could not be found.')],
  ])('is not taken for stored by %s', async (_what, reply) => {
    const { outcome } = await sending([reply]);
    expect(outcome).toMatchObject({ failure: { behaviour: 'retry', problem: { code: 'not-this-server' } } });
  });

  it.each<[string, Answer, object]>([
    ['a failing program, which may have stored it', refused(500, 'Server Error'), { behaviour: 'retry' }],
    ['a failing gateway', at(502, '<html>'), { behaviour: 'server-busy' }],
    ['a busy server', refused(503, 'Service Unavailable'), { behaviour: 'server-busy' }],
    ['a changed content type', refused(400, 'Invalid content type'), { behaviour: 'fatal' }],
    ['a file that is gone', missing, { behaviour: 'restart', problem: { code: 'session-gone' } }],
    [
      'chunks that are gone, as after a merge',
      chunkMissing,
      { behaviour: 'retry', problem: { code: 'server-failed' } },
    ],
  ])('fails with %s', async (_what, reply, failure) => {
    expect((await sending([reply])).outcome).toMatchObject({ failure });
  });

  it('whose file was removed after a day says that its time is over', async () => {
    const late = at(404, missing.json, now + 24 * 60 * minute);
    expect((await sending([late])).outcome).toMatchObject({ failure: { problem: { code: 'deadline-passed' } } });
  });

  it('whose connection broke is tried again', async () => {
    expect((await sending([broken])).outcome).toEqual(broken);
  });

  it('without an id is not sent: a resume reads it', async () => {
    const { outcome, lines } = await sending([], { ...remote, uploads: [] });
    expect(outcome).toMatchObject({ failure: { behaviour: 'retry' } });
    expect(lines).toEqual([]);
  });

  it('that is refused to this account is told apart by the list of files', async () => {
    const over = await sending([unauthorized, unauthorized]);
    expect(over.outcome).toMatchObject({ failure: { scope: 'account', problem: { code: 'signed-out' } } });
    expect(over.lines).toEqual(['PATCH /files/7/uploads/32', 'GET /files?limit=1']);
    expect((await sending([unauthorized, said([])])).outcome).toMatchObject({
      failure: { behaviour: 'attention', problem: { code: 'not-owner' } },
    });
    expect((await sending([unauthorized, broken])).outcome).toEqual(broken);
    expect((await sending([unauthorized, refused(500, 'Server Error')])).outcome).toMatchObject({
      failure: { behaviour: 'retry' },
    });
  });

  it('that is too large starts over where the server has lowered its limit, and is a proxy’s limit else', async () => {
    const large = refused(413, 'The POST data is too large.');
    expect((await sending([large, said({ upload_max_size: 1_000 })])).outcome).toMatchObject({
      failure: { behaviour: 'restart', problem: { code: 'chunk-limit-lowered', params: { limit: 1_000 } } },
    });
    for (const limit of [0, 1_024, 8_388_608])
      expect((await sending([large, said({ upload_max_size: limit })])).outcome).toMatchObject({
        failure: { behaviour: 'attention', problem: { code: 'proxy-limit', params: { chunk: 1_024 } } },
      });
  });

  it('that was to be sent once more is not, once it was taken', async () => {
    const { outcome } = await sending([stored()], { ...remote, resend: 1 });
    expect(outcome).toEqual(ok({ remote }));
  });
});
