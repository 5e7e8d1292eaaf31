import { describe, expect, it } from 'vitest';
import { must, patiently, run, type Upload } from '../upload.ts';
import type { Stand } from './stand.ts';

/** Calls that end before their answer, because a cancel, a pause or the end of the program did not wait for it. */
export const aboutAborts = (stand: Stand): void => {
  const { expectCancelled, expectDone, opened, upload } = stand;

  /** Makes a call, and aborts it when the server has answered the first of its requests that fits, unheard. */
  const abort = async (file: Upload, which: RegExp, call: () => Promise<unknown>): Promise<void> => {
    const { meddler } = stand.fixture;
    const stop = new AbortController();
    file.signal = stop.signal;
    const muted = meddler.mute(which);
    const ended = call().catch((error: unknown) => error);
    await muted;
    stop.abort();
    expect(await ended).toHaveProperty('name', 'AbortError');
    file.signal = new AbortController().signal;
    await meddler.heal();
  };

  describe('a call that is aborted', () => {
    it('while it opens leaves an upload in doubt, which is freed, and another one is whole', async () => {
      const { provider, requests } = stand.fixture;
      const file = upload(2, provider.capabilities.ownKey ? { key: `aborted${run}` } : {});
      const createTriedAt = Date.now();
      await abort(file, requests.open, () => file.open());
      Object.assign(file.job, { createInDoubt: true, createTriedAt });
      if (provider.freeDoubt !== undefined) {
        must(await provider.freeDoubt(file.opening));
        const left = must((await provider.leftovers?.find(file.ctx)) ?? { ok: true, value: [] });
        expect(left.filter(({ name }) => name === file.job.name)).toEqual([]);
      }
      must(await patiently(() => file.open()));
      await file.sendRest();
      await expectDone(file);
    });

    const calls = [
      ['resumes', 1, (file: Upload) => file.resume()],
      ['finishes', Infinity, (file: Upload) => file.finish()],
    ] as const;

    /** Some servers have nothing that could be asked. */
    const asksNothing = (what: string): boolean => what === 'resumes' && stand.fixture.answersNothing === true;

    it.each(calls)('while it %s leaves an upload that can be resumed', async (what, sent, call) => {
      if (asksNothing(what)) return;
      const file = await opened(3);
      await file.sendRest(sent);
      await abort(file, /./, () => call(file));
      must(await patiently(() => file.resume()));
      await file.sendRest();
      await expectDone(file);
    });

    it.each(calls)('while it %s leaves an upload that can be freed', async (what, sent, call) => {
      if (asksNothing(what)) return;
      const file = await opened(3);
      await file.sendRest(sent);
      await abort(file, /./, () => call(file));
      await expectCancelled(file);
    });

    it('while it frees the server can be repeated', async () => {
      if (stand.fixture.keeps === true) return;
      const file = await opened(3);
      await file.sendRest(1);
      await abort(file, /./, () => file.cancel());
      await expectCancelled(file);
    });
  });
};
