/**
 * The whole engine, its database on the disk, against `curl -T`: each sends the same raw chunks to the same site, in
 * turn; one chunk at a time, and four.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../main/api/connect.ts';
import { type Bench, GiB, MiB, type Setting, sparseFile } from './bench.ts';
import { defaultChunk, startSink } from './cloudreve-sink.ts';
import { curlUploads, type Cut, cutFile } from './curl.ts';
import type { Row } from './row.ts';
import { againstCurl } from './turns.ts';

/** A profile that is signed in. */
const makeProfile = async (folder: string, address: string): Promise<string> => {
  const { client, stop } = await connect({ profile: folder, serve: false });
  try {
    const site = { address, name: 'bench', kind: 'cloudreve', vault: 'file' } as const;
    const step = await client.call('servers.signIn', { ...site, way: 'password' });
    if (!('carry' in step)) throw new Error('the site asked for nothing');
    const answers = { email: 'bench@example.org', password: 'password' };
    await client.call('servers.signIn', { carry: step.carry, answers });
  } finally {
    await stop('now');
  }
  return folder;
};

/** An upload on the site that curl sends the chunks of. */
const create = async (url: string, size: number): Promise<string> => {
  const uri = 'cloudreve://my/by-curl';
  const response = await fetch(`${url}/api/v4/file/upload`, { method: 'PUT', body: JSON.stringify({ uri, size }) });
  const { data } = (await response.json()) as { readonly data: { readonly session_id: string } };
  return data.session_id;
};

const measure = async (setting: Setting, lanes: number, file: string, cut: Cut): Promise<readonly Row[]> => {
  const folder = join(setting.folder, `lanes-${lanes}`);
  await mkdir(folder);
  const sink = await startSink(lanes);
  try {
    const saved = await makeProfile(join(folder, 'saved'), sink.url);
    const name = lanes === 1 ? 'cloudreve-chunks' : `cloudreve-chunks-${lanes}`;
    return await againstCurl(setting, { name, folder, saved, file, size: cut.size }, async () => {
      const session = await create(sink.url, cut.size);
      return curlUploads(folder, `${sink.url}/api/v4/file/upload/${session}`, cut, lanes);
    });
  } finally {
    await sink.stop();
  }
};

export const cloudreveChunks: Bench = async (setting) => {
  const { folder, quick } = setting;
  const size = quick ? 110 * MiB : 2 * GiB;
  const file = await sparseFile(join(folder, 'file'), size);
  const cut = await cutFile(join(folder, 'chunks'), size, defaultChunk);
  return [...(await measure(setting, 1, file, cut)), ...(await measure(setting, 4, file, cut))];
};
