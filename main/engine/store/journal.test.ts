import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openJournal, type Journal } from './journal.ts';
import { testFolder } from './test-rows.ts';

const entry = (n: number) => ({
  at: n,
  serverId: 'one',
  transferId: n,
  shareKey: `k${n}`,
  deleteKey: `d${n}`,
  name: 'file',
  size: 1,
});
const kept = (n: number) => ({ ...entry(n), v: 2 });

const fresh = (): string => path.join(testFolder(), 'keys.ndjson');
const opened = (file: string): Journal => {
  const journal = openJournal(file);
  onTestFinished(() => journal.close());
  return journal;
};
const deleteKeys = (journal: Journal): readonly string[] => journal.read().entries.map((e) => e.deleteKey);

test('entries come back in order, from a file that only its owner may read', () => {
  const file = fresh();
  const journal = openJournal(file);
  expect(journal.read()).toEqual({ entries: [], ended: [], bad: 0, end: '' });
  journal.append(entry(1));
  journal.append(entry(2));
  journal.close();
  expect(fs.readFileSync(file, 'utf8')).toBe([1, 2].map((n) => `${JSON.stringify(kept(n))}\n`).join(''));
  expect(opened(file).read().entries).toEqual([kept(1), kept(2)]);
  expect(opened(file).deleteKeyOf('one', 'k2')).toBe('d2');
  expect(opened(file).deleteKeyOf('two', 'k2')).toBeUndefined();
  if (process.platform !== 'win32') expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

test('a line torn by a kill is skipped, and does not swallow the next one', () => {
  const file = fresh();
  const first = openJournal(file);
  first.append(entry(1));
  first.append(entry(2));
  first.close();
  fs.truncateSync(file, fs.statSync(file).size - 9);
  const second = opened(file);
  second.append(entry(3));
  expect(second.read()).toMatchObject({ entries: [kept(1), kept(3)], ended: [], bad: 1 });
});

test('a key with an end line is not in use any more; the same share key issued again is', () => {
  const journal = opened(fresh());
  journal.append(entry(1), entry(2));
  journal.end({ serverId: 'one', shareKey: 'k1', deleteKey: 'd1' }, 5);
  journal.end({ serverId: 'two', shareKey: 'k2', deleteKey: 'd2' }, 5);
  expect(deleteKeys(journal)).toEqual(['d2']);
  journal.append({ ...entry(1), deleteKey: 'next' });
  // An end that comes late is of the older key.
  journal.end({ serverId: 'one', shareKey: 'k1', deleteKey: 'd1' }, 6);
  expect(deleteKeys(journal)).toEqual(['d2', 'next']);
  expect(journal.keysOf('one', 1).map((e) => e.deleteKey)).toEqual(['next']);
  expect(journal.keysOf('one', 7)).toEqual([]);
});

test('a key is read again, whatever characters its server put into it', () => {
  const keys = ['a b', 'k\nrm -rf ~ #\u202e\u001b[2J', '\ud800', '\0', 'é'.repeat(1_024)];
  const journal = opened(fresh());
  journal.append(...keys.map((key, n) => ({ ...entry(n), shareKey: key, deleteKey: key })));
  expect(journal.read().bad).toBe(0);
  expect(deleteKeys(journal)).toEqual(keys);
  journal.end({ serverId: 'one', shareKey: keys[1] ?? '' }, 2);
  expect(journal.read()).toMatchObject({ bad: 0, entries: { length: keys.length - 1 } });
});

test('damaged lines are counted, never thrown over, and a key in one that can be read is used', () => {
  const file = fresh();
  const journal = opened(file);
  journal.append(entry(1));
  const raw = (more: object): string => `${JSON.stringify({ ...entry(2), ...more })}\n`;
  const damaged = [
    raw({ deleteKey: 'fraction', shareKey: 'a', size: 1.5 }),
    raw({ deleteKey: 'late', shareKey: 'b', at: 1 }).replace('"at":1', '"at":1e300'),
    raw({ deleteKey: 'negative', shareKey: 'c', transferId: -1 }),
    raw({ deleteKey: 'k'.repeat(70_000), shareKey: 'e' }),
    'null\n',
    '[]\n',
    '{"at":1,"serverId":"o\n',
    Buffer.from([0xff, 0xfe, 0, 1, 10]),
    Buffer.alloc(5_000_000, 'x'),
    '\n',
  ];
  fs.appendFileSync(file, Buffer.concat(damaged.map((line) => Buffer.from(line))));
  journal.append(entry(3));
  const state = journal.read();
  expect(state.bad).toBe(9);
  expect(state.entries.map((e) => e.deleteKey)).toEqual(['d1', 'fraction', 'late', 'negative', 'd3']);
  for (const { at, size, transferId } of state.entries)
    for (const value of [at, size, transferId]) expect(Number.isSafeInteger(value) && value >= 0).toBe(true);

  const before = fs.readFileSync(file);
  const aside = `${file}.aside`;
  expect(journal.setBadAside(aside)).toBe(aside);
  expect(fs.readFileSync(aside).equals(before)).toBe(true);
  expect(journal.read()).toMatchObject({ entries: state.entries, bad: 0 });
  journal.append(entry(4));
  expect(deleteKeys(opened(file)).at(-1)).toBe('d4');
});

test('a journal of many megabytes with lines over every border of a read is read whole', () => {
  const file = fresh();
  const line = (n: number): string => `${JSON.stringify({ ...kept(n), name: 'n'.repeat(900 + (n % 97)) })}\n`;
  fs.writeFileSync(file, Array.from({ length: 5_000 }, (_, n) => line(n)).join(''));
  const { entries, bad } = opened(file).read();
  expect(bad).toBe(0);
  expect(entries).toHaveLength(5_000);
  expect(entries.at(-1)).toMatchObject({ shareKey: 'k4999' });
});

test('reading again begins where the last reading ended, unless the file is another one', () => {
  const file = fresh();
  const journal = opened(file);
  journal.append(entry(1), entry(2));
  const { end } = journal.read();
  expect(journal.read(end).entries).toEqual([]);
  journal.append(entry(3));
  expect(journal.read(end).entries).toEqual([kept(3)]);
  expect(journal.read('7:1').entries).toHaveLength(3);
  expect(journal.read('1e9:1').entries).toHaveLength(3);
  expect(journal.read('-5:1').entries).toHaveLength(3);
  const other = fresh();
  fs.writeFileSync(other, fs.readFileSync(file, 'utf8').replaceAll('d2', 'x2'));
  expect(deleteKeys(opened(other))).toEqual(['d1', 'x2', 'd3']);
  expect(opened(other).read(end).entries).toHaveLength(3);
});

test('a journal that was removed or replaced while it is open is written again, with every key still in use', () => {
  if (process.platform === 'win32') return;
  for (const vanish of [
    (file: string) => fs.rmSync(file),
    (file: string) => {
      fs.writeFileSync(`${file}.other`, '');
      fs.renameSync(`${file}.other`, file);
    },
  ]) {
    const file = fresh();
    const journal = opened(file);
    journal.append(entry(1), entry(2));
    journal.end({ serverId: 'one', shareKey: 'k1', deleteKey: 'd1' }, 5);
    vanish(file);
    expect(deleteKeys(journal)).toEqual(['d2']);
    journal.append(entry(3));
    expect(deleteKeys(journal)).toEqual(['d2', 'd3']);
    expect(deleteKeys(opened(file))).toEqual(['d2', 'd3']);
    expect(opened(file).read().ended).toHaveLength(1);
  }
});

test('where damaged lines cannot be set aside, the journal stays as it is and is used', () => {
  const file = fresh();
  fs.writeFileSync(file, `${JSON.stringify(kept(1))}\njunk\n`);
  const before = fs.readFileSync(file);
  const journal = opened(file);
  // There is something at that path, and nothing is written over.
  const aside = `${file}.aside`;
  fs.writeFileSync(aside, 'mine');
  expect(journal.setBadAside(aside)).toBeUndefined();
  expect(fs.readFileSync(aside, 'utf8')).toBe('mine');
  expect(fs.readFileSync(file).equals(before)).toBe(true);
  expect(fs.readdirSync(path.dirname(file)).toSorted()).toEqual([file, aside].map((one) => path.basename(one)));
  journal.append(entry(2));
  expect(deleteKeys(opened(file))).toEqual(['d1', 'd2']);
});

test('what a kill left while damaged lines were set aside is no part of the journal', () => {
  const file = fresh();
  const journal = opened(file);
  journal.append(entry(1), entry(2));
  journal.end({ serverId: 'one', shareKey: 'k2', deleteKey: 'd2' }, 5);
  fs.appendFileSync(file, 'junk\n');
  fs.writeFileSync(`${file}.tmp`, `${JSON.stringify(kept(7))}\n`);
  expect(journal.setBadAside(`${file}.aside`)).toBe(`${file}.aside`);
  expect(journal.read()).toMatchObject({ entries: [kept(1)], ended: [{ shareKey: 'k2', deleteKey: 'd2' }], bad: 0 });
  // It is appended to the new file from now on.
  journal.append(entry(3));
  expect(deleteKeys(opened(file))).toEqual(['d1', 'd3']);
});

test('an end without a delete key is one of every key that was issued for the share so far', () => {
  const journal = opened(fresh());
  journal.append(entry(1), { ...entry(1), deleteKey: 'second' });
  journal.end({ serverId: 'one', shareKey: 'k1' }, 5);
  expect(deleteKeys(journal)).toEqual([]);
  expect(journal.keysOf('one', 1)).toEqual([]);
  journal.append({ ...entry(1), deleteKey: 'third' });
  expect(deleteKeys(journal)).toEqual(['third']);
  expect(journal.deleteKeyOf('one', 'k1')).toBe('third');
});

test('a transfer is never given the delete key of another one that used the same share key', () => {
  const journal = opened(fresh());
  journal.append({ ...entry(1), transferId: 7, deleteKey: 'first' });
  journal.append({ ...entry(1), transferId: 8, deleteKey: 'second' });
  expect([7, 8, 9].map((id) => journal.deleteKeyOf('one', 'k1', id))).toEqual(['first', 'second', undefined]);
  // A damaged line, or one of a share without a transfer, names none.
  journal.append({ ...entry(1), transferId: 0, deleteKey: 'third' });
  expect(journal.deleteKeyOf('one', 'k1', 9)).toBe('third');
  expect(journal.deleteKeyOf('one', 'k1', 7)).toBe('first');
});

test('the keys of a transfer are those of its server that are still in use, whatever others are called', () => {
  const journal = opened(fresh());
  journal.append(entry(1), { ...entry(11), transferId: 1, serverId: 'two' }, entry(11));
  journal.append({ ...entry(2), transferId: 1 }, { ...entry(1), transferId: 2 });
  const keysOf = (serverId: string, transferId: number) => journal.keysOf(serverId, transferId).map((e) => e.deleteKey);
  // A share key that another transfer was given later is that one's.
  expect(keysOf('one', 1)).toEqual(['d2']);
  expect(keysOf('one', 2)).toEqual(['d1']);
  expect(keysOf('two', 1)).toEqual(['d11']);
  journal.end({ serverId: 'one', shareKey: 'k2', deleteKey: 'd2' }, 5);
  expect(keysOf('one', 1)).toEqual([]);
  expect(keysOf('one', 11)).toEqual(['d11']);
});

test('a line is as long as it may be, and damaged beyond', () => {
  const file = fresh();
  const line = (length: number, n: number): string => {
    const text = JSON.stringify({ ...kept(n), more: '' });
    return text.replace('"more":""', `"more":"${'x'.repeat(length - text.length)}"`);
  };
  fs.writeFileSync(file, `${line(65_536, 1)}\n${line(65_537, 2)}\n${line(65_537, 3)}`);
  expect(opened(file).read()).toMatchObject({ entries: [kept(1)], bad: 2 });
  // The last line needs no end of its own.
  fs.writeFileSync(file, `\n\n${line(65_536, 1)}`);
  expect(opened(file).read()).toMatchObject({ entries: [kept(1)], bad: 0 });
});

test('a journal that others may read is its owner’s alone from the first key on', () => {
  if (process.platform === 'win32') return;
  const file = fresh();
  fs.writeFileSync(file, '', { mode: 0o644 });
  opened(file).append(entry(1));
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

test('a journal that cannot be read is not taken for an empty one', () => {
  const file = fresh();
  fs.mkdirSync(file);
  const journal = opened(file);
  expect(() => journal.read()).toThrow('EISDIR');
  expect(() => journal.append(entry(1))).toThrow('EISDIR');
  const behind = fresh();
  fs.writeFileSync(behind, '');
  expect(() => opened(path.join(behind, 'keys')).read()).toThrow('ENOTDIR');
});
