import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TransferView } from '../../preload/contract.ts';
import { openPastedFiles, type PastedFiles } from './pasted-files.ts';
import { FakeClient, rowOf, totalsOf } from './test-rows.ts';

let profile: string;
let pasted: PastedFiles;
let lists: number;
const client = new FakeClient({
  'transfers.list': () => {
    lists++;
    return { rows: [], totals: totalsOf({}), change: 1 };
  },
});
const tell = (rows: TransferView[], removed: number[] = []): void =>
  client.emit('transfers', { rows, removed, totals: totalsOf({}), change: 1 });

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  lists = 0;
  profile = await mkdtemp(join(tmpdir(), 'stevedore-pasted-'));
  pasted = await openPastedFiles(profile, client);
});
afterEach(async () => {
  await pasted.close();
  vi.useRealTimers();
  await rm(profile, { recursive: true, force: true });
});

/** Waits until the folder was looked through, and what was to be removed is removed. */
const lookThrough = async (): Promise<void> => {
  const before = lists;
  tell([], [1]);
  await vi.advanceTimersByTimeAsync(5_000);
  await vi.waitUntil(() => lists > before);
  await pasted.settled();
};

it('what was pasted stays until it is queued, however long the user takes to choose a server', async () => {
  const file = await pasted.keep('note.txt', Buffer.from('hello'));
  await vi.advanceTimersByTimeAsync(3_600_000);
  await lookThrough();
  expect(existsSync(file)).toBe(true);
});

it('what was pasted goes with its upload', async () => {
  const file = await pasted.keep('note.txt', Buffer.from('hello'));
  tell([rowOf(1, 'queued', { path: file })]);
  await vi.advanceTimersByTimeAsync(3_600_000);
  tell([rowOf(1, 'done', { path: file })]);
  await vi.advanceTimersByTimeAsync(1_000);
  await pasted.settled();
  expect(existsSync(file)).toBe(false);
});
