/** The answer to the last chunk has the delete key, once: what happens while a proxy and its server take their time with it. */
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it, type TestContext } from 'vitest';
import { type FrontName } from '../peers/front.ts';
import { type Peer, startPeer } from '../peers/peer.ts';
import { lines, type Running, Terminal } from './cli-process.ts';

const chunk = 200_000;
const content = randomBytes(2 * chunk);

type Scene = {
  readonly peer: Peer;
  readonly terminal: Terminal;
  /** The upload, when the server has its last chunk and the answer is held back. */
  readonly running: Running;
  readonly answer: () => void;
};

const unanswered = async ({ onTestFinished }: TestContext, front: FrontName): Promise<Scene> => {
  const answer = Promise.withResolvers<undefined>();
  const peer = await startPeer('stend', {
    front,
    config: { CHUNK_SIZE: chunk },
    frontDoes: { beforeAnswer: (line) => (line.endsWith('chunk=1') ? answer.promise : undefined) },
  });
  onTestFinished(() => peer.stop());
  const terminal = await Terminal.open();
  onTestFinished(() => terminal.close());
  const ignores = front === 'nginx-ignore-abort' ? ['--ignores-abort'] : [];
  expect(await terminal.run('server', 'add', peer.url, '--name', 'nas', ...ignores)).toMatchObject({ code: 0 });
  await writeFile(terminal.path('film.mkv'), content);
  const running = terminal.start(['upload', '--json', 'film.mkv']);
  expect(await running.line((line) => line['serverWorks'] === true)).toMatchObject({
    event: 'state',
    state: 'uploading',
    words: 'the server is working on it',
  });
  return { peer, terminal, running, answer: () => answer.resolve(undefined) };
};

const said = async ({ so }: Running, words: string): Promise<void> => {
  while (!so.err.includes(words)) await new Promise((resolve) => setTimeout(resolve, 20));
};

/** The file is stored whole under its key. */
const isWhole = async (peer: Peer, shareKey: unknown): Promise<void> => {
  const sha256 = createHash('sha256').update(content).digest('hex');
  expect((await peer.storedFile(String(shareKey))).sha256).toBe(sha256);
};

describe.concurrent('while the server works on the last chunk', { timeout: 120_000 }, () => {
  it.each(['nginx', 'nginx-ignore-abort'] as const)('the first Ctrl-C waits for the delete key: %s', async (front) => {
    const endings: (() => unknown)[] = [];
    const test = { onTestFinished: (end: () => unknown) => endings.unshift(end) } as unknown as TestContext;
    try {
      const { peer, terminal, running, answer } = await unanswered(test, front);
      running.child.kill('SIGINT');
      await said(running, 'waiting until nas has stored the current chunk of film.mkv. Ctrl-C again ends at once');
      answer();
      expect((await running.ended).code).toBe(130);
      const done = lines((await terminal.run('run', '--json', '--until-idle')).out).find(
        ({ event }) => event === 'done',
      );
      expect(done).toMatchObject({ deleteKey: expect.any(String) as string });
      await isWhole(peer, done?.['shareKey']);
      expect(await peer.report()).toMatchObject({ crashes: 0 });
    } finally {
      for (const end of endings) await end();
    }
  });

  it('a pause from another terminal waits for the delete key', async (test) => {
    const { peer, terminal, running, answer } = await unanswered(test, 'nginx');
    expect(await terminal.run('pause', '1')).toMatchObject({ code: 0 });
    expect((await terminal.objects('list'))[0]).toMatchObject({
      state: 'uploading',
      words: 'pausing when the server has stored this chunk',
    });
    answer();
    await running.ended;
    await terminal.run('resume', '1');
    const done = lines((await terminal.run('run', '--json', '--until-idle')).out).find(({ event }) => event === 'done');
    expect(done).toMatchObject({ deleteKey: expect.any(String) as string });
    await isWhole(peer, done?.['shareKey']);
  });

  it('the second Ctrl-C ends at once and says what it costs, and so does the next start', async (test) => {
    const { peer, terminal, running } = await unanswered(test, 'nginx-ignore-abort');
    running.child.kill('SIGINT');
    await said(running, 'waiting until nas');
    // Two signals in a row count as one: only a person who insists sends another later.
    while (running.child.exitCode === null && !running.so.err.includes('ended before')) {
      running.child.kill('SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    const ended = await running.ended;
    expect(ended.code).toBe(130);
    expect(ended.err).toContain('ended before nas answered for film.mkv');
    const next = await terminal.run('run', '--json', '--until-idle');
    expect(lines(next.out)).toContainEqual(
      expect.objectContaining({
        event: 'notice',
        problem: expect.objectContaining({ code: 'delete-key-lost' }) as object,
      }),
    );
    const done = lines(next.out).find(({ event }) => event === 'done');
    expect(done).toMatchObject({ deleteKey: null });
    await isWhole(peer, done?.['shareKey']);
    expect((await peer.report()).crashes).toBe(0);
  });
});
