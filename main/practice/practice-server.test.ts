import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, beginChunk, create, probe, sendChunk, until } from '../../test/peers/stend/client.ts';
import { type PracticeServer, type PracticeServerOptions, startPracticeServer } from './practice-server.ts';

const CHUNK = 100_000;
const settings = { chunkSize: CHUNK };

let folder = '';
const servers: PracticeServer[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'practice-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await rm(folder, { recursive: true, force: true });
});

const start = async (options: Partial<PracticeServerOptions> = {}): Promise<PracticeServer> => {
  const server = await startPracticeServer({ folder, settings, ...options });
  servers.push(server);
  return server;
};
const stored = (transferKey: string): Promise<Buffer> => readFile(join(folder, transferKey, 'data'));
const download = async (url: string, shareKey: string): Promise<Buffer> => {
  const { body } = await ask(`${url}/files/info?sharekey=${shareKey}`);
  return Buffer.from(await (await fetch(url + String(body?.['downloadLink']))).arrayBuffer());
};

describe('the practice server', () => {
  it('stores a chunk whole or not at all: what a broken body left is overwritten', async () => {
    const { url } = await start();
    const transfer = await create(url, 2 * CHUNK);
    const first = Buffer.alloc(CHUNK, 1);
    await sendChunk(url, transfer, 0, first);
    const cut = await beginChunk(url, transfer, 1, Buffer.alloc(60_000, 9), CHUNK);
    await until(
      () => stored(transfer.transferKey),
      (data) => data.length === CHUNK + 60_000,
    );
    cut.cut();
    await cut.said;
    expect(await probe(url, transfer, 1)).toBe('Not Acceptable');

    const short = Buffer.alloc(50_000, 2);
    const last = await sendChunk(url, transfer, 1, short);
    expect(last.body).toMatchObject({ uploaded: true, shareKey: transfer.shareKey });
    expect((await download(url, transfer.shareKey)).equals(Buffer.concat([first, short]))).toBe(true);
  });

  it('refuses a body without its closing boundary, and lives on', async () => {
    const { url } = await start();
    const transfer = await create(url, CHUNK);
    const open = await beginChunk(url, transfer, 0, Buffer.alloc(500), 500);
    expect(await open.answer).toContain('HTTP/1.1 500 ');
    open.cut();
    expect(await probe(url, transfer, 0)).toBe('Not Acceptable');
  });

  it('takes the later of two bodies for one chunk, and the earlier one changes nothing', async () => {
    const { url } = await start();
    const transfer = await create(url, 2 * CHUNK);
    const late = await beginChunk(url, transfer, 0, Buffer.alloc(60_000, 9), CHUNK);
    await until(
      () => stored(transfer.transferKey),
      (data) => data.length === 60_000,
    );
    const [first, second] = [Buffer.alloc(CHUNK, 1), Buffer.alloc(CHUNK, 2)];
    await sendChunk(url, transfer, 0, first);
    await sendChunk(url, transfer, 1, second);
    late.cut();
    await late.said;
    expect((await download(url, transfer.shareKey)).equals(Buffer.concat([first, second]))).toBe(true);
  });

  it('goes on from the last stored chunk after a kill', async () => {
    const program = `
      import { startPracticeServer } from ${JSON.stringify(new URL('practice-server.ts', import.meta.url).href)};
      const { url } = await startPracticeServer(${JSON.stringify({ folder, settings })});
      console.log(url);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [address] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const transfer = await create(address, 3 * CHUNK);
    const chunks = [1, 2, 3].map((value) => Buffer.alloc(CHUNK, value)) as [Buffer, Buffer, Buffer];
    await sendChunk(address, transfer, 0, chunks[0]);
    await beginChunk(address, transfer, 1, Buffer.alloc(70_000, 9), CHUNK);
    await until(
      () => stored(transfer.transferKey),
      (data) => data.length > CHUNK,
    );
    child.kill('SIGKILL');
    await once(child, 'exit');

    const { url } = await start();
    expect(await probe(url, transfer, 0)).toBe('Chunk déjà uploadé');
    await sendChunk(url, transfer, 1, chunks[1]);
    const last = await sendChunk(url, transfer, 2, chunks[2]);
    expect((await download(url, transfer.shareKey)).equals(Buffer.concat(chunks))).toBe(true);

    const { deleteKey = '' } = (last.body ?? {}) as { readonly deleteKey?: string };
    const gone = `${url}/files/delete?sharekey=${transfer.shareKey}&deletekey=${deleteKey}`;
    expect(await ask(gone, { method: 'DELETE' })).toEqual({ status: 200, body: { success: true } });
  });

  it('says so when the disk has not enough room', async () => {
    const { url } = await start({ freeSpace: () => Promise.resolve(1_000_099) });
    expect(await create(url, 100)).toMatchObject({ error: 'Stockage insuffisant' });
    expect(await create(url, 99)).toMatchObject({ uploaded: false });
  });

  it('has a page that names it, and offers a file under its key', async () => {
    const { url } = await start();
    const page = await (await fetch(`${url}/web/`)).text();
    expect(page).toContain(`<head apibaseurl="${url}" showhtmlextension="false">`);
    const transfer = await create(url, 3, { filename: '<b>.txt' });
    expect((await fetch(`${url}/web/d?${transfer.shareKey}`)).status).toBe(404);
    await sendChunk(url, transfer, 0, Buffer.from('abc'));
    const offer = await (await fetch(`${url}/web/d?${transfer.shareKey}`)).text();
    expect(offer).toContain('&#60;b&#62;.txt</a>');
    const link = /href="([^"]+)"/.exec(offer)?.[1]?.replaceAll('&#38;', '&') ?? '';
    expect(await (await fetch(url + link)).text()).toBe('abc');
  });
});

describe('the sweep', () => {
  /** A server whose clock stands until it is moved. */
  const startClock = async () => {
    let time = 1_000_000_000_000;
    const { url, sweep } = await start({ now: () => time });
    const pass = (ms: number): void => {
      time += ms;
      sweep();
    };
    return { url, pass };
  };

  it('removes an unfinished transfer five hours after it was created, even while chunks arrive', async () => {
    const { url, pass } = await startClock();
    const transfer = await create(url, 2 * CHUNK);
    pass(5 * 3600_000);
    expect((await sendChunk(url, transfer, 0, Buffer.alloc(CHUNK))).status).toBe(200);
    pass(1);
    expect(await probe(url, transfer, 1)).toBe('Clé de transfert invalide');
    const again = await create(url, 5, { sharekey: transfer.shareKey });
    expect(again.shareKey).toBe(transfer.shareKey);
  });

  it('removes a finished transfer when its time is over, and shrinks the groups it was in', async () => {
    const { url, pass } = await startClock();
    const [long, short] = [await create(url, 3), await create(url, 3, { expiretime: 60 })];
    for (const transfer of [long, short]) await sendChunk(url, transfer, 0, Buffer.from('abc'));
    const merged = await ask(`${url}/files/merge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sharekeys: `${long.shareKey},${short.shareKey}` }),
    });
    const group = async () => (await ask(`${url}/files/info?sharekey=${String(merged.body?.['shareKey'])}`)).body;
    pass(60_000);
    expect((await group())?.['groups']).toEqual([long.shareKey, short.shareKey]);
    pass(1);
    pass(0);
    expect((await group())?.['groups']).toEqual([long.shareKey]);
    pass(600_000);
    pass(0);
    expect((await group())?.['error']).toBe('Clé de partage invalide');
  });
});
