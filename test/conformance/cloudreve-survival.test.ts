/** What breaks between a client and a Cloudreve site that is not alone: tokens, time, nodes, stores. */
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../main/engine/http/client.ts';
import { type CloudreveFixture, makeFixture, type Policy } from './cloudreve.ts';
import type { CloudreveReport } from '../peers/cloudreve/chunk-log.ts';
import { makeContext, must, patiently, Upload } from './upload.ts';

const MiB = 1024 * 1024;
const closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const start = async (policy: Policy) => {
  const fixture: CloudreveFixture = await makeFixture(policy);
  closing.push(fixture.close);
  const http = createHttp({ serverName: 'peer', userAgent: 'Stevedore/test', proxy: 'none' });
  closing.push(() => http.close());
  const found = must(await fixture.provider.recognise(fixture.address, {}, http));
  const context = (settings: unknown) => {
    const ctx = makeContext(fixture, fixture.address, settings);
    closing.push(ctx.close);
    return ctx;
  };
  const { settings } = must(await fixture.provider.check(context(found?.settings)));
  const upload = (chunks: number) =>
    new Upload(fixture, context(settings), Math.ceil((chunks - 0.4) * (fixture.chunkBytes ?? 0)), {});
  const expectDone = async (file: Upload): Promise<void> => {
    must(await patiently(() => file.finish()));
    expect(await fixture.stored(file.remote)).toEqual({ size: file.job.size, sha256: file.hash() });
  };
  return { fixture, upload, expectDone };
};
const restart = { ok: false, failure: { behaviour: 'restart' } };

describe('a Cloudreve site', () => {
  it('whose tokens live three minutes is uploaded to without a word of it, and they are renewed a few times only', async () => {
    const { fixture, upload } = await start({
      type: 'local',
      chunk: 50_000,
      config: { access_token_ttl: 180 },
    });
    const file = upload(6);
    must(await file.open());
    for (let index = 0; index < 6; index++) {
      await fixture.peer.clock(54_000);
      must(await file.send(index));
    }
    must(await file.finish());
    // By the side door: the token of the fixture's own sign-in is over.
    const { uri } = fixture.provider.remote.schema.parse(file.remote) as { readonly uri: string };
    const stored = await fixture.peer.ask<object>(`/__peer/file?uri=${encodeURIComponent(uri)}`);
    expect(stored).toMatchObject({ size: file.job.size, sha256: file.hash() });
    const { refreshes, completed } = await fixture.peer.ask<CloudreveReport>('/__peer/report');
    expect(completed).toBe(1);
    expect(refreshes).toBeGreaterThan(0);
    expect(refreshes).toBeLessThanOrEqual(6);
  });

  it('whose session ends starts anew, by its own clock', async () => {
    const { fixture, upload, expectDone } = await start({
      type: 'local',
      chunk: 50_000,
      config: { upload_session_timeout: 180 },
    });
    const file = upload(3);
    must(await file.open());
    must(await file.send(0));
    await fixture.peer.clock(270_000);
    expect(await file.resume()).toMatchObject({ ...restart, failure: { problem: { code: 'deadline-passed' } } });
    must(await file.cancel());
    const again = upload(3);
    must(await again.open());
    await again.sendRest();
    await expectDone(again);
  });

  it('whose administrator deletes an unfinished file keeps its lock, which only the upload that made it may free', async () => {
    const { fixture, upload, expectDone } = await start({ type: 'local', chunk: 50_000 });
    const file = upload(2);
    must(await file.open());
    must(await file.send(0));
    const { uri } = fixture.provider.remote.schema.parse(file.remote) as { readonly uri: string };
    await fixture.peer.ask(`/__peer/delete?uri=${encodeURIComponent(uri)}`);
    expect(await file.resume()).toMatchObject(restart);
    expect(must(await file.cancel())).toEqual({});

    const other = upload(2);
    Object.assign(other.job, { name: file.job.name });
    const held = { ok: false, failure: { behaviour: 'attention', problem: { code: 'lock-held' } } };
    expect(await other.open()).toMatchObject(held);
    const again = upload(2);
    Object.assign(again.job, { name: file.job.name, earlier: file.remote });
    must(await again.open());
    await again.sendRest();
    await expectDone(again);
  });

  it('keeps what took a dead upload’s placeholder over, though that one is freed only then', async () => {
    const { fixture, upload, expectDone } = await start({ type: 'local', chunk: 50_000 });
    const dead = upload(2);
    must(await dead.open());
    must(await dead.send(0));
    // Times of the site are of whole seconds here and there.
    await fixture.peer.clock(1_500);
    await fixture.server.restart();
    expect(await dead.resume()).toMatchObject(restart);
    const later = upload(2);
    Object.assign(later.job, { name: dead.job.name });
    must(await patiently(() => later.open()));
    await later.sendRest();
    await expectDone(later);
    expect(must(await dead.cancel())).toEqual({});
    expect(await fixture.stored(later.remote)).toEqual({ size: later.job.size, sha256: later.hash() });
  });

  it('keeps nothing of an upload that is given up before the answer to its opening came', async () => {
    const { fixture, upload } = await start({ type: 'local', chunk: 50_000 });
    const file = upload(2);
    const left = async (): Promise<number> => {
      const found = await fixture.provider.leftovers?.find(file.ctx);
      return found?.ok === true ? found.value.length : NaN;
    };
    Object.assign(file.job, { createInDoubt: true, createTriedAt: Date.now() });
    const swallowed = fixture.meddler.swallowAnswer(fixture.requests.open);
    expect(await file.open()).toMatchObject({ ok: false, failure: { behaviour: 'retry' } });
    await swallowed;
    expect(await left()).toBe(1);
    expect(await fixture.provider.freeDoubt?.(file.opening)).toEqual({ ok: true, value: undefined });
    expect(await left()).toBe(0);
  });

  it('that its node cannot reach at the last chunk starts anew, and then completes', async () => {
    const { fixture, upload, expectDone } = await start({ type: 'remote', chunk: 50_000 });
    const file = upload(3);
    must(await file.open());
    await file.sendRest(2);
    await fixture.peer.words['break-callback']?.();
    expect(await file.send(2)).toMatchObject(restart);
    await fixture.peer.words['mend-callback']?.();
    expect(must(await file.cancel())).toEqual({});
    const again = upload(3);
    must(await again.open());
    await again.sendRest();
    await expectDone(again);
  });

  it('whose node was killed starts anew, though the site still has the session', async () => {
    const { fixture, upload } = await start({ type: 'remote', chunk: 50_000 });
    const file = upload(3);
    must(await file.open());
    await file.sendRest(1);
    await fixture.peer.words['kill-slave']?.();
    expect(await file.resume()).toMatchObject(restart);
    expect(must(await file.cancel())).toEqual({});
  });

  it('whose store is away at the callback is told again later', async () => {
    const { fixture, upload, expectDone } = await start({ type: 's3', chunk: 5 * MiB });
    const file = upload(2);
    must(await file.open());
    await file.sendRest();
    const { provider } = fixture;
    await fixture.peer.words['stop-s3']?.();
    const away = await provider.finish(file.call);
    expect(away).toMatchObject({
      ok: false,
      failure: { behaviour: expect.stringMatching(/retry|server-busy/) as unknown },
    });
    await fixture.peer.words['start-s3']?.();
    await expectDone(file);
  });

  it.each(['oss', 'obs'])(
    'whose store cannot reach it makes no file, in the store’s own words (%s)',
    async (type) => {
      const { fixture, upload } = await start({ type, chunk: 5 * MiB });
      const file = upload(1);
      must(await file.open());
      await file.sendRest();
      await fixture.peer.words['break-callback']?.();
      const { provider } = fixture;
      expect(await provider.finish(file.call)).toMatchObject({
        ...restart,
        failure: {
          problem: {
            code: 'not-completed',
            params: { words: expect.stringContaining('can not connect to your callbackUrl') as string },
          },
        },
      });
      expect(must(await file.cancel())).toEqual({});
    },
    60_000,
  );

  it('that was restarted before the callback starts anew', async () => {
    const { fixture, upload } = await start({ type: 's3', chunk: 5 * MiB });
    const file = upload(1);
    must(await file.open());
    await file.sendRest();
    await fixture.server.restart();
    expect(await file.finish()).toMatchObject(restart);
    expect(must(await file.cancel())).toEqual({});
  });

  it.each([['local'], ['s3']])('takes an empty file (%s)', async (type) => {
    const { fixture, upload, expectDone } = await start({ type, chunk: type === 's3' ? 5 * MiB : 50_000 });
    const file = upload(1);
    Object.assign(file.job, { size: 0 });
    must(await file.open());
    expect(must(await file.resume()).stored).toEqual([]);
    must(await file.send(0));
    await expectDone(file);
    expect(fixture.provider.capabilities.zeroByteFiles).toBe(true);
  });
});
