/** A queue of 100,000: its first page with totals, and 10,000 files more. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSettings } from '../../main/engine/profile/settings.ts';
import { openStore } from '../../main/engine/store/open.ts';
import { type Bench, freshProfile, makeProfile, runBuilt, type Setting } from './bench.ts';
import type { QueueCost } from './queue-program.ts';
import { ratioRow, type Row, valueRow } from './row.ts';
import { startServer } from './server.ts';

const page = 100;

/** Makes a profile with so many queued transfers. */
const longQueue = async (folder: string, count: number): Promise<string> => {
  const server = await startServer(join(folder, 'server'));
  // The queue does not run: the server is needed no longer.
  const profile = await makeProfile(join(folder, 'profile'), server.url);
  await server.stop();
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

const smallFiles = async (setting: Setting, count: number): Promise<string> => {
  const files = join(setting.folder, 'files');
  await mkdir(files);
  for (let n = 0; n < count; n++) await writeFile(join(files, `note ${n}.txt`), '.');
  return files;
};

/** The person drops a folder with the files. */
export const queueAdd: Bench = async (setting) => {
  const count = setting.quick ? 100 : 10_000;
  const files = await smallFiles(setting, count);
  return measure(setting, 'queue-add-10000', (profile) =>
    Promise.resolve({
      order: { profile, add: { paths: [files] } },
      rows: count,
      count: count + (setting.quick ? 1_000 : 100_000),
    }),
  );
};

/** Small files added and uploaded to a server on this machine, with the log and without it, in turn: above 1 it costs time. */
export const queueLog: Bench = async (setting) => {
  const count = setting.quick ? 10 : 200;
  const files = await smallFiles(setting, count);
  const server = await startServer(join(setting.folder, 'server'));
  try {
    const saved = await makeProfile(join(setting.folder, 'saved'), server.url);
    const cost = async (level: string): Promise<number> => {
      const profile = await freshProfile(saved, join(setting.folder, 'profile'));
      const order = { profile, upload: { paths: [files] } };
      const { ms, rows } = await runBuilt<QueueCost>(setting, 'queue-program', order, { STEVEDORE_LOG: level });
      if (rows !== count) throw new Error(`${rows} rows`);
      return ms;
    };
    if (!setting.quick) await cost('info');
    const ratios: number[] = [];
    for (let turn = 0; turn < (setting.quick ? 1 : 5); turn++) {
      const without = await cost('off');
      ratios.push((await cost('info')) / without);
    }
    return [ratioRow('queue-log', 'no log', ratios)];
  } finally {
    await server.stop();
  }
};
