import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { problem, type Problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { App } from '../client/app.svelte.ts';
import { Client } from '../client/client.ts';
import type { LinkState, Transport } from '../client/transport.ts';
import { Capacities } from '../servers/capacity.svelte.ts';
import { Add } from './add.svelte.ts';
import { collect } from './drop-entries.ts';
import { pathsOffer } from './drop-offer.ts';
import { Looking } from './looking.svelte.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A window whose host looks through what it is to add until it is cancelled, and then answers with this. */
const desk = async (answer: Problem) => {
  vi.stubGlobal('window', {});
  const cancelled = Promise.withResolvers<undefined>();
  const tokens: string[] = [];
  const answers: Readonly<Record<string, unknown>> = {
    'window.info': { host: 'app' },
    'servers.list': [{ id: 'nas', name: 'nas', isDefault: true, capabilities: {}, limits: {} }],
    'settings.get': {},
    'app.info': { queue: {}, notices: [] },
    'app.kinds': [],
    'transfers.cancelAdd': { cancelled: true },
  };
  let state: (state: LinkState) => void = () => undefined;
  let tell: (event: string, payload: unknown) => void = () => undefined;
  const transport: Transport = {
    request: async (name, input) => {
      const { token } = input as { token?: string };
      if (token !== undefined) tokens.push(token);
      if (name === 'transfers.cancelAdd') cancelled.resolve(undefined);
      if (name !== 'transfers.add') return { ok: true, value: answers[name] };
      await cancelled.promise;
      return { ok: false, error: problemView(answer) };
    },
    listen: (listener) => (tell = listener),
    onState: (listener) => (state = listener),
    retry: () => undefined,
  };
  const app = new App(new Client(transport), transport);
  const add = new Add(app, new Capacities(app.client));
  state('open');
  await app.known;
  return { app, add, tokens, tell: (event: string, payload: unknown) => tell(event, payload) };
};

test('what the host looks through is counted, and nothing is added when it is cancelled', async () => {
  const { app, add, tokens, tell } = await desk(problem('adding-cancelled', { count: 0 }));
  const adding = add.add(pathsOffer(['/home/me/Photos']));
  await vi.waitUntil(() => tokens.length > 0);
  const [look] = add.looks;
  expect(look).toMatchObject({ name: 'Photos', shown: false });
  tell('adding', { token: 'of another', files: 1, bytes: 1 });
  tell('adding', { token: tokens[0], files: 12_340, bytes: 3_400_000_000 });
  vi.advanceTimersByTime(250);
  expect(look).toMatchObject({ shown: true, files: 12_340, bytes: 3_400_000_000 });
  look?.cancel();
  await adding;
  expect(tokens).toEqual([tokens[0], tokens[0]]);
  expect(add.looks).toEqual([]);
  expect(app.slips.all.map(({ text, tone }) => [text, tone])).toEqual([['Cancelled. Nothing was added.', 'plain']]);
});

test('what was uploaded before it was cancelled is named', async () => {
  const { app, add } = await desk(problem('adding-cancelled', { count: 2 }));
  const adding = add.add(pathsOffer(['/home/me/Photos', '/home/me/Music']));
  await vi.waitUntil(() => add.looks.length > 0);
  expect(add.looks[0]?.name).toBe('2 items');
  add.looks[0]?.cancel();
  await adding;
  expect(app.slips.all[0]?.text).toContain('2 files were already uploaded and stay in the list');
});

test('a folder that a browser reads is counted file by file, and read no further when it is cancelled', async () => {
  let read = 0;
  const file = (name: string) => ({
    isFile: true,
    isDirectory: false,
    name,
    file: (resolve: (file: File) => void) => {
      if (++read === 3) look.cancel();
      resolve(new File(['12345'], name));
    },
  });
  const children = ['a', 'b', 'c', 'd', 'e'].map(file);
  const entry = {
    isFile: false,
    isDirectory: true,
    name: 'Photos',
    createReader: () => ({ readEntries: (resolve: (all: unknown[]) => void) => resolve(children.splice(0)) }),
  };
  const look = new Looking('Photos');
  const item = { kind: 'file', webkitGetAsEntry: () => entry, getAsFile: () => null } as unknown as DataTransferItem;
  await expect(collect([item], look)).rejects.toThrow('abort');
  vi.advanceTimersByTime(250);
  look.end();
  expect([read, look.files, look.bytes]).toEqual([3, 3, 15]);
});
