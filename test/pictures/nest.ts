/** A community and a file store for the pictures, with files at the time of every picture. */
import { createHash } from 'node:crypto';
import { startPeer, type Peer } from '../peers/peer.ts';

const names = ['pier-4-orthofoto.tif', 'pegelstände-2026-11.csv', 'pier-4-survey.laz', 'messreihe-0412.parquet'];

/** Where the port is taken, addresses in the pictures differ by it. */
const startAt = (kind: string, port: number): Promise<Peer> =>
  startPeer(kind, { port }).catch(() => startPeer(kind, {}));

/** Starts the community. `now`: ms since the epoch. */
export const startForum = async (now: number): Promise<Peer> => {
  const peer = await startAt('selfcommunity', 7432);
  await peer.clock(now - Date.now());
  return peer;
};

type Created = { readonly data: { readonly id: string; readonly uploads: readonly { readonly id: string }[] } };

/** Starts the file store, and lays files into its account, an hour apart. */
export const startNest = async (now: number): Promise<Peer> => {
  const peer = await startAt('filesnest', 7433);
  const headers = {
    authorization: `Bearer ${peer.vars['token'] ?? ''}`,
    accept: 'application/json',
    connection: 'close',
  };
  const call = async (method: string, path: string, type: string, body: string): Promise<unknown> => {
    const answer = await fetch(peer.url + path, { method, headers: { ...headers, 'content-type': type }, body });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
    return await answer.json();
  };
  for (const [n, name] of names.entries()) {
    await peer.clock(n === 0 ? now - names.length * 3_600_000 - Date.now() : 3_600_000);
    const content = `${name}\n`;
    const checksum = createHash('sha256').update(content).digest('hex');
    const about = { name, create_datetime: '2026-11-20 10:00:00', checksum, chunks_count: 1 };
    const created = await call('POST', '/api/files?include=uploads', 'application/json', JSON.stringify(about));
    const { id, uploads } = (created as Created).data;
    await call('PATCH', `/api/files/${id}/uploads/${uploads[0]?.id ?? ''}`, 'application/octet-stream', content);
    await peer.ask('/__peer/merge');
  }
  await peer.clock(3_600_000);
  return peer;
};
