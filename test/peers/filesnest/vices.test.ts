import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Peer, startPeer } from '../peer.ts';
import { ask, create, fileOf, type FileSaid, look, type NewFile, type Said, send } from './client.ts';
import type { FilesNestConfig, Vice } from './config.ts';
import type { FilesNestReport } from './journal.ts';
import type { StoredFile } from './store.ts';

const DAY = 24 * 60 * 60 * 1000;
const first = Buffer.from('the first chunk, ');
const second = Buffer.from('the second one.');
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const checksum = sha256(Buffer.concat([first, second]));
const size = first.length + second.length;

const peers: Peer[] = [];
/** A server whose merges wait until they are told, unless the configuration says otherwise. */
const start = async (config: Partial<FilesNestConfig> = {}, as = 'head'): Promise<Peer> => {
  const peer = await startPeer('filesnest', { as, config: { merge: 'told', ...config } });
  peers.push(peer);
  return peer;
};
const startWith = (...vices: readonly Vice[]): Promise<Peer> => start({ vices });
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()));
});

const report = (peer: Peer): Promise<FilesNestReport> => peer.ask('/__peer/report');
const files = (peer: Peer): Promise<readonly StoredFile[]> => peer.ask('/__peer/files');
const merge = (peer: Peer): Promise<{ readonly merged: number }> => peer.ask('/__peer/merge');
const state = async (peer: Peer, file: FileSaid): Promise<string> => (await look(peer, file)).status_name;
const made = async (peer: Peer, fields: NewFile = {}): Promise<FileSaid> =>
  fileOf(await create(peer, { checksum, ...fields }));
const noFile = { status: 404, body: { message: 'No query results for model [App\\Models\\File].' } };
const noUpload = { status: 404, body: { message: 'No query results for model [App\\Models\\Upload].' } };
const ok = { status: 200 };

/** A file whose chunks are both there. */
const sent = async (peer: Peer, fields: NewFile = {}): Promise<FileSaid> => {
  const file = await made(peer, fields);
  expect(await send(peer, file, 1, first)).toMatchObject(ok);
  expect(await send(peer, file, 2, second)).toMatchObject(ok);
  return file;
};

describe('an upload to FilesNest', () => {
  it('is merged some time after its last chunk, and has no uploads any more', async () => {
    const peer = await start({ merge: 60_000 });
    const file = await sent(peer);
    expect(await state(peer, file)).toBe('in_progress');
    await peer.clock(60_000);
    expect(await look(peer, file)).toMatchObject({ status_name: 'completed', uploads: [] });
    expect(await files(peer)).toEqual([{ id: file.id, user: 1, name: 'a.bin', size, sha256: checksum }]);
    expect(await send(peer, file, 2, second)).toEqual(noUpload);
  });

  it('is merged without being told', async () => {
    const peer = await start({ merge: 0 });
    const file = await sent(peer);
    await expect.poll(() => state(peer, file)).toBe('completed');
  });

  it('continues after a kill and a restart, and its merge is done by the next life of the server', async () => {
    const peer = await start();
    const file = await made(peer);
    await send(peer, file, 2, second);
    await peer.kill();
    const found = await look(peer, file);
    expect(found.uploads.map(({ status_name }) => status_name)).toEqual(['in_progress', 'completed']);
    await send(peer, file, 1, first);
    await peer.restart();
    expect(await merge(peer)).toEqual({ merged: 1 });
    expect(await state(peer, file)).toBe('completed');
  });

  it('may be adopted after the answer to its create was lost', async () => {
    const peer = await startWith({ at: 'create', does: 'lose', acted: true });
    expect(await create(peer, { checksum })).toBe(undefined);
    expect(await create(peer, { checksum })).toMatchObject({ status: 422 });
    const json = { filters: [{ field: 'name', operator: '=', value: 'a.bin' }] };
    const found = await ask(peer, 'POST', '/files/search?include=uploads', { json });
    expect(found).toMatchObject({ body: { data: [{ status_name: 'in_progress', uploads: [{}, {}] }] } });
    expect((await report(peer)).creates).toEqual({ 1: 1 });
  });

  it('cannot have the name of another user, whose file no search shows', async () => {
    const peer = await start();
    await create(peer, { checksum }, peer.vars['token2']);
    expect(await create(peer, { checksum })).toMatchObject({
      status: 422,
      body: { errors: { name: ['The name has already been taken.'] } },
    });
    expect(await ask(peer, 'POST', '/files/search', { json: {} })).toMatchObject({ body: { data: [] } });
  });

  it.each([
    ['head', 400, 'Invalid content type'],
    ['seed', 500, 'Server Error'],
  ])('has its content type exactly, or is refused (%s)', async (as, status, message) => {
    const peer = await start({}, as);
    const file = await made(peer);
    const path = `/files/${file.id}/uploads/${file.uploads[0]?.id}`;
    expect(await ask(peer, 'PATCH', path, { json: 'x' })).toEqual({ status, body: { message } });
    expect((await look(peer, file)).uploads[0]?.status_name).toBe('in_progress');
  });

  it('may have bodies of any length where the server knows no limit', async () => {
    const peer = await start({ post_max_size: '0' });
    expect(await ask(peer, 'GET', '/settings')).toEqual({ status: 200, body: { data: { upload_max_size: 0 } } });
    expect(await send(peer, await made(peer), 1, Buffer.alloc(9 * 1024 * 1024))).toMatchObject(ok);
  });

  it('keeps nothing of a body that breaks off', async () => {
    const peer = await start();
    const file = await made(peer);
    const { hostname, port } = new URL(peer.url);
    const socket = connect(Number(port), hostname).on('error', () => {});
    const lines = [
      `PATCH /api/files/${file.id}/uploads/${file.uploads[0]?.id} HTTP/1.1`,
      `Host: ${hostname}`,
      `Authorization: Bearer ${peer.vars['token']}`,
      'Content-Type: application/octet-stream',
      'Content-Length: 10000',
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\nhalf`);
    const arrived = async (): Promise<unknown> => (await report(peer)).transfers[file.id]?.[1];
    await expect.poll(arrived).toEqual({ began: 1, stored: 0, again: 0 });
    socket.resetAndDestroy();
    expect(await send(peer, file, 1, first)).toMatchObject(ok);
    expect(await arrived()).toEqual({ began: 2, stored: 1, again: 0 });
  });
});

describe('a report of FilesNest', () => {
  it('tells a chunk that came again from one that starts a lost merge', async () => {
    const peer = await startWith({ at: 'merge', does: 'forget' });
    const file = await made(peer);
    await send(peer, file, 1, first);
    await send(peer, file, 1, first);
    await send(peer, file, 2, second);
    await merge(peer);
    expect(await state(peer, file)).toBe('in_progress');
    await send(peer, file, 2, second);
    await merge(peer);
    expect(await state(peer, file)).toBe('completed');
    await send(peer, file, 1, first);
    const { transfers, nudges } = await report(peer);
    expect(nudges).toEqual({ [`${file.id}/2`]: 1 });
    expect(transfers[file.id]).toEqual({
      1: { began: 2, stored: 2, again: 2 },
      2: { began: 2, stored: 2, again: 0 },
    });
  });

  it('counts what was deleted, and what is not', async () => {
    const peer = await start();
    const file = await sent(peer);
    expect(await ask(peer, 'DELETE', `/files/${file.id}`, { token: peer.vars['token2'] })).toMatchObject({
      status: 403,
    });
    expect(await ask(peer, 'DELETE', `/files/${file.id}`)).toMatchObject(ok);
    expect(await ask(peer, 'DELETE', `/files/${file.id}`)).toEqual(noFile);
    expect(await merge(peer)).toEqual({ merged: 0 });
    expect((await report(peer)).deletes).toEqual({ [file.id]: 1 });
    expect((await made(peer)).id).toBe(file.id + 1);
  });
});

describe('the vices of a FilesNest', () => {
  it.each([
    ['lost', { does: 'lose' }, undefined],
    ['refused', { does: 502, body: '{}', headers: { 'retry-after': '1' } }, { status: 502, body: {} }],
  ] as const)('an answer to a chunk is %s, and it is stored or not', async (_how, vice, said) => {
    const peer = await startWith({ at: 'chunk', number: 1, ...vice }, { at: 'chunk', number: 2, ...vice, acted: true });
    const file = await made(peer);
    expect(await send(peer, file, 1, first)).toEqual(said);
    expect(await send(peer, file, 2, second)).toEqual(said);
    const { uploads } = await look(peer, file);
    expect(uploads.map(({ status_name }) => status_name)).toEqual(['in_progress', 'completed']);
  });

  it('a crash is over when the server is there again, and a chunk may be stored by then', async () => {
    const peer = await startWith({ at: 'chunk', does: 'crash', acted: true });
    const file = await made(peer);
    expect(await send(peer, file, 1, first)).toBe(undefined);
    expect(await report(peer)).toMatchObject({ crashes: 1, vices: { 0: 1 } });
    expect((await look(peer, file)).uploads[0]?.status_name).toBe('completed');
  });

  it.each([
    ['corrupt', { at: 'chunk', number: 2, does: 'corrupt' }, 'failed:checksum'],
    ['impossible to merge', { at: 'merge', does: 'fail' }, 'failed:chunks-merge'],
  ] as const)(
    'chunks that are %s end in a failure, and one more chunk starts the merge again',
    async (_how, vice, failed) => {
      const peer = await startWith(vice);
      const file = await sent(peer);
      await merge(peer);
      const found = await look(peer, file);
      expect(found.status_name).toBe(failed);
      expect(found.uploads.every(({ status_name }) => status_name === 'completed')).toBe(true);
      await send(peer, file, 2, second);
      // protocol: it says so until the new merge has ended.
      expect(await state(peer, file)).toBe(failed);
      await merge(peer);
      expect(await files(peer)).toMatchObject([{ sha256: checksum }]);
    },
  );

  it('a checksum in upper case never fits, until the right one is sent', async () => {
    const peer = await start();
    const file = await sent(peer, { checksum: checksum.toUpperCase() });
    await merge(peer);
    expect(await state(peer, file)).toBe('failed:checksum');
    expect(await ask(peer, 'PATCH', `/files/${file.id}`, { json: { checksum } })).toMatchObject(ok);
    await merge(peer);
    expect(await state(peer, file)).toBe('completed');
  });

  it('a file without a checksum is not merged before it has one', async () => {
    const peer = await start();
    const file = await sent(peer, { checksum: undefined });
    await merge(peer);
    expect(await look(peer, file)).toMatchObject({ checksum: null, status_name: 'in_progress' });
    await ask(peer, 'PATCH', `/files/${file.id}`, { json: { checksum } });
    await merge(peer);
    expect(await state(peer, file)).toBe('completed');
  });

  it.each([
    ['leads into a folder', 'a/b.bin', 'in_progress'],
    ['has more than 255 bytes', 'é'.repeat(128), 'in_progress'],
    ['leads out of its folder', '../b.bin', 'completed'],
  ])('a name that %s is taken: %s ends as %s', async (_how, name, ends) => {
    const peer = await start();
    const file = await sent(peer, { name });
    await merge(peer);
    expect(await state(peer, file)).toBe(ends);
  });

  it('an unfinished file is deleted at the first midnight when it is older than a day, though chunks still come', async () => {
    const peer = await start();
    const [open, done] = [await made(peer, { name: 'open' }), await sent(peer, { name: 'done' })];
    await merge(peer);
    await peer.clock(DAY - 60_000);
    expect(await send(peer, open, 1, first)).toMatchObject(ok);
    await peer.clock(DAY + 60_000);
    expect(await send(peer, open, 2, second)).toEqual(noFile);
    expect(await state(peer, done)).toBe('completed');
  });
});

describe('the sign-in page of a FilesNest', () => {
  const redirect = 'http://127.0.0.1:4711/nonce';
  const open = ({ url }: Peer, form?: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(`${url}/login?redirect=${encodeURIComponent(redirect)}&device_name=%3Cdesk%3E`, {
      headers: { connection: 'close' },
      redirect: 'manual',
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });

  it('leads to the address with a token, which is good', async () => {
    const peer = await start();
    const { email = '', password = '' } = peer.vars;
    expect(await (await open(peer)).text()).toMatch(/<form.*&#60;desk&#62;/);
    expect(await open(peer, { email, password: 'x' })).toMatchObject({ status: 422 });
    const location = new URL((await open(peer, { email, password })).headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe(redirect);
    const token = location.searchParams.get('token') ?? '';
    await peer.kill();
    const list = (): Promise<Said> => ask(peer, 'GET', '/files', { token });
    expect(await list()).toMatchObject(ok);
    await peer.ask(`/__peer/revoke?token=${encodeURIComponent(token)}`);
    expect(await list()).toMatchObject({ status: 403 });
  });

  it('leads nowhere else where the server has a list of addresses', async () => {
    const peer = await start({ redirects: [] });
    const { email = '', password = '' } = peer.vars;
    expect(await open(peer, { email, password })).toMatchObject({ status: 422 });
  });
});
