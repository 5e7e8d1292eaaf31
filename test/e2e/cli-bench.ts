/** What tests of the command line use: a server, and a terminal in a profile of its own. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type Peer, startPeer } from '../peers/peer.ts';
import { Terminal } from './cli-process.ts';

export const chunk = 200_000;
export let peer: Peer;
export let terminal: Terminal;

export const write = async (name: string, size = 1000): Promise<string> => {
  const path = terminal.path(name);
  await writeFile(path, randomBytes(size));
  return path;
};
export const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
export const addServer = async (): Promise<void> => {
  const added = await terminal.run('server', 'add', peer.url, '--web', `${peer.url}/web`, '--name', 'nas');
  expect(added).toMatchObject({ code: 0 });
};

/** Gives the file that calls it a server, and each of its tests a terminal. */
export const prepareCommandLine = (): void => {
  beforeAll(async () => {
    peer = await startPeer('stend', { config: { CHUNK_SIZE: chunk, FILE_MAX_SIZE: 50_000_000 } });
  });
  afterAll(() => peer.stop());
  beforeEach(async () => {
    terminal = await Terminal.open();
  });
  afterEach(() => terminal.close());
};
