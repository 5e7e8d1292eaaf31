import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { describe } from '../../../preload/problems.ts';
import { migrate, migrations } from './migrations.ts';
import { reasonsAsCodes } from './stored-reasons.ts';

it('turns the English of stored problems into codes that are shown in the same words', () => {
  const db = new DatabaseSync(':memory:');
  migrate(db, migrations.indexOf(reasonsAsCodes));
  const old = [
    { code: 'file-changed', params: { path: '/a', what: 'its size' } },
    { code: 'connection-broken', params: { server: 'nas', reason: 'closed by the other side' } },
    { code: 'file-changed', params: { path: '/"what":"its size"', what: 'a reason of another version' } },
    { code: 'secret-missing', params: { server: 'nas', where: 'the app' } },
    { code: 'not-completed', params: { server: 'nas', words: 'its storage did not report the file' } },
  ];
  const insert = db.prepare(
    `INSERT INTO history (transfer_id, at, outcome, name, folded_name, path, size, server_id, server_name, took, problem)
     VALUES (1, 1, 'failed', 'a', 'a', '/a', 1, 's', 'nas', 0, ?)`,
  );
  for (const problem of old) insert.run(JSON.stringify(problem));
  migrate(db);
  const now = db
    .prepare('SELECT problem FROM history ORDER BY id')
    .all()
    .map((row) => JSON.parse(String(row['problem'])) as (typeof old)[number]);
  expect(now.map(({ params }) => params.what ?? params.reason ?? params.where ?? params.words)).toEqual([
    'size',
    'closed-there',
    old[2]?.params.what,
    'secret-of-app',
    'store-silent',
  ]);
  expect(now.map(describe)).toEqual(old.map(describe));
  db.close();
});
