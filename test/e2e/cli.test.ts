import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Peer, startPeer } from '../peers/peer.ts';
import { addServer, chunk, peer, prepareCommandLine, sha256, terminal, write } from './cli-bench.ts';
import { lines } from './cli-process.ts';

prepareCommandLine();

describe('servers', () => {
  it('are added, listed, tested, renamed and forgotten', async () => {
    const added = await terminal.run('server', 'add', peer.url, '--web', `${peer.url}/web`, '--name', 'my nas');
    expect(added).toMatchObject({
      code: 0,
      err: expect.stringContaining('There is no buffering proxy in front of my nas.') as string,
    });
    expect(added.out).toContain(`✓ my nas  Stend at ${peer.url}, the default`);
    expect(added.out).toContain('files up to 50 MB, kept at most 30 days');
    expect((await terminal.run('server', 'test', 'MY NAS')).code).toBe(0);
    expect((await terminal.run('server', 'update', 'my nas', '--name', 'attic')).out).toContain('✓ attic');
    expect(await terminal.objects('server', 'list')).toMatchObject([{ event: 'server', name: 'attic' }]);
    expect(await terminal.run('server', 'remove', 'attic')).toMatchObject({ code: 0, out: 'removed attic\n' });
    expect((await terminal.run('server', 'list')).err).toContain('No server is saved yet');
  });

  it('that are not right are refused in words', async () => {
    await addServer();
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['server', 'add', 'not an address'], /not an address/],
      [['server', 'add', 'http://127.0.0.1:1'], /127\.0\.0\.1/],
      [['server', 'add', peer.url, '--name', 'NAS'], /A server is called NAS already/],
      [['server', 'add', peer.url, '--kind', 'ftp'], /ftp is no kind of server/],
      [['server', 'test', 'moon'], /No server is called moon/],
      [['upload', 'x', '--server', 'moon'], /No server is called moon/],
    ];
    for (const [words, says] of cases) {
      const ended = await terminal.run(...words);
      expect(ended.err).toMatch(says);
      expect(ended).toMatchObject({ code: 1, out: '' });
    }
    expect(await terminal.objects('server', 'list')).toHaveLength(1);
  });
});

describe('the queue', () => {
  it('is changed from the command line while nothing is sent', async () => {
    await addServer();
    for (const name of ['a', 'b', 'c']) await write(name);
    const added = await terminal.run('add', 'a', 'b', 'c');
    expect(added).toMatchObject({ code: 0, out: 'queued 3 files, 3 kB (transfers 1 to 3)\n' });
    expect(added.err).toContain('stevedore run');
    expect((await terminal.run('move', '3', '--first')).code).toBe(0);
    expect((await terminal.run('pause', '2')).out).toBe('paused transfer 2\n');
    expect((await terminal.run('priority', '-5', '1')).code).toBe(0);
    const rows = await terminal.objects('list');
    expect(rows.map((row) => [row['id'], row['state'], row['priority']])).toEqual([
      [3, 'queued', 0],
      [2, 'paused', 0],
      [1, 'queued', -5],
    ]);
    expect((await terminal.run('cancel', '1')).out).toBe('cancelled transfer 1\n');
    expect((await terminal.run('pause', '99')).err).toContain('There is no transfer 99');
    expect(await terminal.run('pause', '1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('This transfer is cancelled') as string,
    });
    expect(await terminal.run('remove', '--all')).toMatchObject({ code: 2 });
    expect((await terminal.run('resume', '--all')).code).toBe(0);
    expect((await terminal.run('run', '--until-idle')).code).toBe(0);
    expect((await terminal.run('show', '2')).out).toMatch(/delete key {4}\w+/);
    expect((await terminal.run('remove', '--all', '--yes')).code).toBe(0);
    expect(await terminal.objects('list')).toEqual([]);
    const history = await terminal.objects('history');
    expect(history.map((row) => row['ending'])).toEqual(expect.arrayContaining(['done', 'done', 'cancelled']));
  });

  it('obeys another bandwidth limit while it runs', async () => {
    await addServer();
    await write('film.mkv', 10 * chunk);
    // Slower than this test may take.
    const running = terminal.start(['upload', '--json', '--limit-rate', '10k', 'film.mkv']);
    await running.line((line) => line['event'] === 'progress');
    const [set] = await terminal.objects('settings', 'limit-rate', 'none');
    expect(set).toMatchObject({ key: 'limit-rate', value: null });
    expect((await running.ended).code).toBe(0);
  });

  it('asks a person where a file has changed, and sends the new one when told to', async () => {
    await addServer();
    await write('draft.txt', 1000);
    await terminal.run('add', 'draft.txt');
    const path = await write('draft.txt', 1500);
    const asked = await terminal.run('run', '--until-idle');
    expect(asked.code).toBe(3);
    expect(asked.out).toContain('has changed since it was added');
    expect(asked.out).toContain('stevedore decide 1 upload-changed');
    expect((await terminal.run('decide', '1', 'upload-changed')).out).toBe('retried transfer 1\n');
    const sent = await terminal.run('--json', 'run', '--until-idle');
    expect(sent.code).toBe(0);
    const key = String(lines(sent.out).find((line) => line['event'] === 'done')?.['shareKey']);
    expect((await peer.storedFile(key)).sha256).toBe(await sha256(path));
  });

  it('uploads the changed file under the same own key, with the delete key of the new upload', async () => {
    await addServer();
    const path = await write('film.mkv', 60 * chunk);
    const running = terminal.start(['upload', '--json', '--limit-rate', '400k', '--key', 'premiere', 'film.mkv']);
    await running.line((line) => line['event'] === 'progress' && Number(line['acknowledged']) > 0);
    await write('film.mkv', 2 * chunk);
    const asked = await running.ended;
    expect(lines(asked.out)).toContainEqual(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'file-changed' }) as unknown }),
    );
    expect((await terminal.run('decide', '1', 'upload-changed')).code).toBe(0);
    const sent = await terminal.run('--json', 'run', '--until-idle');
    expect(lines(sent.out).find((line) => line['event'] === 'done')).toMatchObject({ shareKey: 'premiere' });
    expect((await peer.storedFile('premiere')).sha256).toBe(await sha256(path));
    expect(await terminal.run('share', 'revoke', 'premiere')).toMatchObject({ code: 0 });
    await expect(peer.storedFile('premiere')).rejects.toThrow();
  });

  it('frees what the server has when an upload is cancelled', async () => {
    await addServer();
    // Under way for longer than the next command takes to start.
    await write('film.mkv', 60 * chunk);
    const running = terminal.start(['upload', '--json', '--limit-rate', '400k', 'film.mkv']);
    await running.line((line) => line['event'] === 'progress' && Number(line['acknowledged']) > 0);
    expect((await terminal.run('cancel', '1')).out).toBe('cancelled transfer 1\n');
    const ended = await running.ended;
    expect(ended.code).toBe(1);
    expect(lines(ended.out).at(-1)).toMatchObject({ event: 'cancelled' });
    expect((await terminal.run('show', '1')).out).toContain('Cancelled, and freed on nas.');
  });

  it('lists and revokes shares', async () => {
    await addServer();
    await write('a.txt');
    await terminal.run('upload', '--key', 'mykey', 'a.txt');
    const listed = await terminal.run('share', 'list');
    expect(listed.out).toContain(`${peer.url}/web/d?mykey  a.txt`);
    expect((await terminal.run('share', 'revoke', 'nothing')).err).toContain('There is no share nothing.');
    expect(await terminal.run('share', 'revoke', 'mykey')).toMatchObject({ code: 0, out: '✓ revoked mykey  a.txt\n' });
    await expect(peer.storedFile('mykey')).rejects.toThrow();
    expect(await terminal.objects('share', 'list')).toMatchObject([{ shareKey: 'mykey', state: 'revoked' }]);
  });
});

/** The paths of all files in a folder, from that folder on. */
const filesOf = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

describe('a password', () => {
  const secret = 'pläntëd  secret with spaces';
  let closed: Peer;
  beforeAll(async () => {
    closed = await startPeer('stend', { config: { API_PASSWORD: secret } });
  });
  afterAll(() => closed.stop());

  it('is asked for, tried, kept where the person said, and seen nowhere else', async () => {
    const add = (words: readonly string[], stdin = ''): Promise<{ code: number | null; out: string; err: string }> =>
      terminal.runWith(stdin, 'server', 'add', closed.url, '--name', 'nas', ...words);
    expect(await add([])).toMatchObject({ code: 3, err: expect.stringContaining('asks for a password') as string });
    const from = ['--password-stdin'];
    expect(await add([...from, '--vault', 'file'], 'wrong\n')).toMatchObject({ code: 3 });
    expect(await add(from, `${secret}\n`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--vault file') as string,
    });
    expect(await add([...from, '--vault', 'file'], ' ends \n')).toMatchObject({ code: 3 });
    expect(await terminal.objects('server', 'list')).toEqual([]);
    const added = await add([...from, '--vault', 'file'], `${secret}\n`);
    expect(added).toMatchObject({ code: 0 });
    expect(added.out).toContain('password: in a file that only you can read');

    await write('a.bin', 3000);
    const running = terminal.start(['-v', 'upload', 'a.bin'], '', { STEVEDORE_DEBUG: '1', STEVEDORE_LOG: 'debug' });
    const seen = await readFile(`/proc/${running.child.pid ?? 0}/cmdline`, 'utf8').catch(() => '');
    const uploaded = await running.ended;
    expect(uploaded.code).toBe(0);
    const kept = await filesOf(terminal.profile);
    expect(kept).toContain(join('logs', 'stevedore.log'));
    const texts = [
      seen,
      added.out,
      added.err,
      uploaded.out,
      uploaded.err,
      (await terminal.run('--json', 'server', 'list')).out,
    ];
    for (const name of kept.filter((one) => one !== 'secrets.json'))
      texts.push(
        await readFile(join(terminal.profile, name), 'latin1'),
        await readFile(join(terminal.profile, name), 'utf8'),
      );
    for (const text of texts) expect(text).not.toContain('secret with spaces');
    expect(kept).toContain('secrets.json');
  });

  it('that was left to the environment is looked for there at each start', async () => {
    const env = { STEVEDORE_SECRET_MY_NAS: secret };
    const add = ['server', 'add', closed.url, '--name', 'my nas', '--password-stdin', '--vault', 'env'];
    const without = await terminal.start(add, `${secret}\n`).ended;
    expect(without).toMatchObject({ code: 3, err: expect.stringContaining('STEVEDORE_SECRET_MY_NAS') as string });
    expect(await terminal.start(add, `${secret}\n`, env).ended).toMatchObject({ code: 0 });
    await write('a.bin');
    expect(await terminal.start(['upload', 'a.bin'], '', env).ended).toMatchObject({ code: 0 });
    await write('b.bin');
    const asked = await terminal.run('upload', 'b.bin');
    expect(asked).toMatchObject({ code: 3, out: expect.stringContaining('STEVEDORE_SECRET_MY_NAS') as string });
    for (const name of await filesOf(terminal.profile))
      expect(await readFile(join(terminal.profile, name), 'utf8')).not.toContain('secret with spaces');
  });

  it('that only the app has can be given for one run', async () => {
    const add = ['server', 'add', closed.url, '--name', 'nas', '--password-stdin', '--vault', 'file'];
    await terminal.runWith(`${secret}\n`, ...add);
    const config = join(terminal.profile, 'config.json');
    await writeFile(config, (await readFile(config, 'utf8')).replace(/"vault": ?"file"/, '"vault": "app"'));
    await write('a.bin');
    const asked = await terminal.run('upload', 'a.bin');
    expect(asked.code).toBe(3);
    expect(asked.out).toContain('Start the app, or give the password by --password-stdin or --vault.');
    const sent = await terminal.runWith(`${secret}\n`, 'run', '--until-idle', '--password-stdin');
    expect(sent.code).toBe(0);
    await write('b.bin');
    expect((await terminal.run('upload', '--vault', 'file', 'b.bin')).code).toBe(0);
  });
});

describe('bad luck', () => {
  it('with a profile that cannot be is told in words', async () => {
    await writeFile(terminal.path('file'), '');
    const ended = await terminal.in(terminal.path('file')).run('list');
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(/The profile .*file cannot be written .* Give another by --profile\./);
  });

  it('with settings that cannot be read is told in words, and nothing is changed', async () => {
    await addServer();
    const config = join(terminal.profile, 'config.json');
    await writeFile(config, '{"servers": [');
    const ended = await terminal.run('list');
    expect(ended.code).toBe(1);
    expect(ended.err).toContain(`The settings in ${config} cannot be read`);
    expect(await readFile(config, 'utf8')).toBe('{"servers": [');
  });

  it('with a database that is garbled restores the backup, and says so', async () => {
    await addServer();
    await write('a.txt');
    await terminal.run('upload', 'a.txt');
    await writeFile(join(terminal.profile, 'queue.db'), randomBytes(50_000));
    const ended = await terminal.run('list');
    expect(ended.code).toBe(0);
    expect(ended.err).toContain('The queue’s database was damaged');
    const kept = await readdir(terminal.profile);
    expect(kept.some((name) => name.startsWith('queue.broken-'))).toBe(true);
  });

  it('with a full disk stops in words, loses nothing, and goes on when there is room', async (test) => {
    const small = terminal.path('small');
    await mkdir(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', small], { stdio: 'ignore' });
    } catch {
      test.skip('needs the right to mount a small disk');
    }
    try {
      const there = terminal.in(join(small, 'profile'));
      await there.run('server', 'add', peer.url, '--web', `${peer.url}/web`, '--name', 'nas');
      await write('a.bin', 5 * chunk);
      await there.run('add', 'a.bin');
      await writeFile(join(small, 'ballast'), Buffer.alloc(3_000_000)).catch(() => undefined);
      const full = await there.run('upload', 'a.bin');
      expect(full.err).toMatch(/The disk with .* is full\./);
      expect(full.code).toBe(3);
      await writeFile(join(small, 'ballast'), '');
      expect((await there.run('run', '--until-idle')).code).toBe(0);
      expect(await there.objects('list', '--state', 'done')).not.toHaveLength(0);
    } finally {
      execFileSync('umount', ['-l', small]);
    }
  });

  it('with a reader that goes away ends quietly', async () => {
    await addServer();
    const [node = '', entry = ''] = terminal.program;
    const { stdout, stderr } = await promisify(execFile)('bash', [
      '-o',
      'pipefail',
      '-c',
      `"$0" "$1" --profile "$2" --help | head -n 1`,
      node,
      entry,
      terminal.profile,
    ]);
    expect(stdout).toBe('Usage: stevedore [options] [command]\n');
    expect(stderr).toBe('');
  });
});

it('completes servers with spaces in bash', async () => {
  await terminal.run('server', 'add', peer.url, '--name', 'my nas');
  const [node = '', entry = ''] = terminal.program;
  const script = `
    stevedore() { "$NODE" "$ENTRY" "$@"; }
    source <(stevedore completion bash)
    COMP_WORDS=(stevedore --profile "$PROFILE" server test m); COMP_CWORD=5; _stevedore
    printf '%s\\n' "\${COMPREPLY[@]}"
    COMP_WORDS=(stevedore upl); COMP_CWORD=1; _stevedore
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { ...process.env, NODE: node, ENTRY: entry, PROFILE: terminal.profile };
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { env });
  expect(stdout).toBe('my\\ nas\nupload\n');
});
