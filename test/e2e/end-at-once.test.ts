/** Ending at once while a server leaves a request without an answer, and what the next start makes of it. */
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Proxy, startProxy } from '../faults/proxy.ts';
import { startPeer } from '../peers/peer.ts';
import { lines, Terminal } from './cli-process.ts';

const chunk = 200_000;

const never = new Promise(() => undefined);

const traps: readonly (readonly [string, (meddler: Proxy, which: RegExp) => Promise<void>])[] = [
  ['never gets', (meddler, which) => meddler.hold(which, never)],
  ['never answers', (meddler, which) => meddler.mute(which)],
];

it.each(traps)(
  'the second Ctrl-C ends at once though the server %s the create; the next start doubles nothing',
  { timeout: 120_000 },
  async (_what, trap) => {
    const ends: (() => unknown)[] = [];
    try {
      const peer = await startPeer('stend', { config: { CHUNK_SIZE: chunk } });
      ends.unshift(() => peer.stop());
      const meddler = await startProxy(peer.url);
      ends.unshift(() => meddler.close());
      const terminal = await Terminal.open();
      ends.unshift(() => terminal.close());
      expect(await terminal.run('server', 'add', meddler.url, '--name', 'nas')).toMatchObject({ code: 0 });
      const content = randomBytes(2 * chunk);
      await writeFile(terminal.path('film.mkv'), content);
      const trapped = trap(meddler, /^POST \/files\/create/);
      const running = terminal.start(['upload', '--json', 'film.mkv']);
      await trapped;
      running.child.kill('SIGINT');
      while (!running.so.err.includes('Ctrl-C again ends at once')) await sleep(20);
      // Two signals in a row count as one: only a person who insists sends another later.
      while (running.child.exitCode === null) {
        running.child.kill('SIGINT');
        await sleep(400);
      }
      expect((await running.ended).code).toBe(130);
      expect((await terminal.objects('list'))[0]).toMatchObject({ state: 'opening' });

      const next = await terminal.run('run', '--json', '--until-idle');
      const done = lines(next.out).filter(({ event }) => event === 'done');
      expect(done).toHaveLength(1);
      expect((await peer.storedFile(String(done[0]?.['shareKey']))).sha256).toBe(
        createHash('sha256').update(content).digest('hex'),
      );
    } finally {
      for (const end of ends) await end();
    }
  },
);
