/** Hashes that a server needs of a whole file: made in a worker, without a slot, and never of another content. */
import { createHash } from 'node:crypto';
import { appendFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { fail, ok } from '../outcome.ts';
import { FileHashes } from '../source/file-hashes.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

const sha256 = (content: Buffer | undefined): string =>
  createHash('sha256')
    .update(content ?? '')
    .digest('hex');
const content = (name: string): Buffer => {
  const bytes = bench.contents.get(name);
  if (bytes === undefined) throw new Error(`no file ${name}`);
  return bytes;
};

/** Hashes files in earnest, and says which; each waits until its gate is open, or its signal is aborted. */
const watched = (hold?: { readonly closed: Promise<void> }) => {
  const real = new FileHashes();
  const read: string[] = [];
  const hashes = {
    hash: async (...[identity, algorithms, ways]: Parameters<FileHashes['hash']>) => {
      read.push(identity.path.slice(bench.folder.length + 1));
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
  bench.renewQueue({}, Date.now, { hashes });
  await bench.queue.start();
  return read;
};

beforeEach(() => {
  bench.server().needs = [{ hash: 'sha256', before: 'open' }];
});

describe('a hash that a server needs', () => {
  it('before opening is given to it, to the finish too, and is read once', async () => {
    const id = await bench.add('a');
    const read = await begin();
    await bench.reached(id, 'done');
    const hashes = { sha256: sha256(content('a')) };
    expect(bench.server().hashes).toEqual([
      ['open', hashes],
      ['finish', hashes],
    ]);
    expect(read).toEqual(['a']);
    expect(bench.server().stored('a')).toEqual(content('a'));
  });

  it('before the finish alone is made when every chunk is there', async () => {
    bench.server().needs = [{ hash: 'md5', before: 'finish' }];
    const id = await bench.add('a');
    const read = await begin();
    await bench.reached(id, 'done');
    const md5 = createHash('md5').update(content('a')).digest('hex');
    expect(bench.server().hashes).toEqual([
      ['open', undefined],
      ['finish', { md5 }],
    ]);
    expect(read).toEqual(['a']);
  });

  it('of an empty file is that of nothing', async () => {
    const id = await bench.add('empty', 0);
    await begin();
    await bench.reached(id, 'done');
    expect(bench.server().hashes[0]).toEqual(['open', { sha256: sha256(Buffer.alloc(0)) }]);
  });

  it('is made while an earlier file is sent, for one file ahead, and holds no slot', async () => {
    Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
    const sending = bench.gate();
    bench.server().before = bench.heldAt(sending, 'send', 0);
    const first = await bench.add('a');
    const read = await begin();
    await bench.called('send a 0');
    const second = await bench.add('b');
    const third = await bench.add('c');
    bench.queue.pump();
    await bench.until(
      () =>
        bench.store.hashes.of(bench.row(second).identity).sha256 !== undefined && bench.row(second).state === 'queued',
    );
    bench.queue.pump();
    expect(bench.row(first).state).toBe('uploading');
    expect(bench.row(third).state).toBe('queued');
    expect(read).toEqual(['a', 'b']);
    sending.open();
    await bench.reached(third, 'done');
    expect(read).toEqual(['a', 'b', 'c']);
    expect(bench.server().calls.filter((call) => call.startsWith('open'))).toEqual(['open a', 'open b', 'open c']);
  });

  it('leaves the slot to the next file while it is made before the finish', async () => {
    Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
    bench.server().needs = [{ hash: 'md5', before: 'finish' }];
    const hold = bench.gate();
    const [first, second] = [await bench.add('a'), await bench.add('b')];
    await begin(hold);
    await bench.until(() => bench.queue.live(first)?.hashed !== undefined);
    await bench.called('send b 3');
    hold.open();
    await bench.reached(first, 'done');
    await bench.reached(second, 'done');
    expect(bench.server().widest).toBe(1);
  });

  it('shows how far the file was read', async () => {
    const hold = bench.gate();
    const id = await bench.add('a');
    await begin(hold);
    await bench.until(() => bench.queue.live(id)?.hashed === 7);
    expect(bench.row(id).state).toBe('preparing');
    hold.open();
    await bench.reached(id, 'done');
    expect(bench.queue.live(id)?.hashed).toBeUndefined();
  });

  it.each([
    ['pause', 'paused'],
    ['cancel', 'cancelled'],
  ] as const)('is not waited for by a %s, and starts over afterwards', async (wish, state) => {
    const hold = bench.gate();
    const id = await bench.add('a');
    const read = await begin(hold);
    await bench.until(() => bench.queue.live(id)?.hashed !== undefined);
    await bench.queue.wish({ ids: [id] }, wish);
    await bench.reached(id, state);
    expect(bench.server().calls).toEqual([]);
    hold.open();
    await bench.queue.wish({ ids: [id] }, wish === 'pause' ? 'resume' : 'retry');
    await bench.reached(id, 'done');
    expect(read).toEqual(['a', 'a']);
  });

  it('that is there only after a pause opens nothing', async () => {
    const [asked, hold] = [bench.gate(), bench.gate()];
    const real = new FileHashes();
    // It does not hear that nobody waits for it any more.
    const hash: FileHashes['hash'] = async (identity, algorithms, ways) => {
      asked.open();
      await hold.closed;
      return real.hash(identity, algorithms, { ...ways, signal: new AbortController().signal });
    };
    const id = await bench.add('a');
    bench.renewQueue({}, Date.now, { hashes: { hash, close: () => real.close() } });
    await bench.queue.start();
    await asked.closed;
    await bench.queue.wish({ ids: [id] }, 'pause');
    hold.open();
    await bench.reached(id, 'paused');
    expect(bench.server().calls).toEqual([]);
  });

  it('that cannot be kept, as the file system keeps no time of changes, is used though all slots are taken', async () => {
    Object.assign(bench.limits, { atOnce: 1, perServer: 1 });
    const sending = bench.gate();
    bench.server('two').before = bench.heldAt(sending, 'send', 0);
    const other = await bench.add('b', 35, { serverId: 'two' });
    const { hashes } = watched();
    const hash: FileHashes['hash'] = async (...given) => {
      const made = await hashes.hash(...given);
      return made.ok ? ok({ ...made.value, ctimeNs: undefined }) : made;
    };
    bench.renewQueue({}, Date.now, { hashes: { ...hashes, hash } });
    await bench.queue.start();
    await bench.called('send b 0', 'two');
    await bench.add('a');
    bench.server().before = bench.heldAt(bench.gate(), 'open');
    bench.queue.pump();
    await bench.called('open a');
    expect(bench.row(other).state).toBe('uploading');
    sending.open();
    await bench.reached(other, 'done');
  });

  it.each(['open', 'finish'] as const)(
    'before the %s of a file that cannot be read asks the person',
    async (before) => {
      bench.server().needs = [{ hash: 'sha256', before }];
      const id = await bench.add('a');
      const gone = problem('file-missing', { path: join(bench.folder, 'a') });
      const { hashes } = watched();
      bench.renewQueue({}, Date.now, { hashes: { ...hashes, hash: () => Promise.resolve(fail('attention', gone)) } });
      await bench.queue.start();
      await bench.reached(id, 'attention');
      expect(bench.row(id).problem).toEqual(gone);
      expect(bench.server().calls).not.toContain(`${before} a`);
    },
  );

  it('before the finish is made again where the file changed while it was read', async () => {
    bench.server().needs = [{ hash: 'sha256', before: 'finish' }];
    const id = await bench.add('a');
    const { hashes, read } = watched();
    const hash: FileHashes['hash'] = async (...given) => {
      const made = await hashes.hash(...given);
      return made.ok && read.length === 1 ? ok({ hashes: { sha256: 'f'.repeat(64) }, ctimeNs: '5' }) : made;
    };
    bench.renewQueue({}, Date.now, { hashes: { ...hashes, hash } });
    await bench.queue.start();
    await bench.reached(id, 'done');
    expect(bench.server().hashes.at(-1)).toEqual(['finish', { sha256: sha256(content('a')) }]);
    expect(read).toHaveLength(2);
  });

  it('before the finish that the end of the program interrupts is no failure', async () => {
    bench.server().needs = [{ hash: 'sha256', before: 'finish' }];
    bench.server().cut = 'spoils';
    const id = await bench.add('a');
    await begin(bench.gate());
    await bench.until(() => bench.queue.live(id)?.hashed !== undefined);
    await bench.queue.stop('chunk');
    expect(bench.row(id)).toMatchObject({ state: 'preparing', problem: undefined });
  });

  /** A file whose hash is known, and whose server says that it is busy when it is opened. */
  const busyFile = async (): Promise<number> => {
    const id = await bench.add('b');
    bench.store.hashes.keep(bench.row(id).identity, { sha256: sha256(content('b')) }, 1);
    bench.server().before = bench.failsAt('open', { behaviour: 'server-busy', problem: bench.broken, afterMs: 60_000 });
    return id;
  };

  it('that is there while its server is left alone waits with its file', async () => {
    const hold = bench.gate();
    const id = await bench.add('a');
    await begin(hold);
    await bench.until(() => bench.queue.live(id)?.hashed !== undefined);
    const busy = await busyFile();
    bench.queue.pump();
    await bench.until(() => bench.row(busy).state === 'waiting');
    hold.open();
    await bench.until(() => bench.row(id).state === 'queued' && bench.queue.moving.length === 0);
    expect(bench.server().calls).toEqual(['open b']);
  });

  it('does not keep others from trying a server that was left alone, while it is made', async () => {
    let now = Date.now();
    const { hashes } = watched(bench.gate());
    bench.renewQueue({}, () => now, { hashes });
    const busy = await busyFile();
    await bench.queue.start();
    await bench.until(() => bench.row(busy).state === 'waiting' && bench.queue.moving.length === 0);
    bench.works();
    const id = await bench.add('a');
    now += 60_000;
    bench.queue.pump();
    await bench.reached(busy, 'done');
    expect(bench.row(id).state).toBe('preparing');
  });

  it('starts over after the program ended while the file was read', async () => {
    const id = await bench.add('a');
    const read = await begin(bench.gate());
    await bench.until(() => bench.queue.live(id)?.hashed !== undefined);
    await bench.queue.stop('chunk');
    expect(bench.row(id).state).toBe('preparing');
    expect(await begin()).not.toBe(read);
    await bench.reached(id, 'done');
    expect(bench.server().hashes[0]).toEqual(['open', { sha256: sha256(content('a')) }]);
  });

  it('is kept for another upload of the same file', async () => {
    const first = await bench.add('a');
    const read = await begin();
    await bench.reached(first, 'done');
    const { path, identity, name, size } = bench.row(first);
    bench.server('two').needs = bench.server().needs;
    const [again = 0] = bench.store.transfers.add([
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
    bench.queue.pump();
    await bench.reached(again, 'done');
    expect(read).toEqual(['a']);
    expect(bench.server('two').hashes[0]).toEqual(['open', { sha256: sha256(content('a')) }]);
  });

  it('is never that of an earlier content, also where the modification time was put back', async () => {
    const id = await bench.add('a');
    const { identity } = bench.row(id);
    bench.store.hashes.keep(identity, { sha256: 'f'.repeat(64) }, 1);
    const other = Buffer.from(content('a')).reverse();
    await writeFile(identity.path, other);
    const at = Number(BigInt(identity.mtimeNs) / 1000n) / 1e6;
    await utimes(identity.path, at, at);
    await begin();
    await bench.reached(id, 'done', 'attention');
    // Where the file system keeps more digits than utimes can set, it is another file altogether.
    if (bench.row(id).state === 'done') expect(bench.server().hashes[0]).toEqual(['open', { sha256: sha256(other) }]);
    else expect(bench.row(id).problem?.code).toBe('file-changed');
  });

  it('that does not fit the content any more ends in a question, and nothing is finished', async () => {
    const id = await bench.add('a');
    const { identity } = bench.row(id);
    // As if the file had been changed between the reading and the first chunk.
    bench.store.hashes.keep(identity, { sha256: 'f'.repeat(64) }, 1);
    await begin();
    bench.server().before = (phase) => {
      if (phase !== 'send') return undefined;
      bench.store.hashes.keep({ ...identity, ctimeNs: '1' }, { sha256: 'e'.repeat(64) }, 2);
      return undefined;
    };
    await bench.reached(id, 'attention', 'done');
    expect(bench.row(id)).toMatchObject({ state: 'attention', problem: { code: 'file-changed' } });
    expect(bench.server().calls.filter((call) => call.startsWith('finish'))).toEqual([]);
  });

  it('cannot be made of a file that is gone or longer: the person is asked before anything is opened', async () => {
    const id = await bench.add('a');
    await appendFile(join(bench.folder, 'a'), 'more');
    await begin();
    await bench.reached(id, 'attention');
    expect(bench.row(id).problem?.code).toBe('file-changed');
    expect(bench.server().calls).toEqual([]);
  });

  it('is given again when the session was lost', async () => {
    const id = await bench.add('a');
    let lost = false;
    bench.server().before = (phase) => {
      if (phase === 'finish' && !lost) {
        lost = true;
        bench.server().sessions.clear();
      }
      return undefined;
    };
    const read = await begin();
    await bench.reached(id, 'done');
    expect(bench.server().hashes.filter(([phase]) => phase === 'open')).toEqual(
      Array(2).fill(['open', { sha256: sha256(content('a')) }]),
    );
    expect(read).toEqual(['a']);
  });
});
