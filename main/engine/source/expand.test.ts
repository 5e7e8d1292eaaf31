import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expand, type Found } from './expand.ts';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'stevedore-expand-')));
});
afterEach(() => rm(root, { recursive: true }));

const at = (...names: string[]): string => join(root, ...names);
const put = async (...names: string[]): Promise<string> => {
  await mkdir(at(...names.slice(0, -1)), { recursive: true });
  await writeFile(at(...names), 'x');
  return at(...names);
};
const found = async (paths: string[], options?: Parameters<typeof expand>[1]): Promise<Found[]> => {
  const all: Found[] = [];
  for await (const one of expand(paths, options)) all.push(one);
  return all;
};
/** One line for each, to be read at a glance. */
const told = (all: readonly Found[]): string[] =>
  all.map((f) =>
    f.kind === 'file'
      ? [...f.folder, f.name].join('/')
      : `${basename(f.path)}: ${f.kind === 'refused' ? f.problem.code : f.kind}`,
  );

describe('patterns', () => {
  it('skip files and whole folders below what is given, and say each once', async () => {
    await put('drop', '.DS_Store');
    await put('drop', 'keep.txt');
    await put('drop', 'cache', 'a');
    await put('drop', 'cache', 'b');
    await put('drop', 'in', 'Thumbs.db');
    await put('drop', 'in', 'x.jpg');
    const patterns = { exclude: ['.DS_Store', 'Thumbs.db', '/cache/'] };
    expect(told(await found([at('drop')], { patterns }))).toEqual([
      '.DS_Store: excluded',
      'cache: excluded',
      'Thumbs.db: excluded',
      'drop/in/x.jpg',
      'drop/keep.txt',
    ]);
    expect(
      told(await found([at('drop')], { patterns: { include: ['*.jpg'] } })).filter(
        (line) => !line.endsWith('excluded'),
      ),
    ).toEqual(['drop/in/x.jpg']);
  });

  it('are relative to the given folder, and never skip what is given itself', async () => {
    const single = await put('cache', 'Thumbs.db');
    expect(told(await found([at('cache'), single], { patterns: { exclude: ['cache/', 'Thumbs.db'] } }))).toEqual([
      'Thumbs.db: excluded',
      'cache: folder-excluded',
      'Thumbs.db',
    ]);
  });

  it('skip a link that leads in a circle before it is refused', async () => {
    await put('drop', 'a');
    await symlink(at('drop'), at('drop', 'circle'));
    expect(told(await found([at('drop')], { followLinks: true, patterns: { exclude: ['circle'] } }))).toEqual([
      'drop/a',
      'circle: excluded',
    ]);
  });
});

describe('what is dropped', () => {
  it('is walked by name, with the folders from the dropped one down', async () => {
    await put('drop', 'b.txt');
    await put('drop', 'a', '2');
    await put('drop', 'a', '1');
    await put('drop', 'c', 'd', 'e');
    const single = await put('single');
    expect(told(await found([at('drop'), single]))).toEqual([
      'drop/a/1',
      'drop/a/2',
      'drop/b.txt',
      'drop/c/d/e',
      'single',
    ]);
    const [first] = await found([single]);
    expect(first).toMatchObject({
      kind: 'file',
      path: single,
      name: 'single',
      folder: [],
      identity: { path: single, size: 1 },
    });
  });

  it('may be named relatively, with a trailing slash, or by a dot', async () => {
    await put('drop', 'a');
    const here = relative(process.cwd(), at('drop'));
    for (const name of [`${here}/`, `${here}/.`, `./${here}`, `${here}/../drop`]) {
      expect(told(await found([name]))).toEqual(['drop/a']);
    }
  });

  it('keeps names as they are on disk', async () => {
    const names = ['u\u0308 decomposed', '\u00fc composed', ' leading', 'a\nb', '100%.txt'];
    for (const name of names) await put('drop', name);
    expect((await found([at('drop')])).map((f) => basename(f.path)).sort()).toEqual(names.sort());
  });

  it('may be of zero bytes', async () => {
    await writeFile(at('empty'), '');
    expect(await found([at('empty')])).toMatchObject([{ kind: 'file', identity: { size: 0 } }]);
  });

  it('is refused where it is empty by its size and holds bytes', async () => {
    const path = '/proc/version';
    expect(await found([path])).toEqual([
      { kind: 'refused', path, problem: { code: 'file-size-wrong', params: { path, size: 0 } } },
    ]);
  });

  it('is refused where it is a folder without files, however deep', async () => {
    await mkdir(at('drop', 'a', 'b'), { recursive: true });
    expect(told(await found([at('drop')]))).toEqual(['drop: folder-empty']);
    await put('drop', 'file');
    expect(told(await found([at('drop')]))).toEqual(['drop/file']);
  });

  it('is refused where it is missing, and the others still come', async () => {
    await put('a');
    expect(told(await found([at('none'), at('a', 'below'), at('a')]))).toEqual([
      'none: file-missing',
      'below: file-missing',
      'a',
    ]);
  });

  it('is refused where it is a pipe, a socket or a device', async () => {
    await promisify(execFile)('mkfifo', [await put('drop', 'x').then(() => at('drop', 'pipe'))]);
    const server = createServer().listen(at('drop', 'socket'));
    await once(server, 'listening');
    const all = await found([at('drop'), '/dev/null']);
    server.close();
    expect(told(all)).toEqual(['pipe: file-is-special', 'socket: file-is-special', 'drop/x', 'null: file-is-special']);
    expect(
      all.flatMap((f) => (f.kind === 'refused' && 'what' in f.problem.params ? [f.problem.params.what] : [])),
    ).toEqual(['pipe', 'socket', 'device']);
  });

  it('is refused where it is a link, unless links are followed', async () => {
    await put('drop', 'file');
    await put('elsewhere', 'deep', 'far');
    await symlink(at('elsewhere', 'deep'), at('drop', 'links'));
    await symlink(at('drop', 'file'), at('drop', 'one'));
    await symlink('nowhere', at('drop', 'dangling'));
    expect(told(await found([at('drop')]))).toEqual([
      'dangling: file-is-link',
      'drop/file',
      'links: file-is-link',
      'one: file-is-link',
    ]);
    expect(told(await found([at('drop')], { followLinks: true }))).toEqual([
      'dangling: file-missing',
      'drop/file',
      'drop/links/far',
      'drop/one',
    ]);
  });

  it('ends where links lead in a circle', async () => {
    await put('drop', 'a', 'file');
    await symlink(at('drop'), at('drop', 'a', 'up'));
    await symlink('self', at('drop', 'self'));
    expect(told(await found([at('drop')], { followLinks: true }))).toEqual([
      'drop/a/file',
      'up: file-unreadable',
      'self: file-unreadable',
    ]);
  });

  it('is refused where it cannot be read', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may read everything; the next test covers what root may not');
    await put('drop', 'secret');
    await chmod(at('drop', 'secret'), 0);
    await put('drop', 'shut', 'x');
    await chmod(at('drop', 'shut'), 0);
    expect(told(await found([at('drop')]))).toEqual(['secret: file-unreadable', 'shut: file-unreadable']);
    await chmod(at('drop', 'shut'), 0o700);
  });

  it('is refused where its path is too long to be looked at', async () => {
    const [first] = await found([at('x'.repeat(300))]);
    expect(first).toMatchObject({
      kind: 'refused',
      problem: { code: 'file-unreadable', params: { reason: 'name-long' } },
    });
  });

  it('is refused where its name is not UTF-8, which some file systems allow', async ({ skip }) => {
    await put('drop', 'fine');
    const made = await writeFile(
      Buffer.concat([Buffer.from(`${at('drop')}/bad`), Buffer.from([0xff, 0xfe])]),
      'x',
    ).then(
      () => true,
      () => false,
    );
    skip(!made, 'this file system takes UTF-8 names only');
    const all = await found([at('drop')]);
    expect(told(all)).toEqual(['bad\uFFFD\uFFFD: file-unreadable', 'drop/fine']);
    expect(all[0]).toMatchObject({ problem: { params: { reason: 'name-no-utf8' } } });
  });

  it('comes as a stream, each file once, also from a folder too large to be sorted', async () => {
    await mkdir(at('many'));
    const names = Array.from({ length: 10_100 }, (_, i) => `f${i}`);
    for (let i = 0; i < names.length; i += 500)
      await Promise.all(names.slice(i, i + 500).map((name) => put('many', name)));
    const seen = new Set<string>();
    for await (const f of expand([at('many')])) seen.add(basename(f.path));
    expect(seen).toEqual(new Set(names));
    for await (const f of expand([at('many')])) {
      expect(f.kind).toBe('file');
      break;
    }
  });
});
