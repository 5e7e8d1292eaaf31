/** The files of a profile that vanish while Stevedore runs: nobody sends twice, nothing is lost, and it says so. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { socketPath } from '../../main/engine/profile/paths.ts';
import { type Peer, startPeer } from '../peers/peer.ts';
import { type Ended, lines, Terminal } from './cli-process.ts';

const chunk = 200_000;
const chunks = 30;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

type Scene = { readonly peer: Peer; readonly terminal: Terminal; readonly content: Buffer };

/** A server without a proxy, which a chunk that is cut would crash, and a file of some seconds. */
const scene = async ({ onTestFinished }: TestContext): Promise<Scene> => {
  const peer = await startPeer('stend', { config: { CHUNK_SIZE: chunk, FILE_MAX_SIZE: 50_000_000 } });
  onTestFinished(() => peer.stop());
  const terminal = await Terminal.open();
  onTestFinished(() => terminal.close());
  const added = await terminal.run('server', 'add', peer.url, '--web', `${peer.url}/web`, '--name', 'nas');
  expect(added, added.out + added.err).toMatchObject({ code: 0 });
  const content = randomBytes(chunks * chunk - 7);
  await writeFile(terminal.path('film.mkv'), content);
  return { peer, terminal, content };
};
/** An upload with some chunks behind it and one on its way. */
const underWay = async (terminal: Terminal): Promise<ReturnType<Terminal['start']>> => {
  const running = terminal.start(['upload', '--json', '--limit-rate', '300k', 'film.mkv']);
  await running.line((line) => line['event'] === 'progress' && Number(line['acknowledged']) > 0);
  return running;
};
/** Sends what is queued, as soon as the one that was running has ended its part. */
const runToEnd = async (terminal: Terminal): Promise<Ended> => {
  for (;;) {
    const ended = await terminal.run('run', '--json', '--until-idle');
    if (!ended.out.includes('owner-ending')) return ended;
  }
};
const isStoredOnce = async ({ peer, content }: Scene, ended: Ended): Promise<void> => {
  expect(ended, ended.out + ended.err).toMatchObject({ code: 0 });
  const done = lines(ended.out).find((line) => line['event'] === 'done');
  expect((await peer.storedFile(String(done?.['shareKey']))).sha256).toBe(sha256(content));
  const { transfers, crashes } = await peer.report();
  expect(crashes).toBe(0);
  const arrived = Object.values(transfers).map((stored) => Object.values(stored));
  expect(arrived).toEqual([Array.from({ length: chunks }, () => ({ began: 1, stored: 1, again: 0 }))]);
};

/** The socket that an owner of the profile listens at, once it does. */
const socketOf = async ({ profile }: Terminal): Promise<string> => {
  const socket = socketPath(profile);
  for (;;) {
    if (existsSync(socket)) return socket;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const replace = async (file: string): Promise<void> => {
  await writeFile(`${file}.new`, '');
  await rename(`${file}.new`, file);
};

describe.concurrent('while an upload is running', { timeout: 180_000 }, () => {
  for (const [how, lose] of [
    ['removed', rm],
    ['replaced', replace],
  ] as const) {
    it(`the lock is ${how}: the owner stops with words, another one continues, and no chunk is sent twice`, async (test) => {
      const at = await scene(test);
      const first = await underWay(at.terminal);
      await lose(join(at.terminal.profile, 'owner.lock'));
      const second = runToEnd(at.terminal);
      const stopped = await first.ended;
      expect(stopped.code).toBe(3);
      expect(stopped.out + stopped.err).toContain('The lock of this profile was removed or replaced');
      await isStoredOnce(at, await second);
    });
  }

  it('the folder of the profile is moved: it stops with words, and continues from where it was moved to', async (test) => {
    const at = await scene(test);
    const first = await underWay(at.terminal);
    const moved = join(at.terminal.folder, 'moved');
    await rename(at.terminal.profile, moved);
    const stopped = await first.ended;
    expect(stopped.code).toBe(3);
    expect(stopped.out + stopped.err).toContain('or its folder was moved');
    expect(existsSync(at.terminal.profile)).toBe(false);
    await isStoredOnce(at, await runToEnd(at.terminal.in(moved)));
  });

  it('the database is removed: it stops with words, and the next start has all of the queue', async (test) => {
    const at = await scene(test);
    const first = await underWay(at.terminal);
    await rm(join(at.terminal.profile, 'queue.db'));
    const stopped = await first.ended;
    expect(stopped.code).toBe(3);
    expect(stopped.out + stopped.err).toContain('The queue’s database was removed or replaced');
    await isStoredOnce(at, await runToEnd(at.terminal));
  });

  it('its socket is removed: other commands find it again', async (test) => {
    const { terminal } = await scene(test);
    terminal.start(['run']);
    const socket = await socketOf(terminal);
    const isAnswered = async (): Promise<void> => {
      const settings = await terminal.run('settings');
      expect(settings, settings.out + settings.err).toMatchObject({ code: 0 });
    };
    await isAnswered();
    await rm(socket);
    expect(await socketOf(terminal)).toBe(socket);
    await isAnswered();
  });
});

describe.concurrent('after a kill', { timeout: 180_000 }, () => {
  for (const [how, lose] of [
    ['removed', (log: string) => rm(log)],
    ['garbled', async (log: string) => writeFile(log, randomBytes((await stat(log)).size))],
  ] as const) {
    it(`the write-ahead log is ${how}: every added file and every share is there, and it is said that something is missing`, async (test) => {
      const { terminal, peer } = await scene(test);
      const names = Array.from({ length: 8 }, (_, n) => `small ${n}`);
      for (const name of names) await writeFile(terminal.path(name), name);
      const running = terminal.start(['run']);
      await socketOf(terminal);
      expect(await terminal.run('add', ...names.slice(2))).toMatchObject({ code: 0 });
      // The shares of these two are the last that is written.
      const ended = await terminal.run('upload', '--json', ...names.slice(0, 2));
      expect(ended, ended.out + ended.err).toMatchObject({ code: 0 });
      running.child.kill('SIGKILL');
      await running.ended;
      await lose(join(terminal.profile, 'queue.db-wal'));

      const list = await terminal.run('list', '--json');
      const events = lines(list.out);
      expect(events.filter((line) => 'id' in line && 'state' in line)).toHaveLength(8);
      // A kill in the middle of a checkpoint leaves a database that is damaged without its log.
      const notice = events.find((line) => line['event'] === 'notice') as { problem?: { code?: string } } | undefined;
      expect(['store-behind', 'store-restored']).toContain(notice?.problem?.code);
      const keys = (await terminal.objects('share', 'list')).map((share) => share['shareKey']);
      const told = lines(ended.out).flatMap((line) => (line['event'] === 'done' ? [line['shareKey']] : []));
      expect(told).toHaveLength(2);
      expect(keys).toEqual(expect.arrayContaining(told));
      // They can be revoked: their delete keys are known.
      expect(await terminal.run('share', 'revoke', String(told[0]))).toMatchObject({ code: 0 });
      await expect(peer.storedFile(String(told[0]))).rejects.toThrow();
    });
  }
});
