/** The whole engine, its database on the disk, against curl: each sends the same chunks to the same server, in turn. */
import { join } from 'node:path';
import { type Bench, GiB, makeProfile, MiB, sparseFile } from './bench.ts';
import { curlChunks, cutFile } from './curl.ts';
import { startServer } from './server.ts';
import { againstCurl } from './turns.ts';

export const stendMultipart: Bench = async (setting) => {
  const { folder, quick } = setting;
  const size = quick ? 50 * MiB : 2 * GiB;
  const file = await sparseFile(join(folder, 'file'), size);
  const cut = await cutFile(join(folder, 'chunks'), size);
  const server = await startServer(join(folder, 'server'));
  try {
    const saved = await makeProfile(join(folder, 'saved'), server.url);
    const what = { name: 'stend-multipart', folder, saved, file, size };
    return await againstCurl(setting, what, () => curlChunks(folder, server.url, cut));
  } finally {
    await server.stop();
  }
};
