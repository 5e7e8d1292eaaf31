import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { add, folder, queue, reached, row, store } from '../../../test/fakes/queue-bench.ts';

it('a transfer whose row is damaged waits for the person, and holds up no other', async () => {
  const bad = await add('bad');
  const good = await add('good');
  const db = new DatabaseSync(join(folder, 'profile', 'queue.db'));
  db.prepare(`UPDATE transfers SET identity = '{"path":' WHERE id = ?`).run(bad);
  db.close();
  await queue.start();
  await reached(good, 'done');
  await reached(bad, 'attention');
  expect(row(bad)).toMatchObject({ name: 'bad', problem: { code: 'row-damaged' } });
  await queue.wish({ ids: [bad] }, 'remove');
  while (store.transfers.get(bad) !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
});

it('thousands of damaged rows in a row are as good as one', async () => {
  const bad = await add('bad');
  const model = row(bad);
  store.transfers.add(Array.from({ length: 8_000 }, () => ({ ...model, wish: 'run' as const, notices: [] })));
  const good = await add('good');
  const db = new DatabaseSync(join(folder, 'profile', 'queue.db'));
  db.prepare(`UPDATE transfers SET identity = '{' WHERE id < ?`).run(good);
  db.close();
  await queue.start();
  await reached(good, 'done');
  expect(store.transfers.totals().byState).toMatchObject({ attention: 8_001, done: 1 });
});
