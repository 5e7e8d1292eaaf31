import { describe, expect, it } from 'vitest';
import type { Job } from '../provider.ts';
import { answer, instanceBody, linesOf, refused, scripted } from './fixtures/scripted.ts';
import { open } from './open.ts';
import { remoteSchema } from './state.ts';

const job: Job = {
  name: 'a.bin',
  folder: [],
  size: 2500,
  modifiedAt: 0,
  options: { expirySeconds: 600, key: 'mine' },
  createInDoubt: false,
};
const plan = (sizes: readonly number[], more: object = {}) =>
  answer(200, {
    fileName: 'a.bin',
    fileSize: 2500,
    shareKey: 'mine',
    expireTime: 600,
    created: 5,
    transferKey: 'transferkey1',
    uploaded: false,
    chunkEvery: 1000,
    chunks: sizes.map((size, pos) => ({ pos, uploaded: false, size })),
    ...more,
  });
const good = plan([1000, 1000, 500]);

describe('opening', () => {
  it('creates the upload with real numbers and the password, and keeps what it must remember', async () => {
    const ctx = scripted([good], { secret: 'pâss' });
    const opened = await open(job, ctx);
    expect(ctx.asked).toEqual([
      {
        request: 'POST /files/create',
        headers: { authorization: 'pâss' },
        body: '{"filename":"a.bin","filesize":2500,"expiretime":600,"sharekey":"mine"}',
      },
    ]);
    expect(opened).toMatchObject({
      ok: true,
      value: { notices: [], remote: { shareKey: 'mine', created: 5, count: 3, front: 'bare' } },
    });
    if (opened.ok) expect(remoteSchema.parse(JSON.parse(JSON.stringify(opened.value.remote)))).toBeDefined();
  });

  it('tells another key than the one asked for, and who may hold it', async () => {
    const other = plan([1000, 1000, 500], { shareKey: 'random' });
    const taken = { code: 'key-taken', params: { wanted: 'mine', got: 'random' } };
    expect(await open(job, scripted([other]))).toMatchObject({ value: { notices: [taken] } });
    const held = { code: 'key-held-by-lost-answer', params: { wanted: 'mine', until: 1_000_000 + 18_000_000 } };
    const inDoubt = { ...job, createInDoubt: true };
    expect(await open(inDoubt, scripted([other]))).toMatchObject({ value: { notices: [taken, held] } });
  });

  it('refuses a plan of too many chunks, before the create as far as is known, and by its answer', async () => {
    const large = { ...job, size: 125_001 };
    const chunks = Array.from({ length: 125_001 }, () => ({ size: 1 }));
    const lied = plan([], { fileSize: 125_001, chunkEvery: 1, chunks });
    expect(await open(large, scripted([lied]))).toMatchObject({
      failure: { behaviour: 'fatal', problem: { code: 'chunks-too-many' } },
    });
    const ctx = scripted([lied], { settings: { chunkSize: 1 } });
    expect(await open(large, ctx)).toMatchObject({ failure: { problem: { code: 'chunks-too-many' } } });
    expect(ctx.asked).toEqual([]);
  });

  it.each([[[1000, 1000]], [[1000, 1000, 1000]], [[1000, 500, 1000]], [[2500]], [[]]])(
    'does not trust chunks of %j',
    async (sizes) => {
      expect(await open(job, scripted([plan(sizes)]))).toMatchObject({ failure: { behaviour: 'attention' } });
    },
  );

  it('reads the server again where it was not looked at for long, and gives back what changed', async () => {
    const later = () => 1_000_000 + 600_000;
    const ctx = scripted([answer(200, { ...instanceBody, fileMaxSize: 7 }), good], { now: later });
    expect(await open(job, ctx)).toMatchObject({
      value: { settings: { fileMaxSize: 7, checkedAt: later(), front: 'bare' } },
    });
    expect(linesOf(ctx)).toEqual(['GET /instance', 'POST /files/create']);
  });

  it.each([
    [refused(401, 'Mot de passe invalide'), {}, 'attention', 'password-missing'],
    [refused(401, 'Mot de passe invalide'), { secret: 'x' }, 'attention', 'password-wrong'],
    [refused(500, 'Stockage insuffisant'), {}, 'attention', 'server-full'],
    [refused(500, 'Internal Server Error'), {}, 'retry', 'server-failed'],
    [refused(400, 'Clé de partage invalide'), {}, 'restart', 'session-gone'],
    [answer(200, '<html>'), {}, 'retry', 'not-this-server'],
    [answer(503, '<html>'), {}, 'server-busy', 'server-busy'],
  ])('is refused by the answer %#', async (reply, more, behaviour, code) => {
    expect(await open(job, scripted([reply], more))).toMatchObject({ failure: { behaviour, problem: { code } } });
  });

  it('says the limit of today where it was lowered', async () => {
    const lowered = answer(200, { ...instanceBody, fileMaxSize: 2000, fileMaxAge: '60' });
    expect(await open(job, scripted([refused(400, 'Fichier trop volumineux'), lowered]))).toMatchObject({
      failure: { behaviour: 'fatal', problem: { code: 'too-large', params: { limit: 2000 } } },
    });
    expect(await open(job, scripted([refused(400, 'Temps avant expiration trop long'), lowered]))).toMatchObject({
      failure: { behaviour: 'fatal', problem: { code: 'expiry-too-long', params: { wanted: 600, limit: 60 } } },
    });
  });

  it('sends no password that could not arrive as it is', async () => {
    const ctx = scripted([], { secret: 'ключ' });
    expect(await open(job, ctx)).toMatchObject({ failure: { problem: { code: 'password-unsendable' } } });
    expect(ctx.asked).toEqual([]);
  });
});
