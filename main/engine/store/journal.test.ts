import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { openJournal, type JournalEntry } from './journal.ts';
import { testFolder } from './test-rows.ts';

const entry = (n: number): JournalEntry => ({
  at: n,
  serverId: 'one',
  transferId: n,
  shareKey: `k${n}`,
  deleteKey: `d${n}`,
  name: 'file',
  size: 1,
});

test('entries come back in order, from a file that only its owner may read', () => {
  const file = path.join(testFolder(), 'keys.ndjson');
  const journal = openJournal(file);
  expect(journal.entries()).toEqual([]);
  journal.append(entry(1));
  journal.append(entry(2));
  journal.close();
  expect(openJournal(file).entries()).toEqual([entry(1), entry(2)]);
  expect(openJournal(file).deleteKeyOf('one', 'k2')).toBe('d2');
  expect(openJournal(file).deleteKeyOf('two', 'k2')).toBeUndefined();
  if (process.platform !== 'win32') expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

test('a line torn by a kill is passed over, and does not swallow the next one', () => {
  const file = path.join(testFolder(), 'keys.ndjson');
  const first = openJournal(file);
  first.append(entry(1));
  first.append(entry(2));
  first.close();
  fs.truncateSync(file, fs.statSync(file).size - 9);
  const second = openJournal(file);
  second.append(entry(3));
  expect(second.entries()).toEqual([entry(1), entry(3)]);
  second.close();
});
