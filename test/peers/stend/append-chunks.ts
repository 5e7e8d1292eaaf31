import { readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChunkStore, writeAll } from '../../../main/practice/chunk-store.ts';
import type { Journal } from './journal.ts';

/**
 * Stores chunks as a real Stend does. protocol: the file is opened for appending, so what a broken body left stays
 * before what is sent again, and two bodies at once are both appended; a body that breaks off takes the server down
 * (but not one that is cut where it is too long already), and so does a disk that is full: here after `diskFullAfter`
 * bytes under `folder`.
 */
export function appendChunks(folder: string, crash: () => never, diskFullAfter: number): ChunkStore {
  return {
    async open({ path }) {
      const file = await open(path, 'a');
      return {
        async write(pieces) {
          const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
          const room = Number.isFinite(diskFullAfter) ? Math.max(0, diskFullAfter - bytesUnder(folder)) : Infinity;
          if (bytes <= room) return writeAll(file, pieces, null);
          await writeAll(file, [Buffer.concat(pieces).subarray(0, room)], null);
          await file.close();
          return crash();
        },
        finish: () => file.close(),
        async abandon(cause) {
          await file.close();
          if (cause !== 'cut behind its size') crash();
        },
      };
    },
  };
}

function bytesUnder(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('data'));
  return names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/** Notes in the journal what arrives at a store. */
export function observed(store: ChunkStore, journal: Journal): ChunkStore {
  return {
    async open(target) {
      const { transferKey, chunk } = target;
      const writer = await store.open(target);
      let began = false;
      return {
        async write(pieces) {
          if (!began) journal.note('began', transferKey, chunk);
          began = true;
          await writer.write(pieces);
        },
        async finish() {
          await writer.finish();
          journal.note('stored', transferKey, chunk);
        },
        abandon: (cause) => writer.abandon(cause),
      };
    },
  };
}
