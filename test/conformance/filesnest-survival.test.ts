/** What breaks between a client and a FilesNest server: names of all its users, merges that stand still, a limit that is lowered. */
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../main/engine/http/client.ts';
import type { FilesNestRemote } from '../../main/engine/providers/filesnest/state.ts';
import { OneUpload } from '../faults/one-upload.ts';
import type { Vice } from '../peers/filesnest/config.ts';
import type { FilesNestReport } from '../peers/filesnest/journal.ts';
import { type FilesNestFixture, makeFixture } from './filesnest.ts';
import { makeContext, must, patiently, Upload } from './upload.ts';

const minute = 60_000;
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

type Api = 'seed' | 'head';

const start = async (api: Api, vices: readonly Vice[] = [], config: object = {}): Promise<FilesNestFixture> => {
  const fixture = await makeFixture(api, { config: { vices, ...config } }, { parallel: 1 });
  closing.push(fixture.close);
  return fixture;
};
const report = ({ peer }: FilesNestFixture): Promise<FilesNestReport> => peer.ask('/__peer/report');

/** Uploads of a fixture's server, one call after the other. */
const files = async (fixture: FilesNestFixture, token = fixture.secret) => {
  const http = createHttp({ serverName: 'peer', userAgent: 'Stevedore/test', proxy: 'none' });
  closing.push(() => http.close());
  const found = must(await fixture.provider.recognise(fixture.address, fixture.given, http));
  const context = () => {
    const ctx = makeContext({ ...fixture, secret: token }, fixture.address, found?.settings);
    closing.push(ctx.close);
    return ctx;
  };
  const upload = (name?: string, options = {}, chunks = 2): Upload => {
    const made = new Upload(fixture, context(), Math.ceil((chunks - 0.4) * 50_000), options);
    if (name !== undefined) Object.assign(made.job, { name });
    return made;
  };
  return { context, upload };
};
/** An upload whose create is answered, and the answer lost. */
const lost = async (fixture: FilesNestFixture, file: Upload): Promise<void> => {
  const swallowed = fixture.meddler.swallowAnswer(fixture.requests.open);
  const createTriedAt = Date.now();
  expect(await file.open()).toMatchObject({ ok: false, failure: { behaviour: 'retry' } });
  await swallowed;
  Object.assign(file.job, { createInDoubt: true, createTriedAt });
};
const expectDone = async (fixture: FilesNestFixture, file: Upload): Promise<void> => {
  must(await patiently(() => file.finish()));
  expect(await fixture.stored(file.remote)).toEqual({ size: file.job.size, sha256: file.hash() });
};
const idOf = ({ remote }: Upload): string => (remote as FilesNestRemote).id;

describe.each(['seed', 'head'] as const)('a create whose answer was lost (%s)', (api) => {
  it('is continued with the file that it made, and none is made beside it', async () => {
    const fixture = await start(api);
    const { upload } = await files(fixture);
    const file = upload();
    await lost(fixture, file);
    must(await file.open());
    await file.sendRest();
    await expectDone(fixture, file);
    expect(await report(fixture)).toMatchObject({ creates: { [idOf(file)]: 1 }, deletes: {} });
  });

  it('is not taken for a file of the same name that another client sends, nor for another user’s', async () => {
    const fixture = await start(api);
    const { upload } = await files(fixture);
    const theirs = upload('shared name.bin');
    must(await theirs.open());
    must(await theirs.send(0));
    const other = (await files(fixture, fixture.peer.vars['token2'])).upload('theirs.bin');
    must(await other.open());
    for (const name of ['shared name.bin', 'theirs.bin']) {
      const mine = upload(name);
      Object.assign(mine.job, { createInDoubt: true, createTriedAt: Date.now() - minute });
      expect(await mine.open()).toMatchObject({
        failure: { behaviour: 'attention', problem: { code: 'name-taken', params: { name } } },
      });
      must((await fixture.provider.freeDoubt?.(mine.opening)) ?? { ok: true, value: undefined });
    }
    expect((await report(fixture)).deletes).toEqual({});
    await theirs.sendRest();
    await expectDone(fixture, theirs);
    await other.sendRest();
    await expectDone(fixture, other);
  });

  it('leaves nothing where the upload is cancelled then', async () => {
    const fixture = await start(api);
    const { upload } = await files(fixture);
    const file = upload();
    await lost(fixture, file);
    must((await fixture.provider.freeDoubt?.(file.opening)) ?? { ok: true, value: undefined });
    expect(await report(fixture)).toMatchObject({ deletes: { '1': 1 } });
    must(await upload(file.job.name).open());
  });
});

it('a name that is taken is skipped or numbered by choice', async () => {
  const fixture = await start('head');
  const { upload } = await files(fixture);
  must(await upload('report.tar.gz').open());
  expect(await upload('report.tar.gz', { extra: { conflict: 'skip' } }).open()).toMatchObject({
    failure: { behaviour: 'left-out', problem: { code: 'name-skipped' } },
  });
  const second = upload('report.tar.gz', { extra: { conflict: 'rename' } });
  expect(must(await second.open())).toMatchObject({ name: 'report (2).tar.gz' });
  await second.sendRest();
  await expectDone(fixture, second);
});

it.each(['seed', 'head'] as const)(
  'a token that was revoked in the middle of an upload waits for a sign-in (%s)',
  async (api) => {
    const fixture = await start(api);
    const { upload } = await files(fixture);
    const file = upload();
    must(await file.open());
    must(await file.send(0));
    const token = fixture.secret ?? '';
    await fixture.peer.ask(`/__peer/revoke?token=${encodeURIComponent(token)}`);
    const out = { failure: { behaviour: 'attention', scope: 'account', problem: { code: 'signed-out' } } };
    expect(await file.send(1)).toMatchObject(out);
    expect(await file.resume()).toMatchObject(out);
    expect(await file.cancel()).toMatchObject(out);
  },
);

it('a file of another account is no session that is gone: the user signs in as its owner', async () => {
  const fixture = await start('head');
  const { upload } = await files(fixture);
  const file = upload();
  must(await file.open());
  const { context } = await files(fixture, fixture.peer.vars['token2']);
  file.afterKill(context());
  const other = { failure: { behaviour: 'attention', problem: { code: 'not-owner' } } };
  expect(await file.resume()).toMatchObject(other);
  expect(await file.send(0)).toMatchObject(other);
  expect(must(await file.cancel())).toMatchObject({ left: { code: 'not-deletable' } });
});

it.each(['seed', 'head'] as const)(
  'a chunk that was damaged on its way is found, and nothing false is done (%s)',
  async (api) => {
    const fixture = await start(api, [{ at: 'chunk', number: 2, does: 'corrupt' }]);
    const { upload } = await files(fixture);
    const file = upload();
    must(await file.open());
    await file.sendRest();
    expect(await file.finish()).toMatchObject({
      failure: { behaviour: 'restart', notStored: true, problem: { code: 'not-completed' } },
    });
    must(await file.cancel());
    const again = upload(file.job.name);
    must(await again.open());
    await again.sendRest();
    await expectDone(fixture, again);
  },
);

it('a chunk that was stored behind a failing answer is not sent again', async () => {
  const fixture = await start('head', [{ at: 'chunk', number: 1, does: 500, acted: true }]);
  const { upload } = await files(fixture);
  const file = upload();
  must(await file.open());
  expect(await file.send(0)).toMatchObject({ failure: { behaviour: 'retry', problem: { code: 'server-failed' } } });
  expect(must(await file.resume())).toMatchObject({ stored: [0] });
  await file.sendRest();
  await expectDone(fixture, file);
  expect([...(await fixture.bodies(file.remote)).values()]).toEqual([1, 1]);
});

it('a limit that was lowered is met with smaller chunks', async () => {
  const fixture = await start('head', [], { post_max_size: '40K' });
  const { upload } = await files(fixture);
  const file = upload();
  Object.assign(file.ctx.server.settings as object, { uploadMaxSize: 0, checkedAt: Date.now() });
  must(await file.open());
  expect(await file.send(0)).toMatchObject({
    failure: { behaviour: 'restart', problem: { code: 'chunk-limit-lowered' } },
  });
  must(await file.cancel());
  Object.assign(file.ctx.server.settings as object, { checkedAt: 0 });
  must(await file.open());
  expect(file.shape.chunkSize).toBe(40 * 1024);
  await file.sendRest();
  await expectDone(fixture, file);
});

describe.each(['seed', 'head'] as const)('a merge (%s)', (api) => {
  const uploading = async (fixture: FilesNestFixture): Promise<OneUpload> => {
    const made = await OneUpload.make(fixture, 3);
    closing.push(() => made.remove());
    closing.push(() => made.close());
    await made.open();
    await made.queue.start();
    return made;
  };
  const atWork = ({ row }: OneUpload): boolean => row?.state === 'waiting' && row.waitFor === 'server-work';

  it('that its server forgot is started again, and the file is done', async () => {
    const fixture = await start(api, [{ at: 'merge', does: 'forget' }], { merge: 150_000 });
    const made = await uploading(fixture);
    const remote = () => made.row?.remote?.value as FilesNestRemote | undefined;
    await made.until(() => atWork(made) && remote()?.merge?.again === 0);
    await fixture.peer.clock(151_000);
    await made.until(() => atWork(made) && remote()?.merge?.again === 1 && remote()?.resend === undefined);
    await fixture.peer.clock(302_000);
    expect(await made.reached('done', 'attention', 'failed')).toBe('done');
    expect(await made.isStored()).toBe(true);
    const { nudges, transfers } = await report(fixture);
    expect(Object.values(nudges)).toEqual(api === 'seed' ? [1] : []);
    const again = Object.values(transfers).flatMap((chunks) => Object.values(chunks).map((chunk) => chunk.again));
    expect(again.every((times) => times === 0)).toBe(true);
  });

  it('that never comes about is asked about, and goes on with a retry', async () => {
    const fixture = await start(api, [], { merge: 'told' });
    const made = await uploading(fixture);
    await made.until(() => (made.row?.remote?.value as FilesNestRemote | undefined)?.merge !== undefined);
    await fixture.peer.clock(31 * minute);
    expect(await made.reached('done', 'attention', 'failed')).toBe('attention');
    expect(made.row?.problem).toMatchObject({ code: 'merge-slow' });
    await made.decide('retry');
    await made.until(() => atWork(made));
    await fixture.peer.ask('/__peer/merge');
    await made.isDone(2);
  });

  it('that fails starts the file over, and is given up after three times', async () => {
    const fixture = await start(api, [{ at: 'merge', does: 'fail', times: 9 }]);
    const made = await uploading(fixture);
    expect(await made.reached('done', 'attention', 'failed')).toBe('failed');
    expect(made.row?.problem).toMatchObject({ code: 'never-completed' });
    const { creates, deletes } = await report(fixture);
    expect(Object.keys(creates)).toHaveLength(3);
    expect(Object.keys(deletes).length).toBeGreaterThanOrEqual(2);
  });
});

it('several chunks of a file go at the same time', async () => {
  const fixture = await makeFixture('head', {}, { parallel: 4 });
  closing.push(fixture.close);
  const made = await OneUpload.make(fixture, 9);
  closing.push(() => made.remove());
  closing.push(() => made.close());
  await made.open();
  await made.queue.start();
  await made.isDone();
});
