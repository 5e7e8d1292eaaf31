import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished, expect, it } from 'vitest';
import { openStore } from '../engine/store/open.ts';
import { newTransfer, testFolder } from '../engine/store/test-rows.ts';
import { connect } from './connect.ts';

const share = (key: string, more: object = {}) => ({
  transferId: undefined,
  serverId: 'one',
  name: `${key}.bin`,
  size: 1,
  isGroup: false,
  createdAt: 1_000,
  state: 'live' as const,
  key,
  ...more,
});

/** A profile whose store was filled, and then changed by `damage`. */
const profileWith = async (
  fill: (store: ReturnType<typeof openStore>) => void,
  damage: (db: DatabaseSync) => void = () => undefined,
): Promise<string> => {
  const profile = join(testFolder(), 'profile');
  mkdirSync(profile, { mode: 0o700 });
  const store = openStore({ folder: profile });
  await store.sound;
  fill(store);
  await store.close();
  const db = new DatabaseSync(join(profile, 'queue.db'));
  damage(db);
  db.close();
  return profile;
};
const clientOf = async (profile: string) => {
  const connection = await connect({ profile, serve: false });
  onTestFinished(() => connection.stop('now'));
  return connection.client;
};

it('shares that an earlier version stored with an impossible end or key hide no other share', async () => {
  const profile = await profileWith((store) => {
    store.shares.add(share('good', { link: 'https://web.example/d?good', expiresAt: 2_000_000_000_000 }));
    store.shares.add(share('late', { link: 'https://web.example/d?late', expiresAt: 1e308 }));
    store.shares.add(share('a\nrm -rf ~', { link: 'https://web.example/d?a\nrm -rf ~' }));
    store.shares.add(share('script', { link: 'javascript:alert(1)' }));
  });
  const { rows } = await (await clientOf(profile)).call('shares.list', {});
  expect(rows.map(({ key, link, expiresAt }) => ({ key, link, expiresAt }))).toEqual([
    { key: 'script', link: undefined, expiresAt: undefined },
    { key: 'a\nrm -rf ~', link: 'https://web.example/d?a%0Arm%20-rf%20~', expiresAt: undefined },
    { key: 'late', link: 'https://web.example/d?late', expiresAt: undefined },
    { key: 'good', link: 'https://web.example/d?good', expiresAt: 2_000_000_000_000 },
  ]);
});

it('a share whose row is damaged is told as such, and can be taken out of the list', async () => {
  const profile = await profileWith(
    (store) => {
      store.shares.add(share('good'));
      store.shares.add(share('bad'));
    },
    (db) => db.exec(`UPDATE shares SET share = '{"key":' WHERE key = 'bad'`),
  );
  const client = await clientOf(profile);
  const { rows } = await client.call('shares.list', {});
  expect(rows).toMatchObject([{ key: 'bad', name: 'bad.bin', broken: true }, { key: 'good' }]);
  await client.call('shares.forget', { ids: [rows[0]?.id ?? 0] });
  expect((await client.call('shares.list', {})).rows).toMatchObject([
    { key: 'bad', state: 'forgotten' },
    { key: 'good', state: 'live' },
  ]);
});

it('a damaged row of the history hides no other, and can be removed', async () => {
  const profile = await profileWith(
    (store) => {
      for (const id of store.transfers.add([newTransfer('a'), newTransfer('b')]))
        store.transfers.end(id, 'cancelled', 5, 'one', {});
    },
    (db) => db.exec(`UPDATE history SET proof = '{', problem = 'x' WHERE name = 'a'`),
  );
  const client = await clientOf(profile);
  const { rows } = await client.call('history.list', {});
  expect(rows.map(({ name }) => name).sort()).toEqual(['a', 'b']);
  await client.call('history.forget', { ids: [rows.find(({ name }) => name === 'a')?.id ?? 0] });
  expect((await client.call('history.list', {})).rows.map(({ name }) => name)).toEqual(['b']);
});
