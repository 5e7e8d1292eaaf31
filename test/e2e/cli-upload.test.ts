import { once as happens } from 'node:events';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { addServer, chunk, peer, prepareCommandLine, sha256, terminal, write } from './cli-bench.ts';
import { lines } from './cli-process.ts';
import type { ChunkReport, StendReport } from '../peers/stend/journal.ts';

prepareCommandLine();

/** Chunks of a file that, at its limited rate, is still on its way when other commands have done their work. */
const long = 60;
const once: ChunkReport = { began: 1, stored: 1, again: 0 };
/** What was sent for each chunk since an earlier report. */
const bodiesIn = ({ transfers }: StendReport, before: StendReport): readonly ChunkReport[] =>
  Object.entries(transfers)
    .filter(([key]) => before.transfers[key] === undefined)
    .flatMap(([, chunks]) => Object.values(chunks));

describe('upload', () => {
  it('stores every file whole, whatever the script of its name', async () => {
    await addServer();
    const names = [
      'ملف عربي.txt',
      'קובץ.pdf',
      '日本語のファイル.zip',
      '👩‍👩‍👧 party.png',
      'e\u0301tude.doc',
      'a\nb.txt',
      '-dash.txt',
      "it's $HOME.txt",
    ];
    const sums = new Map<string, string>();
    for (const name of names) sums.set(await sha256(await write(name, 2000)), name);
    const { code, out, err } = await terminal.run('upload', '--json', '--', ...names);
    expect(err).toBe('');
    expect(code).toBe(0);
    const done = lines(out).filter((line) => line['event'] === 'done');
    expect(done).toHaveLength(names.length);
    for (const line of done) {
      expect(line).toMatchObject({ size: 2000, server: 'nas', link: `${peer.url}/web/d?${String(line['shareKey'])}` });
      expect(line['deleteKey']).toMatch(/./);
      sums.delete((await peer.storedFile(String(line['shareKey']))).sha256);
    }
    expect([...sums.values()]).toEqual([]);
    const listed = await terminal.run('list');
    expect(listed.out).toContain('étude.doc');
    expect((await terminal.run('show', '6')).out).toContain('/a\\nb.txt');
    expect((await terminal.objects('list'))[5]).toMatchObject({ path: terminal.path('a\nb.txt') });
  });

  it('says for each path why it is not taken, and sends the rest', async () => {
    await addServer();
    await write('good.txt');
    await write('empty.txt', 0);
    await write('large.bin', 50_000_001);
    await mkdir(terminal.path('hollow'));
    await symlink('good.txt', terminal.path('link.txt'));
    const socket = createServer().listen(terminal.path('socket'));
    await happens(socket, 'listening');
    const ended = await terminal.run(
      'upload',
      'good.txt',
      'nope',
      'empty.txt',
      'large.bin',
      'hollow',
      'link.txt',
      'socket',
      '/proc/version',
    );
    expect(ended.code).toBe(1);
    for (const says of [
      /nope is not there/,
      /empty\.txt is empty/,
      /large\.bin is larger/,
      /hollow holds no files/,
      /link\.txt is a symbolic link/,
      /socket is a /,
      /\/proc\/version contains more than its reported size/,
    ])
      expect(ended.err).toMatch(says);
    socket.close();
    expect(ended.out).toMatch(/^✓ good\.txt {2}http/m);
    expect((await terminal.run('upload', '--expire', '2y', 'good.txt')).err).toContain(
      'keeps files for at most 30 days',
    );
  });

  it('takes folders with their tree as names, and says once that it does', async () => {
    await addServer();
    await mkdir(terminal.path('trip/day 1'), { recursive: true });
    const paths = ['trip/map.txt', 'trip/day 1/a.jpg', 'trip/day 1/b.jpg'];
    for (const path of paths) await write(path, 100);
    await write('trip/day 1/empty', 0);
    await symlink('a.jpg', terminal.path('trip/day 1/link'));
    const ended = await terminal.run('upload', '--json', 'trip/');
    expect(ended.code).toBe(1);
    const told = lines(ended.out);
    const names = told.filter((line) => line['event'] === 'done').map((line) => line['name']);
    expect(names.sort()).toEqual(['trip - day 1 - a.jpg', 'trip - day 1 - b.jpg', 'trip - map.txt']);
    expect(told.filter((line) => line['event'] === 'notice')).toMatchObject([{ problem: { code: 'names-flattened' } }]);
    expect(told.filter((line) => line['event'] === 'refused')).toMatchObject([
      { path: terminal.path('trip/day 1/empty'), problem: { code: 'file-empty' } },
      { path: terminal.path('trip/day 1/link'), problem: { code: 'file-is-link' } },
    ]);
  });

  it('says in words that a file cannot be read', async () => {
    await addServer();
    // Root may read everything, but no link that leads to itself.
    if (process.getuid?.() === 0) await symlink('private.txt', terminal.path('private.txt'));
    else await chmod(await write('private.txt'), 0);
    expect(await terminal.run('upload', '--follow-links', 'private.txt')).toMatchObject({
      code: 1,
      err: expect.stringContaining('private.txt cannot be read') as string,
    });
  });

  it('joins files under one link', async () => {
    await addServer();
    await write('a.txt');
    await write('b.txt');
    const { code, out } = await terminal.run('upload', '--group', '--key', 'Party', '--expire', '1h', 'a.txt', 'b.txt');
    expect(code).toBe(0);
    expect(out).toContain(`✓ group of 2 files  ${peer.url}/web/d?party`);
    expect((await terminal.run('upload', '--group', 'a.txt')).err).toContain('A group needs at least two files');
  });

  it('stops at the end of a chunk at Ctrl-C, and goes on later without sending anything twice', async () => {
    await addServer();
    const path = await write('film.mkv', long * chunk);
    const before = await peer.report();
    const running = terminal.start(['upload', '--json', '--limit-rate', '500k', 'film.mkv']);
    await running.line((line) => line['event'] === 'progress' && Number(line['acknowledged']) > 0);
    running.child.kill('SIGINT');
    const stopped = await running.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.err).toContain('Ctrl-C again ends at once');
    expect((await terminal.objects('settings', 'limit-rate'))[0]).toMatchObject({ value: null });

    const resumed = await terminal.run('--json', 'run', '--until-idle');
    expect(resumed.code).toBe(0);
    const done = lines(resumed.out).find((line) => line['event'] === 'done');
    expect((await peer.storedFile(String(done?.['shareKey']))).sha256).toBe(await sha256(path));
    const report = await peer.report();
    expect(report.crashes).toBe(before.crashes);
    expect(bodiesIn(report, before)).toEqual(Array(long).fill(once));
  });

  it('hands over to the one that is running, and takes over when that one ends', async () => {
    await addServer();
    const path = await write('first.bin', long * chunk);
    await write('second.bin', chunk);
    const before = await peer.report();
    const first = terminal.start(['upload', '--json', '--limit-rate', '200k', 'first.bin']);
    await first.line((line) => line['event'] === 'progress' && Number(line['acknowledged']) > 0);
    const ids = (await terminal.objects('list')).map((line) => line['id']);
    expect(ids).toEqual([1]);
    const second = terminal.start(['upload', '--json', 'second.bin']);
    await second.line((line) => line['event'] === 'added');
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(130);
    const { code, out, err } = await second.ended;
    // It sends the other file as well: a chunk that is on its way when its own file is done is waited for.
    expect(err).toMatch(/^(· waiting until nas has stored the current chunk of first\.bin\. .*\n)?$/);
    expect(code).toBe(0);
    expect(lines(out).at(-1)).toMatchObject({ event: 'done', name: 'second.bin' });
    expect((await terminal.run('run', '--until-idle')).code).toBe(0);
    const done = await terminal.objects('list', '--state', 'done');
    expect(done.map((line) => line['name'])).toEqual(['first.bin', 'second.bin']);
    expect((await peer.storedFile(String(done[0]?.['shareKey']))).sha256).toBe(await sha256(path));
    const report = await peer.report();
    expect(report.crashes).toBe(before.crashes);
    expect(bodiesIn(report, before)).toEqual(Array(long + 1).fill(once));
  });
});
