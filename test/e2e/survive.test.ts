/**
 * What a client of a Stend server must survive, each as a person meets it: through the command line, the whole engine
 * and a server with the real one's vices.
 */
import { createHash, randomBytes } from 'node:crypto';
import { appendFile, chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { type Proxy, startProxy } from '../faults/proxy.ts';
import { overwrite } from '../fakes/same-time.ts';
import { type Peer, type PeerOptions, startPeer } from '../peers/peer.ts';
import type { ChunkReport } from '../peers/stend/journal.ts';
import { type Ended, type Line, lines, type Running, Terminal } from './cli-process.ts';

const chunk = 200_000;
const once: ChunkReport = { began: 1, stored: 1, again: 0 };
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

type Scene = {
  readonly peer: Peer;
  readonly meddler: Proxy;
  readonly terminal: Terminal;
  /** Writes a file of so many chunks, the last one short. */
  readonly file: (name: string, chunks: number) => Promise<Buffer>;
  /** Stored on the server, under a key, just as it is here. */
  readonly isThere: (done: Line | undefined, content: Buffer) => Promise<void>;
  /** What arrived for each chunk, by upload in the order they began. */
  readonly arrived: () => Promise<readonly (readonly ChunkReport[])[]>;
};

/** A server behind a connection that can be broken, saved as `nas`. */
const scene = async (
  { onTestFinished }: TestContext,
  options: PeerOptions & { readonly direct?: boolean } = {},
): Promise<Scene> => {
  const config = { CHUNK_SIZE: chunk, FILE_MAX_SIZE: 50_000_000, ...options.config };
  const peer = await startPeer('stend', { ...options, config });
  onTestFinished(() => peer.stop());
  const meddler = await startProxy(peer.url);
  onTestFinished(() => meddler.close());
  const terminal = await Terminal.open();
  onTestFinished(() => terminal.close());
  const address = options.direct === true ? peer.url : meddler.url;
  const added = await terminal.run('server', 'add', address, '--web', `${peer.url}/web`, '--name', 'nas');
  expect(added, added.out + added.err).toMatchObject({ code: 0 });
  return {
    peer,
    meddler,
    terminal,
    file: async (name, chunks) => {
      const content = randomBytes(chunks * chunk - 7);
      await writeFile(terminal.path(name), content);
      return content;
    },
    isThere: async (done, content) => {
      expect(done).toMatchObject({ event: 'done' });
      expect((await peer.storedFile(String(done?.['shareKey']))).sha256).toBe(sha256(content));
    },
    arrived: async () => Object.values((await peer.report()).transfers).map((chunks) => Object.values(chunks)),
  };
};

const endOf = ({ out }: Ended, event = 'done'): Line | undefined => lines(out).find((line) => line['event'] === event);
const upload = (terminal: Terminal, ...words: readonly string[]): Promise<Ended> =>
  terminal.run('upload', '--json', ...words);
/** Starts an upload that takes some seconds, and waits until a chunk of it is acknowledged and another on its way. */
const underWay = async (terminal: Terminal, ...words: readonly string[]): Promise<Running> => {
  const running = terminal.start(['upload', '--json', '--limit-rate', '300k', ...words]);
  await running.line((line) => line['event'] === 'progress' && Number(line['acknowledged']) > 0);
  return running;
};
/** The upload of so many chunks ended before the last one, because its file had changed. */
const isStoppedAsChanged = async (peer: Peer, running: Running, chunks: number): Promise<void> => {
  const asked = await running.ended;
  expect(asked.code).toBe(3);
  expect(endOf(asked, 'attention')).toMatchObject({ problem: { code: 'file-changed' } });
  const [bodies = {}] = Object.values((await peer.report()).transfers);
  expect(Object.keys(bodies).length).toBeLessThan(chunks);
};
/** Chunks of a file that is still under way when another command has done its work; what is left is sent without a limit. */
const long = 40;
const chunkOf = (index: number): RegExp => new RegExp(`^PUT /files/uploadChunk\\?.*chunk=${index}$`);

describe.concurrent('what a client must survive', { timeout: 120_000 }, () => {
  it('1. a chunk that is cut on a bare server: that file starts anew by itself, says why, and is whole', async (test) => {
    const { peer, meddler, terminal, file, isThere } = await scene(test);
    const content = await file('film.mkv', 4);
    const cut = meddler.cut(chunkOf(2), 100_000);
    const ended = await upload(terminal, 'film.mkv');
    await cut;
    expect(ended).toMatchObject({ code: 0, err: '' });
    await isThere(endOf(ended), content);
    expect((await peer.report()).crashes).toBe(1);
    expect((await terminal.objects('list'))[0]).toMatchObject({ restarts: 1 });
    expect((await terminal.run('show', '1')).out).toContain(
      'The upload was interrupted while nas received a chunk, and it may have kept a part of it. The file starts over',
    );
  });

  it('1. pausing and ending in mid-chunk cut nothing on a bare server', async (test) => {
    const { peer, terminal, file, isThere, arrived } = await scene(test);
    const content = await file('film.mkv', long);
    const running = await underWay(terminal, 'film.mkv');
    expect((await terminal.run('pause', '1')).out).toBe('paused transfer 1\n');
    await running.line((line) => line['event'] === 'paused');
    expect((await running.ended).code).toBe(3);
    expect((await terminal.run('resume', '1')).code).toBe(0);
    await isThere(endOf(await terminal.run('run', '--json', '--until-idle')), content);
    expect((await peer.report()).crashes).toBe(0);
    expect(await arrived()).toEqual([Array(long).fill(once)]);
  });

  it('2. a stored length that is wrong is found after the last chunk: removed, and sent anew', async (test) => {
    const { peer, terminal, file, isThere, arrived } = await scene(test);
    const content = await file('film.mkv', 4);
    const running = await underWay(terminal, '--key', 'mine', 'film.mkv');
    await appendFile((await peer.storedFile('mine')).path, 'half of a chunk that a crash left');
    const ended = await running.ended;
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(endOf(ended)).toMatchObject({ shareKey: 'mine' });
    await isThere(endOf(ended), content);
    expect(await arrived()).toHaveLength(2);
    expect((await terminal.run('show', '1')).out).toContain('It was not called done.');
  });

  it('3. two files side by side are whole, each with one chunk at a time', async (test) => {
    const { terminal, file, isThere, arrived } = await scene(test);
    const contents = [await file('a.bin', 3), await file('b.bin', 3)];
    const ended = await upload(terminal, '--limit-rate', '800k', 'a.bin', 'b.bin');
    const told = lines(ended.out);
    const done = told.filter((line) => line['event'] === 'done');
    for (const line of done) await isThere(line, contents[Number(line['id']) - 1] ?? Buffer.alloc(0));
    const first = told.findIndex((line) => line['event'] === 'done');
    const uploading = told.slice(0, first).filter((line) => line['state'] === 'uploading');
    expect(new Set(uploading.map((line) => line['id']))).toEqual(new Set([1, 2]));
    expect(await arrived()).toEqual([
      [once, once, once],
      [once, once, once],
    ]);
  });

  it('4. a file that changes under way stops before the next chunk, and no mixture is stored', async (test) => {
    const { peer, terminal, file, isThere } = await scene(test);
    const before = await file('draft.bin', 5);
    const running = await underWay(terminal, 'draft.bin');
    await appendFile(terminal.path('draft.bin'), 'more');
    await isStoppedAsChanged(peer, running, 5);
    expect((await terminal.run('retry', '1', '--send-new')).code).toBe(0);
    const sent = await terminal.run('run', '--json', '--until-idle');
    await isThere(endOf(sent), Buffer.concat([before, Buffer.from('more')]));
  });

  it('4. a file that is overwritten under way, and its modification time put back, is not stored as a mixture', async (test) => {
    const { peer, terminal, file, isThere } = await scene(test);
    await file('disk.img', 100);
    const running = await underWay(terminal, 'disk.img');
    const other = randomBytes(100 * chunk - 7);
    await overwrite(terminal.path('disk.img'), other);
    await isStoppedAsChanged(peer, running, 100);
    expect((await terminal.run('retry', '1', '--send-new')).code).toBe(0);
    await isThere(endOf(await terminal.run('run', '--json', '--until-idle')), other);
  });

  it('4. a file that is overwritten between two runs, and its modification time put back, is asked about', async (test) => {
    const { terminal, file, isThere, arrived } = await scene(test);
    const content = await file('disk.img', 100);
    const running = await underWay(terminal, 'disk.img');
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    const [before = []] = await arrived();
    await overwrite(terminal.path('disk.img'), randomBytes(100 * chunk - 7));
    const asked = await terminal.run('run', '--json', '--until-idle');
    expect(asked.code).toBe(3);
    expect(endOf(asked, 'attention')).toMatchObject({
      problem: { code: 'file-changed', params: { what: 'content' } },
    });
    expect(await arrived()).toEqual([before]);
    // With the old content back it is the file whose chunks are there.
    await overwrite(terminal.path('disk.img'), content);
    expect((await terminal.run('retry', '1')).code).toBe(0);
    await isThere(endOf(await terminal.run('run', '--json', '--until-idle')), content);
    expect(await arrived()).toEqual([Array(100).fill(once)]);
  });

  it('4. a file whose attributes change is compared, and continues without a question', async (test) => {
    const { terminal, file, isThere, arrived } = await scene(test);
    const content = await file('film.mkv', long);
    const running = await underWay(terminal, 'film.mkv');
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    await chmod(terminal.path('film.mkv'), 0o640);
    const ended = await terminal.run('run', '--json', '--until-idle');
    expect(ended).toMatchObject({ code: 0, err: '' });
    await isThere(endOf(ended), content);
    expect(await arrived()).toEqual([Array(long).fill(once)]);
    expect((await terminal.run('show', '1')).out).toContain('The attributes of');
  });

  it('5. a lost answer costs nothing: the server is asked, and no chunk is sent again', async (test) => {
    const { meddler, terminal, file, isThere, arrived } = await scene(test);
    const content = await file('film.mkv', 3);
    const lost = meddler.swallowAnswer(chunkOf(1));
    const ended = await upload(terminal, 'film.mkv');
    await lost;
    await isThere(endOf(ended), content);
    expect(await arrived()).toEqual([[once, once, once]]);
  });

  it('5. a lost answer of the last chunk: done, and it is said that the delete key went with it', async (test) => {
    const { meddler, terminal, file, isThere, arrived } = await scene(test);
    const content = await file('film.mkv', 3);
    const lost = meddler.swallowAnswer(chunkOf(2));
    const running = terminal.start(['upload', 'film.mkv']);
    await lost;
    const ended = await running.ended;
    expect(ended.code).toBe(0);
    expect(ended.out + ended.err).toContain('The upload was interrupted before nas answered the last chunk');
    const [row] = await terminal.objects('list');
    await isThere({ ...row, event: 'done' }, content);
    expect(row).toMatchObject({ state: 'done', deleteKey: null });
    expect(await arrived()).toEqual([[once, once, once]]);
    expect((await terminal.run('share', 'revoke', String(row?.['shareKey']))).err).toContain('is not known');
  });

  it('6. a server that restarts between chunks: it goes on byte for byte', async (test) => {
    const { peer, terminal, file, isThere, arrived } = await scene(test);
    const content = await file('film.mkv', long);
    const running = await underWay(terminal, 'film.mkv');
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    await peer.restart();
    await isThere(endOf(await terminal.run('run', '--json', '--until-idle')), content);
    expect(await arrived()).toEqual([Array(long).fill(once)]);
    expect((await peer.report()).crashes).toBe(0);
  });

  it('7. a cancel in mid-chunk frees the server and the own key, which can be had again at once', async (test) => {
    const { peer, terminal, file, isThere } = await scene(test);
    await file('film.mkv', long);
    const running = await underWay(terminal, '--key', 'party', 'film.mkv');
    expect((await terminal.run('cancel', '1')).out).toBe('cancelled transfer 1\n');
    await running.ended;
    await expect(peer.storedFile('party')).rejects.toThrow();
    const other = await file('other.mkv', 1);
    const again = endOf(await upload(terminal, '--key', 'party', 'other.mkv'));
    expect(again).toMatchObject({ shareKey: 'party' });
    await isThere(again, other);
    expect((await peer.report()).crashes).toBe(0);
  });

  it('8. a name of any script can be downloaded, and the one that is used is said', async (test) => {
    const { peer, terminal } = await scene(test);
    const names = ['ملف.txt', '日本語.zip', 'Ελλάδα.pdf', '👩‍👩‍👧.png', 'a"b;c\\d.txt', `${'ü'.repeat(120)}.tar.gz`];
    for (const name of names) await writeFile(terminal.path(name), name);
    const ended = await terminal.run('upload', '--json', ...names);
    expect(ended).toMatchObject({ code: 0, err: '' });
    const told = lines(ended.out);
    for (const line of told.filter((one) => one['event'] === 'done')) {
      const info = await fetch(`${peer.url}/files/info?sharekey=${String(line['shareKey'])}`);
      const { downloadLink, fileName } = (await info.json()) as { downloadLink: string; fileName: string };
      expect(fileName).toBe(line['name']);
      const got = await fetch(peer.url + downloadLink);
      expect([got.status, await got.text()]).toEqual([200, names[Number(line['id']) - 1]]);
    }
    const adapted = told.filter((line) => line['event'] === 'notice').map((line) => JSON.stringify(line));
    expect(adapted).toHaveLength(5);
    for (const words of adapted) expect(words).toMatch(/cannot serve the name .* It is stored as /);
  });

  it('9. a disk that fills up there in mid-chunk crashes it: the upload is not lost, and is whole when there is room', async (test) => {
    const { peer, terminal, file, isThere } = await scene(test, { diskFullAfter: 900_000 });
    await file('ballast.bin', 2);
    const ballast = endOf(await upload(terminal, 'ballast.bin'));
    const content = await file('film.mkv', 4);
    const running = terminal.start(['upload', '--json', 'film.mkv']);
    // The row keeps how often it began anew; its problem may be over before the next line is written.
    const begunAnew = async (): Promise<boolean> =>
      (await terminal.objects('list')).some((row) => Number(row['restarts']) > 0);
    while (!(await begunAnew())) await new Promise((resolve) => setTimeout(resolve, 50));
    // Until there is room the server is down as often as it is up.
    const revoke = () => terminal.run('share', 'revoke', String(ballast?.['shareKey']));
    for (let made = await revoke(); made.code !== 0; made = await revoke())
      expect(made.err).toMatch(/to nas broke|nas does not answer/);
    const ended = await running.ended;
    expect(ended.code).toBe(0);
    await isThere(endOf(ended), content);
    expect((await peer.report()).crashes).toBeGreaterThan(0);
  });

  it('10. a proxy that refuses the chunks is said to be its administrator’s, and they are not tried again', async (test) => {
    const { terminal, file, arrived } = await scene(test, { front: 'nginx', clientMaxBodySize: 150_000, direct: true });
    await file('film.mkv', 3);
    const ended = await terminal.run('upload', 'film.mkv');
    expect(ended.code).toBe(3);
    expect(ended.out).toContain('refuses chunks of 200 kB (413)');
    expect(ended.out).toContain('client_max_body_size');
    expect((await terminal.objects('list'))[0]).toMatchObject({ state: 'attention', attempts: 0 });
    expect(await terminal.run('run', '--until-idle')).toMatchObject({ code: 3 });
    expect(await arrived()).toEqual([]);
  });
});

describe.concurrent('what stands before the server', { timeout: 120_000 }, () => {
  it('is found out without harm, and its meaning told', async (test) => {
    const bare = await scene(test);
    expect((await bare.terminal.run('server', 'test', 'nas')).err).toContain(
      'There is no buffering proxy in front of nas. A file starts over if the interruption comes in the middle of a chunk.',
    );
    expect(await bare.peer.report()).toEqual({ crashes: 0, transfers: {} });
    const behind = await scene(test, { front: 'nginx' });
    expect((await behind.terminal.run('server', 'test', 'nas')).err).toContain(
      'nginx in front of nas buffers requests.',
    );
    expect(await behind.peer.report()).toEqual({ crashes: 0, transfers: {} });
  });

  it('nginx as it comes: a cut before the last byte never reaches the server, and costs that one chunk', async (test) => {
    const { peer, meddler, terminal, file, isThere, arrived } = await scene(test, { front: 'nginx' });
    const content = await file('film.mkv', 4);
    const limited = Promise.withResolvers<undefined>();
    const held = meddler.holdAnswer(chunkOf(1), limited.promise);
    const running = terminal.start(['upload', '--json', 'film.mkv']);
    await held;
    // The rest of the next chunk takes longer than this test may: it has not been handed over when the cut comes.
    expect(await terminal.run('settings', 'limit-rate', '1100')).toMatchObject({ code: 0, err: '' });
    const cut = meddler.cut(chunkOf(2), 2_000);
    limited.resolve(undefined);
    await cut;
    await running.line((line) => line['state'] === 'waiting');
    await terminal.run('settings', 'limit-rate', 'none');
    await isThere(endOf(await running.ended), content);
    expect(await arrived()).toEqual([[once, once, once, once]]);
    expect((await peer.report()).crashes).toBe(0);
    expect((await terminal.objects('list'))[0]).toMatchObject({ restarts: 0 });
  });

  it('nginx that loses the refusal of a whole chunk, and says 502: the server is asked, and nothing is lost', async (test) => {
    const { peer, meddler, terminal, file, isThere, arrived } = await scene(test, { front: 'nginx', slowFront: true });
    const content = await file('film.mkv', 4);
    const late = Promise.withResolvers<undefined>();
    const held = meddler.hold(chunkOf(2), late.promise);
    const running = await underWay(terminal, 'film.mkv');
    await held;
    // Its next chunk is refused before it is read.
    await peer.clock(5 * 3_600_000 + 60_000);
    late.resolve(undefined);
    expect(await running.line((line) => line['state'] === 'waiting')).toMatchObject({
      problem: { code: 'server-busy', params: { status: 502 } },
    });
    await isThere(endOf(await running.ended), content);
    expect((await arrived()).at(-1)).toEqual([once, once, once, once]);
    expect((await terminal.objects('list'))[0]).toMatchObject({ restarts: 1 });
    expect((await peer.report()).crashes).toBe(0);
  });

  it('a server that is away is waited for, and then goes on with what it has', async (test) => {
    const { peer, terminal, file, isThere, arrived } = await scene(test, { front: 'nginx' });
    const content = await file('film.mkv', 4);
    const running = await underWay(terminal, 'film.mkv');
    await peer.goAway();
    expect(await running.line((line) => line['state'] === 'waiting')).toMatchObject({
      problem: { code: 'server-busy' },
    });
    await peer.comeBack();
    await isThere(endOf(await running.ended), content);
    for (const upload of await arrived()) for (const { again } of upload) expect(again).toBe(0);
    expect((await terminal.objects('list'))[0]).toMatchObject({ restarts: 0 });
  });

  it('what the server swept after five hours starts anew', async (test) => {
    const { peer, terminal, file, isThere, arrived } = await scene(test);
    const content = await file('film.mkv', long);
    const running = await underWay(terminal, 'film.mkv');
    running.child.kill('SIGINT');
    await running.ended;
    await peer.clock(5 * 3_600_000 + 60_000);
    const resumed = await terminal.run('run', '--json', '--until-idle');
    expect(resumed.code).toBe(0);
    await isThere(endOf(resumed), content);
    expect(await arrived()).toHaveLength(2);
    expect((await terminal.run('show', '1')).out).toContain('nas removes unfinished uploads after 5 hr.');
  });
});

describe.concurrent('keys and passwords', { timeout: 120_000 }, () => {
  it('an own key that is taken gives another, and it is said which', async (test) => {
    const { terminal, file, isThere } = await scene(test);
    await file('a.bin', 1);
    const content = await file('b.bin', 1);
    expect(endOf(await upload(terminal, '--key', 'party', 'a.bin'))).toMatchObject({ shareKey: 'party' });
    const ended = await terminal.run('upload', '--key', 'party', 'b.bin');
    const [, row] = await terminal.objects('list');
    await isThere({ ...row, event: 'done' }, content);
    expect(row?.['shareKey']).not.toBe('party');
    expect(ended.out + ended.err).toContain(`The key party was taken; you got ${String(row?.['shareKey'])}.`);
  });

  it('a password that is no longer right waits for a person, and goes on by itself with the new one', async (test) => {
    const { terminal } = await scene(test);
    const closed = await startPeer('stend', { config: { CHUNK_SIZE: chunk, API_PASSWORD: 'open sesame' } });
    test.onTestFinished(() => closed.stop());
    const password = (words: readonly string[], secret: string): Promise<Ended> =>
      terminal.runWith(`${secret}\n`, 'server', ...words, '--password-stdin');
    expect(await password(['add', closed.url, '--name', 'safe', '--vault', 'file'], 'open sesame')).toMatchObject({
      code: 0,
    });
    const secrets = join(terminal.profile, 'secrets.json');
    await writeFile(secrets, (await readFile(secrets, 'utf8')).replace('open sesame', 'closed onion'));
    await writeFile(terminal.path('a.bin'), 'content');
    await terminal.run('add', '--server', 'safe', 'a.bin');
    const running = terminal.start(['run', '--json']);
    expect(await running.line((line) => line['event'] === 'attention')).toMatchObject({
      problem: { code: 'password-wrong' },
    });
    expect((await terminal.run('list')).out).toContain('stevedore server update safe --password-stdin');
    expect(await password(['update', 'safe'], 'open sesame')).toMatchObject({ code: 0 });
    const done = await running.line((line) => line['event'] === 'done');
    expect((await closed.storedFile(String(done['shareKey']))).size).toBe(7);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
  });
});
