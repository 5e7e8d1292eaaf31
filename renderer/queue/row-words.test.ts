import { expect, test } from 'vitest';
import type { TransferView } from '../../preload/contract.ts';
import { sectionOf } from '../../preload/states.ts';
import { folderWords, rowBytes, rowReason, rowWords, shortLink, stateWord } from './row-words.ts';
import { transferRow } from '../../test/fakes/transfer-row.ts';

const row = (more: Partial<TransferView>): TransferView =>
  transferRow(1, { name: 'a.bin', path: '/a.bin', size: 1000, ...more });

test('percent counts acknowledged bytes alone, and is 100 only when all are', () => {
  expect(rowWords(row({ acknowledged: 999, inFlight: 1 }), 0).head).toBe('99 %');
  expect(rowWords(row({ acknowledged: 1000 }), 0).head).toBe('100 %');
  expect(rowWords(row({ size: 0 }), 0).head).toBe('0 %');
});

test('a wait says what for, and counts down', () => {
  const words = (more: Partial<TransferView>): string => rowWords(row({ state: 'waiting', ...more }), 1_000).tail;
  expect(words({ waitFor: 'network' })).toBe('no network');
  expect(words({ waitFor: 'server', waitUntil: 39_000 })).toBe('server busy, 0:38');
  expect(words({ waitFor: 'time', waitUntil: 13_000, attempts: 2 })).toBe('try 3 in 0:12');
  expect(words({ waitFor: 'time', waitUntil: 500, attempts: 2 })).toBe('try 3');
});

test('a file that its server assembles is shown as active, and not as a wait', () => {
  const assembled = row({ state: 'waiting', waitFor: 'server-work', waitUntil: 39_000, acknowledged: 1000 });
  expect(rowWords(assembled, 1_000)).toMatchObject({
    tone: 'move',
    head: 'Assembling',
    tail: 'on the server',
    bar: 'move',
  });
  expect(stateWord(assembled)).toBe('The server is assembling the file');
  expect(sectionOf(assembled)).toBe('under-way');
  expect(sectionOf(row({ state: 'waiting', waitFor: 'server' }))).toBe('waiting');
});

test('a file that is read for its checksum says how far that is', () => {
  const read = row({ state: 'preparing', hashed: 250 });
  expect(rowWords(read, 0)).toMatchObject({ head: 'Reading the file', tail: '25 %', bar: 'read' });
  expect(rowWords({ ...read, wish: 'cancel' }, 0)).toMatchObject({ head: 'Cancelling' });
});

test('a pause that has to wait for a chunk says so, and a cancel that frees the server', () => {
  expect(rowWords(row({ wish: 'pause', leftMs: 9_000 }), 0).tail).toBe('stops after this chunk');
  expect(rowWords(row({ wish: 'cancel' }), 0)).toMatchObject({ head: 'Cancelling', bar: 'still' });
});

test('a cancel that can be undone is shown as a cancel, not as a pause', () => {
  const left = row({ state: 'paused', wish: 'pause', undoUntil: 9_000 });
  expect(rowWords(left, 0)).toMatchObject({ glyph: 's-off', head: 'Cancelled', tail: '' });
  expect(stateWord(left)).toBe('Cancelled');
});

test('an upload that is done says what became of its message, and asks where that needs the user', () => {
  const done = (state: NonNullable<TransferView['delivery']>['state']): TransferView =>
    row({ state: 'done', delivery: { state, recipient: 'anna' } });
  expect(rowWords(done('sent'), 0)).toMatchObject({ glyph: 's-done', tail: 'message sent' });
  expect(rowWords(done('waiting'), 0)).toMatchObject({ glyph: 's-done', tail: 'message not sent yet' });
  expect(rowWords(done('unknown'), 0)).toMatchObject({ glyph: 's-ask', tone: 'warn' });
  expect([sectionOf(done('sent')), sectionOf(done('failed'))]).toEqual(['done', 'needs-you']);
  expect(stateWord(done('unknown'))).toBe('Message not confirmed');
});

test('a row whose server works on a whole chunk says so', () => {
  const tail = (more: Partial<TransferView>): string => rowWords(row({ serverWorks: true, ...more }), 0).tail;
  expect(tail({ leftMs: 9_000 })).toBe('server is working');
  expect(tail({ wish: 'pause' })).toBe('pauses when stored');
  expect(tail({ wish: 'cancel' })).toBe('when stored');
});

test('what was left out says why, and is no failure', () => {
  const problem = { code: 'name-skipped', params: { server: 'Hafen', name: 'a.bin' }, message: '' };
  const out = row({ state: 'cancelled', wish: 'cancel', problem });
  expect(rowWords(out, 0)).toMatchObject({ glyph: 's-off', tone: 'rest', tail: 'left out: its name is taken' });
  expect(stateWord(out)).toBe('Left out');
  expect(stateWord(row({ state: 'cancelled', wish: 'cancel' }))).toBe('Cancelled');
  expect(stateWord(row({ state: 'failed', problem }))).toBe('Failed');
});

test('a reason names the file, not its path, and keeps what can be done', () => {
  const params = { path: `/home/ada/${'deep/'.repeat(20)}Kassenbuch.xlsx`, what: 'size' };
  const reason = rowReason({ code: 'file-changed', params, message: '' }, 'Kassenbuch.xlsx');
  expect(reason).toContain('Kassenbuch.xlsx has changed');
  expect(reason).not.toContain('deep');
  expect(reason).toContain('Upload the changed file');
});

test('a name too long for a sentence is cut in it, so that what can be done is not', () => {
  const name = `${'a'.repeat(240)}-november.xlsx`;
  const reason = rowReason({ code: 'file-changed', params: { path: `/${name}`, what: 'size' }, message: '' }, name);
  expect(reason).toContain('…ovember.xlsx');
  expect(reason).toContain('Upload the changed file');
  expect(reason.length).toBeLessThan(140);
});

test('a name that runs to the left does not change the order of the sentence around it', () => {
  const problem = { code: 'name-exists', params: { server: 'cloud', name: 'تقرير.pdf' }, message: '' };
  expect(rowReason(problem, 'تقرير.pdf', true)).toBe('\u2068تقرير.pdf\u2069 is on cloud already.');
});

test('a reason whose answers stand beside it says what happened alone', () => {
  const problem = { code: 'name-exists', params: { server: 'cloud', name: 'a.jpg' }, message: '' };
  expect(rowReason(problem, 'a.jpg', true)).toBe('a.jpg is on cloud already.');
});

test('where a transfer goes is the folder that was chosen, with its own folders below it', () => {
  expect(folderWords({ to: '/Photos', folder: ['2026', 'May'] })).toBe('/Photos/2026/May');
  expect(folderWords({ to: '/Photos', folder: [] })).toBe('/Photos');
  expect(folderWords({ to: '/', folder: ['2026'] })).toBe('2026');
  expect(folderWords({ folder: [] })).toBeUndefined();
});

test('meta and links are short', () => {
  expect(rowBytes(row({ acknowledged: 500 }))).toBe('500 B of 1 kB');
  expect(rowBytes(row({}))).toBe('1 kB');
  expect(shortLink('https://drop.example/d?k7m2')).toBe('/d?k7m2');
  expect(shortLink(`https://x.example/${'y'.repeat(60)}`)).toHaveLength(21);
});
