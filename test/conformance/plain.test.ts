/** What the servers of the shipped providers all have, and others lack: each alone, and all together. */
import { createHash } from 'node:crypto';
import { plainProvider } from '../fakes/plain-provider.ts';
import { PlainServer, plainRequests, type PlainTraits } from '../fakes/plain-server.ts';
import type { Fixture } from './fixture.ts';
import { startProxy } from '../faults/proxy.ts';
import { conformance } from './suite.ts';

const makeFixture = async (traits: Partial<PlainTraits>): Promise<Fixture> => {
  const all: PlainTraits = { deletes: true, finishOnce: false, assembles: 0, ...traits };
  const server = await new PlainServer(all).start();
  const meddler = await startProxy(server.url);
  const fileOf = (remote: unknown) => server.files.get((remote as { readonly id: string }).id);
  const restart = async (): Promise<void> => {
    await server.kill();
    await server.start();
  };
  return {
    provider: plainProvider,
    address: meddler.url,
    given: {},
    secret: undefined,
    meddler,
    requests: plainRequests,
    answersNothing: true,
    ...(all.deletes ? {} : { keeps: true }),
    finishes: (remote) => fileOf(remote)?.finishes ?? 0,
    finishOnce: all.finishOnce,
    assembles: all.assembles > 0,
    server: { kill: restart, restart, crashes: () => Promise.resolve(0) },
    bodies: (remote) => Promise.resolve(fileOf(remote)?.bodies ?? new Map<number, number>()),
    stored: (remote) => {
      const stored = fileOf(remote)?.stored;
      const sha256 = stored && createHash('sha256').update(stored).digest('hex');
      return Promise.resolve(sha256 === undefined ? undefined : { size: stored?.length ?? 0, sha256 });
    },
    close: async () => {
      await meddler.close();
      await server.close();
    },
  };
};

conformance('a server that cannot be asked what has arrived', () => makeFixture({}));
conformance('a server that deletes nothing', () => makeFixture({ deletes: false }));
conformance('a server that must not be told twice to finish', () => makeFixture({ finishOnce: true }));
conformance('a server that assembles files after its answer', () => makeFixture({ assembles: 3 }));
conformance('a server that compares a hash given at the start', () =>
  makeFixture({ hash: { algorithm: 'sha256', before: 'open' } }),
);
conformance('a server that deletes nothing, is told once to finish, by a hash, and then assembles', () =>
  makeFixture({ deletes: false, finishOnce: true, assembles: 3, hash: { algorithm: 'md5', before: 'finish' } }),
);
