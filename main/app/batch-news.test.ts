import { expect, test } from 'vitest';
import { batchNews } from './batch-news.ts';

const drop = {
  names: ['a.pdf'],
  serverName: 'Hafen',
  done: 1,
  leftOut: [],
  of: 1,
  links: ['http://h/a'],
  copied: true,
};

test('a file that is up is named with its server and how long it stays', () => {
  expect(batchNews({ ...drop, expiresIn: 7 * 86_400_000 })).toMatchObject({
    title: 'Link copied',
    body: 'a.pdf is on Hafen, verified. Expires in 7 days.',
  });
  expect(batchNews({ ...drop, copied: false })).toMatchObject({
    title: 'a.pdf is up',
    body: 'a.pdf is on Hafen, verified.',
  });
});

test('several files that are up are one piece of news, which does not hide what failed', () => {
  const many = {
    ...drop,
    names: ['a', 'b'],
    done: 14,
    of: 14,
    links: Array.from({ length: 14 }, (_, at) => `http://h/${at}`),
  };
  expect(batchNews(many)).toMatchObject({
    title: '14 files are up',
    body: 'All verified on Hafen. 14 links copied, one on each line.',
  });
  expect(batchNews({ ...many, done: 12, links: ['http://h/a'] })).toMatchObject({
    title: '12 of 14 files are up',
    body: 'All verified on Hafen. Their link is copied.',
  });
  expect(batchNews({ ...many, done: 0, links: [] })).toBeUndefined();
});

test('what was left out as the person wished is told as that, and not as missing', () => {
  const leftOut = Array.from({ length: 30 }, (_, at) => `old ${at}`);
  const folder = { ...drop, names: ['a', 'b'], done: 70, leftOut, of: 100, links: [], copied: false };
  expect(batchNews(folder)).toMatchObject({
    title: '70 files are up',
    body: 'All verified on Hafen. 30 left out: their names are taken there.',
  });
  expect(batchNews({ ...folder, done: 65 })?.title).toBe('65 of 70 files are up');
  expect(batchNews({ ...folder, names: ['a'], done: 1, leftOut: ['old'], of: 2 })).toMatchObject({
    title: 'a is up',
    body: 'It is verified on Hafen. 1 left out: its name is taken there.',
  });
  expect(batchNews({ ...folder, names: [], done: 0, of: 30 })).toMatchObject({
    title: '30 files were left out',
    body: 'Hafen has files of these names; what is there is as it was.',
  });
  expect(batchNews({ ...folder, names: [], done: 0, leftOut: ['old'], of: 1 })).toMatchObject({
    title: 'old was left out',
    body: 'Hafen has a file of that name; what is there is as it was.',
  });
});

test('a link that was not copied can be copied, and a single one can be opened', () => {
  const actions = (end: Partial<typeof drop>) => batchNews({ ...drop, ...end })?.actions;
  const open = { label: 'Open', act: { does: 'open', link: 'http://h/a' } };
  expect(actions({})).toEqual([open]);
  expect(actions({ copied: false })).toEqual([{ label: 'Copy link', act: { does: 'copy', text: 'http://h/a' } }, open]);
  const links = ['http://h/a', 'http://h/b'];
  expect(actions({ names: ['a', 'b'], done: 2, of: 2, links, copied: false })).toEqual([
    { label: 'Copy 2 links', act: { does: 'copy', text: 'http://h/a\nhttp://h/b' } },
  ]);
  expect(actions({ links: [] })).toEqual([]);
});

test('shows nothing of a name that would hide or turn what is written', () => {
  const name = 'gpj.\u202eexe\n';
  const end = { serverName: 'Hafen', done: 1, leftOut: [], of: 1, links: [], copied: false };
  expect(batchNews({ ...end, names: [name] })?.title).toBe('gpj.\\u202eexe\\n is up');
  expect(batchNews({ ...end, names: [name], done: 0, leftOut: [name] })?.title).toBe('gpj.\\u202eexe\\n was left out');
});
