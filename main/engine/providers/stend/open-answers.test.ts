import { expect, it } from 'vitest';
import { problem } from '../../../../preload/problems.ts';
import { fail } from '../../outcome.ts';
import type { Job } from '../provider.ts';
import { serverNow } from '../server-clock.ts';
import { captured, unread } from './fixtures/captured.ts';
import { answer, instanceBody, linesOf, refused, scripted } from './fixtures/scripted.ts';
import { open } from './open.ts';

const job: Job = {
  name: 'a.bin',
  folder: [],
  size: 2500,
  modifiedAt: 0,
  options: { expirySeconds: 600 },
  createInDoubt: false,
};
const wantsKey = { ...job, options: { ...job.options, key: 'mine' } };
const plan = (more: object = {}) =>
  answer(200, { transferKey: 'transferkey1', shareKey: 'sharekey', created: 5, chunkEvery: 1000, ...more });
const away = fail('retry', problem('server-stalled', { server: 'peer', seconds: 60 }));

it('an upload is remembered with all that its server said of it, and no settings where nothing changed', async () => {
  expect(await open(job, scripted([plan({ fileName: 'a.bin', expireTime: 300 })]))).toEqual({
    ok: true,
    value: {
      notices: [],
      remote: {
        transferKey: 'transferkey1',
        shareKey: 'sharekey',
        created: 5,
        chunkEvery: 1000,
        count: 3,
        name: 'a.bin',
        expireTime: 300,
        front: 'bare',
        apiVersion: '2.2.3',
        complete: false,
      },
    },
  });
});

it('the answer that lists every chunk may be as long as the chunks of the file need', async () => {
  const ctx = captured([plan()]);
  await open(job, ctx);
  expect(ctx.requests[0]?.most).toBe(1_048_576 + 3 * 250);
});

it('another name on the server is reported', async () => {
  expect(await open(job, scripted([plan({ fileName: 'b.bin' })]))).toMatchObject({
    value: {
      remote: { name: 'b.bin' },
      notices: [problem('name-adapted', { name: 'a.bin', used: 'b.bin', server: 'peer' })],
    },
  });
});

it('a key is called taken only where one was wanted, and another one was given', async () => {
  expect(await open(job, scripted([plan()]))).toMatchObject({ value: { notices: [] } });
  const none = await open(wantsKey, scripted([plan({ shareKey: null })]));
  expect(none).toMatchObject({ value: { remote: { shareKey: '' }, notices: [] } });
});

it('the server is read again where it was last read after now, as after a clock that was put back', async () => {
  const ctx = scripted([answer(200, instanceBody), plan()], { settings: { checkedAt: 1_000_001 } });
  expect(await open(job, ctx)).toMatchObject({ ok: true });
  expect(linesOf(ctx)).toEqual(['GET /instance', 'POST /files/create']);
});

it('what is in front of the server is found before the first upload', async () => {
  const nobody = { ...refused(400, 'Clé de transfert invalide'), early: true };
  const ctx = unread([answer(200, instanceBody), nobody, plan()], { settings: { front: undefined } });
  expect(await open(job, ctx)).toMatchObject({
    value: { remote: { front: 'bare' }, settings: { front: 'bare' } },
  });
  expect(ctx.requests.map(({ url }) => new URL(url).pathname)).toEqual([
    '/base/instance',
    '/base/files/uploadChunk',
    '/base/files/create',
  ]);
});

it('nothing is created where the server cannot be read', async () => {
  const ctx = scripted([answer(502, '<html>')], { settings: { checkedAt: 0 }, now: () => 1e9 });
  expect(await open(job, ctx)).toMatchObject({ failure: { behaviour: 'server-busy' } });
  expect(linesOf(ctx)).toEqual(['GET /instance']);
});

it('a create without an answer fails as it failed', async () => {
  expect(await open(job, scripted([away]))).toBe(away);
});

it('too many chunks are refused for good, before the create', async () => {
  const ctx = scripted([], { settings: { chunkSize: 1 } });
  expect(await open({ ...job, size: 125_001 }, ctx)).toMatchObject({
    failure: { behaviour: 'fatal', problem: { code: 'chunks-too-many' } },
  });
});

it('a plan without chunks is not the file, and the reason says so', async () => {
  expect(await open(job, scripted([plan({ chunks: [], chunkEvery: null })]))).toEqual(
    fail('attention', problem('not-this-server', { server: 'peer', got: 'chunks-not-file' })),
  );
});

it('the server’s clock is known from the create on', async () => {
  const ctx = scripted([plan()].map((one) => ({ ...one, headers: { date: new Date(90_000_000).toUTCString() } })));
  const own = { ...ctx, server: { ...ctx.server, id: 'clock' } };
  await open(job, own);
  expect(serverNow(own)).toBe(90_000_500);
});
