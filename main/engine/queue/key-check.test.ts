import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as bench from '../../../test/fakes/queue-bench.ts';
import type { Store } from '../store/store.ts';

bench.prepareQueue();

/** A key as versions without end lines wrote it. */
const oldKey = (shareKey: string, serverId = 'one'): string =>
  `${JSON.stringify({ at: 5, serverId, transferId: 90, shareKey, deleteKey: `d-${shareKey}`, name: 'f', size: 9 })}\n`;

const sharesOf = (opened: Store) =>
  opened.shares
    .page({}, { limit: 100 })
    .rows.filter(({ name }) => name === 'f')
    .map(({ key, deleteKey, link }) => ({ key, deleteKey, link }));

/** Runs with the queue over the same profile, opened as after a start of the program with these keys in its journal. */
const afterStart = async (keys: readonly string[], run: (opened: Store) => Promise<void>): Promise<void> => {
  await bench.queue.stop('now');
  await bench.store.sound;
  await bench.store.close();
  appendFileSync(join(bench.folder, 'profile', 'delete-keys.ndjson'), keys.join(''));
  const opened = bench.openStoreHere({ folder: join(bench.folder, 'profile') });
  try {
    bench.renewQueue(opened);
    await bench.queue.start();
    await run(opened);
  } finally {
    await bench.queue.stop('now');
    await opened.close();
  }
};

it('an unknown key of an older journal becomes a share once its server says that it exists, and else never', async () => {
  const id = await bench.add('a');
  await bench.queue.start();
  await bench.reached(id, 'done');
  bench.server().sessions.set('stands', { name: 'f', size: 9, chunks: new Map(), done: true, openedAt: 0 });
  const keys = [oldKey('stands'), oldKey('gone')];
  await afterStart(keys, async (opened) => {
    await bench.until(() => bench.server().calls.includes('find gone') && sharesOf(opened).length > 0);
    await bench.until(() => opened.shares.byKey('stands').length > 0);
    expect(sharesOf(opened)).toEqual([{ key: 'stands', deleteKey: 'd-stands', link: 'memory:stands' }]);
  });
  // What was answered is not asked again: the key that is gone has its end line.
  const next = bench.openStoreHere({ folder: join(bench.folder, 'profile') });
  expect(next.recovered.all).toEqual([]);
  await next.close();
});

it('keys of a server that cannot be asked are kept until it answers, and do not hold up those of another', async () => {
  bench.server('two').sessions.set('other', { name: 'f', size: 9, chunks: new Map(), done: true, openedAt: 0 });
  bench.server().sessions.set('stands', { name: 'f', size: 9, chunks: new Map(), done: true, openedAt: 0 });
  bench.server().before = bench.failsAt('find', { behaviour: 'server-busy', problem: bench.broken });
  const keys = [oldKey('stands'), oldKey('more'), oldKey('other', 'two'), oldKey('lost', 'unknown')];
  await afterStart(keys, async (opened) => {
    await bench.until(() => opened.shares.byKey('other').length > 0);
    expect(sharesOf(opened).map(({ key }) => key)).toEqual(['other']);
    expect(bench.server().calls.filter((call) => call.startsWith('find'))).toEqual(['find stands']);
  });
  bench.works();
  await afterStart([], async (opened) => {
    await bench.until(() => bench.server().calls.includes('find more') && opened.shares.byKey('stands').length > 0);
    expect(opened.recovered.all.map(({ entry }) => entry.shareKey)).toEqual(['stands', 'more', 'lost']);
  });
});
