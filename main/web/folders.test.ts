import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallOutput } from '../../preload/contract.ts';
import type { WindowCallOutput } from '../../preload/window.ts';
import { namesOf, sameName } from './names.ts';
import { TestWindow, type TestSocket } from './test-window.ts';

let window: TestWindow;
let socket: TestSocket;
let inside: string;
beforeEach(async () => {
  window = await TestWindow.create();
  const { root, folder } = window;
  inside = join(root, 'inside');
  await mkdir(join(inside, 'deeper'), { recursive: true });
  await writeFile(join(inside, 'a.txt'), 'a');
  await writeFile(join(inside, 'b10.txt'), 'bb');
  await writeFile(join(inside, 'b9.txt'), 'bb');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await mkdir(join(folder, 'rooted'));
  await writeFile(join(folder, 'rooted/near.txt'), 'near');
  await symlink(join(folder, 'secret.txt'), join(root, 'leads-out.txt'));
  await symlink(folder, join(root, 'leads-up'));
  await symlink(join(inside, 'a.txt'), join(root, 'stays.txt'));
  await symlink(inside, join(root, 'stays'));
  await symlink(join(root, 'gone'), join(root, 'leads-nowhere'));
  await window.start();
  socket = await window.opened(await window.signIn());
});
afterEach(() => window.remove());

const browse = async (path?: string): Promise<WindowCallOutput<'window.browse'>> => {
  const answer = await socket.call('window.browse', path === undefined ? {} : { path });
  expect(answer).toMatchObject({ ok: true });
  return answer['value'] as WindowCallOutput<'window.browse'>;
};
const codeOf = (answer: Record<string, unknown>): unknown => (answer['error'] as { code: string } | undefined)?.code;

/** Ways out of the root; `true`: there is something at the end of it. */
const waysOut = (): readonly string[] => {
  const { root, folder, profile } = window;
  return [
    folder,
    '/etc',
    '/etc/passwd',
    join(folder, 'secret.txt'),
    `${root}/../secret.txt`,
    `${root}/inside/../../secret.txt`,
    `${root}/leads-out.txt`,
    `${root}/leads-up`,
    `${root}/leads-up/secret.txt`,
    `${root}/leads-up/nothing`,
    // Begins with the same letters as the root.
    `${root}ed/near.txt`,
    '../secret.txt',
    'inside/a.txt',
    `${root}/\0/../../secret.txt`,
    join(profile, 'sign-ins.json'),
    `${profile}/inbox/../sign-ins.json`,
    `${root}/leads-up/profile/sign-ins.json`,
  ];
};

describe('the folders of the host', () => {
  it('are listed below the root, folders first, links only where they stay inside', async () => {
    const top = await browse();
    expect(top.parent).toBeUndefined();
    expect(top.entries.map(({ name, folder }) => [name, folder])).toEqual([
      ['inside', true],
      ['stays', true],
      ['stays.txt', false],
    ]);
    const { path, parent, entries, more } = await browse(join(top.path, 'inside'));
    expect([path, parent, more]).toEqual([join(top.path, 'inside'), top.path, false]);
    expect(entries.map(({ name, size }) => [name, size])).toEqual([
      ['deeper', undefined],
      ['a.txt', 1],
      ['b9.txt', 2],
      ['b10.txt', 2],
    ]);
    expect((await browse(join(top.path, 'stays'))).path).toBe(join(top.path, 'inside'));
  });

  it('are not left by dots, links, absolute or relative paths, to look', async () => {
    for (const path of waysOut()) {
      const answer = await socket.call('window.browse', { path });
      expect([path, codeOf(answer)]).toEqual([path, expect.stringMatching(/^(outside-root|file-missing)$/)]);
    }
  });

  it('are not left to send something, nor to read a certificate', async () => {
    await socket.call('window.practice');
    for (const path of waysOut()) {
      const answer = await socket.call('transfers.add', { paths: [path] });
      const value = answer['value'] as CallOutput<'transfers.add'>;
      expect([path, value.added]).toEqual([path, []]);
      expect(value.refused.map((one) => one.problem.code)).toEqual([
        expect.stringMatching(/^(outside-root|file-missing)$/),
      ]);
      const connection = { caFile: path };
      expect(codeOf(await socket.call('servers.recognise', { address: 'http://127.0.0.1:1', connection }))).toMatch(
        /^(outside-root|file-missing)$/,
      );
    }
    const followed = await socket.call('transfers.add', { paths: [inside], followLinks: true });
    expect(codeOf(followed)).toBe('not-in-browser');
    expect(await window.client.call('transfers.list', {})).toMatchObject({ rows: [] });
  });

  it('give what is below the root to the queue, and say what of it is not', async () => {
    await socket.call('window.practice');
    const paths = [join(inside, 'a.txt'), join(window.root, 'leads-out.txt'), join(window.root, 'missing')];
    const answer = await socket.call('transfers.add', { paths, paused: true });
    const value = answer['value'] as CallOutput<'transfers.add'>;
    expect(value.added).toHaveLength(1);
    expect(value.refused.map(({ problem }) => problem.code)).toEqual(['outside-root', 'file-missing']);
  });

  it('do not show the profile, though it lies below the root', async () => {
    const other = await TestWindow.create();
    try {
      await other.start({ root: other.folder });
      const there = await other.opened(await other.signIn());
      const listed = await there.call('window.browse');
      const names = (listed['value'] as WindowCallOutput<'window.browse'>).entries.map(({ name }) => name);
      expect(names).toContain('root');
      expect(names).not.toContain('profile');
      for (const path of [other.profile, join(other.profile, 'sign-ins.json')])
        expect(codeOf(await there.call('window.browse', { path }))).toBe('not-in-browser');
    } finally {
      await other.remove();
    }
  });

  it('answers what only the app can do with words', async () => {
    for (const [name, input] of [
      ['window.choose', { what: 'files' }],
      ['window.copy', { text: 'x' }],
      ['window.openLink', { url: 'https://example.org' }],
      ['window.reveal', { path: '/x' }],
    ] as const)
      expect(codeOf(await socket.call(name, input))).toBe('not-in-browser');
    expect(codeOf(await socket.call('window.openLink', { url: 'javascript:alert(1)' }))).toBe('input-invalid');
    expect(codeOf(await socket.call('window.unheard', {}))).toBe('method-unknown');
  });
});

describe('names that come from a browser', () => {
  it.each([
    ['../a'],
    ['a/../b'],
    ['/a'],
    ['a//b'],
    ['a/'],
    ['./a'],
    [''],
    ['x/'.repeat(101) + 'x'],
    [`${'folder/'.repeat(99)}${'long'.repeat(500)}${'x'.repeat(3000)}`],
  ])('%s is refused', (path) => expect(namesOf(path, 'linux')).toBeUndefined());

  it.each([['..\\a'], ['C:a'], ['a\\..\\b'], ['\\a']])('%s is refused on Windows', (path) =>
    expect(namesOf(path, 'win32')).toBeUndefined(),
  );

  it('lose control characters, and on Windows what it cannot store', () => {
    expect(namesOf('a\0b/c\u001b[31m\u0085.txt', 'linux')).toEqual(['a_b', 'c_[31m_.txt']);
    expect(namesOf('CON/nul.txt/com1', 'linux')).toEqual(['CON', 'nul.txt', 'com1']);
    expect(namesOf('CON/nul.txt/com1/console/a:b?/dot.', 'win32')).toEqual([
      '_CON',
      '_nul.txt',
      '_com1',
      'console',
      'a_b_',
      'dot_',
    ]);
  });

  it('are shortened where the system could not store them, and keep their ending', () => {
    const [name = ''] = namesOf(`${'漢'.repeat(200)}.tar`, 'linux') ?? [];
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
    expect(name).toMatch(/^漢+\.tar$/u);
  });

  it('are one for a system that does not tell their letters apart', () => {
    expect(sameName('É.TXT', 'darwin')).toBe(sameName('e\u0301.txt', 'darwin'));
    expect(sameName('A', 'linux')).not.toBe(sameName('a', 'linux'));
  });
});
