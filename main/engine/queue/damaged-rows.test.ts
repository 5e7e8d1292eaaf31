import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

it('a transfer whose row is damaged waits for the person, and holds up no other', async () => {
  const bad = await bench.add('bad');
  const good = await bench.add('good');
  const db = new DatabaseSync(join(bench.folder, 'profile', 'queue.db'));
  db.prepare(`UPDATE transfers SET identity = '{"path":' WHERE id = ?`).run(bad);
  db.close();
  await bench.queue.start();
  await bench.reached(good, 'done');
  await bench.reached(bad, 'attention');
  expect(bench.row(bad)).toMatchObject({ name: 'bad', problem: { code: 'row-damaged' } });
  await bench.queue.wish({ ids: [bad] }, 'remove');
  while (bench.store.transfers.get(bad) !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
});

it('thousands of damaged rows in a row are as good as one', async () => {
  const bad = await bench.add('bad');
  const model = bench.row(bad);
  bench.store.transfers.add(Array.from({ length: 8_000 }, () => ({ ...model, wish: 'run' as const, notices: [] })));
  const good = await bench.add('good');
  const db = new DatabaseSync(join(bench.folder, 'profile', 'queue.db'));
  db.prepare(`UPDATE transfers SET identity = '{' WHERE id < ?`).run(good);
  db.close();
  await bench.queue.start();
  await bench.reached(good, 'done');
  expect(bench.store.transfers.totals().byState).toMatchObject({ attention: 8_001, done: 1 });
});
