import { afterEach, expect, test, vi } from 'vitest';
import { Add } from './add.svelte.ts';
import { App } from './app.svelte.ts';
import { Client } from './client.ts';
import { pathsOffer } from './drop-offer.ts';
import type { LinkState, Transport } from './transport.ts';

afterEach(() => vi.unstubAllGlobals());

/** A window whose host has not answered yet, and so many saved servers there. */
const desk = (servers: readonly string[]) => {
  vi.stubGlobal('window', {});
  const added: unknown[] = [];
  const answers: Readonly<Record<string, unknown>> = {
    'window.info': { host: 'app' },
    'servers.list': servers.map((id) => ({ id, name: id, isDefault: true, capabilities: {}, limits: {} })),
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
  return { app, add: new Add(app), added, open: () => tell('open') };
};

test('what is dropped before the servers are known goes to the usual one, and none is asked for', async () => {
  const { app, add, added, open } = desk(['nas']);
  const adding = add.add(pathsOffer(['/a.bin']));
  expect(app.sheet).toBeUndefined();
  open();
  await adding;
  expect(added).toMatchObject([{ paths: ['/a.bin'], serverId: 'nas' }]);
  expect([app.sheet, add.kept]).toEqual([undefined, undefined]);
});

test('what is handed over before the servers are known is asked about when they are', async () => {
  const { app, add, open } = desk(['nas']);
  add.ask(pathsOffer(['/a.bin']));
  open();
  await app.known;
  expect([app.sheet, add.kept]).toEqual(['add-files', undefined]);
});

test('where there is no server, one is asked for, and what was dropped is kept', async () => {
  const { app, add, added, open } = desk([]);
  const adding = add.add(pathsOffer(['/a.bin']));
  open();
  await adding;
  expect([app.sheet, added]).toEqual(['add-server', []]);
  expect(add.kept?.offer).toEqual(pathsOffer(['/a.bin']));
});
