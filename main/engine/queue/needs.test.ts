/** Hashes that a server needs of a whole file: made in a worker, without a slot, and never of another content. */
import { createHash } from 'node:crypto';
import { appendFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FileHashes } from '../source/file-hashes.ts';
import {
  add,
  contents,
  folder,
  gate,
  heldAt,
  limits,
  queue,
  reached,
  renewQueue,
  row,
  server,
  store,
  until,
} from '../../../test/fakes/queue-bench.ts';

const sha256 = (content: Buffer | undefined): string =>
  createHash('sha256')
    .update(content ?? '')
    .digest('hex');
const content = (name: string): Buffer => {
  const bytes = contents.get(name);
  if (bytes === undefined) throw new Error(`no file ${name}`);
  return bytes;
};

/** Hashes files in earnest, and says which; each waits until its gate is open, or its signal is aborted. */
const watched = (hold?: { readonly closed: Promise<void> }) => {
  const real = new FileHashes();
  const read: string[] = [];
  const hashes = {
    hash: async (...[identity, algorithms, ways]: Parameters<FileHashes['hash']>) => {
      read.push(identity.path.slice(folder.length + 1));
      ways.onProgress(7);
      const aborted = new Promise<void>((resolve) => ways.signal.addEventListener('abort', () => resolve()));
      await Promise.race([hold?.closed, ...(hold === undefined ? [] : [aborted])]);
      ways.signal.throwIfAborted();
      return real.hash(identity, algorithms, ways);
    },
    close: () => real.close(),
  };
  return { read, hashes };
};

const begin = async (hold?: { readonly closed: Promise<void> }) => {
  const { read, hashes } = watched(hold);
  renewQueue({}, Date.now, { hashes });
  await queue.start();
  return read;
};

beforeEach(() => {
  server().needs = [{ hash: 'sha256', before: 'open' }];
});

describe('a hash that a server needs', () => {
  it('before opening is given to it, to the finish too, and is read once', async () => {
    const id = await add('a');
    const read = await begin();
    await reached(id, 'done');
    const hashes = { sha256: sha256(content('a')) };
    expect(server().hashes).toEqual([
      ['open', hashes],
      ['finish', hashes],
    ]);
    expect(read).toEqual(['a']);
    expect(server().stored('a')).toEqual(content('a'));
  });

  it('before the finish alone is made when every chunk is there', async () => {
    server().needs = [{ hash: 'md5', before: 'finish' }];
    const id = await add('a');
    const read = await begin();
    await reached(id, 'done');
    const md5 = createHash('md5').update(content('a')).digest('hex');
    expect(server().hashes).toEqual([
      ['open', undefined],
      ['finish', { md5 }],
    ]);
    expect(read).toEqual(['a']);
  });

  it('of an empty file is that of nothing', async () => {
    const id = await add('empty', 0);
    await begin();
    await reached(id, 'done');
    expect(server().hashes[0]).toEqual(['open', { sha256: sha256(Buffer.alloc(0)) }]);
  });

  it('is made while an earlier file is sent, for one file ahead, and holds no slot', async () => {
    Object.assign(limits, { atOnce: 1, perServer: 1 });
    const sending = gate();
    server().before = heldAt(sending, 'send', 0);
    const first = await add('a');
    const read = await begin();
    await until(() => server().calls.includes('send a 0'));
    const second = await add('b');
    const third = await add('c');
    queue.pump();
    await until(() => store.hashes.of(row(second).identity).sha256 !== undefined && row(second).state === 'queued');
    queue.pump();
    expect(row(first).state).toBe('uploading');
    expect(row(third).state).toBe('queued');
    expect(read).toEqual(['a', 'b']);
    sending.open();
    await reached(third, 'done');
    expect(read).toEqual(['a', 'b', 'c']);
    expect(server().calls.filter((call) => call.startsWith('open'))).toEqual(['open a', 'open b', 'open c']);
  });

  it('shows how far the file was read', async () => {
    const hold = gate();
    const id = await add('a');
    await begin(hold);
    await until(() => queue.live(id)?.hashed === 7);
    expect(row(id).state).toBe('preparing');
    hold.open();
    await reached(id, 'done');
    expect(queue.live(id)?.hashed).toBeUndefined();
  });

  it.each([
    ['pause', 'paused'],
    ['cancel', 'cancelled'],
  ] as const)('is not waited for by a %s, and starts over afterwards', async (wish, state) => {
    const hold = gate();
    const id = await add('a');
    const read = await begin(hold);
    await until(() => queue.live(id)?.hashed !== undefined);
    await queue.wish({ ids: [id] }, wish);
    await reached(id, state);
    expect(server().calls).toEqual([]);
    hold.open();
    await queue.wish({ ids: [id] }, wish === 'pause' ? 'resume' : 'retry');
    await reached(id, 'done');
    expect(read).toEqual(['a', 'a']);
  });

  it('starts over after the program ended while the file was read', async () => {
    const id = await add('a');
    const read = await begin(gate());
    await until(() => queue.live(id)?.hashed !== undefined);
    await queue.stop('chunk');
    expect(row(id).state).toBe('preparing');
    expect(await begin()).not.toBe(read);
    await reached(id, 'done');
    expect(server().hashes[0]).toEqual(['open', { sha256: sha256(content('a')) }]);
  });

  it('is kept for another upload of the same file', async () => {
    const first = await add('a');
    const read = await begin();
    await reached(first, 'done');
    const { path, identity, name, size } = row(first);
    server('two').needs = server().needs;
    const [again = 0] = store.transfers.add([
      {
        serverId: 'two',
        path,
        name,
        size,
        identity,
        folder: [],
        options: {},
        groupId: undefined,
        priority: 0,
        createdAt: 0,
        wish: 'run',
        notices: [],
      },
    ]);
    queue.pump();
    await reached(again, 'done');
    expect(read).toEqual(['a']);
    expect(server('two').hashes[0]).toEqual(['open', { sha256: sha256(content('a')) }]);
  });

  it('is never that of an earlier content, also where the modification time was put back', async () => {
    const id = await add('a');
    const { identity } = row(id);
    store.hashes.keep(identity, { sha256: 'f'.repeat(64) }, 1);
    const other = Buffer.from(content('a')).reverse();
    await writeFile(identity.path, other);
    const at = Number(BigInt(identity.mtimeNs) / 1000n) / 1e6;
    await utimes(identity.path, at, at);
    await begin();
    await reached(id, 'done', 'attention');
    // Where the file system keeps more digits than utimes can set, it is another file altogether.
    if (row(id).state === 'done') expect(server().hashes[0]).toEqual(['open', { sha256: sha256(other) }]);
    else expect(row(id).problem?.code).toBe('file-changed');
  });

  it('that does not fit the content any more ends in a question, and nothing is finished', async () => {
    const id = await add('a');
    const { identity } = row(id);
    // As if the file had been changed between the reading and the first chunk.
    store.hashes.keep(identity, { sha256: 'f'.repeat(64) }, 1);
    await begin();
    server().before = (phase) => {
      if (phase !== 'send') return undefined;
      store.hashes.keep({ ...identity, ctimeNs: '1' }, { sha256: 'e'.repeat(64) }, 2);
      return undefined;
    };
    await reached(id, 'attention', 'done');
    expect(row(id)).toMatchObject({ state: 'attention', problem: { code: 'file-changed' } });
    expect(server().calls.filter((call) => call.startsWith('finish'))).toEqual([]);
  });

  it('cannot be made of a file that is gone or longer: the person is asked before anything is opened', async () => {
    const id = await add('a');
    await appendFile(join(folder, 'a'), 'more');
    await begin();
    await reached(id, 'attention');
    expect(row(id).problem?.code).toBe('file-changed');
    expect(server().calls).toEqual([]);
  });

  it('is given again when the session was lost', async () => {
    const id = await add('a');
    let lost = false;
    server().before = (phase) => {
      if (phase === 'finish' && !lost) {
        lost = true;
        server().sessions.clear();
      }
      return undefined;
    };
    const read = await begin();
    await reached(id, 'done');
    expect(server().hashes.filter(([phase]) => phase === 'open')).toEqual(
      Array(2).fill(['open', { sha256: sha256(content('a')) }]),
    );
    expect(read).toEqual(['a']);
  });
});
