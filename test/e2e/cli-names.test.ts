/** Files that would meet under one name on a Cloudreve, from the command line, with a kill in between. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { controlOf } from '../peers/cloudreve/control.ts';
import { type Peer, startPeer } from '../peers/peer.ts';
import { Terminal } from './cli-process.ts';

let peer: Peer;
let terminal: Terminal;

beforeAll(async () => {
  peer = await startPeer('cloudreve', { config: { chunk_size: 100_000, max_size: 50_000_000 } });
});
afterAll(() => peer.stop());
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(() => terminal.close());

const write = async (name: string): Promise<string> => {
  const path = terminal.path(name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, randomBytes(250_000));
  return name;
};

it('are all stored, each under a name of its own beside the one it has here, also after a kill', async () => {
  const { email = '', password = '' } = peer.vars;
  const signedIn = await terminal.start(
    ['server', 'add', peer.url, '--name', 'cloud', '--email', email, '--password-stdin', '--vault', 'file'],
    `${password}\n`,
  ).ended;
  expect(signedIn).toMatchObject({ code: 0 });
  const names = ['A001/clip1.mov', 'B002/clip1.mov', 'a:b.txt', 'a：b.txt', 'a_b.txt'];
  for (const name of names) await write(name);
  const words = ['--json', 'upload', ...names, '--to', '/two', '--conflict', 'version', '--limit-rate', '300k'];
  const first = terminal.start(words);
  await first.line(({ event }) => event === 'done');
  first.child.kill('SIGKILL');
  await first.ended;
  expect(await terminal.run('run', '--until-idle')).toMatchObject({ code: 0 });

  const rows = await terminal.objects('list');
  const stored = rows.map(({ name, localName, state }) => [localName, name, state]);
  expect(stored.toSorted()).toEqual(
    [
      [null, 'clip1.mov', 'done'],
      ['clip1.mov', 'clip1 (2).mov', 'done'],
      ['a:b.txt', 'a：b.txt', 'done'],
      ['a：b.txt', 'a：b (2).txt', 'done'],
      [null, 'a_b.txt', 'done'],
    ].toSorted(),
  );
  for (const { name, path } of rows) {
    const there = await controlOf(peer).stored(`cloudreve://my/two/${encodeURIComponent(String(name))}`);
    const here = createHash('sha256').update(await readFile(String(path)));
    expect([name, there?.sha256]).toEqual([name, here.digest('hex')]);
  }
  expect((await terminal.run('list')).out).toContain('stored as clip1 (2).mov');
  expect((await terminal.run('history')).out).toContain('clip1.mov (stored as clip1 (2).mov)');
  expect(await terminal.objects('history')).toEqual(
    expect.arrayContaining([expect.objectContaining({ localName: 'a:b.txt', name: 'a：b.txt' })]),
  );
});
