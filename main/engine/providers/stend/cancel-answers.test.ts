import { describe, expect, it, vi } from 'vitest';
import { problem } from '../../../../preload/problems.ts';
import { asSaid } from '../../../../preload/problems/reasons.ts';
import { fail } from '../../outcome.ts';
import type { Progress } from '../provider.ts';
import { cancel } from './cancel.ts';
import { captured } from './fixtures/captured.ts';
import { answer, linesOf, refused, remote, scripted } from './fixtures/scripted.ts';
import { remove } from './remove.ts';

const progress: Progress = { count: 3, acknowledged: (index) => index < 1, tag: () => undefined, inFlight: [] };
const alive = refused(400, 'Numéro du chunk invalide');
const wanted = refused(406, 'Not Acceptable');
const stored = refused(400, 'Chunk déjà uploadé');
const complete = refused(400, 'Fichier déjà uploadé');
const gone = refused(400, 'Clé de transfert invalide');
const info = (more: object = {}) => answer(200, { uploaded: true, downloadLink: '/x', ...more });
const removed = answer(200, { success: true });
const away = fail('retry', problem('server-stalled', { server: 'peer', seconds: 60 }));
const left = (until: number) => ({ ok: true, value: { left: problem('left-on-server', { server: 'peer', until }) } });
const freed = { ok: true, value: {} };
const run = (ctx: ReturnType<typeof scripted>, remember: () => void = () => undefined) =>
  cancel(remote, progress, ctx, remember);

describe('cancelling an upload whose delete key is lost', () => {
  it('tells the end that the upload asked for where the server names none', async () => {
    expect(await run(scripted([complete, info()]))).toEqual(left(1_000_000 + 600_000));
  });

  it('is to be tried again where the server cannot say', async () => {
    expect(await run(scripted([complete, answer(502)]))).toMatchObject({ failure: { behaviour: 'server-busy' } });
  });

  it('tells it of one that became complete while it was emptied', async () => {
    const remember = vi.fn();
    expect(await run(scripted([alive, wanted, complete, info({ expireDate: 9 })]), remember)).toEqual(left(9));
    expect(remember).toHaveBeenCalledExactlyOnceWith({ ...remote, complete: true });
  });

  it('tells it of one that had every chunk and never said that it is complete', async () => {
    const ctx = scripted([alive, wanted, answer(200), stored, info({ expireDate: 9 })]);
    const remember = vi.fn();
    expect(await run(ctx, remember)).toEqual(left(9));
    expect(remember).toHaveBeenCalledExactlyOnceWith({ ...remote, complete: true });
    expect(linesOf(ctx).slice(-2)).toEqual([
      'PUT /files/uploadChunk?transferkey=transferkey1&chunk=2',
      'GET /files/info?sharekey=sharekey',
    ]);
  });
});

describe('cancelling', () => {
  it('ends the empty chunks in an orderly way, and waits for their answers', async () => {
    const ctx = captured([alive, wanted, answer(200, { uploaded: true, deleteKey: 'dk' }), removed]);
    expect(await run(ctx)).toEqual(freed);
    expect(ctx.requests[2]).toMatchObject({ finishBody: true, answerMs: 1_200_000, most: 1_048_576 + 3 * 250 });
  });

  it('asks for the chunk that is wanted where all are known as stored', async () => {
    const all = { ...progress, acknowledged: () => true };
    const ctx = scripted([alive, wanted, answer(200, { uploaded: true, deleteKey: 'dk' }), removed]);
    expect(await cancel(remote, all, ctx, () => undefined)).toEqual(freed);
    expect(linesOf(ctx)[1]).toBe('PUT /files/uploadChunk?transferkey=transferkey1&chunk=2');
  });

  it('is done where the upload goes, or is complete, while its chunks are asked for', async () => {
    expect(await run(scripted([alive, gone]))).toEqual(freed);
    const ctx = scripted([alive, complete, removed]);
    expect(
      await cancel(
        remote,
        progress,
        ctx,
        () => undefined,
        () => 'dk',
      ),
    ).toEqual(freed);
    expect(linesOf(ctx).at(-1)).toBe('DELETE /files/delete?sharekey=sharekey&deletekey=dk');
  });

  it.each([
    ['the question for its chunks', [alive, away]],
    ['an empty chunk', [alive, wanted, away]],
    ['the removal', [alive, wanted, answer(200, { uploaded: true, deleteKey: 'dk' }), away]],
  ])('fails as %s fails', async (_what, script) => {
    expect(await run(scripted(script))).toBe(away);
  });

  it('takes nothing for an answer to an empty chunk that is none', async () => {
    const odd = answer(200, { error: 'Clé de transfert invalide' });
    expect(await run(scripted([alive, wanted, odd]))).toMatchObject({
      failure: { behaviour: 'retry', problem: { code: 'not-this-server' } },
    });
    expect(await run(scripted([alive, wanted, refused(400, 'Chunk manquant')]))).toEqual(
      fail('fatal', problem('server-refused', { server: 'peer', status: 400, words: asSaid('Chunk manquant') })),
    );
  });
});

describe('removing a share', () => {
  const of = (reply: Parameters<typeof scripted>[0], more?: Parameters<typeof scripted>[1]) =>
    remove('sharekey', 'dk', scripted(reply, more));
  const locked = fail('attention', problem('secret-in-app', { server: 'peer' }));

  it('is done or refused by the server’s own word', async () => {
    expect(await of([removed])).toEqual({ ok: true, value: 'removed' });
    expect(await of([refused(400, 'Clé de suppression invalide')])).toEqual({ ok: true, value: 'refused' });
  });

  it.each([
    [answer(200, { success: false }), 'not-this-server'],
    [answer(200, { success: 'true' }), 'not-this-server'],
    [{ ...answer(200), json: null }, 'not-this-server'],
    [answer(500, { success: true }), 'server-failed'],
  ])('is not done by the answer %#', async (reply, code) => {
    expect(await of([reply])).toMatchObject({ failure: { behaviour: 'retry', problem: { code } } });
  });

  it('says whether a password was wrong or missing, and on which server', async () => {
    const refusal = refused(401, 'Mot de passe invalide');
    expect(await of([refusal], { secret: 'x' })).toEqual(
      fail('attention', problem('password-wrong', { server: 'peer' })),
    );
    expect(await of([refusal])).toEqual(fail('attention', problem('password-missing', { server: 'peer' })));
  });

  it('fails as the server fails where the password is out of reach, too', async () => {
    const ctx = { ...scripted([answer(502)]), secret: () => Promise.resolve(locked) };
    expect(await remove('sharekey', 'dk', ctx)).toMatchObject({ failure: { behaviour: 'server-busy' } });
    const refusing = { ...scripted([refused(400, 'Non')]), secret: () => Promise.resolve(locked) };
    expect(await remove('sharekey', 'dk', refusing)).toMatchObject({
      failure: { problem: { code: 'server-refused' } },
    });
  });
});
