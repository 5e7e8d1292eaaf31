import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Client, ShareView } from '../../preload/contract.ts';
import { startPeer } from '../../test/peers/peer.ts';
import { connect } from './connect.ts';

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
};
const shareOf = async (client: Client): Promise<ShareView | undefined> =>
  (await client.call('shares.list', { limit: 10 })).rows[0];

it('a revocation that was not answered is asked again at the next start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stevedore-shares-'));
  const profile = join(folder, 'profile');
  await mkdir(profile, { mode: 0o700 });
  const peer = await startPeer('stend', { config: { CHUNK_SIZE: 50_000, FILE_MAX_SIZE: 1e9 } });
  const first = await connect({ profile, serve: false });
  let last = first;
  try {
    await first.client.call('servers.add', { address: peer.url, name: 'peer' });
    await writeFile(join(folder, 'a'), randomBytes(60_000));
    await first.client.call('transfers.add', { paths: [join(folder, 'a')] });
    await first.client.call('queue.start', {});
    await until(async () => (await shareOf(first.client)) !== undefined);
    const share = await shareOf(first.client);
    await peer.goAway();
    const { revoked, refused } = await first.client.call('shares.revoke', { ids: [share?.id ?? 0] });
    expect([revoked.length, refused.length]).toEqual([0, 1]);
    expect((await shareOf(first.client))?.state).toBe('revoking');
    await first.stop('now');
    await peer.comeBack();
    last = await connect({ profile, serve: false });
    await last.client.call('queue.start', {});
    await until(async () => (await shareOf(last.client))?.state === 'revoked');
    const info = await fetch(`${peer.url}/files/info?sharekey=${share?.key ?? ''}`);
    expect(info.status).toBe(400);
  } finally {
    await last.stop('now');
    await peer.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
