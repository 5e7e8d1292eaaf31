import { expect, test } from 'vitest';
import type { ProblemView, TransferView } from '../../preload/contract.ts';
import { dropNews, NewsWatch, stopNews } from './news.ts';
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
  expect(watch.take(event([asks(1)]), 0)).toEqual([
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
  expect(watch.take(event([asks(1), asks(2), asks(3)]), 0)).toEqual([
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
  expect(watch.take(event([failed(1500)]), 1500)).toEqual([
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

const drop = { names: ['a.pdf'], serverName: 'Hafen', done: 1, leftOut: [], of: 1, links: 1, copied: true };

test('a file that is up is named with its server and how long it stays', () => {
  expect(dropNews({ ...drop, expiresIn: 7 * 86_400_000 })).toEqual({
    title: 'Link copied',
    body: 'a.pdf is on Hafen, verified. Expires in 7 days.',
  });
  expect(dropNews({ ...drop, copied: false })).toEqual({ title: 'a.pdf is up', body: 'a.pdf is on Hafen, verified.' });
});

test('several files that are up are one piece of news, which does not hide what failed', () => {
  const many = { ...drop, names: ['a', 'b'], done: 14, of: 14, links: 14 };
  expect(dropNews(many)).toEqual({
    title: '14 files are up',
    body: 'All verified on Hafen. 14 links copied, one on each line.',
  });
  expect(dropNews({ ...many, done: 12, links: 1 })).toEqual({
    title: '12 of 14 files are up',
    body: 'All verified on Hafen. Their link is copied.',
  });
  expect(dropNews({ ...many, done: 0, links: 0 })).toBeUndefined();
});

test('what was left out as the person wished is told as that, and not as missing', () => {
  const leftOut = Array.from({ length: 30 }, (_, at) => `old ${at}`);
  const folder = { ...drop, names: ['a', 'b'], done: 70, leftOut, of: 100, links: 0, copied: false };
  expect(dropNews(folder)).toEqual({
    title: '70 files are up',
    body: 'All verified on Hafen. 30 left out: their names are taken there.',
  });
  expect(dropNews({ ...folder, done: 65 })?.title).toBe('65 of 70 files are up');
  expect(dropNews({ ...folder, names: ['a'], done: 1, leftOut: ['old'], of: 2 })).toEqual({
    title: 'a is up',
    body: 'It is verified on Hafen. 1 left out: its name is taken there.',
  });
  expect(dropNews({ ...folder, names: [], done: 0, of: 30 })).toEqual({
    title: '30 files were left out',
    body: 'Hafen has files of these names; what is there is as it was.',
  });
  expect(dropNews({ ...folder, names: [], done: 0, leftOut: ['old'], of: 1 })).toEqual({
    title: 'old was left out',
    body: 'Hafen has a file of that name; what is there is as it was.',
  });
});

test('shows nothing of a name that would hide or turn what is written, and the name that the file has here', () => {
  const watch = new NewsWatch([], 0);
  const name = 'gpj.\u202eexe\n';
  expect(watch.take(event([rowOf(1, 'attention', { problem: password, name })]), 0)[0]?.body).toMatch(
    /^gpj\.\\u202eexe\\n: /,
  );
  const failed = rowOf(2, 'failed', { problem: tooLarge, endedAt: 1, name: 'a\uff1ab.txt', localName: 'a:b.txt' });
  expect(watch.take(event([failed]), 0)[0]?.title).toBe('Could not send a:b.txt');
  const end = { serverName: 'Hafen', done: 1, leftOut: [], of: 1, links: 0, copied: false };
  expect(dropNews({ ...end, names: [name] })?.title).toBe('gpj.\\u202eexe\\n is up');
  expect(dropNews({ ...end, names: [name], done: 0, leftOut: [name] })?.title).toBe('gpj.\\u202eexe\\n was left out');
});
