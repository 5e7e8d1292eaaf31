/**
 * Kills the command line with SIGKILL at random moments while it uploads, starts it again, and at the end compares
 * what the server stored with the files, byte for byte.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../main/api/connect.ts';
import { startPeer, type Peer } from '../peers/peer.ts';
import type { ChunkReport } from '../peers/stend/journal.ts';
import { randomBytes, seeded } from './random.ts';

export type CampaignOptions = {
  readonly provider: string;
  /** SIGKILLs. */
  readonly count: number;
  readonly seed: number;
  readonly front: 'nginx' | 'none';
  /** Told after each kill. */
  readonly progress?: (kills: number, files: number) => void;
};

export type CampaignResult = {
  readonly kills: number;
  readonly files: number;
  /** Files that did not arrive, or differ. */
  readonly lost: number;
  /** Files that the server has more than once. */
  readonly doubled: number;
  /** Bodies of chunks that the server had acknowledged before, within one remote session. */
  readonly acknowledgedResent: number;
  /** Bodies of chunks that were sent before, within one remote session. */
  readonly resent: number;
  /** Remote sessions that a break forced to be given up. */
  readonly restarted: number;
  /** Of these, where the body of a chunk had not begun. */
  readonly restartedUnforced: number;
  readonly wrong: readonly string[];
};

const chunkSize = 1_000_000;
const largestFile = 4 * chunkSize;
/** Files on their way at a time, at least. */
const pendingLeast = 3;
/** A chunk leaves in several pieces, a quarter of a second apart: most kills meet one on its way. Bytes per second. */
const rate = '2500k';
const cli = new URL('../../out/main/cli.js', import.meta.url).pathname;

type File = { readonly path: string; readonly sha256: string; readonly size: number };

export const runCampaign = async (options: CampaignOptions): Promise<CampaignResult> => {
  const { provider, count, seed, front } = options;
  const random = seeded(seed);
  const folder = await mkdtemp(join(tmpdir(), 'stevedore-kill-'));
  const profile = join(folder, 'profile');
  const peer = await startPeer(provider, {
    front,
    config: { CHUNK_SIZE: chunkSize, FILE_MAX_SIZE: 1e9 },
    restartDelay: 150,
  });
  const files: File[] = [];
  const wrong: string[] = [];

  const run = (...args: readonly string[]): ReturnType<typeof spawn> =>
    spawn(process.execPath, [cli, '--profile', profile, '--json', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = async (child: ReturnType<typeof spawn>): Promise<number | null> => {
    let words = '';
    child.stderr?.on('data', (data: Buffer) => (words += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0 && code !== null) wrong.push(`exit ${code}: ${words.slice(0, 500)}`);
    return code;
  };
  const newFile = async (): Promise<File> => {
    // Most are small: on a bare server a large one starts anew with nearly every kill.
    const size = 1 + Math.floor(random() ** 3 * largestFile);
    const path = join(folder, `file ${files.length}.bin`);
    const bytes = randomBytes(random, size);
    await writeFile(path, bytes);
    const file = { path, size, sha256: createHash('sha256').update(bytes).digest('hex') };
    files.push(file);
    return file;
  };

  try {
    await ended(run('server', 'add', peer.url, '--name', 'peer'));
    await ended(run('settings', 'limit-rate', rate));
    for (let kills = 0; kills < count;) {
      const states = await look(profile);
      const queued = new Set(states.map((row) => row.path));
      // A kill may come before a file is queued: then it was never promised.
      const missing = files.filter((file) => !queued.has(file.path)).map((file) => file.path);
      const pending = states.filter((row) => row.state !== 'done').length + missing.length;
      const fresh: string[] = [...missing];
      for (let n = pending; n < pendingLeast; n++) fresh.push((await newFile()).path);
      const child = fresh.length > 0 ? run('upload', ...fresh) : run('run', '--until-idle');
      const closed = once(child, 'close');
      const left = await Promise.race([closed.then(() => 'ended'), sleep(200 + random() * 1300, 'kill')]);
      if (left === 'kill') {
        child.kill('SIGKILL');
        kills++;
        options.progress?.(kills, files.length);
      }
      await closed;
    }
    const last = await look(profile);
    const known = new Set(last.map((row) => row.path));
    const missing = files.filter((file) => !known.has(file.path)).map((file) => file.path);
    if (missing.length > 0) await ended(run('add', ...missing));
    await ended(run('settings', 'limit-rate', 'none'));
    await ended(run('run', '--until-idle'));
    return { kills: count, files: files.length, ...(await judge(peer, profile, files, wrong)), wrong };
  } finally {
    await peer.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

type Seen = {
  readonly path: string;
  readonly state: string;
  readonly restarts: number;
  /** Of these, where the body of a chunk had begun when it was cut. */
  readonly cut: number;
  readonly key: string | undefined;
};

/** The whole list, asked of the profile itself. */
const look = async (profile: string): Promise<readonly Seen[]> => {
  const { client, stop } = await connect({ profile, serve: false });
  try {
    const rows: Seen[] = [];
    let after: string | undefined;
    do {
      const page = await client.call('transfers.list', { limit: 1000, ...(after === undefined ? {} : { after }) });
      for (const { id, path, state, restarts, share } of page.rows) {
        const { log } = restarts === 0 ? { log: [] } : await client.call('transfers.get', { id });
        const cut = log.filter((entry) => entry.problem.code === 'cut-spoilt').length;
        rows.push({ path, state, restarts, cut, key: share?.key });
      }
      after = page.next;
    } while (after !== undefined);
    return rows;
  } finally {
    await stop('now');
  }
};

const judge = async (
  peer: Peer,
  profile: string,
  files: readonly File[],
  wrong: string[],
): Promise<Omit<CampaignResult, 'kills' | 'files' | 'wrong'>> => {
  const rows = await look(profile);
  let lost = 0;
  for (const file of files) {
    const row = rows.find((one) => one.path === file.path);
    const stored = row?.key === undefined ? undefined : await peer.storedFile(row.key).catch(() => undefined);
    if (row?.state === 'done' && stored?.sha256 === file.sha256) continue;
    lost++;
    wrong.push(`${file.path}: ${row?.state ?? 'not in the list'}, ${stored?.size ?? 'nothing'} of ${file.size} bytes`);
  }
  const restarted = rows.reduce((sum, row) => sum + row.restarts, 0);
  const sessions = Object.values((await peer.report()).transfers).map((chunks) => Object.values(chunks));
  const sum = (of: (chunk: ChunkReport) => number): number =>
    sessions.flat().reduce((all, chunk) => all + of(chunk), 0);
  const withBytes = sessions.filter((chunks) => chunks.some((chunk) => chunk.began > 0)).length;
  return {
    lost,
    // Each file has one session, and one more for each that a break forced.
    doubled: Math.max(0, withBytes - files.length - restarted),
    acknowledgedResent: sum((chunk) => chunk.again),
    resent: sum((chunk) => Math.max(0, chunk.began - 1)),
    restarted,
    restartedUnforced: rows.reduce((all, row) => all + Math.max(0, row.restarts - row.cut), 0),
  };
};
