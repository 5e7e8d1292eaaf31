/**
 * Kills the command line with SIGKILL at random moments while it uploads, starts it again, and at the end compares
 * what the servers stored with the files, byte for byte.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrontName } from '../peers/front.ts';
import { cloudreveWorld } from './cloudreve-world.ts';
import { filesNestWorld } from './filesnest-world.ts';
import { Program, type Started } from './program.ts';
import { randomBytes, seeded } from './random.ts';
import { selfCommunityWorld } from './selfcommunity-world.ts';
import { stendWorld } from './stend-world.ts';
import type { File, Judgement, Wish, World, WorldOptions } from './world.ts';

type Random = () => number;

export type CampaignOptions = {
  readonly provider: string;
  /** SIGKILLs. */
  readonly count: number;
  readonly seed: number;
  readonly front: FrontName;
  /** A real nginx takes the place of its stand-in. */
  readonly realFront?: boolean;
  readonly sample?: boolean;
  /** What is started and killed; what was built, by default. */
  readonly cli?: string;
  /** ms in which a command says its first word, or ends. */
  readonly patience?: number;
  /** Told after each kill. */
  readonly progress?: (kills: number, files: number) => void;
};

export type CampaignResult = Judgement & {
  readonly kills: number;
  readonly files: number;
  readonly wrong: readonly string[];
  readonly told: readonly string[];
};

const worlds: Readonly<Record<string, (options: WorldOptions) => Promise<World>>> = {
  stend: stendWorld,
  cloudreve: cloudreveWorld,
  selfcommunity: selfCommunityWorld,
  filesnest: filesNestWorld,
};

/** Commands in a row that fail by themselves: nothing there is ever killed. */
const failuresMost = 10;

/** Whether there is a campaign for a kind of server. */
export const hasWorld = (provider: string): boolean => Object.hasOwn(worlds, provider);

/** Rejects where the program does not run: nothing is killed then, and nothing is shown. */
export const runCampaign = async (options: CampaignOptions): Promise<CampaignResult> => {
  const { provider, count, seed, front, realFront = false, sample = false, patience = 60_000 } = options;
  const makeWorld = worlds[provider];
  if (makeWorld === undefined) throw new Error(`There is no campaign for "${provider}".`);
  // One each: how far a run has come must not change what the next file, kill or mishap is.
  const [random, pick, bytesOf, mishap] = [0, 1, 2, 3].map((n) => seeded(seed + n * 1e6)) as [
    Random,
    Random,
    Random,
    Random,
  ];
  const folder = await mkdtemp(join(tmpdir(), 'stevedore-kill-'));
  const wrong: string[] = [];
  const program = new Program(join(folder, 'profile'), wrong, options.cli);
  const world = await makeWorld({ random: pick, mishap, front, realFront, sample });
  const files: File[] = [];

  const newFile = async (wish: Wish): Promise<File> => {
    const own = join(folder, String(files.length));
    await mkdir(own);
    const path = join(own, wish.name);
    const bytes = randomBytes(bytesOf, wish.size);
    await writeFile(path, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const file = { path, sha256, wish };
    files.push(file);
    return file;
  };
  /** Those that a kill took before they were queued: they were never promised. */
  const missing = async (): Promise<{ readonly unqueued: readonly File[]; readonly pending: number }> => {
    const rows = await program.look();
    const queued = new Set(rows.map((row) => row.path));
    const unqueued = files.filter(({ path }) => !queued.has(path));
    return { unqueued, pending: rows.filter((row) => row.state !== 'done').length + unqueued.length };
  };
  /** Starts the program with new files; those that go elsewhere than the first are queued before. */
  const begin = async (fresh: readonly File[]): Promise<Started> => {
    const words = fresh[0]?.wish.words ?? [];
    const together = fresh.filter(({ wish }) => wish.words.join('\n') === words.join('\n'));
    for (const { path, wish } of fresh.filter((file) => !together.includes(file)))
      await program.run('add', path, ...wish.words);
    return together.length === 0
      ? program.start('run', '--until-idle')
      : program.start('upload', ...together.map(({ path }) => path), ...words);
  };

  /** Most kills come while something is on its way, however long the program takes to begin; some come before. */
  const moment = async ({ child, said }: Started): Promise<'kill'> => {
    const [early, delay] = [random() < 0.2, random() * 1_300];
    if (!early) {
      const word = await Promise.race([
        child.stdout && once(child.stdout, 'data'),
        once(child, 'close'),
        sleep(patience, 'none' as const, { ref: false }),
      ]);
      if (word === 'none') throw new Error(`the program neither said anything nor ended: ${said()}${program.advice()}`);
    }
    return sleep(early ? 200 + delay / 3 : delay, 'kill');
  };

  try {
    await world.save(program);
    await program.run('settings', 'limit-rate', world.rate);
    if (wrong.length > 0) throw new Error(`${wrong.join('\n')}${program.advice()}`);
    for (let kills = 0, failures = 0; kills < count;) {
      const { unqueued, pending } = await missing();
      const fresh = [...unqueued];
      for (let n = pending; n < world.pendingLeast; n++) fresh.push(await newFile(world.wish()));
      const started = await begin(fresh);
      const { child, said } = started;
      const closed = once(child, 'close');
      world.disturb?.();
      const left = await Promise.race([closed.then(() => 'ended'), moment(started)]).catch((error: unknown) => {
        child.kill('SIGKILL');
        throw error;
      });
      failures = left === 'ended' && child.exitCode !== 0 ? failures + 1 : 0;
      if (failures >= failuresMost)
        throw new Error(`the program failed ${failures} times in a row: ${said()}${program.advice()}`);
      if (left === 'kill') {
        child.kill('SIGKILL');
        kills++;
        options.progress?.(kills, files.length);
      }
      await closed;
      await world.note?.(program);
    }
    for (const { path, wish } of (await missing()).unqueued) await program.run('add', path, ...wish.words);
    await program.run('settings', 'limit-rate', 'none');
    await world.mend?.(program);
    await program.run('run', '--until-idle');
    const judged = await world.judge(program, await program.look(), files);
    return { kills: count, files: files.length, ...judged, wrong, told: world.told?.() ?? [] };
  } finally {
    await world.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};
