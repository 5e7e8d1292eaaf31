/** What the parts of the conformance suite stand on: the server of a fixture, and files that are sent to it. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { createHttp } from '../../../main/engine/http/client.ts';
import type { ProviderContext, TransferOptions } from '../../../main/engine/providers/provider.ts';
import type { Fixture } from '../fixture.ts';
import { makeContext, must, patiently, Upload } from '../upload.ts';

/** A server that nobody answers for: the same again later, alone or as a whole server. */
export const outOfReach = {
  ok: false,
  failure: { behaviour: expect.stringMatching(/^(retry|server-busy)$/) as unknown },
};

/** Starts the server before the first test of a suite, and ends it after the last. */
export const makeStand = (makeFixture: () => Promise<Fixture>) => {
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
    if (fixture.keeps === true) return;
    expect(await fixture.stored(freed.remote)).toBeUndefined();
    expect((await freed.verify()).ok).toBe(false);
  };
  /** Cancelled, with nothing left there, or with what cannot be deleted said. */
  const expectCancelled = async (file: Upload): Promise<void> => {
    const { left } = must(await patiently(() => file.cancel()));
    if (fixture.keeps === true) expect(left?.code).toBe('not-deletable');
    else expect(left).toBeUndefined();
    await expectFreed(file);
  };
  /**
   * What its server forgot starts anew, in the same file under another name. Some servers only tell it when all is
   * sent.
   */
  const anew = async (file: Upload, resumed: { readonly ok: boolean }, chunks: number): Promise<Upload> => {
    let told = resumed;
    while (told.ok && file.next !== undefined) told = await file.send(file.next);
    if (told.ok) told = await file.finish();
    expect(told).toMatchObject({ ok: false, failure: { behaviour: 'restart' } });
    must(await patiently(() => file.cancel()));
    await expectFreed(file);
    return opened(chunks);
  };
  const mostBodies = async (of: Upload): Promise<number> => Math.max(0, ...(await fixture.bodies(of.remote)).values());

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

  return {
    get fixture() {
      return fixture;
    },
    get settings() {
      return settings;
    },
    /** What ends after the test. */
    closing,
    context,
    plainHttp,
    chunkBytes,
    upload,
    opened,
    expectDone,
    expectFreed,
    expectCancelled,
    anew,
    mostBodies,
  };
};
export type Stand = ReturnType<typeof makeStand>;
