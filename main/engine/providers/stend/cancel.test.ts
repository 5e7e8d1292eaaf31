import { describe, expect, it, vi } from 'vitest';
import type { Answer, Http } from '../../http/http.ts';
import { fail } from '../../outcome.ts';
import { problem } from '../../../../preload/problems.ts';
import type { Progress } from '../provider.ts';
import { cancel } from './cancel.ts';
import { answer, linesOf, refused, remote, scripted } from './fixtures/scripted.ts';

const progress: Progress = { count: 3, acknowledged: (index) => index < 1, tag: () => undefined, inFlight: [] };
const alive = refused(400, 'Numéro du chunk invalide');
const wanted = refused(406, 'Not Acceptable');
const complete = refused(400, 'Fichier déjà uploadé');
const gone = refused(400, 'Clé de transfert invalide');
const noShare = refused(400, 'Clé de partage invalide');
const removed = answer(200, { success: true });
const done = answer(200, { uploaded: true, shareKey: 'sharekey', deleteKey: 'dk/1', expireDate: 9 });
const finished = { ...remote, complete: true, deleteKey: 'dk', expireDate: 77 };

describe('cancelling', () => {
  it('completes an unfinished upload with empty chunks, keeps its delete key, and removes it', async () => {
    const remember = vi.fn();
    const ctx = scripted([alive, wanted, answer(200), done, removed], { secret: 'pass' });
    expect(await cancel(remote, progress, ctx, remember)).toEqual({ ok: true, value: {} });
    expect(linesOf(ctx)).toEqual([
      'PUT /files/uploadChunk?transferkey=transferkey1&chunk=999999999',
      'PUT /files/uploadChunk?transferkey=transferkey1&chunk=1',
      'PUT /files/uploadChunk?transferkey=transferkey1&chunk=1',
      'PUT /files/uploadChunk?transferkey=transferkey1&chunk=2',
      'DELETE /files/delete?sharekey=sharekey&deletekey=dk%2F1',
    ]);
    expect(ctx.asked[2]?.body).toMatch(/filename="chunk"\r\n[^\r]*\r\n\r\n\r\n--\S+--\r\n$/);
    expect(ctx.asked[4]?.headers).toEqual({ authorization: 'pass' });
    expect(remember).toHaveBeenCalledExactlyOnceWith({ ...finished, deleteKey: 'dk/1', expireDate: 9 });
  });

  it('waits for the answer that has the delete key, however long the server works on it', async () => {
    const slow = scripted([alive, wanted, answer(200), done, removed]);
    const http: Http = {
      send: (request) =>
        request.body !== undefined && (request.answerMs ?? 60_000) < 100_000
          ? Promise.resolve(fail('retry', problem('server-stalled', { server: 'peer', seconds: 60 })))
          : slow.http.send(request),
    };
    expect(await cancel(remote, progress, { ...slow, http }, () => undefined)).toEqual({ ok: true, value: {} });
  });

  it.each<[string, typeof remote, readonly Answer[]]>([
    ['of a finished upload removes it', finished, [removed]],
    ['of one that was removed already is done', finished, [noShare]],
    ['of one that the server no longer knows is done', remote, [gone]],
    ['of one that goes while it is emptied is done', remote, [alive, wanted, gone]],
    ['of a complete one that has expired is done', remote, [complete, noShare]],
  ])('%s', async (_what, kept, answers) => {
    expect(await cancel(kept, progress, scripted(answers), () => undefined)).toEqual({ ok: true, value: {} });
  });

  it.each<[string, typeof remote, readonly Answer[], number]>([
    ['was lost', { ...finished, deleteKey: undefined }, [], 77],
    ['is not taken', finished, [refused(400, 'Clé de suppression invalide')], 77],
    [
      'went with a lost answer',
      remote,
      [complete, answer(200, { uploaded: true, downloadLink: '/x', expireDate: 88 })],
      88,
    ],
  ])('tells until when the file stays where its delete key %s', async (_what, kept, answers, until) => {
    expect(await cancel(kept, progress, scripted(answers), () => undefined)).toMatchObject({
      ok: true,
      value: { left: { code: 'left-on-server', params: { until } } },
    });
  });

  it.each([
    ['probe', [answer(502, '<html>')]],
    ['empty chunk', [alive, wanted, answer(502, '<html>')]],
    ['removal', [alive, wanted, done, answer(502, '<html>')]],
  ])('is to be tried again where the server fails at the %s', async (_what, answers) => {
    const outcome = await cancel(remote, progress, scripted(answers), () => undefined);
    expect(outcome).toMatchObject({ ok: false, failure: { behaviour: 'server-busy' } });
  });

  it.each([answer(200, { error: 'maintenance' }), answer(200), answer(200, '<html>Sign in')])(
    'is not done where something before the server answers %#',
    async (reply) => {
      expect(await cancel(finished, progress, scripted([reply]), () => undefined)).toMatchObject({
        failure: { behaviour: 'retry', problem: { code: 'not-this-server' } },
      });
    },
  );

  it('removes a complete upload with the key that was told before a kill', async () => {
    const ctx = scripted([complete, removed]);
    const told = (key: string) => `told-${key}`;
    expect(await cancel(remote, progress, ctx, () => undefined, told)).toEqual({ ok: true, value: {} });
    expect(linesOf(ctx).at(-1)).toBe('DELETE /files/delete?sharekey=sharekey&deletekey=told-sharekey');
  });

  it('needs the password only where the server does', async () => {
    const locked = fail('attention', problem('secret-in-app', { server: 'peer' }));
    const out = { secret: () => Promise.resolve(locked) };
    const newer = { ...scripted([removed]), ...out };
    expect(await cancel(finished, progress, newer, () => undefined)).toEqual({ ok: true, value: {} });
    const older = { ...scripted([refused(401, 'Mot de passe invalide')]), ...out };
    expect(await cancel(finished, progress, older, () => undefined)).toBe(locked);
  });
});
