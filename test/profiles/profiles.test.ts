/** Data outlives code: what an earlier version left opens, loses nothing, and its uploads in progress are completed. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, it, vi, type TestContext } from 'vitest';
import { connect, type Connection } from '../../main/api/connect.ts';
import type { ShareView, TransferView } from '../../preload/contract.ts';
import type { StoredContent } from '../peers/cloudreve/side-door.ts';
import { contentOf, profilesFolder, revive, type Revived, type SavedFile } from './saved-profile.ts';

const versions = readdirSync(profilesFolder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

type Opened = { readonly saved: Revived; readonly connection: Connection };

/** Opens a saved profile as its owner, on the clock that it was written by. */
const open = async ({ onTestFinished }: TestContext, version: string): Promise<Opened> => {
  const saved = await revive(version);
  onTestFinished(() => saved.close());
  const now = Date.now.bind(Date);
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() - saved.behind);
  onTestFinished(() => clock.mockRestore());
  const connection = await connect({ profile: saved.profile, serve: false });
  onTestFinished(() => connection.stop('now'));
  return { saved, connection };
};

const list = async ({ client }: Connection): Promise<readonly TransferView[]> =>
  (await client.call('transfers.list', { limit: 100 })).rows;
const shares = async ({ client }: Connection): Promise<readonly ShareView[]> =>
  (await client.call('shares.list', { limit: 100 })).rows;

/** Runs the queue until nothing is left that continues by itself. */
const settle = async (connection: Connection): Promise<readonly TransferView[]> => {
  await connection.client.call('queue.start', {});
  await expect
    .poll(async () => (await list(connection)).filter(({ state }) => !atRest.has(state)).map(({ name }) => name))
    .toEqual([]);
  return await list(connection);
};
const atRest: ReadonlySet<string> = new Set(['done', 'failed', 'cancelled', 'attention', 'paused']);

describe.each(versions)('a profile of version %s', (version) => {
  it('opens with every row, share, history entry and delete key as they were', async (test) => {
    const { saved, connection } = await open(test, version);
    const rows = await list(connection);
    expect(rows.map(({ name }) => name).sort()).toEqual(saved.about.files.map(({ name }) => name).sort());
    const done = saved.about.files.filter(({ name }) => /^(done|group)/.test(name));
    expect(rows.filter(({ state }) => state === 'done')).toHaveLength(done.length);
    const kept = await shares(connection);
    // One more for the group, which is a share of its own.
    expect(kept).toHaveLength(done.length + 1);
    expect(kept.every(({ state }) => state === 'live')).toBe(true);
    const { rows: history } = await connection.client.call('history.list', { limit: 100 });
    expect(history.filter(({ ending }) => ending === 'done')).toHaveLength(done.length);
  });

  it('completes what was in progress, and sends nothing again that the server had confirmed', async (test) => {
    const { saved, connection } = await open(test, version);
    const { stend, cloudreve } = saved.peers;
    const rows = await settle(connection);
    const stored = async (file: SavedFile, row: TransferView | undefined): Promise<string> =>
      file.server === 'stend'
        ? (await stend.storedFile(row?.share?.key ?? 'no key')).sha256
        : (
            await cloudreve.ask<StoredContent>(
              `/__peer/file?user=1&uri=${encodeURIComponent(`cloudreve://my/Folder/${encodeURIComponent(file.name)}`)}`,
            )
          ).sha256;
    for (const file of saved.about.files) {
      const row = rows.find(({ name }) => name === file.name);
      expect(row, file.name).toMatchObject({ state: file.ends });
      if (file.ends === 'done') expect(await stored(file, row), file.name).toBe(sha256(contentOf(file)));
    }
    const report = await stend.report();
    const chunks = Object.values(report.transfers).flatMap((all) => Object.values(all));
    expect(report.crashes).toBe(0);
    expect(chunks.filter(({ again, stored: times }) => again > 0 || times !== 1)).toEqual([]);
  });

  it('revokes what it had shared', async (test) => {
    const { saved, connection } = await open(test, version);
    const { client } = connection;
    const before = await shares(connection);
    const row = before.find(({ name }) => name === 'done.bin');
    expect(row).toBeDefined();
    await client.call('shares.revoke', { ids: [row?.id ?? 0] });
    await expect(saved.peers.stend.storedFile(row?.key ?? '')).rejects.toThrow();
  });
});
