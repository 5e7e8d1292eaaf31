import { describe, expect, it } from 'vitest';
import type { Answer } from '../../http/http.ts';
import type { Job } from '../provider.ts';
import { answer, linesOf, refused, remote, scripted } from './fixtures/scripted.ts';
import { verify } from './verify.ts';

const job: Job = {
  name: 'a.bin',
  folder: [],
  size: 2500,
  modifiedAt: 0,
  options: {},
  createInDoubt: false,
};
const info = answer(200, { uploaded: true, downloadLink: '/files/download?sharekey=sharekey&token=t', expireDate: 99 });
const head = (length: string | undefined): Answer =>
  answer(200, '', { headers: length === undefined ? {} : { 'content-length': length } });
const finished = { ...remote, complete: true, deleteKey: 'dk', expireDate: 77 };

describe('verifying', () => {
  it('proves the stored length, and gives the share', async () => {
    const ctx = scripted([info, head('2500')]);
    expect(await verify(job, finished, ctx)).toEqual({
      ok: true,
      value: {
        share: { key: 'sharekey', link: 'https://web.example/d?sharekey', deleteKey: 'dk', expiresAt: 77 },
        proof: { by: 'stored-length', detail: 'Content-Length: 2500' },
        notices: [],
      },
    });
    expect(linesOf(ctx)).toEqual([
      'GET /files/info?sharekey=sharekey',
      'HEAD /files/download?sharekey=sharekey&token=t',
    ]);
    expect(ctx.asked[1]?.headers).toEqual({ 'accept-encoding': 'identity' });
  });

  it('shows the key alone where no web page is known', async () => {
    const ctx = scripted([info, head('2500')], { settings: { webUrl: undefined } });
    const verified = await verify(job, { ...finished, expireDate: undefined }, ctx);
    expect(verified).toMatchObject({
      value: { share: { key: 'sharekey', expiresAt: 99 }, notices: [{ code: 'web-address-unknown' }] },
    });
    expect(verified.ok && verified.value.share).not.toHaveProperty('link');
  });

  it('takes a new token where the first has died', async () => {
    const ctx = scripted([info, answer(400), info, head('2500')]);
    expect(await verify(job, finished, ctx)).toMatchObject({ ok: true });
  });

  it.each(['2499', '2501', '0'])('starts anew where %s bytes are stored', async (stored) => {
    expect(await verify(job, finished, scripted([info, head(stored)]))).toMatchObject({
      failure: { behaviour: 'restart', problem: { code: 'verify-length', params: { stored: Number(stored) } } },
    });
  });

  it.each<[string, readonly Answer[], string, string]>([
    ['the share is gone', [refused(400, 'Clé de partage invalide')], 'restart', 'session-gone'],
    ['the file is not complete', [refused(400, 'Fichier non uploadé')], 'restart', 'session-gone'],
    ['something else answers', [answer(200, '<html>')], 'retry', 'not-this-server'],
    [
      'the link leads elsewhere',
      [answer(200, { uploaded: true, downloadLink: 'https://evil/' })],
      'retry',
      'not-this-server',
    ],
    ['HEAD fails twice', [info, answer(500), info, answer(500)], 'retry', 'server-failed'],
    ['HEAD is refused twice', [info, answer(400), info, answer(400)], 'retry', 'server-failed'],
    ['HEAD is asked to wait', [info, answer(503)], 'server-busy', 'server-busy'],
    ['HEAD tells no length', [info, head(undefined)], 'retry', 'not-this-server'],
  ])('is not done where %s', async (_what, answers, behaviour, code) => {
    expect(await verify(job, finished, scripted(answers))).toMatchObject({
      ok: false,
      failure: { behaviour, problem: { code } },
    });
  });

  it('is never done of an upload with a short chunk', async () => {
    expect(await verify(job, { ...finished, spoilt: true }, scripted([]))).toMatchObject({
      failure: { behaviour: 'restart' },
    });
  });
});
