import { expect, it } from 'vitest';
import type { AddedFolderView, TransferView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { exits } from './exits.ts';
import { problemView, testHost, totalsOf, transferRow, type Script } from './test-host.ts';

const album = (counts: Partial<AddedFolderView['counts']>): AddedFolderView => ({
  folderId: 7,
  name: 'album',
  path: '/home/me/album',
  serverId: 's1',
  serverName: 'nas',
  folder: [],
  section: 'under-way',
  count: 1996,
  bytes: 4_100_000_000,
  acknowledged: 164_000_000,
  inFlight: 0,
  counts: { asking: 0, active: 0, waiting: 0, paused: 0, failed: 0, queued: 0, done: 0, cancelled: 0, ...counts },
  undoable: 0,
  createdAt: 0,
  first: 2,
  last: 4,
});
const file = (id: number, more: Partial<TransferView> = {}): TransferView =>
  transferRow({ id, name: `photo ${id}.jpg`, addedFolder: { id: 7, name: 'album' }, ...more });

const rows: readonly TransferView[] = [
  transferRow({ id: 1 }),
  file(2),
  file(3, {
    state: 'attention',
    problem: problemView(problem('file-unreadable', { path: '/home/me/album/photo 3.jpg', reason: 'link-circle' })),
  }),
  file(4),
  transferRow({ id: 5, name: 'last.bin' }),
];
const script: Script = {
  'transfers.list': ({ limit = 100 }) => ({ rows: rows.slice(0, limit), totals: totalsOf(rows), change: 1 }),
  'transfers.folders': () => ({ folders: [album({ done: 78, asking: 1, queued: 1917 })] }),
};
/** The lines of rows: what belongs to one is indented. */
const lines = (text: string): readonly string[] => text.split('\n').filter((line) => /^ {0,4}\S|^ {6}album/.test(line));

it('lists a folder once, with its files and sum, and a file of it that needs the user', async () => {
  const host = testHost(script);
  expect(await host.run('list')).toBe(exits.done);
  const [one, folder, asking, last, ...others] = lines(host.out());
  expect(one).toMatch(/^ {3}1 {2}report\.pdf/);
  expect(folder).toMatch(/album\/ +4\.1 GB {2}nas {2}78 of 1,996 files, 4 %, 1 needs attention$/);
  expect(asking).toMatch(/^ {3}3 {2}photo 3\.jpg/);
  expect(last).toMatch(/^ {3}5 {2}last\.bin/);
  expect(others).toEqual([]);
});

it('counts a folder as one line of those that --limit allows', async () => {
  const host = testHost(script);
  await host.run('list', '--limit', '3');
  expect(lines(host.out())).toHaveLength(3);
  expect(host.err()).toContain('1 more');
});

it.each([['--all-files'], ['--state', 'queued'], ['--search', 'photo']])(
  'lists each file with %s',
  async (...options) => {
    const host = testHost(script);
    await host.run('list', ...options);
    expect(host.out()).toContain('photo 2.jpg');
    expect(host.out()).toContain('photo 4.jpg');
    expect(host.out()).not.toContain('album/ ');
  },
);

it('writes one object a file with --json, with the folder that it was added with', async () => {
  const host = testHost(script);
  await host.run('list', '--json');
  expect(host.objects().map(({ id, addedFolder }) => [id, addedFolder])).toEqual([
    [1, null],
    [2, { id: 7, name: 'album' }],
    [3, { id: 7, name: 'album' }],
    [4, { id: 7, name: 'album' }],
    [5, null],
  ]);
});
