import { expect, it } from 'vitest';
import { fail, ok, type Outcome } from '../outcome.ts';
import type { Identity } from '../source/identity.ts';
import { addOne, testStore } from '../store/test-rows.ts';
import type { Store } from '../store/store.ts';
import { problem } from '../../../preload/problems.ts';
import { MemoryServer } from '../../../test/fakes/memory-server.ts';
import type { ServerPort } from '../queue/server-port.ts';
import { UploadedBefore, type Patience } from './uploaded-before.ts';

type Answer = Promise<Outcome<boolean>>;

const identityOf = (n: number): Identity => ({
  path: `/f${n}`,
  size: 5,
  mtimeNs: '10',
  fileId: `1:${n}`,
  ctimeNs: '20',
});
const fileOf = (n: number) => ({ path: `/f${n}`, folder: [], size: 5, identity: identityOf(n), options: {} });

/** So many files that were uploaded, and their names in the order of their numbers. */
const uploaded = (count: number): { readonly store: Store; readonly files: readonly ReturnType<typeof fileOf>[] } => {
  const store = testStore();
  const files = Array.from({ length: count }, (_, n) => fileOf(n));
  for (const { path, identity } of files) {
    const id = addOne(store, path.slice(1), { serverId: 'one', path, identity, size: 5 });
    store.transfers.opened(id, { version: 1, value: { session: path } }, 5, []);
    store.transfers.end(id, 'done', 5, 'S', {});
  }
  return { store, files };
};

/** A server that answers each question by the number of its file. */
const answering = (answer: (n: number) => Answer): ServerPort => {
  const port = new MemoryServer('one').port();
  if (!port.ok) throw new Error('no port');
  const provider = {
    ...port.value.provider,
    stillHas: (uploads: readonly { readonly remote: unknown }[]) =>
      uploads.map(
        ({ remote }) =>
          () =>
            answer(Number((remote as { readonly session: string }).session.slice(2))),
      ),
  };
  return { ...port.value, provider };
};
const silence: Answer = new Promise(() => undefined);
const paths = (found: ReadonlyMap<unknown, { readonly path: string }>): readonly string[] =>
  [...found.values()].map(({ path }) => path).sort();

/** A clock that stands still until it is moved. */
const clock = () => {
  const waits: { readonly ms: number; readonly end: AbortController }[] = [];
  const patience: Patience = {
    answer: 10,
    all: 100,
    after: (ms) => {
      const end = new AbortController();
      waits.push({ ms, end });
      return end.signal;
    },
  };
  return { patience, pass: (ms: number) => waits.filter((wait) => wait.ms <= ms).forEach(({ end }) => end.abort()) };
};
const never: Patience = { answer: 1, all: 1, after: () => new AbortController().signal };

it('only what the server confirms was uploaded before', async () => {
  const { store, files } = uploaded(3);
  const asked = new UploadedBefore(
    store,
    answering((n) => Promise.resolve(n === 2 ? fail('retry', problem('session-gone', { server: 'S' })) : ok(n === 1))),
    never,
  );
  expect(paths(await asked.among([...files, fileOf(7)]))).toEqual(['/f1']);
});

it('at most four questions are asked at once', async () => {
  const { store, files } = uploaded(20);
  let under = 0;
  let most = 0;
  const asked = new UploadedBefore(
    store,
    answering(async () => {
      most = Math.max(most, ++under);
      await new Promise(setImmediate);
      under--;
      return ok(true);
    }),
    never,
  );
  expect((await asked.among(files)).size).toBe(20);
  expect(most).toBe(4);
});

it('a server that is silent is waited for once, and is asked nothing more', async () => {
  const { store, files } = uploaded(20);
  const { patience, pass } = clock();
  let questions = 0;
  const asked = new UploadedBefore(
    store,
    answering((n) => {
      questions++;
      return n === 0 ? Promise.resolve(ok(true)) : silence;
    }),
    patience,
  );
  const among = asked.among(files);
  while (questions < 5) await new Promise(setImmediate);
  pass(patience.answer);
  expect(paths(await among)).toEqual(['/f0']);
  expect((await asked.among(files)).size).toBe(0);
  expect(questions).toBe(5);
});

it('a server that answers slowly is asked for a bounded time', async () => {
  const { store, files } = uploaded(20);
  const { patience, pass } = clock();
  let questions = 0;
  const asked = new UploadedBefore(
    store,
    answering((n) => {
      questions++;
      return n < 8 ? Promise.resolve(ok(true)) : silence;
    }),
    patience,
  );
  const among = asked.among(files);
  while (questions < 12) await new Promise(setImmediate);
  pass(patience.all);
  expect((await among).size).toBe(8);
});

it('a server that fails is not asked about every file', async () => {
  const { store, files } = uploaded(50);
  let questions = 0;
  const asked = new UploadedBefore(
    store,
    answering(() => {
      questions++;
      return Promise.resolve(fail('attention', problem('signed-out', { server: 'S' })));
    }),
    never,
  );
  expect((await asked.among(files)).size).toBe(0);
  expect(questions).toBeLessThan(10);
});

it('a server that cannot be asked has confirmed nothing', async () => {
  const { store, files } = uploaded(1);
  const port = new MemoryServer('one').port();
  if (!port.ok) throw new Error('no port');
  expect((await new UploadedBefore(store, port.value, never).among(files)).size).toBe(0);
});
