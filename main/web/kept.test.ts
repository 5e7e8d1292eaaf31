import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TransferView } from '../../preload/contract.ts';
import { FakeClient, rowOf, totalsOf } from '../app/test-rows.ts';
import { Kept } from './kept.ts';

let folder: string;
let path: string;
let kept: Kept;
/** What the owner's list says, and what happens while it is read. */
let listed: TransferView[];
let meanwhile: () => Promise<void>;
const client = new FakeClient({
  'transfers.list': async () => {
    const rows = [...listed];
    await meanwhile();
    return { rows, totals: totalsOf({}), change: 1 };
  },
});

const row = (id: number, state: TransferView['state']): TransferView => rowOf(id, state, { path });
const tell = (...rows: TransferView[]): void =>
  client.emit('transfers', { rows, removed: [], totals: totalsOf({}), change: 1 });
const queueOnceMore = (): Promise<void> => kept.whileNaming([path], () => Promise.resolve());
/** The work of a moment: timers that are due, and what they ask and remove. */
const pass = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms);
  await kept.settled();
};

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  folder = await mkdtemp(join(tmpdir(), 'stevedore-kept-'));
  await mkdir(join(folder, 'token', '0'), { recursive: true });
  path = join(folder, 'token', '0', 'a.txt');
  await writeFile(path, 'a');
  [listed, meanwhile] = [[], () => Promise.resolve()];
  kept = new Kept(client, folder);
});
afterEach(async () => {
  await kept.close();
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

it('a file whose transfer ended is removed a moment later', async () => {
  tell(row(1, 'done'));
  await pass(1_000);
  expect(existsSync(path)).toBe(false);
});

it('a file that is queued once more stays, however late its new transfer is told', async () => {
  tell(row(1, 'done'));
  await queueOnceMore();
  listed = [row(2, 'queued')];
  await pass(3_600_000);
  expect(existsSync(path)).toBe(true);
  tell(row(2, 'queued'));
  listed = [];
  tell(row(2, 'done'));
  await pass(1_000);
  expect(existsSync(path)).toBe(false);
});

it('a file that is queued once more while the list is read stays, however long that takes', async () => {
  meanwhile = async () => {
    await queueOnceMore();
    vi.setSystemTime(Date.now() + 60_000);
  };
  await kept.start();
  await kept.settled();
  expect(existsSync(path)).toBe(true);
});
