/** Cloudreve sites with all kinds of storage, which are restarted and killed while the client is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Acknowledged, type Bodies } from './acknowledged.ts';
import { findLost, judgeHolders, type Plan } from './cloudreve-judge.ts';
import { Site, storages } from './cloudreve-sites.ts';
import type { Program, Seen } from './program.ts';
import type { File, Judgement, Wish, World, WorldOptions } from './world.ts';

/** Of these one each goes into a sample. */
const sampled: readonly (readonly string[])[] = [
  ['local', 'side by side', 'encrypted', 'of 4.17.0', 'relay'],
  ['remote', 'onedrive', 'qiniu', 'upyun'],
  ['cos', 'oss', 'obs', 's3', 'ks3'],
];

const one = <T>(random: () => number, of: readonly T[]): T => {
  const chosen = of[Math.floor(random() * of.length)];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
};

class CloudreveWorld implements World {
  readonly rate = '12M';
  readonly pendingLeast: number;
  readonly #random: () => number;
  readonly #mishap: () => number;
  readonly #sites: readonly Site[];
  readonly #plans: Plan[] = [];
  readonly #acknowledged = new Acknowledged();
  /** Sites that something is on its way to. */
  #pending = new Set<Site>();
  readonly #done: Record<string, number> = {};
  readonly #reasons: Record<string, number> = {};

  constructor({ random, mishap, sample }: WorldOptions, sites: readonly Site[]) {
    this.#random = random;
    this.#mishap = mishap;
    this.pendingLeast = sample ? 3 : 6;
    this.#sites = sites;
  }

  async save(program: Program): Promise<void> {
    await program.ask(async (client) => {
      for (const site of this.#sites) await site.save(client);
      await client.call('settings.set', { atOnce: 6 });
    });
  }

  wish(): Wish {
    const site = one(this.#random, this.#sites);
    const holder = one(this.#random, site.holders);
    const folder = one(this.#random, ['/', '/', '/Folder', '/Folder/of folders']);
    const share = this.#random() < 0.4;
    const beside = this.#plans.filter((plan) => plan.holder === holder && plan.folder === folder).length;
    this.#plans.push({ site, holder, folder, share });
    const { chunk } = site.storage;
    const empty = site.storage.config.storage_policy !== 'onedrive' && this.#random() < 0.05;
    const size = 1 + Math.floor(this.#random() ** 2 * (chunk === 0 ? 3_000_000 : Math.max(3, 12e6 / chunk) * chunk));
    const words = [
      '--server',
      holder.name,
      '--to',
      folder,
      '--conflict',
      one(this.#random, ['ask', 'rename', 'version']),
    ];
    if (share)
      words.push('--share', ...one(this.#random, [[], ['--share-expire', '7d'], ['--share-password', 'abc123']]));
    // As others are called in other folders and accounts.
    const name = `file ${beside}.bin`;
    return { name, size: empty ? 0 : Math.min(size, chunk === 0 ? size : 4 * chunk), words };
  }

  /** Half of the time something happens to a site that has something to do, or to the store behind it. */
  disturb(): void {
    if (this.#mishap() < 0.5) return;
    const site = one(this.#mishap, this.#pending.size === 0 ? this.#sites : [...this.#pending]);
    const { words } = site.peer;
    const ways = ['restart-server', 'kill-server', 'server-away'];
    if (site.peer.companion?.store !== undefined) {
      const store = site.storage.config.storage_policy === 'remote' ? 'slave' : 's3';
      ways.push(`restart-${store}`, `kill-${store}`, 'break-callback');
    }
    const way = one(this.#mishap, ways);
    const before = this.#mishap() * 1_500;
    const away = 300 + this.#mishap() * 1_500;
    if (site.busy) return;
    const loses = way.endsWith('-server') || way === 'server-away' || way === 'kill-slave';
    this.#done[way] = (this.#done[way] ?? 0) + 1;
    site.meddle(async () => {
      await sleep(before);
      if (way === 'server-away') {
        await site.peer.goAway();
        await sleep(away);
        await site.peer.comeBack();
      } else await words[way]?.();
      if (way !== 'break-callback') return;
      await sleep(away);
      await words['mend-callback']?.();
    }, loses);
  }

  /** What the program knows as acknowledged must not be sent again from here on. */
  async note({ profile }: Program): Promise<void> {
    this.#pending = new Set();
    await this.#acknowledged.note(
      profile,
      (remote) => (remote as { readonly session?: string } | undefined)?.session,
      () => this.#bodies((site) => !site.busy),
      ({ serverId, state }) => {
        const site = this.#sites.find(({ serverIds }) => [...serverIds.values()].includes(serverId));
        if (site !== undefined && state !== 'done') this.#pending.add(site);
      },
    );
  }

  async #bodies(of: (site: Site) => boolean): Promise<Bodies> {
    const bodies = new Map<string, number>();
    for (const site of this.#sites)
      if (of(site)) for (const [key, count] of await site.bodies()) bodies.set(key, count);
    return bodies;
  }

  async mend(): Promise<void> {
    await Promise.all(this.#sites.map((site) => site.settled()));
  }

  async judge(program: Program, rows: readonly Seen[], files: readonly File[]): Promise<Judgement> {
    const all = this.#plans.flatMap((plan, n) => {
      const file = files[n];
      return file === undefined ? [] : [{ ...plan, file, row: rows.find(({ path }) => path === file.path) }];
    });
    const lost = await findLost(all);
    const { doubled, wrong } = await judgeHolders(program, this.#sites, all);
    program.wrong.push(...lost, ...wrong);
    const sent = this.#acknowledged.judge(await this.#bodies(() => true));
    let restarted = 0;
    let restartedUnforced = 0;
    for (const site of this.#sites) {
      let without = 0;
      for (const { row } of all.filter((file) => file.site === site)) {
        if (row === undefined || row.restarts === 0) continue;
        const losses = site.losses.filter((at) => at >= row.createdAt).length;
        restarted += row.restarts;
        without += Math.max(0, row.restarts - losses);
        const why = `${site.name}: ${row.log.filter((code) => code !== 'freed').join(' ')}`;
        this.#reasons[why] = (this.#reasons[why] ?? 0) + 1;
      }
      restartedUnforced += Math.max(0, without - site.untold);
    }
    return { lost: lost.length, doubled, ...sent, restarted, restartedUnforced };
  }

  told(): readonly string[] {
    const list = (of: Readonly<Record<string, number>>): string =>
      Object.entries(of)
        .map(([what, count]) => `${what} ${count}`)
        .join(', ');
    return [`to the servers: ${list(this.#done)}`, `restarted, after a loss of theirs: ${list(this.#reasons)}`];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#sites.map(async (site) => site.settled().then(() => site.peer.stop())));
  }
}

export const cloudreveWorld = async (options: WorldOptions): Promise<World> => {
  const { random, sample } = options;
  const names = sample ? sampled.map((of) => one(random, of)) : Object.keys(storages);
  const sites: Site[] = [];
  try {
    for (const name of names) {
      const storage = storages[name];
      if (storage !== undefined) sites.push(await Site.start(name, storage));
    }
  } catch (error) {
    await Promise.all(sites.map(({ peer }) => peer.stop()));
    throw error;
  }
  return new CloudreveWorld(options, sites);
};
