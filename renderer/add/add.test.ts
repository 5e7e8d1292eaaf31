import { afterEach, expect, test, vi } from 'vitest';
import { Add } from './add.svelte.ts';
import { App } from '../client/app.svelte.ts';
import { Client } from '../client/client.ts';
import { Capacities } from '../servers/capacity.svelte.ts';
import { pathsOffer } from './drop-offer.ts';
import type { Outcome } from './inbox-upload.ts';
import type { LinkState, Transport } from '../client/transport.ts';

afterEach(() => vi.unstubAllGlobals());

/** A window whose host has not answered yet, and so many saved servers there. */
const desk = (servers: readonly string[]) => {
  vi.stubGlobal('window', {});
  const added: unknown[] = [];
  const answers: Readonly<Record<string, unknown>> = {
    'window.info': { host: 'app' },
    'servers.list': servers.map((id, n) => ({
      id,
      name: id,
      isDefault: n === 0,
      capabilities: { folders: true },
      limits: {},
    })),
    'folders.capacity': { capacity: { total: 100, used: 90 } },
    'settings.get': {},
    'app.info': { queue: {}, notices: [] },
    'app.kinds': [],
  };
  let tell: (state: LinkState) => void = () => undefined;
  const transport: Transport = {
    request: (name, input) => {
      if (name !== 'transfers.add') return Promise.resolve({ ok: true, value: answers[name] });
      added.push(input);
      return Promise.resolve({ ok: true, value: { added: [], refused: [], notices: [] } });
    },
    listen: () => undefined,
    onState: (listener) => (tell = listener),
    retry: () => undefined,
  };
  const app = new App(new Client(transport), transport);
  const capacities = new Capacities(app.client);
  return { app, capacities, add: new Add(app, capacities), added, open: () => tell('open') };
};

test('what is dropped before the servers are known goes to the usual one, and none is asked for', async () => {
  const { app, add, added, open } = desk(['nas']);
  const adding = add.add(pathsOffer(['/a.bin']));
  expect(app.sheets.open).toBeUndefined();
  open();
  await adding;
  expect(added).toMatchObject([{ paths: ['/a.bin'], serverId: 'nas' }]);
  expect([app.sheets.open, add.kept]).toEqual([undefined, undefined]);
});

test('what is handed over before the servers are known is asked about when they are', async () => {
  const { app, add, open } = desk(['nas']);
  add.ask(pathsOffer(['/a.bin']));
  open();
  await app.known;
  expect([app.sheets.open, add.kept]).toEqual(['add-files', undefined]);
});

test('where there is no server, one is asked for, and what was dropped is kept', async () => {
  const { app, add, added, open } = desk([]);
  const adding = add.add(pathsOffer(['/a.bin']));
  open();
  await adding;
  expect([app.sheets.open, added]).toEqual(['add-server', []]);
  expect(add.kept?.offer).toEqual(pathsOffer(['/a.bin']));
});

test('a file that is larger than what is free on the server is not sent, and may go elsewhere', async () => {
  const { app, add, capacities, open } = desk(['full', 'roomy']);
  open();
  await app.known;
  const [full] = app.servers;
  if (full !== undefined) await capacities.ask(full);
  const sent: string[] = [];
  vi.spyOn(add.inbox, 'receive').mockImplementation((items) => {
    sent.push(...items.flatMap(({ files }) => files.map(({ path }) => path)));
    return Promise.resolve({ added: [], refused: [], notices: [], missing: [], left: 0, cancelled: false } as Outcome);
  });
  const files = [
    { path: 'trip/small', file: new File(['1'], 'small') },
    { path: 'trip/large', file: new File(['1'.repeat(50)], 'large') },
  ];
  await add.add({ kind: 'held', items: [{ name: 'trip', folder: true, files }], empty: [], unreadable: [] });
  expect(sent).toEqual(['trip/small']);
  const [slip] = app.slips.all.filter(({ stays }) => stays);
  expect(slip?.text).toBe(
    'trip/large does not fit on full (50 B, 10 B free). Nothing was sent. Free up space there, or choose another server.',
  );
  slip?.actions.find(({ label }) => label === 'Other server…')?.act();
  expect(add.asked).toMatchObject({
    offer: { kind: 'held', items: [{ name: 'trip', files: [{ path: 'trip/large' }] }] },
    terms: { serverId: 'roomy' },
  });
});
