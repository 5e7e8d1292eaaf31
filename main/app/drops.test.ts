import { expect, test, vi } from 'vitest';
import type { DropView } from '../../preload/contract.ts';
import { watchDrops } from './drops.ts';
import { FakeClient, rowOf } from './test-rows.ts';

const dropOf = (id: number, links: readonly string[]): DropView => ({
  id,
  serverName: 'Hafen',
  transferIds: links.map((_, at) => id * 10 + at),
  done: links.length,
  leftOut: [],
  links: [...links],
  text: links.map((link) => `<${link}>`).join('\n'),
  copies: true,
  names: links.map((_, at) => `file ${at}`),
});

const scene = (options: { readonly ready?: DropView[] } = {}) => {
  const drops = new Map<number, DropView>((options.ready ?? []).map((drop) => [drop.id, drop]));
  const copied: string[] = [];
  const told: unknown[] = [];
  const news: string[] = [];
  const client = new FakeClient({
    'drops.ready': () => ({ rows: options.ready ?? [] }),
    'drops.take': ({ id }) => {
      const drop = drops.get(id);
      drops.delete(id);
      return drop === undefined ? {} : { drop };
    },
    'transfers.get': ({ id }) => ({
      transfer: rowOf(id, 'done', { share: { key: 'k', expiresAt: Date.now() + 7 * 86_400_000 } }),
      chunks: { count: 1, acknowledged: [0], inFlight: [] },
      log: [],
    }),
  });
  const copy = vi.fn((text: string) => Promise.resolve(void copied.push(text)));
  const stop = watchDrops(client, {
    copy,
    tell: (event, payload) => told.push([event, payload]),
    notify: ({ title, body }) => news.push(`${title}: ${body}`),
  });
  const ends = (drop: DropView): void => {
    drops.set(drop.id, drop);
    client.emit('drops', { rows: [drop] });
  };
  return { ends, copy, copied, told, news, stop, client };
};
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

test('copies the links of a drop once, as its server’s template writes them, and says so', async () => {
  const { ends, client, copied, told, news } = scene();
  const drop = dropOf(1, ['http://h/a', 'http://h/b']);
  ends(drop);
  client.emit('drops', { rows: [drop] });
  await settled();
  client.emit('drops', { rows: [drop] });
  await settled();
  expect(copied).toEqual(['<http://h/a>\n<http://h/b>']);
  expect(told).toEqual([['copied', { transferIds: [10, 11], links: ['http://h/a', 'http://h/b'] }]]);
  expect(news).toEqual(['2 files are up: All verified on Hafen. 2 links copied, one on each line.']);
});

test('says how long a single file stays', async () => {
  const { ends, news } = scene();
  ends(dropOf(1, ['http://h/a']));
  await settled();
  expect(news).toEqual(['Link copied: file 0 is on Hafen, verified. Expires in 7 days.']);
});

test('leaves the clipboard alone where the person wants that', async () => {
  const { ends, copied, told, news } = scene();
  ends({ ...dropOf(1, ['http://h/a']), copies: false });
  await settled();
  expect([copied, told]).toEqual([[], []]);
  expect(news).toEqual(['file 0 is up: file 0 is on Hafen, verified. Expires in 7 days.']);
});

test('leaves a drop that another window took', async () => {
  const { client, copied, news } = scene();
  client.emit('drops', { rows: [dropOf(7, ['http://h/a'])] });
  await settled();
  expect([copied, news]).toEqual([[], []]);
});

test('takes what ended before it came', async () => {
  const { copied } = scene({ ready: [dropOf(3, ['http://h/c'])] });
  await settled();
  expect(copied).toEqual(['<http://h/c>']);
});

test('a clipboard that takes nothing is not said to hold a link, and costs the next drop nothing', async () => {
  const { ends, copy, copied, told, news } = scene();
  copy.mockRejectedValueOnce(new Error('held'));
  ends(dropOf(1, ['http://h/a']));
  await settled();
  expect(told).toEqual([]);
  expect(news).toEqual(['file 0 is up: file 0 is on Hafen, verified. Expires in 7 days.']);
  ends(dropOf(2, ['http://h/b']));
  await settled();
  expect(copied).toEqual(['<http://h/b>']);
});
