import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { must, Upload } from '../upload.ts';
import { outOfReach, type Stand } from './stand.ts';

/** A site that answers everything with one body. */
const startSite = async (type: string, body: string): Promise<{ url: string; close: () => void }> => {
  const site = createServer((_request, response) => response.setHeader('content-type', type).end(body));
  await new Promise<void>((resolve) => void site.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(site.address() as AddressInfo).port}`,
    close: () => site.close().closeAllConnections(),
  };
};

/** What a provider has to tell of a server: whether it is one of its kind, its settings, its password. */
export const aboutServers = (stand: Stand): void => {
  const { closing, context, plainHttp } = stand;

  describe('a server', () => {
    it('is recognised at an address with a slash behind it, and kept without', async () => {
      const found = must(
        await stand.fixture.provider.recognise(`${stand.fixture.address}/`, stand.fixture.given, plainHttp()),
      );
      expect(found?.address).toBe(stand.fixture.address);
      expect(found?.title).not.toBe('');
    });

    it.each([
      ['a web page', 'text/html', '<!doctype html><title>Welcome</title>'],
      ['JSON of something else', 'application/json', '{"status":"ok"}'],
      ['an empty answer', 'text/plain', ''],
    ])('is not recognised in %s', async (_what, type, body) => {
      const site = await startSite(type, body);
      closing.push(site.close);
      expect(must(await stand.fixture.provider.recognise(site.url, {}, plainHttp()))).toBeUndefined();
    });

    it('that does not answer is a failure that passes, not a server of another kind', async () => {
      await stand.fixture.meddler.sever();
      const found = await stand.fixture.provider.recognise(stand.fixture.address, stand.fixture.given, plainHttp());
      await stand.fixture.meddler.heal();
      expect(found).toMatchObject(outOfReach);
    });

    it('keeps settings that go through JSON and the schema unchanged', async () => {
      const { settings: checked } = must(await stand.fixture.provider.check(context()));
      const { schema } = stand.fixture.provider.settings;
      expect(schema.parse(JSON.parse(JSON.stringify(checked)))).toEqual(checked);
    });

    it('asks for the password again where it is wrong or missing', async () => {
      if (stand.fixture.secret === undefined) {
        expect(stand.fixture.provider.capabilities.password).not.toBe('required');
        return;
      }
      const { wrong, missing } = stand.fixture.refusals ?? { wrong: 'password-wrong', missing: 'password-missing' };
      for (const [secret, code] of [
        ['wrong', wrong],
        [undefined, missing],
      ] as const) {
        const ctx = { ...context(), secret: () => Promise.resolve({ ok: true, value: secret } as const) };
        const refused = { ok: false, failure: { behaviour: 'attention', problem: { code } } };
        expect(await stand.fixture.provider.check(ctx)).toMatchObject(refused);
        const without = new Upload(stand.fixture, ctx, 1000, {});
        expect(await without.open()).toMatchObject(refused);
      }
    });
  });
};
