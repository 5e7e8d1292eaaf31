/** Long calls that only ask a server, when nobody waits for the answer any more. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CallInput, CallOutput } from '../../preload/contract.ts';
import { added, api, client, folder, prepareAccounts, site, until } from '../../test/fakes/account-bench.ts';
import { startSilentServer } from '../../test/fakes/silent-server.ts';
import { connectOwner, type Owner } from './socket-client.ts';
import { serveSocket } from './socket-server.ts';

prepareAccounts();

/** A client on the local socket of the api. */
const dial = async (): Promise<Owner> => {
  const path = join(folder, 'socket');
  const server = await serveSocket(path, api, 'test');
  onTestFinished(() => server.close());
  const owner = await connectOwner(path, { event: () => undefined, gone: () => undefined }, 10_000);
  onTestFinished(() => owner.close());
  return owner;
};

type Long = 'folders.list' | 'leftovers.list' | 'servers.recognise';
type Call = <C extends Long>(name: C, input: CallInput<C>, signal?: AbortSignal) => Promise<CallOutput<C>>;

type Ending = {
  readonly call: Call;
  /** In place of a cancel. */
  readonly leave?: () => void;
};

const endings: Readonly<Record<string, () => Promise<Ending>>> = {
  'a cancel of the engine’s own client': () => Promise.resolve({ call: client.call }),
  'a cancel over the local socket': async () => ({ call: (await dial()).call }),
  'a client that leaves the local socket': async () => {
    const { call, close } = await dial();
    return { call, leave: close };
  },
  'the end of the engine': () => Promise.resolve({ call: client.call, leave: api.close }),
};

describe.each(Object.entries(endings))('%s', (_how, begin) => {
  it.each(['folders.list', 'leftovers.list'] as const)('ends %s on its server', async (name) => {
    const { id: serverId } = await added();
    const { call, leave } = await begin();
    site.hangs = true;
    const stop = new AbortController();
    const ended = call(name, { serverId }, stop.signal).catch((error: unknown) => error);
    await until(() => Promise.resolve(site.unanswered.length === 1));
    expect(site.unanswered[0]?.aborted).toBe(false);
    (leave ?? (() => stop.abort()))();
    await until(() => Promise.resolve(site.unanswered[0]?.aborted === true));
    expect(await ended).toBeInstanceOf(Error);
  });

  it('ends servers.recognise on its server', async () => {
    const silent = await startSilentServer();
    onTestFinished(silent.close);
    const { call, leave } = await begin();
    site.hangs = true;
    const stop = new AbortController();
    const ended = call('servers.recognise', { address: silent.url }, stop.signal).catch((error: unknown) => error);
    await until(() => Promise.resolve(silent.open.size === 1));
    (leave ?? (() => stop.abort()))();
    await until(() => Promise.resolve(silent.open.size === 0));
    expect(await ended).toBeInstanceOf(Error);
  });
});

it('a cancelled call rejects at once, and the connection serves the next one', async () => {
  const { id: serverId } = await added();
  const { call } = await dial();
  site.hangs = true;
  const stop = new AbortController();
  const ended = call('folders.list', { serverId }, stop.signal);
  stop.abort();
  await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  site.hangs = false;
  expect(await call('folders.list', { serverId })).toMatchObject({ folders: [{ name: 'Films' }] });
  await expect(call('folders.list', { serverId }, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
});
