import { expect, test } from 'vitest';
import type { ProblemView, TransferView } from '../../preload/contract.ts';
import { NewsWatch, stopNews } from './news.ts';
import { rowOf, totalsOf } from './test-rows.ts';

const view = (code: string, params: ProblemView['params'], message = ''): ProblemView => ({ code, params, message });
const password = view('password-wrong', { server: 'Hafen' });
const tooLarge = view(
  'too-large',
  { name: 'disk.img', size: 2, limit: 1, server: 'Hafen' },
  'Larger than Hafen takes.',
);
const event = (rows: readonly TransferView[], removed: readonly number[] = []) => ({
  rows: [...rows],
  removed: [...removed],
  totals: totalsOf({}),
  change: 1,
});
const asks = (id: number): TransferView => rowOf(id, 'attention', { problem: password });

test('tells what needs a person, once', () => {
  const watch = new NewsWatch([], 0);
  expect(watch.take(event([asks(1)]), 0)).toMatchObject([
    {
      title: 'Hafen does not take the password',
      body: 'file-1.bin: The upload waits; nothing is lost. Give the password again.',
    },
  ]);
  expect(watch.take(event([asks(1)]), 60_000)).toEqual([]);
});

test('tells that a message needs the user, though its file is uploaded', () => {
  const watch = new NewsWatch([], 0);
  const message = view('message-unknown', { server: 'Hafen' });
  const row = rowOf(1, 'done', { problem: message, delivery: { state: 'unknown', recipient: 'anna' } });
  expect(watch.take(event([row]), 0)).toMatchObject([{ title: 'Hafen did not confirm the message' }]);
  expect(watch.take(event([row]), 60_000)).toEqual([]);
});

test('tells it again when it happens again', () => {
  const watch = new NewsWatch([], 0);
  watch.take(event([asks(1)]), 0);
  expect(watch.take(event([rowOf(1, 'uploading')]), 60_000)).toEqual([]);
  expect(watch.take(event([asks(1)]), 61_000)).toHaveLength(1);
});

test('tells many uploads that wait for the same answer as one', () => {
  const watch = new NewsWatch([], 0);
  expect(watch.take(event([asks(1), asks(2), asks(3)]), 0)).toMatchObject([
    { title: 'Hafen does not take the password', body: '3 uploads wait. Give the password again.' },
  ]);
  expect(watch.take(event([asks(4)]), 500)).toEqual([]);
});

test('tells nothing of what was so before, nor of starts, retries and pauses', () => {
  const watch = new NewsWatch([1], 1000);
  const old = rowOf(2, 'failed', { problem: tooLarge, endedAt: 999 });
  const calm = (['queued', 'opening', 'uploading', 'waiting', 'paused', 'cancelled', 'done'] as const).map(
    (state, at) => rowOf(10 + at, state, { problem: password, endedAt: 2000 }),
  );
  expect(watch.take(event([asks(1), old, ...calm]), 2000)).toEqual([]);
});

test('tells a failure with its file, once for each time it fails', () => {
  const watch = new NewsWatch([], 1000);
  const failed = (endedAt: number) => rowOf(1, 'failed', { name: 'disk.img', problem: tooLarge, endedAt });
  expect(watch.take(event([failed(1500)]), 1500)).toMatchObject([
    { title: 'Could not send disk.img', body: 'Larger than Hafen takes.' },
  ]);
  expect(watch.take(event([failed(1500)]), 60_000)).toEqual([]);
  expect(watch.take(event([failed(70_000)]), 70_000)).toHaveLength(1);
});

test('tells why the whole queue stopped', () => {
  const { title, body } = stopNews(view('disk-full', { path: '/x' }));
  expect(title).not.toBe('');
  expect(body).not.toBe('');
});

test('shows nothing of a name that would hide or turn what is written, and the name that the file has here', () => {
  const watch = new NewsWatch([], 0);
  const name = 'gpj.\u202eexe\n';
  expect(watch.take(event([rowOf(1, 'attention', { problem: password, name })]), 0)[0]?.body).toMatch(
    /^gpj\.\\u202eexe\\n: /,
  );
  const failed = rowOf(2, 'failed', { problem: tooLarge, endedAt: 1, name: 'a\uff1ab.txt', localName: 'a:b.txt' });
  expect(watch.take(event([failed]), 0)[0]?.title).toBe('Could not send a:b.txt');
});

test('what happens soon after is collected, and said as one when its time has come', () => {
  const watch = new NewsWatch([], 0);
  watch.take(event([asks(1)]), 0);
  expect(watch.nextDue(0)).toBeUndefined();
  watch.take(event([asks(2)]), 1_000);
  watch.take(event([asks(3), asks(4)]), 2_000);
  expect(watch.nextDue(2_000)).toBe(8_000);
  // One of them was decided, and one was removed.
  watch.take(event([rowOf(3, 'queued')], [4]), 3_000);
  watch.take(event([asks(5)]), 4_000);
  expect(watch.due(9_999)).toEqual([]);
  expect(watch.due(10_000)).toMatchObject([{ body: '2 uploads wait. Give the password again.' }]);
  expect(watch.due(20_000)).toEqual([]);
  expect(watch.take(event([asks(6)]), 20_001)).toHaveLength(1);
});

test('offers the preferred decision for all that can be decided so, and the window for what needs more', () => {
  const problem = view('name-taken', { name: 'a', server: 'Hafen' });
  const decisions = [
    { id: 'skip', role: 'skip', label: 'decision_skip' },
    { id: 'rename', role: 'rename', label: 'decision_rename' },
  ] as const;
  const row = (id: number, more: Partial<TransferView> = {}): TransferView =>
    rowOf(id, 'attention', { problem, decisions: [...decisions], ...more });
  const watch = new NewsWatch([], 0);
  expect(watch.take(event([row(1), row(2), row(3, { decisions: [decisions[0]] })]), 0)[0]?.actions).toEqual([
    { label: 'Keep both', act: { does: 'decide', ids: [1, 2], decision: 'rename' } },
  ]);
  const signIn = [{ id: 'sign-in', role: 'sign-in', label: 'decision_sign_in', needs: 'account' }] as const;
  const out = row(4, { serverId: 'other', decisions: [...signIn] });
  expect(watch.take(event([out]), 0)[0]?.actions).toEqual([
    { label: 'Sign in…', act: { does: 'show', view: 'queue' } },
  ]);
});
