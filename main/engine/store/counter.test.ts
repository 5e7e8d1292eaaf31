import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { Connection } from './connection.ts';
import { countIn, missingIn, raiseCount, readCounter, writeCounter } from './counter.ts';
import { migrate } from './migrations.ts';
import { testFolder } from './test-rows.ts';

const connection = (): Connection => {
  const db = new DatabaseSync(':memory:');
  onTestFinished(() => db.close());
  migrate(db);
  return new Connection(db, 'queue.db', { full: () => undefined, damaged: () => undefined });
};

test('the newest count is read, and the one before it where the newest is torn', () => {
  const file = path.join(testFolder(), 'counter');
  expect(readCounter(file)).toBeUndefined();
  for (let n = 1; n <= 4; n++) {
    writeCounter(file, { generation: n, lastId: n * 10, rows: n });
    expect(readCounter(file)).toEqual({ generation: n, lastId: n * 10, rows: n });
    const bytes = fs.readFileSync(file);
    const torn = Buffer.from(bytes);
    torn.write('0', bytes.indexOf(`"generation":${n}`) + '"generation":'.length);
    fs.writeFileSync(file, torn);
    expect(readCounter(file)?.generation).toBe(n === 1 ? undefined : n - 1);
    fs.writeFileSync(file, bytes);
  }
  expect(fs.statSync(file).size).toBe(1024);
  if (process.platform !== 'win32') expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

test('what is no count is not read as one, whatever its checksum', () => {
  const file = path.join(testFolder(), 'counter');
  for (const text of ['', '{"generation":-1,"lastId":1,"rows":1}', '{"generation":1}', 'null']) {
    fs.writeFileSync(file, `${crc32(text).toString(16).padStart(8, '0')} ${text}`.padEnd(512));
    expect(readCounter(file)).toBeUndefined();
  }
});

test('a count that cannot be written fails no transaction', () => {
  const file = path.join(testFolder(), 'no folder', 'counter');
  writeCounter(file, { generation: 1, lastId: 1, rows: 1 });
  expect(readCounter(file)).toBeUndefined();
});

test.each([
  ['ids that it never gave', { lastId: 2, rows: 2 }, { lastId: 5, rows: 5 }, 3],
  ['rows that were removed since, which are not missed', { lastId: 2, rows: 2 }, { lastId: 50, rows: 5 }, 5],
  ['rows whose ids it knows', { lastId: 5, rows: 1 }, { lastId: 5, rows: 4 }, 3],
  ['nothing', { lastId: 5, rows: 4 }, { lastId: 5, rows: 2 }, 0],
])('what a database lacks that has gone back in time: %s', (_what, is, was, missing) => {
  expect(missingIn({ generation: 1, ...is }, { generation: 2, ...was })).toBe(missing);
});

test('a count is only ever raised, also where no id was given yet', () => {
  const c = connection();
  expect(countIn(c)).toEqual({ generation: 0, lastId: 0, rows: 0 });
  raiseCount(c, { generation: 5, lastId: 9, rows: 9 });
  expect(countIn(c)).toEqual({ generation: 5, lastId: 9, rows: 0 });
  raiseCount(c, { generation: 3, lastId: 7, rows: 9 });
  expect(countIn(c)).toEqual({ generation: 5, lastId: 9, rows: 0 });
  raiseCount(c, { generation: 6, lastId: 11, rows: 9 });
  expect(countIn(c)).toEqual({ generation: 6, lastId: 11, rows: 0 });
});
