/** Ending at once, while a server leaves a request without an answer. */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { startMeddler } from '../conformance/meddler.ts';
import { startPeer } from '../peers/peer.ts';
import { lines, Terminal } from './cli-process.ts';

const chunk = 200_000;

it('the second Ctrl-C ends at once though the server never answers the create', { timeout: 120_000 }, async (test) => {
  const peer = await startPeer('stend', { config: { CHUNK_SIZE: chunk } });
  test.onTestFinished(() => peer.stop());
  const meddler = await startMeddler(peer.url);
  test.onTestFinished(() => meddler.close());
  const terminal = await Terminal.open();
  test.onTestFinished(() => terminal.close());
  expect(await terminal.run('server', 'add', meddler.url, '--name', 'nas')).toMatchObject({ code: 0 });
  const content = randomBytes(2 * chunk);
  await writeFile(terminal.path('film.mkv'), content);
  const held = meddler.hold(/^POST \/files\/create/, new Promise(() => undefined));
  const running = terminal.start(['upload', '--json', 'film.mkv']);
  await held;
  const first = performance.now();
  running.child.kill('SIGINT');
  while (!running.so.err.includes('Ctrl-C again ends at once')) await sleep(20);
  await sleep(400);
  running.child.kill('SIGINT');
  const ended = await running.ended;
  console.log('took', performance.now() - first, ended);
  expect(ended.code).toBe(130);
});
