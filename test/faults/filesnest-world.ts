/** FilesNest servers of both versions, whose worker merges late, which answer badly at times, and are killed, too. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Peer, startPeer } from '../peers/peer.ts';
import type { FilesNestReport } from '../peers/filesnest/journal.ts';
import { Acknowledged, type Bodies } from './acknowledged.ts';
import type { Program, Seen } from './program.ts';
import type { File, World, WorldOptions } from './world.ts';

const chunkSize = 100_000;
const largestFile = 5 * chunkSize;
const versions = ['head', 'seed'] as const;

type StoredFile = { readonly id: number; readonly name: string; readonly sha256: string };
/** `settled`: nothing happens to it any more. */
type Server = { readonly name: string; readonly peer: Peer; settled: Promise<void> };

/** What happens to the first requests of a kind, besides the kills. */
const vices = [
  { at: 'create', does: 'lose', acted: true, times: 3 },
  { at: 'create', does: 'lose', times: 3 },
  { at: 'chunk', does: 500, acted: true, times: 5 },
  { at: 'chunk', does: 'lose', acted: true, times: 3 },
  { at: 'merge', does: 'fail', times: 1 },
];

export const filesNestWorld = async ({ random, mishap, sample }: WorldOptions): Promise<World> => {
  // Each of them makes a file wait longer before its next try: few files wait for few.
  const shown = sample ? vices.map((vice) => ({ ...vice, times: 1 })) : vices;
  const servers: Server[] = [];
  for (const name of versions)
    servers.push({
      name,
      peer: await startPeer('filesnest', { as: name, config: { merge: 300, vices: shown }, apart: true }),
      settled: Promise.resolve(),
    });
  const settle = (): Promise<unknown> => Promise.all(servers.map(({ settled }) => settled));
  const done = { kills: 0, outages: 0 };
  const acknowledged = new Acknowledged();
  /** By the server's name and the file's id there. */
  const bodies = async (): Promise<Bodies> => {
    const all = new Map<string, number>();
    for (const { name, peer } of servers) {
      const { transfers, nudges } = await peer.ask<FilesNestReport>('/__peer/report');
      for (const [id, chunks] of Object.entries(transfers))
        for (const [number, { began }] of Object.entries(chunks)) {
          // protocol: where a kill took the merge, a chunk that is sent again is the only way to have one.
          const nudged = nudges[`${id}/${number}`] ?? 0;
          all.set(`${name}/${id} ${Number(number) - 1}`, began - nudged);
        }
    }
    return all;
  };
  const serverIds = new Map<string, string>();
  let files = 0;

  return {
    rate: '600k',
    pendingLeast: 3,
    save: (program) =>
      program.ask(async (client) => {
        for (const { name, peer } of servers) {
          const where = { address: peer.url, name, kind: 'filesnest', vault: 'file' } as const;
          const fields = { 'chunk-size': chunkSize };
          const step = await client.call('servers.signIn', { ...where, fields, way: 'token' });
          if (!('carry' in step)) throw new Error(`${name}: nothing was asked`);
          const answers = { token: peer.vars['token'] ?? '' };
          const last = await client.call('servers.signIn', { carry: step.carry, answers });
          if (!('server' in last)) throw new Error(`${name}: not signed in`);
          serverIds.set(last.server.id, name);
        }
      }),
    // protocol: a name is unique on its server.
    wish: () => ({
      name: `file ${++files}.bin`,
      size: random() < 0.05 ? 0 : 1 + Math.floor(random() ** 2 * largestFile),
      words: ['--server', versions[Math.floor(random() * versions.length)] ?? 'head'],
    }),
    // Every third time one of them is killed, or is away for a while.
    disturb: () => {
      const server = mishap() < 1 / 3 ? servers[Math.floor(mishap() * servers.length)] : undefined;
      const [before, away] = [mishap() * 1_500, mishap() < 0.5 ? 0 : 1_000];
      if (!server) return;
      done[away === 0 ? 'kills' : 'outages']++;
      server.settled = (async () => {
        await server.settled;
        await sleep(before);
        await server.peer.goAway();
        await sleep(away);
        await server.peer.comeBack();
      })();
    },
    note: async ({ profile }: Program) => {
      await settle();
      await acknowledged.note(
        profile,
        (remote, { serverId }) => {
          const { id } = (remote ?? {}) as { readonly id?: string };
          return id === undefined ? undefined : `${serverIds.get(serverId) ?? ''}/${id}`;
        },
        bodies,
      );
    },
    mend: async () => {
      await settle();
    },
    judge: async ({ wrong }, rows: readonly Seen[], sent: readonly File[]) => {
      const stored = new Map<string, readonly StoredFile[]>();
      const names = new Map<string, number>();
      for (const { name, peer } of servers) {
        stored.set(name, await peer.ask<readonly StoredFile[]>('/__peer/files'));
        const { creates, deletes } = await peer.ask<FilesNestReport>('/__peer/report');
        const left = Object.keys(creates).filter((id) => deletes[id] === undefined).length;
        names.set(name, left);
      }
      let lost = 0;
      let doubled = 0;
      for (const { path, sha256, wish } of sent) {
        const row = rows.find((one) => one.path === path);
        const copies = (stored.get(wish.words[1] ?? '') ?? []).filter((one) => one.sha256 === sha256);
        // Nothing of a second session may stay there, finished or not.
        if (wish.size > 0) doubled += Math.max(0, copies.length - 1);
        if (row?.state === 'done' && copies.some(({ name }) => name === row.name)) continue;
        lost++;
        wrong.push(`${path}: ${row?.state ?? 'not in the list'}, ${row?.problem?.code ?? ''}, ${copies.length} stored`);
      }
      for (const [name, left] of names) {
        const wanted = sent.filter(({ wish }) => wish.words[1] === name).length;
        if (left > wanted) wrong.push(`${name}: ${left - wanted} files are left of given up uploads`);
        doubled += Math.max(0, left - wanted);
      }
      const restarted = rows.reduce((sum, row) => sum + row.restarts, 0);
      // One merge of each server fails.
      const restartedUnforced = Math.max(0, restarted - servers.length);
      return { lost, doubled, ...acknowledged.judge(await bodies()), restarted, restartedUnforced };
    },
    told: () => [`of the servers: kills ${done.kills}, outages ${done.outages}`],
    stop: async () => {
      await settle();
      await Promise.all(servers.map(({ peer }) => peer.stop()));
    },
  };
};
