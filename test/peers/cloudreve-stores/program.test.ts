import { expect, it, onTestFinished } from 'vitest';
import { startPeer } from '../peer.ts';
import { bytes, listOf, send, sha256 } from './client.ts';
import type { SessionGrant } from './store.ts';

it('a store runs alone in a process, is killed, and goes on with what it has on its disk', async () => {
  const peer = await startPeer('s3', { apart: true });
  onTestFinished(peer.stop);
  const wish = { session: 's', key: 'a.bin', size: 1000, chunkSize: 0, expires: Date.now() + 60_000 };
  const opened = await send(`${peer.url}/__peer/sessions`, { method: 'POST', body: JSON.stringify(wish) });
  const { uploadUrls, completeUrl = '' } = JSON.parse(opened.text) as SessionGrant;
  const tag = (await send(uploadUrls[0] ?? '', { body: bytes(1000) })).headers.etag;
  await peer.kill();
  expect((await send(completeUrl, { method: 'POST', body: listOf([1, tag]) })).status).toBe(200);
  const object = await send(`${peer.url}/__peer/object?key=a.bin`, { method: 'GET' });
  expect(JSON.parse(object.text)).toEqual({ key: 'a.bin', size: 1000, sha256: sha256(bytes(1000)) });
  expect(await peer.report()).toMatchObject({ transfers: { s: { 1: { began: 1, stored: 1, again: 0 } } } });
  await peer.clock(61_000);
  expect((await send(uploadUrls[0] ?? '', { body: bytes(1000) })).status).toBe(403);
});
