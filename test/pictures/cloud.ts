/** A site with accounts for the pictures: folders, shares, and what a broken upload left, at the time of every picture. */
import { startPeer, type Peer } from '../peers/peer.ts';

const folders = ['/Baustelle Pier 4', '/Drohnenflüge', '/Verträge/2026', '/施工图'];
const shared = [
  { path: '/Lageplan Pier 4.pdf', terms: { expire: 7 * 86_400 } },
  { path: '/Hafenrundfahrt Rohschnitt.mp4', terms: { is_private: true, password: 'moewe7', downloads: 50 } },
  { path: '/Verträge/2026/Angebot_Reederei_v7.pdf', terms: { expire: 28 * 86_400, downloads: 3 } },
  { path: '/Drohnenflüge/pier-4-survey.laz', terms: {} },
];
const broken = [
  { path: '/Drohnenflüge/pier-4-orthofoto.tif', size: 2_400_000_000 },
  { path: '/Hafenrundfahrt Kamera B.mxf', size: 38_000_000_000 },
];

const uriOf = (path: string): string => `cloudreve://my${path.split('/').map(encodeURIComponent).join('/')}`;

/** Starts the site, and lays all of that into its account. `now`: ms since the epoch. */
export const startCloud = async (now: number): Promise<Peer> => {
  const config = { quota: 500e9, chunk_size: 1000 };
  // Its address is in the pictures; where the port is taken, they differ by it.
  const peer = await startPeer('cloudreve', { config, port: 7431 }).catch(() => startPeer('cloudreve', { config }));
  const call = async (method: string, path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(`${peer.url}/api/v4${path}`, {
      method,
      headers: { authorization: `Bearer ${peer.vars['token'] ?? ''}`, connection: 'close' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const { code, data, msg } = (await response.json()) as { code: number; data?: unknown; msg: string };
    if (code !== 0) throw new Error(`${method} ${path}: ${code} ${msg}`);
    return data;
  };
  const open = async (path: string, size: number): Promise<string> => {
    const session = await call('PUT', '/file/upload', { uri: uriOf(path), size, policy_id: peer.vars['policy'] });
    return (session as { session_id: string }).session_id;
  };
  await peer.clock(now - Date.now());
  for (const path of folders) await call('POST', '/file/create', { uri: uriOf(path), type: 'folder' });
  for (const { path, terms } of shared) {
    await call('POST', `/file/upload/${await open(path, 700)}/0`, 'x'.repeat(700));
    await call('PUT', '/share', { uri: uriOf(path), ...terms });
  }
  for (const { path, size } of broken) await open(path, size);
  return peer;
};
