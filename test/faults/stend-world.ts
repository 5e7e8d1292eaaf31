import { REAL_PACE } from '../peers/front.ts';
import { startPeer } from '../peers/peer.ts';
import type { ChunkReport } from '../peers/stend/journal.ts';
import type { Seen } from './program.ts';
import type { World, WorldOptions } from './world.ts';

const chunkSize = 1_000_000;
const largestFile = 4 * chunkSize;

/** One Stend server, bare or behind a proxy. */
export const stendWorld = async ({ random, front, realFront = false }: WorldOptions): Promise<World> => {
  const peer = await startPeer('stend', {
    front,
    realFront,
    frontDoes: { paceMs: REAL_PACE },
    config: { CHUNK_SIZE: chunkSize, FILE_MAX_SIZE: 1e9 },
    restartDelay: 150,
    apart: true,
  });
  return {
    // A chunk leaves in several pieces, a quarter of a second apart.
    rate: '2500k',
    pendingLeast: 3,
    save: (program) => {
      const ignores = front === 'nginx-ignore-abort' ? ['--ignores-abort'] : [];
      return program.run('server', 'add', peer.url, '--name', 'peer', ...ignores);
    },
    // Most are small: on a bare server a large one starts anew with nearly every kill.
    wish: () => ({ name: 'file.bin', size: 1 + Math.floor(random() ** 3 * largestFile), words: [] }),
    judge: async ({ wrong }, rows, files) => {
      let lost = 0;
      for (const { path, sha256, wish } of files) {
        const row = rows.find((one) => one.path === path);
        const key = row?.share?.key;
        const stored = key === undefined ? undefined : await peer.storedFile(key).catch(() => undefined);
        if (row?.state === 'done' && stored?.sha256 === sha256) continue;
        lost++;
        wrong.push(`${path}: ${row?.state ?? 'not in the list'}, ${stored?.size ?? 'nothing'} of ${wish.size} bytes`);
      }
      const restarted = rows.reduce((sum, row) => sum + row.restarts, 0);
      const sessions = Object.values((await peer.report()).transfers).map((chunks) => Object.values(chunks));
      const sum = (of: (chunk: ChunkReport) => number): number =>
        sessions.flat().reduce((all, chunk) => all + of(chunk), 0);
      const withBytes = sessions.filter((chunks) => chunks.some((chunk) => chunk.began > 0)).length;
      const unforced = ({ path, restarts, log }: Seen): number => {
        // Where a chunk was cut that may have reached the server: on a bare one at any time, behind nginx at its end.
        const more = Math.max(0, restarts - log.filter((code) => code === 'cut-spoilt').length);
        if (more > 0) wrong.push(`${path}: started anew ${restarts} times, of: ${log.join(', ')}`);
        return more;
      };
      return {
        lost,
        // Each file has one session, and one more for each that a break forced.
        doubled: Math.max(0, withBytes - files.length - restarted),
        acknowledgedResent: sum((chunk) => chunk.again),
        resent: sum((chunk) => Math.max(0, chunk.began - 1)),
        restarted,
        restartedUnforced: rows.reduce((all, row) => all + unforced(row), 0),
      };
    },
    stop: peer.stop,
  };
};
