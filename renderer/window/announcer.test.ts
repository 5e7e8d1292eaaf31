import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TransferView } from '../../preload/contract.ts';
import { Announcer } from './announcer.svelte.ts';
import { transferRow } from '../../test/fakes/transfer-row.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const row = (id: number, state: TransferView['state']): TransferView => transferRow(id, { state });

test('what ends within five seconds is summed up in one message', () => {
  const announcer = new Announcer();
  announcer.hear([row(1, 'done')]);
  vi.advanceTimersByTime(0);
  expect(announcer.polite).toBe('1 upload is done.');
  announcer.hear([row(2, 'done')]);
  vi.advanceTimersByTime(4_500);
  announcer.hear([row(3, 'done'), row(4, 'failed')]);
  expect(announcer.polite).toBe('');
  vi.advanceTimersByTime(500);
  expect(announcer.polite).toBe('2 uploads are done. 1 upload failed.');
  expect(announcer.urgent).toBe('');
});

test('what was left out is told as that, and what was cancelled is not told', () => {
  const announcer = new Announcer();
  const out = { ...row(1, 'cancelled'), problem: { code: 'name-skipped', params: {}, message: '' } };
  announcer.hear([out, { ...out, id: 2 }, row(3, 'cancelled'), row(4, 'done')]);
  vi.advanceTimersByTime(0);
  expect(announcer.polite).toBe('1 upload is done. 2 files were left out: their names are taken.');
});

test('who needs the person is told at once, and once', () => {
  const announcer = new Announcer();
  announcer.hear([row(1, 'attention')]);
  vi.advanceTimersByTime(0);
  expect(announcer.urgent).toBe('file 1 needs you.');
  vi.advanceTimersByTime(4_000);
  announcer.hear([row(1, 'attention')]);
  vi.advanceTimersByTime(10_000);
  expect(announcer.urgent).toBe('');
  announcer.hear([row(1, 'queued')]);
  announcer.hear([row(1, 'attention'), row(2, 'attention')]);
  vi.advanceTimersByTime(0);
  expect(announcer.urgent).toBe('2 uploads need you.');
});

test('progress is never announced', () => {
  const announcer = new Announcer();
  announcer.hear([{ ...row(1, 'uploading'), acknowledged: 50 }, row(2, 'waiting'), row(3, 'verifying')]);
  vi.advanceTimersByTime(60_000);
  expect(announcer.polite + announcer.urgent).toBe('');
});
