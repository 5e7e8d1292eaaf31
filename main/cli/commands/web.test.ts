import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../api/connect.ts';
import { openLink } from '../../web/open-link.ts';
import { exits, UsageError } from '../exits.ts';
import type { Host } from '../session.ts';
import { web, type WebCommand } from './web.ts';

let folder: string;
const running: { readonly end: () => void; readonly status: Promise<number> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-webcli-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'assets/index.html'), '<!doctype html>');
});
afterEach(async () => {
  for (const { end, status } of running.splice(0)) {
    end();
    await status;
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

class Sink extends Writable {
  text = '';
  override _write(data: Buffer, _: string, done: () => void): void {
    this.text += data.toString();
    done();
  }
}

type Run = { readonly out: Sink; readonly err: Sink; readonly status: Promise<number>; readonly end: () => void };

const start = (options: WebCommand = {}, stdin = '', assets = join(folder, 'assets')): Run => {
  const [out, err] = [new Sink(), new Sink()];
  const ends = new Set<() => void>();
  const host: Host = {
    io: {
      stdin: Readable.from([stdin]) as unknown as Host['io']['stdin'],
      stdout: out,
      stderr: err,
      env: {},
      cwd: folder,
    },
    connect,
    onInterrupt: (listener) => {
      ends.add(listener);
      return () => ends.delete(listener);
    },
  };
  const profile = join(folder, 'profile');
  const status = web(host, { profile, port: '0', root: folder, ...options }, assets);
  status.catch(() => undefined);
  const run = { out, err, status, end: () => ends.forEach((listener) => listener()) };
  running.push({ ...run, status: status.catch(() => 0) });
  return run;
};
const firstLine = async ({ out }: Run): Promise<string> => {
  while (!out.text.includes('\n')) await new Promise((resolve) => setTimeout(resolve, 10));
  return out.text.slice(0, out.text.indexOf('\n'));
};

describe('stevedore web', () => {
  it('prints one link, serves until it is interrupted, and frees the port', async () => {
    const run = start();
    const link = new URL(await firstLine(run));
    expect(link.href).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#sign-in=[\w-]{43}$/);
    expect((await fetch(link.origin)).status).toBe(200);
    expect(run.err.text).toContain('stevedore web --new-link');
    run.end();
    expect(await run.status).toBe(exits.interrupted);
    await expect(fetch(link.origin)).rejects.toThrow();
    expect(await readdir(join(folder, 'profile'))).not.toContain('web.json');
  });

  it('prints one line with --json, and another link when it is asked for', async () => {
    const run = start({ json: true });
    const { url } = JSON.parse(await firstLine(run)) as { url: string };
    const asked = start({ json: true, newLink: true });
    expect(await asked.status).toBe(exits.done);
    const another = JSON.parse(asked.out.text) as { url: string };
    expect(Object.keys(another)).toEqual(['url']);
    expect(new URL(another.url).origin).toBe(new URL(url).origin);
    expect(another.url).not.toBe(url);
    expect(await start({ endSignIns: true }).status).toBe(exits.done);
    run.end();
    await run.status;
    expect(run.out.text.trim().split('\n')).toHaveLength(1);
  });

  it('refuses in words what cannot be', async () => {
    const none = start({ newLink: true });
    await expect(none.status).rejects.toMatchObject({ problem: { code: 'web-not-running' } });
    const bare = start({ listen: '0.0.0.0' });
    expect(await bare.status).toBe(exits.failed);
    expect(bare.err.text).toContain('TLS');
    const unbuilt = start({}, '', join(folder, 'nothing'));
    expect(await unbuilt.status).toBe(exits.failed);
    expect(unbuilt.err.text).toContain('npm run build');
    for (const publicUrl of ['nas.example.org', 'ftp://x/', 'https://me@x/', 'https://x/?a'])
      await expect(start({ publicUrl }).status).rejects.toBeInstanceOf(UsageError);
    await expect(start({ port: '70000' }).status).rejects.toBeInstanceOf(UsageError);
    const first = start();
    await firstLine(first);
    const second = start();
    expect(await second.status).toBe(exits.failed);
    expect(second.err.text).toContain('already');
  });

  it('beyond this machine takes a password, and says to put TLS before it', async () => {
    const run = start({ listen: '0.0.0.0', passwordStdin: true }, 'right horse\n');
    const link = new URL(await firstLine(run));
    expect(run.err.text).toContain('docs/reverse-proxy.md');
    const answer = await fetch(`${link.origin}/sign-in`, {
      method: 'POST',
      headers: { origin: link.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ password: 'right horse' }),
    });
    expect(answer.status).toBe(204);
    expect(run.out.text + run.err.text).not.toContain('horse');
  });
});

describe('opening the window', () => {
  it('hands the browser a file that only this user can read, and takes it away again', async () => {
    // Nothing of that name opens a file: the link was printed, and that is all that is left.
    const before = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      const opened = openLink('http://127.0.0.1:1/#sign-in=x', folder, 'linux');
      opened.close();
    } finally {
      process.env['PATH'] = before;
    }
    expect((await readdir(folder)).filter((name) => name.startsWith('stevedore-window'))).toEqual([]);
  });

  it('gives the secret to no process as an argument', async () => {
    const before = process.env['PATH'];
    await writeFile(join(folder, 'xdg-open'), `#!/bin/sh\necho "$@" >${folder}/args; cat "$1" >${folder}/page\n`, {
      mode: 0o700,
    });
    process.env['PATH'] = `${folder}:${before ?? ''}`;
    const opened = openLink('http://127.0.0.1:1/#sign-in=secret', folder, 'linux');
    process.env['PATH'] = before;
    let names: readonly string[] = [];
    while (!names.includes('page')) names = await readdir(folder);
    while (!(await readFile(join(folder, 'page'), 'utf8')).includes('#sign-in=secret'));
    expect(await readFile(join(folder, 'args'), 'utf8')).not.toContain('secret');
    opened.close();
  });
});
