import { afterEach, describe, expect, it } from 'vitest';
import { type Peer, type PeerOptions, startPeer } from '../peer.ts';
import { ask, beginChunk, closing, create, probe, sendChunk, until } from './client.ts';

const CHUNK = 100_000;
const bytes = (length: number, value = 1): Buffer => Buffer.alloc(length, value);

const peers: Peer[] = [];
const start = async (options: PeerOptions = {}): Promise<Peer> => {
  const peer = await startPeer('stend', { config: { CHUNK_SIZE: CHUNK }, restartDelay: 20, ...options });
  peers.push(peer);
  return peer;
};
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()));
});

/** Waits until so many bytes of a transfer lie on the server's disk. */
const arrived = (peer: Peer, shareKey: string, size: number): Promise<unknown> =>
  until(
    () => peer.storedFile(shareKey),
    (file) => file.size === size,
  );

/** A chunk that the front has whole, while the server has not; then its client leaves. */
const leaveWhole = async (peer: Peer): ReturnType<typeof create> => {
  const transfer = await create(peer.url, CHUNK);
  const whole = Buffer.concat([bytes(CHUNK), closing]);
  const left = await beginChunk(peer.url, transfer, 0, whole, whole.length);
  await until(
    () => peer.storedFile(transfer.shareKey),
    ({ size }) => size > 0,
  );
  left.cut();
  return transfer;
};

describe('the vices of a real Stend', () => {
  it('crashes on a cut chunk, keeps its beginning, and appends what is sent again', async () => {
    const peer = await start();
    const transfer = await create(peer.url, CHUNK);
    const other = await create(peer.url, CHUNK);
    const bystander = await beginChunk(peer.url, other, 0, bytes(10), CHUNK);
    const cut = await beginChunk(peer.url, transfer, 0, bytes(60_000), CHUNK);
    await arrived(peer, transfer.shareKey, 60_000);
    cut.cut();
    expect(await bystander.said).toBe('');

    expect(await until(() => probe(peer.url, transfer, 0), Boolean)).toBe('Not Acceptable');
    const { status, body } = await sendChunk(peer.url, transfer, 0, bytes(CHUNK));
    expect([status, body?.['uploaded']]).toEqual([200, true]);
    expect((await peer.storedFile(transfer.shareKey)).size).toBe(160_000);
    const report = await peer.report();
    expect(report.crashes).toBe(1);
    expect(report.transfers[transfer.transferKey]).toEqual({ 0: { began: 2, stored: 1, again: 0 } });
  });

  it('crashes on a body without its closing boundary', async () => {
    const peer = await start();
    const transfer = await create(peer.url, CHUNK);
    const open = await beginChunk(peer.url, transfer, 0, bytes(500), 500);
    expect(await open.said).toBe('');
    expect((await until(() => peer.report(), Boolean)).crashes).toBe(1);
  });

  it('bears a cut before the first byte of the file, and one behind the last', async () => {
    const peer = await start();
    const transfer = await create(peer.url, CHUNK);
    for (const length of [0, CHUNK + 1]) {
      const cut = await beginChunk(peer.url, transfer, 0, bytes(length), 2 * CHUNK);
      await arrived(peer, transfer.shareKey, Math.min(length, CHUNK));
      cut.cut();
      await cut.said;
    }
    expect(await probe(peer.url, transfer, 0)).toBe('Not Acceptable');
    expect((await peer.report()).crashes).toBe(0);
  });

  it('loses the download tokens with a crash', async () => {
    const peer = await start();
    const transfer = await create(peer.url, 3);
    await sendChunk(peer.url, transfer, 0, Buffer.from('abc'));
    const { body } = await ask(`${peer.url}/files/info?sharekey=${transfer.shareKey}`);
    const link = peer.url + String(body?.['downloadLink']);
    expect((await fetch(link, { headers: { connection: 'close' } })).status).toBe(200);
    await peer.kill();
    expect((await ask(link)).body?.['error']).toBe('Token de téléchargement invalide');
  });

  it('appends both of two bodies that are sent for one chunk at once', async () => {
    const peer = await start();
    const transfer = await create(peer.url, 2 * CHUNK);
    const tail = Buffer.alloc(CHUNK, 3);
    const answers = await Promise.all([sendChunk(peer.url, transfer, 0, tail), sendChunk(peer.url, transfer, 0, tail)]);
    // the second may come too late to be "at once": then it is refused
    const taken = answers.filter(({ status }) => status === 200).length;
    expect((await peer.storedFile(transfer.shareKey)).size).toBe(taken * CHUNK);
  });

  it('cuts a long chunk, and stores a short and an empty one as they are', async () => {
    const peer = await start();
    const transfer = await create(peer.url, 3 * CHUNK);
    expect((await sendChunk(peer.url, transfer, 0, bytes(CHUNK + 5))).status).toBe(200);
    expect((await sendChunk(peer.url, transfer, 1, bytes(7))).status).toBe(200);
    expect((await sendChunk(peer.url, transfer, 2, bytes(0))).status).toBe(200);
    expect((await peer.storedFile(transfer.shareKey)).size).toBe(CHUNK + 7);
  });

  it('reports a body that is sent for a stored chunk, and no probe', async () => {
    const peer = await start();
    const transfer = await create(peer.url, 2 * CHUNK);
    await sendChunk(peer.url, transfer, 0, bytes(CHUNK));
    await probe(peer.url, transfer, 0);
    await sendChunk(peer.url, transfer, 0, bytes(CHUNK));
    const report = await peer.report();
    expect(report.transfers[transfer.transferKey]).toEqual({ 0: { began: 1, stored: 1, again: 1 } });
  });

  it('crashes when the disk is full', async () => {
    const peer = await start({ diskFullAfter: 150_000 });
    const transfer = await create(peer.url, 2 * CHUNK);
    expect((await sendChunk(peer.url, transfer, 0, bytes(CHUNK))).status).toBe(200);
    await expect(sendChunk(peer.url, transfer, 1, bytes(CHUNK))).rejects.toThrow();
    expect((await until(() => peer.report(), Boolean)).crashes).toBe(1);
    expect((await peer.storedFile(transfer.shareKey)).size).toBe(150_000);
  });

  it('sweeps an unfinished transfer after five hours', async () => {
    const peer = await start();
    const transfer = await create(peer.url, CHUNK);
    await peer.clock(5 * 3600_000 - 60_000);
    expect(await probe(peer.url, transfer, 0)).toBe('Not Acceptable');
    await peer.clock(120_000);
    expect(await probe(peer.url, transfer, 0)).toBe('Clé de transfert invalide');
  });

  it('has none of them when it is told so', async () => {
    const peer = await start({ vices: false });
    const transfer = await create(peer.url, CHUNK);
    const cut = await beginChunk(peer.url, transfer, 0, bytes(60_000, 9), CHUNK);
    await arrived(peer, transfer.shareKey, 60_000);
    cut.cut();
    await cut.said;
    expect((await sendChunk(peer.url, transfer, 0, bytes(CHUNK))).status).toBe(200);
    expect((await peer.storedFile(transfer.shareKey)).size).toBe(CHUNK);
    expect((await peer.report()).crashes).toBe(0);
  });
});

describe('a front that buffers', () => {
  it('keeps a cut chunk from the server', async () => {
    const peer = await start({ front: 'nginx' });
    const transfer = await create(peer.url, CHUNK);
    const cut = await beginChunk(peer.url, transfer, 0, bytes(60_000), CHUNK);
    cut.cut();
    expect(await cut.said).toBe('');
    expect((await sendChunk(peer.url, transfer, 0, bytes(CHUNK))).status).toBe(200);
    const report = await peer.report();
    expect(report).toEqual({
      crashes: 0,
      transfers: { [transfer.transferKey]: { 0: { began: 1, stored: 1, again: 0 } } },
    });
  });

  it('drops a whole chunk that it passes on when its client leaves, as nginx comes: the server crashes', async () => {
    const peer = await start({ front: 'nginx', frontDoes: { paceMs: 60_000 } });
    const transfer = await leaveWhole(peer);
    await until(
      () => peer.report(),
      ({ crashes }) => crashes === 1,
    );
    expect((await peer.storedFile(transfer.shareKey)).size).toBeLessThan(CHUNK);
    expect(await until(() => probe(peer.url, transfer, 0), Boolean)).toBe('Not Acceptable');
  });

  it('passes a whole chunk on though its client leaves, where nginx is told to ignore that', async () => {
    const peer = await start({ front: 'nginx-ignore-abort', frontDoes: { paceMs: 20 } });
    const transfer = await leaveWhole(peer);
    await until(
      () => probe(peer.url, transfer, 0),
      (standing) => standing === 'Fichier déjà uploadé',
    );
    expect((await peer.report()).crashes).toBe(0);
    expect((await peer.storedFile(transfer.shareKey)).size).toBe(CHUNK);
  });

  it('names itself in every answer, and answers in HTML for what is too large or gone', async () => {
    const peer = await start({ front: 'nginx', clientMaxBodySize: 50_000 });
    const instance = await fetch(`${peer.url}/instance`);
    expect(instance.headers.get('server')).toBe('nginx/1.22.1');
    const tooLarge = await fetch(`${peer.url}/files/create`, { method: 'POST', body: new Uint8Array(bytes(50_001)) });
    expect([tooLarge.status, tooLarge.headers.get('content-type')]).toEqual([413, 'text/html']);
    expect(await tooLarge.text()).toContain('<h1>413 Request Entity Too Large</h1>');
    await peer.goAway();
    const gone = await fetch(`${peer.url}/instance`);
    expect([gone.status, gone.headers.get('server')]).toEqual([502, 'nginx/1.22.1']);
    await peer.comeBack();
    expect((await fetch(`${peer.url}/instance`)).status).toBe(200);
  });
});

describe('a peer', () => {
  it('keeps its address and its transfers over a kill and a restart', async () => {
    const peer = await start();
    const transfer = await create(peer.url, 2 * CHUNK);
    await sendChunk(peer.url, transfer, 0, bytes(CHUNK));
    await peer.kill();
    expect(await probe(peer.url, transfer, 0)).toBe('Chunk déjà uploadé');
    await peer.restart();
    expect(await probe(peer.url, transfer, 1)).toBe('Not Acceptable');
  });

  it('is there once, though it is killed right after it crashed', async () => {
    const peer = await start({ restartDelay: 100 });
    const transfer = await create(peer.url, CHUNK);
    const open = await beginChunk(peer.url, transfer, 0, bytes(500), 500);
    await open.said;
    await peer.kill();
    await peer.restart();
    expect(await probe(peer.url, transfer, 0)).toBe('Not Acceptable');
  });

  it('knows only the kinds there are', async () => {
    await expect(startPeer('nonesuch')).rejects.toThrow('There is no stand-in for "nonesuch". There is: stend');
  });
});
