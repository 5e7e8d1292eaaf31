/**
 * A practice server in a process of its own that forgets what it takes, so that neither its disk nor its memory hides
 * what a client costs. It knows the stored lengths all the same. `PUT /sink` takes any body.
 */
import { once } from 'node:events';
import { truncate } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { answer } from '../../main/practice/answer.ts';
import type { ChunkStore } from '../../main/practice/chunk-store.ts';
import { listen } from '../../main/practice/practice-server.ts';
import { openPractice } from '../../main/practice/practice.ts';
import { type BenchServer, startProgram } from './own-process.ts';

const forgetful: ChunkStore = {
  open: ({ path, offset }) => {
    let end = offset;
    return Promise.resolve({
      write: (pieces) => {
        for (const piece of pieces) end += piece.length;
        return Promise.resolve();
      },
      finish: () => truncate(path, end),
      abandon: () => Promise.resolve(),
    });
  },
};

/** Starts the server; its folder holds next to nothing. */
export const startServer = (folder: string): Promise<BenchServer> => startProgram(import.meta.url, folder);

const serve = async (folder: string): Promise<void> => {
  const practice = openPractice({
    folder,
    settings: { fileMaxSize: 1e12 },
    store: forgetful,
    freeSpace: () => Promise.resolve(Infinity),
  });
  const server = await listen(practice, { port: 0, host: '127.0.0.1' }, async (request, response) => {
    if (request.url !== '/sink') return answer(practice, request, response);
    request.resume();
    await once(request, 'end');
    response.end();
  });
  // Whoever started it is gone, however that ended.
  process.once('disconnect', () => process.exit());
  process.send?.(server.port);
};

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url))
  await serve(process.argv[2] ?? '');
