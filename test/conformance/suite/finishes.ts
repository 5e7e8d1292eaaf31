import { describe, expect, it } from 'vitest';
import { patiently } from '../upload.ts';
import { outOfReach, type Stand } from './stand.ts';

/** What a provider has to keep where the end of an upload is a request of its own, or takes its server a while. */
export const aboutFinishes = (stand: Stand): void => {
  const { context, expectDone, mostBodies, opened } = stand;

  describe('the finish', () => {
    it('whose answer was lost is never sent again where that does harm: the person is asked', async () => {
      const { requests, meddler, finishOnce, finishes } = stand.fixture;
      if (requests.finish === undefined || finishes === undefined) return;
      const file = await opened(2);
      await file.sendRest();
      const swallowed = meddler.swallowAnswer(requests.finish);
      const first = await file.finish();
      await swallowed;
      file.afterKill(context());
      expect(await patiently(() => file.resume())).toMatchObject({ ok: true });
      if (finishOnce !== true) {
        await expectDone(file);
        return;
      }
      const unknown = { ok: false, failure: { behaviour: 'attention', problem: { code: 'outcome-unknown' } } };
      expect(first).toMatchObject(unknown);
      expect(await file.finish()).toMatchObject(unknown);
      expect(await finishes(file.remote)).toBe(1);
    });

    it('that never left is sent when the server can be reached again', async () => {
      const { requests, meddler } = stand.fixture;
      if (requests.finish === undefined) return;
      const file = await opened(2);
      await file.sendRest();
      await meddler.sever();
      expect(await file.finish()).toMatchObject(outOfReach);
      await meddler.heal();
      file.afterKill(context());
      await expectDone(file);
    });

    it('whose request broke before it was whole is in doubt, as far as its server cares', async () => {
      const { requests, meddler, finishOnce, finishes } = stand.fixture;
      if (requests.finish === undefined || finishes === undefined) return;
      const file = await opened(2);
      await file.sendRest();
      const cut = meddler.cut(requests.finish, 10);
      const first = await file.finish();
      await cut;
      expect(first).toMatchObject({ ok: false, failure: { behaviour: finishOnce === true ? 'attention' : 'retry' } });
      if (finishOnce !== true) await expectDone(file);
      expect(await finishes(file.remote)).toBe(finishOnce === true ? 0 : 1);
    });

    it('that its server works on is pending, over kills and restarts, and no byte is sent again', async () => {
      if (stand.fixture.assembles !== true) return;
      const file = await opened(3);
      await file.sendRest();
      const pending = {
        ok: false,
        failure: {
          behaviour: 'pending',
          afterMs: expect.any(Number) as number,
          problem: { code: 'server-assembling' },
        },
      };
      expect(await file.finishOnce()).toMatchObject(pending);
      file.afterKill(context());
      expect(await patiently(() => file.resume())).toMatchObject({ ok: true });
      expect(await file.finishOnce()).toMatchObject(pending);
      await stand.fixture.server.kill();
      file.afterKill(context());
      await expectDone(file);
      expect(await mostBodies(file)).toBe(1);
      expect(await stand.fixture.finishes?.(file.remote)).toBe(1);
    });

    it('that its server works on can be cancelled', async () => {
      if (stand.fixture.assembles !== true) return;
      const file = await opened(1);
      await file.sendRest();
      expect(await file.finishOnce()).toMatchObject({ failure: { behaviour: 'pending' } });
      await stand.expectCancelled(file);
    });
  });
};
