/** FilesNest on the command line: from `server add` to a verified file, its list and its end. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FilesNestReport } from '../peers/filesnest/journal.ts';
import { startPeer, type Peer } from '../peers/peer.ts';
import { runHere, type Ended } from './cli-here.ts';
import { lines } from './cli-process.ts';

type StoredFile = { readonly id: number; readonly name: string; readonly size: number };

let folder: string;
let peer: Peer;

const run = (words: readonly string[], stdin = ''): Promise<Ended> =>
  runHere(['--profile', join(folder, 'profile'), ...words], folder, stdin);
const objects = async (...words: readonly string[]) => lines((await run(['--json', ...words])).out);
const stored = (): Promise<readonly StoredFile[]> => peer.ask('/__peer/files');
const report = (): Promise<FilesNestReport> => peer.ask('/__peer/report');
const add = (stdin: string, ...more: readonly string[]): Promise<Ended> =>
  run(['server', 'add', peer.url, '--name', 'nest', '--vault', 'file', '--way', 'token', ...more], stdin);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-nest-'));
  await writeFile(join(folder, 'plans.pdf'), Buffer.alloc(300_000, 7));
});
afterEach(async () => {
  await peer.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe.each(['seed', 'head'])('a server (%s)', (as) => {
  beforeEach(async () => {
    peer = await startPeer('filesnest', { as });
    const added = await add(`${peer.vars['token'] ?? ''}\n`, '--chunk-size', '100000', '--password-stdin');
    expect(added).toMatchObject({ code: 0, err: '' });
  });

  it('takes a file in chunks, which is verified, listed without a link, and deleted', async () => {
    const { code, out } = await run(['upload', 'plans.pdf']);
    expect(code).toBe(0);
    expect(out).toMatch(/✓ plans\.pdf/);
    const [file] = await stored();
    expect(file).toMatchObject({ name: 'plans.pdf', size: 300_000 });
    const id = String(file?.id);
    expect(Object.values((await report()).transfers[id] ?? {})).toEqual(
      Array.from({ length: 3 }, () => ({ began: 1, stored: 1, again: 0 })),
    );
    expect(await objects('history')).toMatchObject([{ ending: 'done', proof: { by: 'hash' } }]);
    const listed = await objects('share', 'list', '--server', 'nest');
    expect(listed).toMatchObject([{ id, name: 'plans.pdf', link: null }]);
    expect((await run(['share', 'revoke', id, '--server', 'nest'])).code).toBe(0);
    expect(await stored()).toEqual([]);
  });

  it('asks about a name that is taken, and takes the decision', async () => {
    expect((await run(['upload', 'plans.pdf'])).code).toBe(0);
    await writeFile(join(folder, 'plans.pdf'), Buffer.alloc(250_000, 8));
    const asked = await run(['upload', 'plans.pdf']);
    expect(asked.code).toBe(3);
    expect(asked.out + asked.err).toContain('already has a file with the name plans.pdf');
    expect(asked.out + asked.err).toContain('stevedore decide 2 skip');
    expect((await run(['decide', '2', 'rename'])).code).toBe(0);
    expect(await run(['run', '--until-idle'])).toMatchObject({ code: 0 });
    expect((await stored()).map(({ name, size }) => [name, size])).toEqual([
      ['plans.pdf', 300_000],
      ['plans (2).pdf', 250_000],
    ]);
  });

  it('takes an empty file', async () => {
    await writeFile(join(folder, 'empty.txt'), '');
    expect((await run(['upload', 'empty.txt', '--conflict', 'skip'])).code).toBe(0);
    expect(await stored()).toMatchObject([{ name: 'empty.txt', size: 0 }]);
  });
});

it('a token that the server refuses adds no server', async () => {
  peer = await startPeer('filesnest', { as: 'head' });
  const refused = await add('9|bad\n', '--password-stdin');
  expect(refused.code).not.toBe(0);
  expect(refused.err).toContain('does not take this token');
  expect(await objects('server', 'list')).toEqual([]);
});

it('a token that was revoked is asked for again, and the upload is completed', async () => {
  peer = await startPeer('filesnest', { as: 'head' });
  const token = peer.vars['token'] ?? '';
  expect((await add(`${token}\n`, '--password-stdin')).code).toBe(0);
  await peer.ask(`/__peer/revoke?token=${encodeURIComponent(token)}`);
  const out = await run(['upload', 'plans.pdf']);
  expect(out.code).toBe(3);
  expect(out.out + out.err).toContain('signed out of nest');
  const words = ['server', 'sign-in', 'nest', '--way', 'token', '--password-stdin'];
  expect(await run(words, `${peer.vars['token2'] ?? ''}\n`)).toMatchObject({ code: 0 });
  expect(await run(['run', '--until-idle'])).toMatchObject({ code: 0 });
  expect(await stored()).toMatchObject([{ name: 'plans.pdf', size: 300_000 }]);
});
