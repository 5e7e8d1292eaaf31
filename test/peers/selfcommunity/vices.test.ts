import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Peer, startPeer } from '../peer.ts';
import { post, read, type Said, sendChunk, sendDone } from './client.ts';
import type { SelfCommunityConfig, Vice } from './config.ts';
import type { StoredFile } from './disk.ts';
import { UPLOAD_PATH } from './django.ts';
import type { FineUploaderReport } from './journal.ts';

const first = Buffer.from('the first chunk, ');
const second = Buffer.from('the second one.');
const whole = Buffer.concat([first, second]);
const hash = (algorithm: 'md5' | 'sha256', bytes: Buffer): string => createHash(algorithm).update(bytes).digest('hex');

const peers: Peer[] = [];
const start = async (config: Partial<SelfCommunityConfig> = {}): Promise<Peer> => {
  const peer = await startPeer('selfcommunity', { config: { ...config } });
  peers.push(peer);
  return peer;
};
const startWith = (...vices: readonly Vice[]): Promise<Peer> => start({ vices });
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()));
});

const report = (peer: Peer): Promise<FineUploaderReport> => peer.ask('/__peer/report');
const files = (peer: Peer): Promise<readonly StoredFile[]> => peer.ask('/__peer/files');
const missing = (field: string): Said => ({
  status: 400,
  body: { errors: [{ field, messages: [{ code: 'required', message: 'This field is required.' }] }] },
});
const token = (peer: Peer, fields: Readonly<Record<string, string>>): Promise<Said> =>
  post(peer, '/oauth/token/', fields);

/** Sends both chunks; returns the UUID. */
const sendBoth = async (peer: Peer): Promise<string> => {
  const uuid = read(await sendChunk(peer, 0, first), 'file_uuid');
  expect(await sendChunk(peer, 1, second, uuid)).toEqual({ status: 200, body: { file_uuid: uuid } });
  return uuid;
};

describe('an upload to SelfCommunity', () => {
  it('gets its UUID from the server, and its address from done', async () => {
    const peer = await start();
    const uuid = await sendBoth(peer);
    const url = `${peer.url}/media/pm/${uuid}/a.bin`;
    const done = await sendDone(peer, uuid, { md5: hash('md5', whole) });
    expect(done).toEqual({ status: 200, body: { file_url: url, file_uuid: uuid } });
    expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).toBe(String(whole.length));
    expect(await (await fetch(url, { headers: { authorization: 'Bearer x' } })).text()).toBe(String(whole));
    expect(await files(peer)).toEqual([{ uuid, name: 'a.bin', size: whole.length, sha256: hash('sha256', whole) }]);
    const once = { began: 1, stored: 1, again: 0 };
    expect(await report(peer)).toEqual({
      transfers: { [uuid]: { 0: once, 1: once } },
      done: { [uuid]: 1 },
      grants: {},
      messages: {},
      looks: { bare: 1, token: 1 },
      vices: {},
    });
  });

  it('in one request has its address at once', async () => {
    const peer = await start();
    const said = await post(peer, UPLOAD_PATH, { filename: 'a b.bin', file: whole });
    expect(read(said, 'file_url')).toBe(`${peer.url}/media/pm/${read(said, 'file_uuid')}/a%20b.bin`);
    expect(await files(peer)).toMatchObject([{ name: 'a b.bin', sha256: hash('sha256', whole) }]);
  });

  it('continues after a kill and a restart of the server', async () => {
    const peer = await start();
    const uuid = read(await sendChunk(peer, 0, first), 'file_uuid');
    await peer.kill();
    await sendChunk(peer, 1, second, uuid);
    await peer.restart();
    expect(await sendDone(peer, uuid)).toMatchObject({ status: 200 });
  });

  it.each([
    ['now', '', 'file', 'qq'],
    ['qq', 'qq', 'qqfile', ''],
  ] as const)('names its fields as the server has them (%s): others are missing', async (fields, good, name, bad) => {
    const peer = await start({ fields });
    expect(await sendChunk(peer, 0, first, undefined, bad)).toEqual(missing(name));
    expect(await sendChunk(peer, 0, first, undefined, good)).toMatchObject({ status: 200 });
    expect(await sendChunk(peer, 1, second, undefined, good)).toEqual(missing(`${good}uuid`));
  });

  it('may name its fields in both ways where the server takes both', async () => {
    const peer = await start({ fields: 'both' });
    for (const prefix of ['', 'qq'])
      expect(await sendChunk(peer, 0, first, undefined, prefix)).toMatchObject({ status: 200 });
  });

  it('is not done by an address with a slash more', async () => {
    const peer = await start();
    await sendBoth(peer);
    expect(await post(peer, `${UPLOAD_PATH}?done/`, {})).toEqual(missing('file'));
    expect((await report(peer)).done).toEqual({});
  });

  it('whose checksum is another is refused', async () => {
    const peer = await start();
    const uuid = await sendBoth(peer);
    expect(await sendDone(peer, uuid, { md5: hash('md5', first) })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'md5' }] },
    });
  });

  it('is used by a message that names it', async () => {
    const peer = await startWith({ at: 'message', does: 'lose-answer' });
    const uuid = read(await post(peer, UPLOAD_PATH, { file: whole }), 'file_uuid');
    expect(await post(peer, '/api/v2/pm/', { recipient: '7', message: 'here', file_uuid: uuid })).toBe(undefined);
    expect((await report(peer)).messages).toEqual({ [uuid]: 1 });
  });
});

describe('the vices of a SelfCommunity', () => {
  it.each([
    ['failure', { success: false }],
    ['preventRetry', { success: false, preventRetry: true }],
    ['reset', { success: false, reset: true }],
  ] as const)('a failure stands in the body of a 200: %s', async (does, body) => {
    const peer = await startWith({ at: 'chunk', index: 1, does });
    const uuid = read(await sendChunk(peer, 0, first), 'file_uuid');
    const error = 'The part cannot be stored.';
    expect(await sendChunk(peer, 1, second, uuid)).toEqual({ status: 200, body: { ...body, error } });
    expect(await sendChunk(peer, 1, second, uuid)).toMatchObject({ status: does === 'reset' ? 404 : 200 });
  });

  it('a chunk that is sent again keeps the first bytes', async () => {
    const peer = await start();
    const uuid = await sendBoth(peer);
    await sendChunk(peer, 1, Buffer.from('something else'), uuid);
    await sendDone(peer, uuid);
    expect(await files(peer)).toMatchObject([{ sha256: hash('sha256', whole) }]);
    expect((await report(peer)).transfers[uuid]?.[1]).toEqual({ began: 2, stored: 2, again: 1 });
  });

  it('the answer of done is lost; done again fails, and leaves a second file', async () => {
    const peer = await startWith({ at: 'done', does: 'lose-answer' });
    const uuid = await sendBoth(peer);
    expect(await sendDone(peer, uuid)).toBe(undefined);
    expect(await files(peer)).toMatchObject([{ size: whole.length }]);
    expect(await sendDone(peer, uuid)).toMatchObject({ status: 500 });
    expect((await files(peer)).map(({ size }) => size).sort()).toEqual([0, whole.length]);
    expect((await report(peer)).done).toEqual({ [uuid]: 2 });
  });

  it('a request of done that is lost does nothing', async () => {
    const peer = await startWith({ at: 'done', does: 'lose-request' });
    const uuid = await sendBoth(peer);
    expect(await sendDone(peer, uuid)).toBe(undefined);
    expect(await files(peer)).toEqual([]);
    expect(await sendDone(peer, uuid)).toMatchObject({ status: 200 });
  });

  it('an upload that was left is forgotten: 404 for its next chunk', async () => {
    const peer = await start({ upload_ttl: 60 });
    const uuid = read(await sendChunk(peer, 0, first), 'file_uuid');
    await peer.clock(61_000);
    expect(await sendChunk(peer, 1, second, uuid)).toMatchObject({ status: 404 });
  });

  it('errors may be no list, and a vice is shown as often as it is meant to, over a kill too', async () => {
    const peer = await startWith({ at: 'file', does: 503, errors: 'busy', times: 2 });
    const send = (): Promise<Said> => post(peer, UPLOAD_PATH, { file: whole });
    expect(await send()).toEqual({ status: 503, body: { errors: 'busy' } });
    await peer.kill();
    expect(await send()).toMatchObject({ status: 503 });
    expect(await send()).toMatchObject({ status: 200 });
    expect((await report(peer)).vices).toEqual({ 0: 2 });
  });

  it.each([
    ['wrong', 200, String(whole.length + 1)],
    ['absent', 200, null],
    [405, 405, '0'],
  ] as const)('HEAD of the address may say something else: %s', async (head, status, length) => {
    const peer = await start({ head });
    const url = read(await post(peer, UPLOAD_PATH, { file: whole }), 'file_url');
    const answer = await fetch(url, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length')]).toEqual([status, length]);
  });

  it('nothing is kept of a body that breaks off', async () => {
    const peer = await start();
    const uuid = read(await sendChunk(peer, 0, first), 'file_uuid');
    const { hostname, port } = new URL(peer.url);
    const socket = connect(Number(port), hostname).on('error', () => {});
    const head = [
      `POST ${UPLOAD_PATH} HTTP/1.1`,
      `Host: ${hostname}`,
      `Content-Type: multipart/form-data; boundary=b`,
      `Content-Length: 10000`,
    ];
    const fields = [`name="uuid"\r\n\r\n${uuid}`, 'name="partindex"\r\n\r\n1', 'name="file"; filename="b"\r\n\r\nhalf'];
    const parts = fields.map((field) => `--b\r\nContent-Disposition: form-data; ${field}`);
    socket.write(`${head.join('\r\n')}\r\n\r\n${parts.join('\r\n')}`);
    const arrived = async (): Promise<unknown> => (await report(peer)).transfers[uuid]?.[1];
    await expect.poll(arrived).toEqual({ began: 1, stored: 0, again: 0 });
    socket.resetAndDestroy();
    await sendChunk(peer, 1, second, uuid);
    expect(await arrived()).toEqual({ began: 2, stored: 1, again: 0 });
  });
});

describe('the tokens of a SelfCommunity', () => {
  it('expire, and are refreshed once by each refresh token', async () => {
    const peer = await start({ access_token_ttl: 60 });
    await peer.clock(61_000);
    expect(await sendChunk(peer, 0, first)).toMatchObject({ status: 401 });
    const fields = { grant_type: 'refresh_token', refresh_token: peer.vars['refresh'] ?? '' };
    const pair = await token(peer, fields);
    expect(pair).toMatchObject({ status: 200, body: { expires_in: 60, token_type: 'Bearer' } });
    expect(await token(peer, fields)).toEqual({ status: 400, body: { error: 'invalid_grant' } });
    const access = read(pair, 'access_token');
    expect(await post(peer, UPLOAD_PATH, { file: whole }, access)).toMatchObject({ status: 200 });
    expect((await report(peer)).grants).toEqual({ refresh_token: 1 });
  });

  it('are granted for a password, checked and revoked', async () => {
    const peer = await start();
    const { username = '', password = '' } = peer.vars;
    const grant = { grant_type: 'password', username, password };
    expect(await token(peer, { ...grant, password: 'x' })).toMatchObject({ status: 400 });
    const access = read(await token(peer, grant), 'access_token');
    const verify = (): Promise<Said> => post(peer, '/api/v2/jwt/verify_token/', { token: access });
    expect(await verify()).toMatchObject({ status: 200 });
    await post(peer, '/oauth/revoke_token/', { token: access });
    expect(await verify()).toMatchObject({ status: 401 });
    expect(await post(peer, UPLOAD_PATH, { file: whole }, access)).toMatchObject({ status: 401 });
  });
});
