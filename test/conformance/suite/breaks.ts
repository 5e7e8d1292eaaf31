import { describe, expect, it } from 'vitest';
import { must, patiently, run, Upload } from '../upload.ts';
import { outOfReach, type Stand } from './stand.ts';

/** What a provider has to do after a break: of the connection, the server, or this program. */
export const aboutBreaks = (stand: Stand): void => {
  const { anew, chunkBytes, context, expectDone, expectFreed, mostBodies, opened, upload } = stand;

  describe('after a break', () => {
    it('goes on from the last acknowledged chunk after a kill, wherever it came', async () => {
      for (let sent = 0, count = 4; sent <= count; sent++) {
        let file = await opened(4);
        count = file.count;
        await file.sendRest(sent);
        file.afterKill(context());
        const restarts = sent % 2 === 1 && sent < count;
        if (restarts) await stand.fixture.server.restart();
        const resumed = await patiently(() => file.resume());
        if (restarts && stand.fixture.server.forgets === true) file = await anew(file, resumed, 4);
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
      const { ownKey } = stand.fixture.provider.capabilities;
      const file = upload(2, ownKey ? { key: `indoubt${run}` } : {});
      const swallowed = stand.fixture.meddler.swallowAnswer(stand.fixture.requests.open);
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
      const ownRecord = stand.fixture.provider.capabilities.resume === 'own-record';
      for (let lost = 0, count = 3; lost < count; lost++) {
        const file = await opened(3);
        count = file.count;
        await file.sendRest(lost);
        const swallowed = stand.fixture.meddler.swallowAnswer(stand.fixture.requests.chunk);
        const means = stand.fixture.lostAnswer?.(lost, count) ?? 'again';
        const behaviour = { restart: 'restart', unknown: 'attention', again: 'retry', 'new-session': 'retry' }[means];
        expect(await file.send(lost)).toMatchObject({ ok: false, failure: { behaviour } });
        await swallowed;
        if (behaviour !== 'retry') {
          expect(await file.resume()).toMatchObject({ ok: false, failure: { behaviour } });
          continue;
        }
        const { stored } = must(await patiently(() => file.resume()));
        // Where nobody can be asked which chunks are there, the one in doubt is sent again, and none beside it.
        if (!ownRecord || stored.length > 0) expect(stored).toEqual([lost]);
        const again = stored.length === 0 && means === 'again' ? lost : undefined;
        await file.sendRest();
        await expectDone(file);
        for (const [index, bodies] of await stand.fixture.bodies(file.remote))
          expect(bodies).toBe(index === again ? 2 : 1);
      }
    });

    it('finds what the server has where its own record is far behind', async () => {
      const file = await opened(9);
      const behind = new Upload(stand.fixture, file.ctx, file.job.size, {});
      // One that is taken whole has no record to be behind.
      await file.sendRest(Math.min(7, file.count - 1));
      behind.keep(file.remote);
      const { stored } = must(await behind.resume());
      if (stand.fixture.provider.capabilities.resume !== 'own-record') expect(stored).toEqual([0, 1, 2, 3, 4, 5, 6]);
      await behind.sendRest();
      await expectDone(behind);
    });

    it('before a connection stood sends nothing, and goes on', async () => {
      const file = await opened(3);
      const next = Math.min(1, file.count - 1);
      await file.sendRest(next);
      file.afterKill(context());
      await stand.fixture.meddler.sever();
      expect(await file.send(next)).toMatchObject(outOfReach);
      expect(file.progress.inFlight).toEqual([{ index: next, begun: false }]);
      if (stand.fixture.answersNothing !== true) expect(await file.resume()).toMatchObject(outOfReach);
      await stand.fixture.meddler.heal();
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
      const done = stand.fixture.meddler.cut(stand.fixture.requests.chunk, Math.floor(chunkBytes() / 2));
      expect(await file.send(next, { stalls: true })).toMatchObject({ ok: false, failure: { behaviour: 'retry' } });
      await done;
      expect(file.progress.inFlight).toEqual([{ index: next, begun: true }]);
      const resumed = await patiently(() => file.resume());
      if (cut !== 'spoils') expect(must(resumed).stored).toEqual([]);
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
      await stand.fixture.server.kill();
      const resumed = await patiently(() => file.resume());
      if (stand.fixture.server.forgets === true) file = await anew(file, resumed, 3);
      else expect(must(resumed).stored).toEqual([]);
      const { next } = file;
      // The first request meets the broken connection, where a resume sends none.
      if (stand.fixture.answersNothing === true && next !== undefined)
        await patiently(async () => {
          const sent = await file.send(next);
          if (!sent.ok) must(await file.resume());
          return sent;
        });
      await file.sendRest();
      await expectDone(file);
    });

    it.each([
      ['six hours ahead', 6 * 3_600_000],
      ['ten years behind', -10 * 365 * 86_400_000],
    ])('continues with a clock of this machine that is %s', async (_what, ms) => {
      const file = await opened(3);
      await file.sendRest(1);
      const wrong = context(() => Date.now() + ms);
      file.afterKill(wrong);
      expect(must(await patiently(() => file.resume())).stored).toEqual([]);
      await file.sendRest();
      await expectDone(file);
    });

    it('starts anew where the server no longer has the upload', async () => {
      const { unfinishedSeconds } = stand.fixture.provider.limits(stand.settings);
      const { pass } = stand.fixture.server;
      if (unfinishedSeconds === undefined) return;
      const file = await opened(3);
      await file.sendRest(1);
      if (pass === undefined) return;
      await pass((unfinishedSeconds + 1) * 1000);
      file.afterKill(context());
      const passed = { ok: false, failure: { behaviour: 'restart', problem: { code: 'deadline-passed' } } };
      expect(await file.resume()).toMatchObject(passed);
      expect(await file.send(1)).toMatchObject({ ok: false, failure: { behaviour: 'restart' } });
      expect(must(await file.cancel())).toEqual({});
    });
  });
};
