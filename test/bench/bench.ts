/** What every benchmark is given, and the profiles and programs they have in common. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from '../../main/api/connect.ts';
import type { Row } from './row.ts';

export const MiB = 1024 * 1024;
export const GiB = 1024 * MiB;

export type Setting = {
  /** A folder of the benchmark's own, removed at its end. */
  readonly folder: string;
  /** Folder of the build: the programs that ship, and the benchmarks' own, bundled alike. */
  readonly built: string;
  /** The app as it ships: a folder with its package.json; `built` is in it, and the window where one is measured. */
  readonly app: string;
  /** Small sizes and a single run: shows that a benchmark works, and measures nothing. */
  readonly quick: boolean;
};

/** One benchmark: measures, and gives its rows. Rejects where something could not be measured. */
export type Bench = (setting: Setting) => Promise<readonly Row[]>;

const execute = promisify(execFile);

/** Runs a program to its end and gives what it printed. Rejects, with what it complained of, where it fails. */
export const run = async (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> =>
  (await execute(program, args, { maxBuffer: 64 * MiB, env: { ...process.env, ...env } })).stdout;

/** Runs a bundled program on Node; it is given one JSON value and prints one. */
export const runBuilt = async <T>(
  setting: Setting,
  name: string,
  order: object,
  env: NodeJS.ProcessEnv = {},
): Promise<T> =>
  JSON.parse(await run(process.execPath, [join(setting.built, `${name}.js`), JSON.stringify(order)], env)) as T;

/** Makes a file of so many bytes without contents: it takes no room on the disk. */
export const sparseFile = async (path: string, size: number): Promise<string> => {
  const file = await open(path, 'w');
  await file.truncate(size);
  await file.close();
  return path;
};

/** Makes a profile that knows one server. */
export const makeProfile = async (folder: string, url: string): Promise<string> => {
  const { client, stop } = await connect({ profile: folder, serve: false });
  try {
    await client.call('servers.add', { address: url, name: 'bench' });
  } finally {
    await stop('now');
  }
  return folder;
};

/** A profile with the same servers and settings, and nothing queued. */
export const freshProfile = async (from: string, to: string): Promise<string> => {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { mode: 0o700 });
  for (const name of ['config.json', 'secrets.json'])
    if (existsSync(join(from, name))) await cp(join(from, name), join(to, name));
  return to;
};
