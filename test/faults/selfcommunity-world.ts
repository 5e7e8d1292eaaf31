/** One SelfCommunity server, of which nothing can be asked: what a kill leaves unknown is decided by what it really has. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Client, TransferView } from '../../preload/contract.ts';
import { startPeer } from '../peers/peer.ts';
import type { StoredFile } from '../peers/selfcommunity/disk.ts';
import type { FineUploaderReport } from '../peers/selfcommunity/journal.ts';
import { Acknowledged, type Bodies } from './acknowledged.ts';
import type { Program, Seen } from './program.ts';
import type { File, World, WorldOptions } from './world.ts';

const chunkSize = 100_000;
const largestFile = 4 * chunkSize;

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

export const selfCommunityWorld = async ({ random }: WorldOptions): Promise<World> => {
  // Few kills come between a request and its answer on loopback: the first requests of each kind lose one or the other besides.
  const vices = (['done', 'file', 'chunk'] as const).flatMap((at) => [
    { at, does: 'lose-answer', times: 4 },
    { at, does: 'lose-request', times: 4 },
  ]);
  const peer = await startPeer('selfcommunity', { as: 'SelfCommunity', config: { vices }, apart: true });
  const stored = (): Promise<readonly StoredFile[]> => peer.ask('/__peer/files');
  const acknowledged = new Acknowledged();
  const bodies = async (): Promise<Bodies> => {
    const { transfers } = await peer.ask<FineUploaderReport>('/__peer/report');
    const all = Object.entries(transfers).flatMap(([uuid, parts]) =>
      Object.entries(parts).map(([part, { began }]) => [`${uuid} ${part}`, began] as const),
    );
    return new Map(all);
  };
  /** How often the user was asked what a server has, and how they answered. */
  const decided = { 'mark-uploaded': 0, 'upload-again': 0 };

  const asksIn = async (client: Client): Promise<readonly TransferView[]> => {
    const { rows } = await client.call('transfers.list', { filter: { states: ['attention'] }, limit: 1_000 });
    return rows.filter(({ problem }) => problem?.code === 'outcome-unknown');
  };
  /** Looks on the server for each file that is asked about, as a person would. Gives how many there were. */
  const decide = (program: Program): Promise<number> =>
    program.ask(async (client) => {
      const there = new Set((await stored()).map(({ sha256 }) => sha256));
      const rows = await asksIn(client);
      for (const { id, path } of rows) {
        const decision = there.has(hashOf(path)) ? 'mark-uploaded' : 'upload-again';
        decided[decision]++;
        await client.call('transfers.decide', { ids: [id], decision });
      }
      return rows.length;
    });

  return {
    rate: '500k',
    pendingLeast: 3,
    save: (program) =>
      program.ask(async (client) => {
        const { username = '', password = '' } = peer.vars;
        const where = { address: peer.url, name: 'peer', kind: 'selfcommunity', vault: 'file' } as const;
        const fields = { 'chunk-size': chunkSize };
        const step = await client.call('servers.signIn', { ...where, fields, way: 'password' });
        if (!('carry' in step)) throw new Error('nothing was asked');
        const { carry } = step;
        const last = await client.call('servers.signIn', { carry, answers: { user: username, password } });
        if (!('server' in last)) throw new Error('not signed in');
      }),
    // Some fit in one request.
    wish: () => ({ name: 'file.bin', size: 1 + Math.floor(random() ** 2 * largestFile), words: [] }),
    note: async (program) => {
      await decide(program);
      const session = (remote: unknown): string | undefined => (remote as { readonly uuid?: string } | undefined)?.uuid;
      await acknowledged.note(program.profile, session, bodies);
    },
    // What the last kill left unknown shows with the next run.
    mend: async (program) => {
      do {
        const { child } = program.start('run', '--until-idle');
        if (child.exitCode === null) await once(child, 'close');
      } while ((await decide(program)) > 0);
    },
    judge: async ({ wrong }, rows: readonly Seen[], files: readonly File[]) => {
      const there = await stored();
      const report = await peer.ask<FineUploaderReport>('/__peer/report');
      let lost = 0;
      let doubled = 0;
      for (const { path, sha256, wish } of files) {
        const row = rows.find((one) => one.path === path);
        const copies = there.filter((one) => one.sha256 === sha256).length;
        // Each file has other bytes: a second copy was uploaded although the first was there.
        doubled += Math.max(0, copies - 1);
        if (row?.state === 'done' && copies > 0) continue;
        lost++;
        wrong.push(`${path}: ${row?.state ?? 'not in the list'}, ${copies} of it stored, ${wish.size} bytes`);
      }
      for (const [uuid, times] of Object.entries(report.done))
        if (times > 1) wrong.push(`${uuid} was completed ${times} times`);
      const restarted = rows.reduce((sum, row) => sum + row.restarts, 0);
      const forced = new Set(['last-chunk-unsure', 'outcome-unknown', 'session-gone']);
      const unforced = ({ path, restarts, log }: Seen): number => {
        const more = Math.max(0, restarts - log.filter((code) => forced.has(code)).length);
        if (more > 0) wrong.push(`${path}: started over ${restarts} times, of: ${log.join(', ')}`);
        return more;
      };
      return {
        lost,
        doubled,
        ...acknowledged.judge(await bodies()),
        restarted,
        restartedUnforced: rows.reduce((sum, row) => sum + unforced(row), 0),
      };
    },
    told: () => [
      `unknown outcomes: ${decided['mark-uploaded']} marked as uploaded, ${decided['upload-again']} uploaded again`,
    ],
    stop: peer.stop,
  };
};
