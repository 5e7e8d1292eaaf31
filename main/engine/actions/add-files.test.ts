import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { MemoryServer } from '../../../test/fakes/memory-server.ts';
import { ok, type Outcome } from '../outcome.ts';
import { identify } from '../source/identity.ts';
import { addOne, testStore } from '../store/test-rows.ts';
import { addFiles, type AddRequest } from './add-files.ts';

/** A file that was uploaded before, and a server whose answers about it the test gives. */
const setUp = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stevedore-add-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'a.txt');
  writeFileSync(path, 'hello');
  const identity = await identify(path);
  const memory = new MemoryServer('one').port();
  if (!identity.ok || !memory.ok) throw new Error('no file or no server');
  const store = testStore();
  const id = addOne(store, 'a.txt', { serverId: 'one', path, identity: identity.value, size: 5 });
  store.transfers.opened(id, { version: 1, value: { session: 'one' } }, 5, []);
  store.transfers.end(id, 'done', 5, 'S', {});
  const questions: ((answer: Outcome<boolean>) => void)[] = [];
  const provider = {
    ...memory.value.provider,
    stillHas: (uploads: readonly unknown[]) =>
      uploads.map(() => () => new Promise<Outcome<boolean>>((resolve) => questions.push(resolve))),
  };
  const engine = {
    store,
    servers: { port: () => ok({ ...memory.value, provider }) },
    queue: { moving: [], pump: () => undefined, wish: () => Promise.resolve({ changed: [], refused: new Map() }) },
  } as unknown as Parameters<typeof addFiles>[0];
  const request: AddRequest = {
    paths: [path],
    serverId: 'one',
    options: {},
    group: false,
    paused: false,
    priority: 0,
    followLinks: false,
  };
  const asked = async (count: number): Promise<void> => {
    while (questions.length < count) await new Promise(setImmediate);
  };
  const queued = (): number => store.transfers.totals({ states: ['queued'] }).count;
  return { engine, request, questions, asked, queued };
};

it('adding that is cancelled while its server is asked about earlier uploads queues nothing', async () => {
  const { engine, request, asked, queued } = await setUp();
  const control = new AbortController();
  const adding = addFiles(engine, { ...request, watch: { found: () => undefined, signal: control.signal } });
  await asked(1);
  control.abort();
  expect(await adding).toMatchObject({ ok: false, failure: { problem: { code: 'adding-cancelled' } } });
  expect(queued()).toBe(0);
});

it('the same file that is added twice while its server is asked about it is queued once', async () => {
  const { engine, request, questions, asked, queued } = await setUp();
  const both = [addFiles(engine, request), addFiles(engine, request)];
  await asked(2);
  for (const answer of questions) answer(ok(false));
  await Promise.all(both);
  expect(queued()).toBe(1);
});
