import { describe, expect, it } from 'vitest';
import { problem } from '../../../../preload/problems.ts';
import { asSaid } from '../../../../preload/problems/reasons.ts';
import { fail } from '../../outcome.ts';
import type { Job } from '../provider.ts';
import { answer, linesOf, refused, remote, scripted } from './fixtures/scripted.ts';
import { findWanted, probe, probeUpload } from './probe.ts';
import { keptRemote, keptSettings } from './state.ts';
import { verify } from './verify.ts';

const job: Job = { name: 'a.bin', folder: [], size: 2500, modifiedAt: 0, options: {}, createInDoubt: false };
const finished = { ...remote, shareKey: 'a&b', complete: true };
const info = answer(200, { downloadLink: '/x?t', expireDate: 99 });
const head = (length: string | undefined) => answer(200, '', { headers: { 'content-length': length ?? '' } });
const away = fail('retry', problem('server-stalled', { server: 'peer', seconds: 60 }));
const server = 'peer';

describe('verifying', () => {
  it('gives nothing that is not known', async () => {
    const ctx = scripted([answer(200, { downloadLink: '/x?t' }), head('2500')], { settings: { webUrl: undefined } });
    expect(await verify(job, finished, ctx)).toStrictEqual({
      ok: true,
      value: {
        share: { key: 'a&b' },
        proof: { by: 'stored-length', detail: 'Content-Length: 2500' },
        notices: [problem('web-address-unknown', { server })],
      },
    });
    expect(linesOf(ctx)).toEqual(['GET /files/info?sharekey=a%26b', 'HEAD /x?t']);
  });

  it('takes the end of the share from today’s answer where an earlier version kept none that is a time', async () => {
    const odd = { ...finished, expireDate: 1e300 };
    expect(await verify(job, odd, scripted([info, head('2500')]))).toMatchObject({
      value: { share: { expiresAt: 99 } },
    });
  });

  it.each([
    ['the question', [away]],
    ['the download', [info, away]],
    ['the second try', [info, answer(400), away]],
  ])('fails as %s fails', async (_what, script) => {
    expect(await verify(job, finished, scripted(script))).toBe(away);
  });

  it('asks a busy server once', async () => {
    const ctx = scripted([info, answer(502)]);
    expect(await verify(job, finished, ctx)).toEqual({
      ok: false,
      failure: { behaviour: 'server-busy', problem: problem('server-busy', { server, status: 502 }) },
    });
  });

  it('says what is wrong, and on which server', async () => {
    const of = (upload: typeof remote, ...script: Parameters<typeof scripted>[0] & object[]) =>
      verify(job, upload, scripted(script));
    expect(await of({ ...finished, spoilt: true })).toEqual(fail('restart', problem('cut-spoilt', { server })));
    expect(await of(finished, refused(400, 'Fichier non uploadé'))).toEqual(
      fail('restart', problem('session-gone', { server })),
    );
    expect(await of(finished, refused(400, 'Non'))).toEqual(
      fail('fatal', problem('server-refused', { server, status: 400, words: asSaid('Non') })),
    );
    expect(await of(finished, info, answer(400), info, answer(400))).toEqual(
      fail('retry', problem('server-failed', { server, status: 400, words: 'on-head' })),
    );
    for (const length of [undefined, '25oo', 'x2500', '12345678901234567'])
      expect(await of(finished, info, head(length))).toEqual(
        fail('retry', problem('not-this-server', { server, got: 'download-no-length' })),
      );
    expect(await of(finished, info, head('2499'))).toEqual(
      fail('restart', problem('verify-length', { server, stored: 2499, size: 2500 })),
    );
    expect(await of(finished, answer(200, { downloadLink: 'x' }))).toEqual(
      fail('retry', problem('not-this-server', { server, got: 'status:200' })),
    );
    expect(await of(finished, answer(201, { downloadLink: '/x' }))).toMatchObject({ ok: false });
  });
});

describe('asking what the server has', () => {
  it('fails as the question fails', async () => {
    expect(await probe(scripted([away]), 'k', 0)).toBe(away);
    expect(await probeUpload(scripted([away]), 'k')).toBe(away);
    expect(await findWanted(scripted([away]), remote, 0)).toBe(away);
    expect(await probe(scripted([answer(500)]), 'k', 0)).toMatchObject({
      failure: { problem: problem('server-failed', { server, status: 500, words: asSaid('') }) },
    });
    expect(await probe(scripted([answer(200, { error: 'Clé de partage invalide' })]), 'k', 0)).toMatchObject({
      failure: { behaviour: 'retry', problem: { code: 'not-this-server' } },
    });
    expect(await probe(scripted([refused(400, 'Non')]), 'k', 0)).toMatchObject({ failure: { behaviour: 'fatal' } });
  });

  it('begins with a chunk that the file has, goes up two steps, and halves from there', async () => {
    const having = (stored: number) =>
      scripted((request) => {
        const chunk = Number(/chunk=(\d+)$/.exec(request)?.[1]);
        if (chunk === stored) return refused(406, 'Not Acceptable');
        return refused(400, chunk < stored ? 'Chunk déjà uploadé' : 'Chunk précédent non uploadé');
      });
    const asked = async (stored: number, from: number): Promise<readonly string[]> => {
      const ctx = having(stored);
      expect(await findWanted(ctx, { ...remote, count: 100 }, from)).toEqual({ ok: true, value: stored });
      return linesOf(ctx).map((line) => line.replace(/.*=/, ''));
    };
    expect((await asked(44, 40)).slice(0, 4)).toEqual(['40', '41', '42', '71']);
    expect((await asked(10, 40)).slice(0, 2)).toEqual(['40', '19']);
    expect(await asked(99, 100)).toEqual(['99']);
  });

  it('sees an upload as unfinished, complete or gone, by a chunk that no file has', async () => {
    const ctx = scripted([refused(400, 'Numéro du chunk invalide')]);
    expect(await probeUpload(ctx, 'k')).toEqual({ ok: true, value: 'alive' });
    expect(linesOf(ctx)).toEqual(['PUT /files/uploadChunk?transferkey=k&chunk=999999999']);
    for (const [title, value] of [
      ['Fichier déjà uploadé', 'complete'],
      ['Clé de transfert invalide', 'gone'],
    ] as const) {
      expect(await probeUpload(scripted([refused(400, title)]), 'k')).toEqual({ ok: true, value });
      expect(await findWanted(scripted([refused(400, title)]), remote, 0)).toEqual({ ok: true, value });
    }
  });
});

it('what a later version kept is refused, not misread', () => {
  expect(() => keptSettings.migrate({}, 2)).toThrow('Stend settings of version 2 are not known');
  expect(() => keptRemote.migrate({}, 2)).toThrow('Stend uploads of version 2 are not known');
});

it.each([
  ['transferKey', ''],
  ['chunkEvery', 0],
  ['count', 0],
  ['front', 'other'],
  ['created', 'long ago'],
])('an upload with the %s %j is none', (field, value) => {
  expect(keptRemote.schema.safeParse(remote).success).toBe(true);
  expect(keptRemote.schema.safeParse({ ...remote, [field]: value }).success).toBe(false);
});
