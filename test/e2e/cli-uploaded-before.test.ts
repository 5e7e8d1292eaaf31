import { open, stat, utimes } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { addServer, prepareCommandLine, terminal, write } from './cli-bench.ts';
import { lines } from './cli-process.ts';

prepareCommandLine();

const linkIn = (out: string): string => /http\S+/.exec(out)?.[0] ?? '';

describe('upload of files that were uploaded before', () => {
  it('skips them, prints their links and their number, and ends well; --again uploads all', async () => {
    await addServer();
    await write('a.txt');
    await write('b.txt');
    const first = await terminal.run('upload', 'a.txt');
    expect(first.code).toBe(0);
    const link = linkIn(first.out);
    expect(link).toMatch(/^http/);

    const alone = await terminal.run('upload', 'a.txt');
    expect(alone).toEqual({
      code: 0,
      out: `· a.txt  ${link}\n`,
      err: '· skipped 1 file that was uploaded before; upload it again with --again\n',
    });

    const both = await terminal.run('upload', 'a.txt', 'b.txt');
    expect(both.code).toBe(0);
    expect(both.out).toContain(`· a.txt  ${link}\n`);
    expect(both.out).toMatch(/✓ b\.txt {2}http/);
    expect(both.err).toContain('skipped 1 file that was uploaded before');

    const three = await terminal.run('upload', 'a.txt', 'b.txt', 'nope');
    expect(three.code).toBe(1);
    expect(three.err).toContain('skipped 2 files that were uploaded before');

    const again = await terminal.run('upload', '--again', 'a.txt', 'b.txt');
    expect(again.code).toBe(0);
    expect(again.out).toMatch(/✓ a\.txt {2}http/);
    expect(again.out).not.toContain(link);
    expect(again.err).toBe('');
  });

  it('is said in objects of --json, also by add', async () => {
    await addServer();
    const path = await write('a.txt');
    const link = linkIn((await terminal.run('upload', 'a.txt')).out);
    for (const command of ['upload', 'add']) {
      const { code, out, err } = await terminal.run(command, '--json', 'a.txt');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(lines(out)).toEqual([
        {
          event: 'skipped',
          skipped: 'uploaded-before',
          path,
          name: 'a.txt',
          link,
          at: expect.any(Number) as number,
          proof: 'stored-length',
        },
      ]);
    }
  });

  it('sends what has changed, though its modification time was put back, and what was revoked', async () => {
    await addServer();
    const path = await write('a.txt');
    await terminal.run('upload', 'a.txt');
    const { atime, mtime } = await stat(path);
    const file = await open(path, 'r+');
    await file.write('!', 0);
    await file.close();
    await utimes(path, atime, mtime);
    const changed = await terminal.run('upload', 'a.txt');
    expect(changed.out).toMatch(/✓ a\.txt {2}http/);
    const key = linkIn(changed.out).split('?')[1] ?? '';
    expect((await terminal.run('share', 'revoke', key)).code).toBe(0);
    expect((await terminal.run('upload', 'a.txt')).out).toMatch(/✓ a\.txt {2}http/);
  });
});
