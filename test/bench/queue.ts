/** A queue of 100,000: its first page with totals, and 10,000 files more. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSettings } from '../../main/engine/profile/settings.ts';
import { openStore } from '../../main/engine/store/open.ts';
import { type Bench, makeProfile, runBuilt, type Setting } from './bench.ts';
import type { QueueCost } from './queue-program.ts';
import { type Row, valueRow } from './row.ts';
import { startServer } from './server.ts';

const page = 100;

/** Makes a profile with so many queued transfers. */
const longQueue = async (folder: string, count: number): Promise<string> => {
  const server = await startServer(join(folder, 'server'));
  // The queue does not run: the server is needed no longer.
  const profile = await makeProfile(join(folder, 'profile'), server.url).finally(server.stop);
  const settings = openSettings(profile);
  const serverId = settings.ok ? settings.value.servers()[0]?.id : undefined;
  if (serverId === undefined) throw new Error('the profile has no server');
  const store = openStore({ folder: profile });
  for (let at = 0; at < count; at += 10_000)
    store.transfers.add(
      Array.from({ length: Math.min(10_000, count - at) }, (_, n) => {
        const name = `holiday ${at + n}.jpg`;
        const path = `/home/someone/Pictures/2026/${name}`;
        const size = 1_000_000 + n;
        return {
          ...{
            serverId,
            path,
            name,
            size,
            folder: [],
            options: {},
            priority: 0,
            createdAt: 1_780_000_000_000 + at + n,
          },
          identity: { path, size, mtimeNs: '1780000000123456789', fileId: `64512:${at + n}` },
          ...{ groupId: undefined, wish: 'run', notices: [] },
        };
      }),
    );
  await store.close();
  return profile;
};

const measure = async (
  setting: Setting,
  name: string,
  prepare: (profile: string) => Promise<{ readonly order: object; readonly rows: number; readonly count: number }>,
): Promise<readonly Row[]> => {
  const { folder, quick } = setting;
  const profile = await longQueue(folder, quick ? 1_000 : 100_000);
  const times: number[] = [];
  for (let turn = 0; turn < (quick ? 1 : 5); turn++) {
    const copy = join(folder, 'copy');
    await cp(profile, copy, { recursive: true });
    const { order, rows, count } = await prepare(copy);
    const cost = await runBuilt<QueueCost>(setting, 'queue-program', order);
    if (cost.rows !== rows || cost.count !== count) throw new Error(`${cost.rows} rows of ${cost.count}`);
    times.push(cost.ms);
    await rm(copy, { recursive: true });
  }
  return [valueRow(name, 'ms', times)];
};

export const queueFirstPage: Bench = (setting) =>
  measure(setting, 'queue-first-page', (profile) =>
    Promise.resolve({
      order: { profile, list: { limit: page } },
      rows: page,
      count: setting.quick ? 1_000 : 100_000,
    }),
  );

/** The person drops a folder with the files. */
export const queueAdd: Bench = async (setting) => {
  const count = setting.quick ? 100 : 10_000;
  const files = join(setting.folder, 'files');
  await mkdir(files);
  for (let n = 0; n < count; n++) await writeFile(join(files, `note ${n}.txt`), '.');
  return measure(setting, 'queue-add-10000', (profile) =>
    Promise.resolve({
      order: { profile, add: { paths: [files] } },
      rows: count,
      count: count + (setting.quick ? 1_000 : 100_000),
    }),
  );
};
