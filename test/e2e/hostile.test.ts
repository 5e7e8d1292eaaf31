/** Servers that mean harm, all at once, beside one that does not. */
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { connect } from '../../main/api/connect.ts';
import { modes } from '../peers/hostile/modes.ts';
import { type Peer, startPeer } from '../peers/peer.ts';
import { Terminal } from './cli-process.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const peerOf = async (kind: string): Promise<Peer> => {
  // What a hostile server computes must not slow the test down.
  const peer = await startPeer(kind, {
    config: { CHUNK_SIZE: 1_000_000, FILE_MAX_SIZE: 1e9 },
    apart: kind === 'hostile',
  });
  ends.push(() => peer.stop());
  return peer;
};

/** Most bytes of memory that a process has held. */
const mostMemory = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
};

/** ms in which the program has to end, on a machine that starts it at once. */
const endWithin = 5_000;

it('hostile servers, one for each mode, hold up no file of another server and end no program', async () => {
  const [good, hostile] = await Promise.all([peerOf('stend'), peerOf('hostile')]);
  const terminal = await Terminal.open();
  ends.push(() => terminal.close());
  await mkdir(terminal.profile, { mode: 0o700 });
  const setup = await connect({ profile: terminal.profile, serve: false });
  const { client } = setup;
  // Two servers drip, and keep a place each for minutes.
  await client.call('settings.set', { atOnce: 4 });
  const file = terminal.path('file.bin');
  await writeFile(file, randomBytes(300_000));
  const add = async (name: string, address: string, web?: string) => {
    const fields = web === undefined ? {} : { fields: { web } };
    const { server } = await client.call('servers.add', { address, name, ...fields });
    return await client.call('transfers.add', { paths: [file], serverId: server.id });
  };
  const refused = new Map<string, string | undefined>();
  for (const mode of modes.keys()) {
    const at = `${hostile.url}/${mode}`;
    refused.set(mode, (await add(mode, at, at)).refused[0]?.problem.code);
  }
  await add('good', good.url);
  await setup.stop('now');
  expect(refused.get('tiny-chunks')).toBe('chunks-too-many');
  expect([...refused.values()].filter(Boolean)).toHaveLength(1);

  const began = performance.now();
  const running = terminal.start(['run', '--json']);
  await running.line(() => true);
  const slowness = performance.now() - began;
  await running.line(({ event, server }) => event === 'done' && server === 'good');
  // Every mode has had its turn.
  const asked = [...modes.keys()].filter((mode) => mode !== 'tiny-chunks');
  for (let met: Record<string, number> = {}; !asked.every((mode) => (met[mode] ?? 0) > 0);) {
    met = await hostile.ask<Record<string, number>>('/__peer/creates');
    await sleep(100);
  }
  const keyed = await running.line(({ event, server }) => event === 'done' && server === 'newline-key');
  expect(keyed['link']).toMatch(/^http:[\x21-\x7e]+%0Arm%20[\x21-\x7e]+$/);
  await running.line(({ event, server }) => event === 'done' && server === 'out-of-range');

  const { child, so } = running;
  expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  expect(await mostMemory(child.pid ?? 0)).toBeLessThan(400e6);
  child.kill('SIGTERM');
  const late = sleep(endWithin + slowness, 'late' as const, { ref: false });
  expect(await Promise.race([once(child, 'exit').then(() => 'ended' as const), late])).toBe('ended');
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  expect(so.out + so.err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(so.out + so.err).not.toMatch(/did not expect|unexpected error/);
});
