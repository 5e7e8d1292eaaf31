import { describe, expect, it } from 'vitest';
import { FailureError } from '../../../main/engine/providers/provider.ts';
import { problem } from '../../../preload/problems.ts';
import { must, patiently, run } from '../upload.ts';
import { outOfReach, type Stand } from './stand.ts';

/** How an upload ends: verified, cancelled, or because its file cannot be read. */
export const aboutEndings = (stand: Stand): void => {
  const { chunkBytes, expectCancelled, expectDone, expectFreed, opened, upload } = stand;

  describe('done', () => {
    it('is not said of a file that is stored with another length', async () => {
      if (stand.fixture.storeShort === undefined) return;
      const file = await opened(2);
      file.keep(await stand.fixture.storeShort(file.remote));
      expect(await file.verify()).toMatchObject({ ok: false, failure: { behaviour: 'restart' } });
      expect(must(await file.cancel())).toEqual({});
      await expectFreed(file);
    });

    it('can be asked again after the server was restarted', async () => {
      const file = await opened(1);
      await file.sendRest();
      if (stand.fixture.server.forgets === true) await expectDone(file);
      await stand.fixture.server.restart();
      // Connections that were kept open are broken.
      await patiently(() => file.finish());
      await expectDone(file);
      await expectDone(file);
    });

    it('waits where the server cannot be reached', async () => {
      const file = await opened(1);
      await file.sendRest();
      await stand.fixture.meddler.sever();
      expect(await file.verify()).toMatchObject(outOfReach);
      await stand.fixture.meddler.heal();
      await expectDone(file);
    });
  });

  describe('cancelling', () => {
    it('frees the server in every phase, the own key too, and can be repeated', async () => {
      const key = stand.fixture.provider.capabilities.ownKey ? { key: `keptfree${run}` } : {};
      for (const phase of ['opened', 'some chunks', 'all chunks', 'done'] as const) {
        const file = await opened(3, key);
        if (phase === 'some chunks') await file.sendRest(2);
        if (phase === 'all chunks' || phase === 'done') await file.sendRest();
        if (phase === 'done') must(await file.finish());
        await expectCancelled(file);
        await expectCancelled(file);
      }
      if (!stand.fixture.provider.capabilities.ownKey) return;
      expect(must(await upload(1, key).open()).notices).toEqual([]);
    });

    it('in the middle of a chunk ends it in an orderly way, and harms no server', async () => {
      for (const chunks of [1, 3]) {
        const crashes = await stand.fixture.server.crashes();
        const file = await opened(chunks);
        const stop = new AbortController();
        const onBytes = (given: number): void => {
          if (given > chunkBytes() / 3) stop.abort();
        };
        const sending = file.shape.cut !== 'spoils' ? { signal: stop.signal } : { ending: stop.signal };
        const sent = await file.send(0, { onBytes, ...sending }).catch((error: unknown) => error);
        if (file.shape.cut === 'spoils') {
          expect(sent).toMatchObject({ ok: true, value: { short: { behaviour: 'restart' } } });
          expect(await file.resume()).toMatchObject({ ok: false, failure: { behaviour: 'restart' } });
        } else expect(sent).toHaveProperty('name', 'AbortError');
        await expectCancelled(file);
        expect(await stand.fixture.server.crashes()).toBe(crashes);
      }
    });

    it('waits where the server cannot be reached', async () => {
      const file = await opened(2);
      await stand.fixture.meddler.sever();
      if (stand.fixture.keeps !== true) expect(await file.cancel()).toMatchObject(outOfReach);
      await stand.fixture.meddler.heal();
      await expectCancelled(file);
    });

    it('says what is left where the key to remove it was lost', async () => {
      const file = await opened(2);
      const last = file.count - 1;
      await file.sendRest(last);
      const swallowed = stand.fixture.meddler.swallowAnswer(stand.fixture.requests.chunk);
      await file.send(last);
      await swallowed;
      const { left } = must(await file.cancel());
      if (left === undefined) await expectFreed(file);
      else if (stand.fixture.keeps === true) expect(left.code).toBe('not-deletable');
      else expect(left).toMatchObject({ code: 'left-on-server', params: { until: expect.any(Number) as number } });
    });
  });

  it('a file that fails while it is read is told, and harms no server', async () => {
    const crashes = await stand.fixture.server.crashes();
    const file = await opened(2);
    const changed = problem('file-changed', { path: '/f', what: 'size' });
    const fails = new FailureError({ behaviour: 'attention', problem: changed });
    const sent = await file.send(0, { fails }).catch((error: unknown) => error);
    const told =
      file.shape.cut === 'spoils' ? { ok: true, value: { short: fails.failure } } : { failure: fails.failure };
    expect(sent).toMatchObject(told);
    expect(await stand.fixture.server.crashes()).toBe(crashes);
    await expectCancelled(file);
  });
};
