/**
 * What every provider has to keep, said against the interface alone and tried on a server: nothing is lost, nothing is
 * sent twice, done means verified. A provider runs it with its stand-in.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { problem } from '../../preload/problems.ts';
import { createHttp } from '../../main/engine/http/client.ts';
import {
  FailureError,
  type ProviderContext,
  type Share,
  type TransferOptions,
} from '../../main/engine/providers/provider.ts';
import type { Fixture } from './fixture.ts';
import { makeContext, must, patiently, run, Upload } from './upload.ts';

/** A server that nobody answers for: the same again later, alone or as a whole server. */
const outOfReach = { ok: false, failure: { behaviour: expect.stringMatching(/^(retry|server-busy)$/) as unknown } };

/** A site that answers everything with one body. */
const startSite = async (type: string, body: string): Promise<{ url: string; close: () => void }> => {
  const site = createServer((_request, response) => response.setHeader('content-type', type).end(body));
  await new Promise<void>((resolve) => void site.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(site.address() as AddressInfo).port}`,
    close: () => site.close().closeAllConnections(),
  };
};

export const conformance = (name: string, makeFixture: () => Promise<Fixture>): void => {
  describe(name, () => {
    let fixture: Fixture;
    let address: string;
    let settings: unknown;
    const closing: (() => void)[] = [];

    const context = (now?: () => number): ProviderContext<unknown> => {
      const ctx = makeContext(fixture, address, settings, now);
      closing.push(ctx.close);
      return ctx;
    };
    const plainHttp = () => {
      const http = createHttp({ serverName: 'peer', userAgent: 'Stevedore/test', proxy: 'none' });
      closing.push(() => http.close());
      return http;
    };
    const chunkBytes = () => fixture.chunkBytes ?? fixture.provider.limits(settings).chunkSize ?? 100_000;
    /** A file of so many chunks, the last one short. */
    const upload = (chunks: number, options: TransferOptions = {}): Upload =>
      new Upload(fixture, context(), Math.ceil((chunks - 0.4) * chunkBytes()), options);
    const opened = async (chunks: number, options: TransferOptions = {}): Promise<Upload> => {
      const made = upload(chunks, options);
      must(await patiently(() => made.open()));
      return made;
    };
    /** Done, verified, and byte for byte what was sent. */
    const expectDone = async (done: Upload): Promise<void> => {
      const verified = must(await done.finish());
      expect(verified.proof.detail).not.toBe('');
      expect(await fixture.stored(done.remote)).toEqual({ size: done.job.size, sha256: done.hash() });
    };
    const expectFreed = async (freed: Upload): Promise<void> => {
      expect(await fixture.stored(freed.remote)).toBeUndefined();
      expect((await freed.verify()).ok).toBe(false);
    };
    /**
     * What its server forgot starts anew, in the same file under another name. Some servers only tell it when all is
     * sent.
     */
    const anew = async (file: Upload, resumed: { readonly ok: boolean }, chunks: number): Promise<Upload> => {
      let told = resumed;
      while (told.ok && file.next !== undefined) told = await file.send(file.next);
      expect(told).toMatchObject({ ok: false, failure: { behaviour: 'restart' } });
      must(await patiently(() => file.cancel()));
      await expectFreed(file);
      return opened(chunks);
    };
    const mostBodies = async (of: Upload): Promise<number> =>
      Math.max(0, ...(await fixture.bodies(of.remote)).values());

    beforeAll(async () => {
      fixture = await makeFixture();
      const found = must(await fixture.provider.recognise(fixture.address, fixture.given, plainHttp()));
      if (found === undefined) throw new Error('the provider does not recognise its own server');
      address = found.address;
      settings = found.settings;
      settings = must(await fixture.provider.check(context())).settings;
    });
    afterEach(async () => {
      await fixture.meddler.heal();
      for (const close of closing.splice(0)) close();
    });
    afterAll(async () => {
      await fixture.close();
    });

    describe('a server', () => {
      it('is recognised at an address with a slash behind it, and kept without', async () => {
        const found = must(await fixture.provider.recognise(`${fixture.address}/`, fixture.given, plainHttp()));
        expect(found?.address).toBe(fixture.address);
        expect(found?.title).not.toBe('');
      });

      it.each([
        ['a web page', 'text/html', '<!doctype html><title>Welcome</title>'],
        ['JSON of something else', 'application/json', '{"status":"ok"}'],
        ['an empty answer', 'text/plain', ''],
      ])('is not recognised in %s', async (_what, type, body) => {
        const site = await startSite(type, body);
        closing.push(site.close);
        expect(must(await fixture.provider.recognise(site.url, {}, plainHttp()))).toBeUndefined();
      });

      it('that does not answer is a failure that passes, not a server of another kind', async () => {
        await fixture.meddler.sever();
        const found = await fixture.provider.recognise(fixture.address, fixture.given, plainHttp());
        await fixture.meddler.heal();
        expect(found).toMatchObject(outOfReach);
      });

      it('keeps settings that go through JSON and the schema unchanged', async () => {
        const { settings: checked } = must(await fixture.provider.check(context()));
        const { schema } = fixture.provider.settings;
        expect(schema.parse(JSON.parse(JSON.stringify(checked)))).toEqual(checked);
      });

      it('asks for the password again where it is wrong or missing', async () => {
        if (fixture.secret === undefined) {
          expect(fixture.provider.capabilities.password).not.toBe('required');
          return;
        }
        const { wrong, missing } = fixture.refusals ?? { wrong: 'password-wrong', missing: 'password-missing' };
        for (const [secret, code] of [
          ['wrong', wrong],
          [undefined, missing],
        ] as const) {
          const ctx = { ...context(), secret: () => Promise.resolve({ ok: true, value: secret } as const) };
          const refused = { ok: false, failure: { behaviour: 'attention', problem: { code } } };
          expect(await fixture.provider.check(ctx)).toMatchObject(refused);
          const without = new Upload(fixture, ctx, 1000, {});
          expect(await without.open()).toMatchObject(refused);
        }
      });
    });

    describe('a file', () => {
      it('is refused in words before anything is sent where a limit forbids it', () => {
        const { provider } = fixture;
        const { fileSize, expirySeconds } = provider.limits(settings);
        const judge = (size: number, options: TransferOptions = {}) =>
          provider.admit({ name: 'a.bin', folder: [], size, path: '/a.bin' }, options, { name: 'peer', settings });
        if (!provider.capabilities.zeroByteFiles) expect(judge(0)).toHaveProperty('refused.code', 'file-empty');
        if (fileSize !== undefined) {
          expect(judge(fileSize + 1)).toHaveProperty('refused.code', 'too-large');
          expect(judge(fileSize)).not.toHaveProperty('refused');
        }
        if (provider.capabilities.expiry) {
          for (const wrong of [0, -1, NaN, Infinity])
            expect(judge(1, { expirySeconds: wrong })).toHaveProperty('refused');
          if (expirySeconds !== undefined) {
            expect(judge(1, { expirySeconds })).not.toHaveProperty('refused');
            expect(judge(1, { expirySeconds: expirySeconds + 1 })).toHaveProperty('refused.code', 'expiry-too-long');
          }
        }
      });

      it.each([
        ['one byte', () => 1],
        ['one byte less than a chunk', () => chunkBytes() - 1],
        ['just one chunk', () => chunkBytes()],
        ['one byte more than a chunk', () => chunkBytes() + 1],
        ['just three chunks', () => 3 * chunkBytes()],
      ])('of %s arrives byte for byte, each chunk sent once', async (_what, size) => {
        const file = new Upload(fixture, context(), size(), {});
        must(await file.open());
        await file.sendRest();
        await expectDone(file);
        expect(await mostBodies(file)).toBe(1);
      });

      it.each([
        'Ω≈ç√ 東京.txt',
        'été à Noël.txt',
        '😀.jpg',
        'שלום עולם.pdf',
        `${'n'.repeat(300)}.tar.gz`,
        'a/../b".txt',
      ])('called %s can be verified under the name that is told', async (odd) => {
        const { provider } = fixture;
        const file = { name: odd, folder: [`Ordner ⅷ ${run}`], size: 10, path: '/odd' };
        const admitted = provider.admit(file, {}, { name: 'peer', settings });
        if ('refused' in admitted) throw new Error('refused');
        const made = new Upload(fixture, context(), 10, {});
        Object.assign(made.job, { name: admitted.name, folder: file.folder });
        expect(must(await made.open()).notices).toEqual([]);
        await made.sendRest();
        await expectDone(made);
      });

      it('gives its delete key to the queue in the answer that completes it, and in the share', async () => {
        const file = await opened(2);
        await file.sendRest();
        const { share } = must(await file.finish());
        const { revoke, list } = fixture.provider.capabilities.shares;
        // What the account lists needs no key to be taken back.
        if (revoke && !list) expect(file.told).toEqual([{ shareKey: share?.key, deleteKey: share?.deleteKey }]);
      });

      it('whose server answers with a proxy’s page waits for the whole server', async () => {
        const file = await opened(2);
        const page = '<html><h1>Bad Gateway</h1></html>';
        const { chunk } = fixture.requests;
        void fixture.meddler.answer(chunk, 502, { 'content-type': 'text/html', 'retry-after': '7' }, page);
        expect(await file.resume()).toMatchObject({
          ok: false,
          failure: { behaviour: 'server-busy', afterMs: 7000, problem: { code: 'server-busy' } },
        });
        must(await file.resume());
        await file.sendRest();
        await expectDone(file);
      });

      it('that a sign-in page of the network answers for is not taken for stored', async () => {
        const file = await opened(2);
        const page = '<!doctype html><form>Hotel guest?</form>';
        const { chunk } = fixture.requests;
        void fixture.meddler.answer(chunk, 200, { 'content-type': 'text/html' }, page);
        expect(await file.send(0)).toMatchObject({ ok: false, failure: { behaviour: 'retry' } });
      });
    });

    describe('after a break', () => {
      it('goes on from the last acknowledged chunk after a kill, wherever it came', async () => {
        for (let sent = 0, count = 4; sent <= count; sent++) {
          let file = await opened(4);
          count = file.count;
          await file.sendRest(sent);
          file.afterKill(context());
          const restarts = sent % 2 === 1 && sent < count;
          if (restarts) await fixture.server.restart();
          const resumed = await patiently(() => file.resume());
          if (restarts && fixture.server.forgets === true) file = await anew(file, resumed, 4);
          else {
            expect(must(resumed).stored).toEqual([]);
            expect(file.next).toBe(sent === count ? undefined : sent);
          }
          await file.sendRest();
          await expectDone(file);
          expect(await mostBodies(file)).toBe(1);
        }
      });

      it('of the opening answer opens again, and tells what became of an own key', async () => {
        const { ownKey } = fixture.provider.capabilities;
        const file = upload(2, ownKey ? { key: 'indoubt' } : {});
        const swallowed = fixture.meddler.swallowAnswer(fixture.requests.open);
        expect(await file.open()).toMatchObject({ ok: false, failure: { behaviour: 'retry' } });
        await swallowed;
        Object.assign(file.job, { createInDoubt: true, createTriedAt: Date.now() });
        const { notices } = must(await file.open());
        if (ownKey && notices.length > 0)
          expect(notices.map(({ code }) => code)).toEqual(['key-taken', 'key-held-by-lost-answer']);
        await file.sendRest();
        await expectDone(file);
      });

      it('does not send a chunk again whose answer was lost', async () => {
        const ownRecord = fixture.provider.capabilities.resume === 'own-record';
        for (let lost = 0, count = 3; lost < count; lost++) {
          const file = await opened(3);
          count = file.count;
          await file.sendRest(lost);
          const swallowed = fixture.meddler.swallowAnswer(fixture.requests.chunk);
          expect(await file.send(lost)).toMatchObject({ ok: false, failure: { behaviour: 'retry' } });
          await swallowed;
          const { stored } = must(await patiently(() => file.resume()));
          // Where nobody can be asked which chunks are there, the one in doubt is sent again, and none beside it.
          if (!ownRecord || stored.length > 0) expect(stored).toEqual([lost]);
          const again = stored.length === 0 ? lost : undefined;
          await file.sendRest();
          await expectDone(file);
          for (const [index, bodies] of await fixture.bodies(file.remote)) expect(bodies).toBe(index === again ? 2 : 1);
        }
      });

      it('finds what the server has where its own record is far behind', async () => {
        const file = await opened(9);
        const behind = new Upload(fixture, file.ctx, file.job.size, {});
        // One that is taken whole has no record to be behind.
        await file.sendRest(Math.min(7, file.count - 1));
        behind.keep(file.remote);
        const { stored } = must(await behind.resume());
        if (fixture.provider.capabilities.resume !== 'own-record') expect(stored).toEqual([0, 1, 2, 3, 4, 5, 6]);
        await behind.sendRest();
        await expectDone(behind);
      });

      it('before a connection stood sends nothing, and goes on', async () => {
        const file = await opened(3);
        const next = Math.min(1, file.count - 1);
        await file.sendRest(next);
        file.afterKill(context());
        await fixture.meddler.sever();
        expect(await file.send(next)).toMatchObject(outOfReach);
        expect(file.progress.inFlight).toEqual([{ index: next, begun: false }]);
        expect(await file.resume()).toMatchObject(outOfReach);
        await fixture.meddler.heal();
        must(await file.resume());
        await file.sendRest();
        await expectDone(file);
        expect(await mostBodies(file)).toBe(1);
      });

      it('in the middle of a chunk ends in a file that is whole', async () => {
        let file = await opened(3);
        const { cut } = file.shape;
        const next = Math.min(1, file.count - 1);
        await file.sendRest(next);
        const done = fixture.meddler.cut(fixture.requests.chunk, Math.floor(chunkBytes() / 2));
        expect(await file.send(next)).toMatchObject({ ok: false, failure: { behaviour: 'retry' } });
        await done;
        expect(file.progress.inFlight).toEqual([{ index: next, begun: true }]);
        const resumed = await patiently(() => file.resume());
        if (cut === 'harmless') expect(must(resumed).stored).toEqual([]);
        else {
          expect(resumed).toMatchObject({ ok: false, failure: { behaviour: 'restart' } });
          expect(must(await patiently(() => file.cancel()))).toEqual({});
          await expectFreed(file);
          file = await opened(3);
        }
        await file.sendRest();
        await expectDone(file);
      });

      it('of a server that was killed goes on with what it has', async () => {
        let file = await opened(3);
        await file.sendRest(Math.min(2, file.count - 1));
        await fixture.server.kill();
        const resumed = await patiently(() => file.resume());
        if (fixture.server.forgets === true) file = await anew(file, resumed, 3);
        else expect(must(resumed).stored).toEqual([]);
        await file.sendRest();
        await expectDone(file);
      });

      it('starts anew where the server no longer has the upload', async () => {
        const { unfinishedSeconds } = fixture.provider.limits(settings);
        const { pass } = fixture.server;
        if (unfinishedSeconds === undefined) return;
        const file = await opened(3);
        await file.sendRest(1);
        const late = context(() => Date.now() + unfinishedSeconds * 1000);
        file.afterKill(late);
        const passed = { ok: false, failure: { behaviour: 'restart', problem: { code: 'deadline-passed' } } };
        expect(await file.resume()).toMatchObject(passed);
        if (pass === undefined) return;
        await pass((unfinishedSeconds + 1) * 1000);
        file.afterKill(context());
        expect(await file.resume()).toMatchObject({ ok: false, failure: { behaviour: 'restart' } });
        expect(await file.send(1)).toMatchObject({ ok: false, failure: { behaviour: 'restart' } });
        expect(must(await file.cancel())).toEqual({});
      });
    });

    describe('done', () => {
      it('is not said of a file that is stored with another length', async () => {
        if (fixture.storeShort === undefined) return;
        const file = await opened(2);
        file.keep(await fixture.storeShort(file.remote));
        expect(await file.verify()).toMatchObject({ ok: false, failure: { behaviour: 'restart' } });
        expect(must(await file.cancel())).toEqual({});
        await expectFreed(file);
      });

      it('can be asked again after the server was restarted', async () => {
        const file = await opened(1);
        await file.sendRest();
        if (fixture.server.forgets === true) await expectDone(file);
        await fixture.server.restart();
        await expectDone(file);
        await expectDone(file);
      });

      it('waits where the server cannot be reached', async () => {
        const file = await opened(1);
        await file.sendRest();
        await fixture.meddler.sever();
        expect(await file.verify()).toMatchObject(outOfReach);
        await fixture.meddler.heal();
        await expectDone(file);
      });
    });

    describe('cancelling', () => {
      it('frees the server in every phase, the own key too, and can be repeated', async () => {
        const key = fixture.provider.capabilities.ownKey ? { key: 'keptfree' } : {};
        for (const phase of ['opened', 'some chunks', 'all chunks', 'done'] as const) {
          const file = await opened(3, key);
          if (phase === 'some chunks') await file.sendRest(2);
          if (phase === 'all chunks' || phase === 'done') await file.sendRest();
          if (phase === 'done') must(await file.finish());
          expect(must(await file.cancel())).toEqual({});
          await expectFreed(file);
          expect(must(await file.cancel())).toEqual({});
        }
        if (!fixture.provider.capabilities.ownKey) return;
        expect(must(await upload(1, key).open()).notices).toEqual([]);
      });

      it('in the middle of a chunk ends it in an orderly way, and harms no server', async () => {
        for (const chunks of [1, 3]) {
          const crashes = await fixture.server.crashes();
          const file = await opened(chunks);
          const stop = new AbortController();
          const onBytes = (given: number): void => {
            if (given > chunkBytes() / 3) stop.abort();
          };
          const sending = file.shape.cut === 'harmless' ? { signal: stop.signal } : { ending: stop.signal };
          const sent = await file.send(0, { onBytes, ...sending }).catch((error: unknown) => error);
          if (file.shape.cut === 'spoils') {
            expect(sent).toMatchObject({ ok: true, value: { short: { behaviour: 'restart' } } });
            expect(await file.resume()).toMatchObject({ ok: false, failure: { behaviour: 'restart' } });
          } else expect(sent).toHaveProperty('name', 'AbortError');
          expect(must(await file.cancel())).toEqual({});
          await expectFreed(file);
          expect(await fixture.server.crashes()).toBe(crashes);
        }
      });

      it('waits where the server cannot be reached', async () => {
        const file = await opened(2);
        await fixture.meddler.sever();
        expect(await file.cancel()).toMatchObject(outOfReach);
        await fixture.meddler.heal();
        expect(must(await file.cancel())).toEqual({});
      });

      it('says what is left where the key to remove it was lost', async () => {
        const file = await opened(2);
        const last = file.count - 1;
        await file.sendRest(last);
        const swallowed = fixture.meddler.swallowAnswer(fixture.requests.chunk);
        await file.send(last);
        await swallowed;
        const { left } = must(await file.cancel());
        if (left === undefined) await expectFreed(file);
        else expect(left).toMatchObject({ code: 'left-on-server', params: { until: expect.any(Number) as number } });
      });
    });

    it('a file that fails while it is read is told, and harms no server', async () => {
      const crashes = await fixture.server.crashes();
      const file = await opened(2);
      const changed = problem('file-changed', { path: '/f', what: 'size' });
      const fails = new FailureError({ behaviour: 'attention', problem: changed });
      const sent = await file.send(0, { fails }).catch((error: unknown) => error);
      const told =
        file.shape.cut === 'spoils' ? { ok: true, value: { short: fails.failure } } : { failure: fails.failure };
      expect(sent).toMatchObject(told);
      expect(await fixture.server.crashes()).toBe(crashes);
      expect(must(await file.cancel())).toEqual({});
    });

    describe('shares', () => {
      const shared = async (): Promise<{ readonly share: Share; readonly file: Upload }> => {
        const file = await opened(1, fixture.shared);
        await file.sendRest();
        const { share } = must(await file.finish());
        if (share === undefined) throw new Error('no share');
        return { share, file };
      };

      it('are taken back, and it harms nothing to do so twice', async () => {
        const { provider } = fixture;
        expect('revoke' in provider).toBe(provider.capabilities.shares.revoke);
        if (provider.revoke === undefined) return;
        const { share, file } = await shared();
        const listed = async (): Promise<boolean> => {
          const page = await provider.shares?.list(undefined, context());
          return page !== undefined && must(page).shares.some(({ id }) => id === share.key);
        };
        expect(await listed()).toBe(provider.capabilities.shares.list);
        must(await provider.revoke(share, context()));
        if (provider.capabilities.shares.list) expect(await listed()).toBe(false);
        else await expectFreed(file);
        must(await provider.revoke(share, context()));
      });

      it('can be grouped, under an own key that is told when it was taken', async () => {
        const { provider } = fixture;
        expect('group' in provider).toBe(provider.capabilities.groups);
        if (provider.group === undefined) return;
        const [one, two] = [(await shared()).share, (await shared()).share];
        const options = { key: 'both', inDoubt: false };
        const made = must(await provider.group([one, two], options, context()));
        expect(made).toMatchObject({ remote: { key: 'both' }, notices: [] });
        const adopted = must(await provider.group([one, two], { ...options, inDoubt: true }, context()));
        expect(adopted).toMatchObject({ remote: { key: 'both' }, notices: [] });
        const again = must(await provider.group([one, two], options, context()));
        expect(again.notices).toMatchObject([{ code: 'key-taken', params: { wanted: 'both', got: again.remote.key } }]);
        expect(await provider.group([one], options, context())).toMatchObject({
          failure: { problem: { code: 'group-too-small' } },
        });
        const { groupSize = 0 } = provider.limits(settings);
        const many = Array.from({ length: groupSize + 1 }, () => one);
        expect(await provider.group(many, options, context())).toMatchObject({
          failure: { problem: { code: 'group-too-large' } },
        });
      });

      it('with an own key that is taken come under another, and it is told', async () => {
        if (!fixture.provider.capabilities.ownKey) return;
        await opened(1, { key: 'mine' });
        const second = upload(1, { key: 'mine' });
        expect(must(await second.open()).notices).toMatchObject([{ code: 'key-taken', params: { wanted: 'mine' } }]);
      });
    });
  });
};
