import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { KINDS } from './kinds.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

/** Processes whose parent is that one. */
const childrenOf = (pid: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(pid);
      } catch {
        return false;
      }
    })
    .map(Number);
const lives = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z';
  } catch {
    return false;
  }
};

const start = (...words: readonly string[]) => {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [program, ...words]);
  const reading = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<unknown> => JSON.parse(String((await reading.next()).value));
  const tell = (word: string): Promise<unknown> => {
    child.stdin.write(`${word}\n`);
    return line();
  };
  return { child, line, tell };
};

it.each([
  [['--help'], 0, /npm run peer -- KIND [^]*stend/],
  [['stend', '--colour'], 2, /^Unknown option '--colour'/],
  [['stend', '--config', '{'], 2, /JSON/],
] as const)('%j is answered in words, without a stack', (words, status, said) => {
  const { status: ended, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
  expect([ended, stdout + stderr]).toEqual([status, expect.stringMatching(said)]);
  expect(stderr).not.toContain('    at ');
});

it('a stand-in alone says where it is, carries out what it is told at the same address, and leaves nothing', async () => {
  const { child, line, tell } = start('stend', '--as', 'stend-api 2.1.0', '--config', '{"CHUNK_SIZE":1000}');
  const ready = await line();
  expect(ready).toEqual({ url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string, vars: {} });
  const { url } = ready as { url: string };
  const asked = async (): Promise<unknown> =>
    (await fetch(`${url}/instance`, { headers: { connection: 'close' } })).json();
  expect(await asked()).toMatchObject({ chunkSize: 1000, apiVersion: '2.1.0' });
  for (const word of ['restart', 'kill', 'clock +18000001']) {
    expect(await tell(word)).toEqual({ ready: true });
    expect(await asked()).toMatchObject({ chunkSize: 1000 });
  }
  const servers = childrenOf(child.pid ?? 0);
  expect(servers).toHaveLength(1);
  const folder = readdirSync(tmpdir()).filter((name) => name.startsWith('peer-stend-')).length;
  expect(folder).toBeGreaterThan(0);
  child.kill('SIGTERM');
  await once(child, 'close');
  expect([child.exitCode, child.signalCode]).toEqual([0, null]);
  await expect.poll(() => servers.filter(lives)).toEqual([]);
  await expect(asked()).rejects.toThrow();
});

it('a stand-in that is killed takes its server with it', async () => {
  const { child, line } = start('stend', '--port', '0');
  await line();
  const servers = childrenOf(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'close');
  await expect.poll(() => servers.filter(lives)).toEqual([]);
});

it('a kind that there is not is said, with those there are', async () => {
  const { child } = start('ftp');
  let words = '';
  child.stderr.on('data', (data: Buffer) => (words += data.toString()));
  await once(child, 'close');
  const known = Object.keys(KINDS).join(', ');
  expect([child.exitCode, words]).toEqual([2, `There is no stand-in for "ftp". There is: ${known}.\n`]);
});
