/** Content that was pasted, in files of the profile from when it is taken until it is uploaded or not wanted any more. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Client } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { problemError } from '../api/window-api.ts';
import { Kept } from '../web/kept.ts';
import { namesOf } from '../web/names.ts';

export type PastedFiles = {
  /** Stores content under a name. Resolves with its path. Rejects with `ContractError`, or as the file system does. */
  readonly keep: (name: string, content: Uint8Array) => Promise<string>;
  /** Resolves when what is looked at now was removed, or stays. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Opens the folder of a profile, which is made where it is missing, and removes what no upload needs. */
export const openPastedFiles = async (profile: string, client: Client): Promise<PastedFiles> => {
  const made = path.join(profile, 'pasted');
  mkdirSync(made, { recursive: true, mode: 0o700 });
  const folder = realpathSync.native(made);
  const kept = new Kept(client, folder);
  /** What was stored and is in no transfer yet: the user may still be asked about the server. */
  const unqueued = new Map<string, () => void>();
  const stop = client.on('transfers', ({ rows }) => {
    if (unqueued.size > 0) for (const { path: queued } of rows) unqueued.get(queued)?.();
  });
  await kept.start();
  return {
    keep: async (name, content) => {
      const [stored, ...more] = namesOf(name) ?? [];
      if (stored === undefined || more.length > 0)
        throw problemError(problem('input-invalid', { where: 'name', why: 'path-elsewhere' }));
      const place = path.join(folder, randomBytes(16).toString('hex'), '1');
      const file = path.join(place, stored);
      const written = Promise.withResolvers<string>();
      // Until it is queued, a look around must not take it for one that nobody needs.
      const naming = kept.whileNaming([place], async () => {
        await mkdir(place, { recursive: true, mode: 0o700 });
        await writeFile(file, content, { mode: 0o600, flag: 'wx', flush: true });
        const queued = new Promise<void>((resolve) => unqueued.set(file, resolve));
        written.resolve(file);
        await queued;
        unqueued.delete(file);
      });
      naming.catch(written.reject);
      return await written.promise;
    },
    settled: () => kept.settled(),
    close: async () => {
      stop();
      await kept.close();
    },
  };
};
