import { request as openRequest } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type Peer, type PeerOptions, startPeer } from '../peer.ts';
import { codeAt } from '../totp.ts';
import { controlOf } from './control.ts';

interface Envelope {
  readonly code: number;
  readonly data?: unknown;
  readonly msg: string;
}
interface Session {
  readonly session_id: string;
  readonly expires: number;
  readonly upload_urls?: readonly string[];
  readonly completeURL?: string;
  readonly credential?: string;
  readonly callback_secret: string;
}

const URI = 'cloudreve://my/a.txt';
const HOUR = 3600_000;
const peers: Peer[] = [];

const start = async (config: Readonly<Record<string, unknown>> = {}, more: PeerOptions = {}): Promise<Peer> => {
  const peer = await startPeer('cloudreve', { config: { chunk_size: 10, ...config }, restartDelay: 20, ...more });
  peers.push(peer);
  return peer;
};
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()));
});

const call = async (
  peer: Peer,
  method: string,
  path: string,
  body?: unknown,
  token = peer.vars['token'],
): Promise<Envelope> => {
  const headers = { connection: 'close', ...(token && { authorization: `Bearer ${token}` }) };
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(`${peer.url}/api/v4${path}`, { method, headers, ...sent });
  return (await response.json()) as Envelope;
};
const create = async (peer: Peer, size: number, more: object = {}): Promise<Session> => {
  const answer = await call(peer, 'PUT', '/file/upload', { uri: URI, size, policy_id: peer.vars['policy'], ...more });
  expect(answer).toMatchObject({ code: 0 });
  return answer.data as Session;
};
const send = (peer: Peer, { session_id: id }: Session, index: number, body: string): Promise<Envelope> =>
  call(peer, 'POST', `/file/upload/${id}/${index}`, body);
const info = (peer: Peer): Promise<Envelope> => call(peer, 'GET', `/file/info?uri=${encodeURIComponent(URI)}`);
const signIn = (peer: Peer, more: object = {}): Promise<Envelope> =>
  call(peer, 'POST', '/session/token', { email: peer.vars['email'], password: peer.vars['password'], ...more }, '');

/** Begins a chunk, and ends it when it is told to. */
const begin = (peer: Peer, { session_id: id }: Session, index: number, body: string) => {
  const headers = { authorization: `Bearer ${peer.vars['token'] ?? ''}`, 'content-length': body.length };
  const path = `${peer.url}/api/v4/file/upload/${id}/${index}`;
  const request = openRequest(path, { method: 'POST', headers, agent: false });
  const answer = new Promise<Envelope>((resolve, reject) => {
    request.on('error', reject).on('response', (response) => {
      let text = '';
      response.on('data', (piece: Buffer) => (text += piece.toString()));
      response.on('end', () => resolve(JSON.parse(text) as Envelope));
    });
  });
  request.write(body.slice(0, 3));
  return { end: () => request.end(body.slice(3)), answer };
};

describe('time', () => {
  it('ends access tokens, and then sessions, on a clock that can be set', async () => {
    const peer = await start();
    const session = await create(peer, 20);
    await peer.clock(HOUR + 1000);
    expect(await send(peer, session, 0, 'aaaaaaaaaa')).toMatchObject({ code: 40011, msg: '' });
    expect(await info(peer)).toMatchObject({ code: 401 });
    const renewed = await call(peer, 'POST', '/session/token/refresh', { refresh_token: peer.vars['refresh'] }, '');
    const { access_token: token } = renewed.data as { access_token: string };
    const path = `/file/upload/${session.session_id}/0`;
    expect(await call(peer, 'POST', path, 'aaaaaaaaaa', token)).toMatchObject({ code: 0 });
    const date = new Date((await fetch(`${peer.url}/api/v4/site/ping`)).headers.get('date') ?? '').getTime();
    expect(date - Date.now()).toBeGreaterThan(HOUR - 5000);
    await peer.clock(24 * HOUR);
    expect((await controlOf(peer).now()) - session.expires * 1000).toBeGreaterThan(0);
    expect((await controlOf(peer).report()).refreshes).toBe(1);
  });

  it('is told in the zone of the server', async () => {
    const peer = await start({ zone: 120 });
    const answer = await call(peer, 'GET', '/user/me');
    expect((answer.data as { created_at: string }).created_at).toMatch(/^2\d{3}-.*\+02:00$/);
  });
});

describe('signing in', () => {
  it('takes the captcha that the picture shows, once', async () => {
    const peer = await start({ login_captcha: true });
    expect(await signIn(peer)).toMatchObject({ code: 40026 });
    const { data } = await call(peer, 'GET', '/site/captcha', undefined, '');
    const { image, ticket } = data as { image: string; ticket: string };
    expect(
      Buffer.from(image.split(',')[1] ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    const captcha = await controlOf(peer).captchaWord(ticket);
    expect(await signIn(peer, { captcha, ticket })).toMatchObject({ code: 0 });
    expect(await signIn(peer, { captcha, ticket })).toMatchObject({ code: 40026 });
  });

  it('keeps a sign-in that waits for its code over an orderly restart', async () => {
    const peer = await start();
    const secret = String((await call(peer, 'GET', '/user/setting/2fa')).data);
    const enabled = { two_fa_enabled: true, two_fa_code: codeAt(secret, Date.now()) };
    expect(await call(peer, 'PATCH', '/user/setting', enabled)).toMatchObject({ code: 0 });
    const waiting = await signIn(peer);
    expect(waiting.code).toBe(203);
    await peer.restart();
    const body = { otp: codeAt(secret, Date.now()), session_id: waiting.data };
    expect(await call(peer, 'POST', '/session/token/2fa', body, '')).toMatchObject({ code: 0 });
  });

  it('is answered 50001 by every call of somebody who was banned meanwhile', async () => {
    const peer = await start();
    await controlOf(peer).setStatus(1, 'manual_banned');
    for (const path of ['/site/ping', '/user/me', '/share?page_size=10'])
      expect(await call(peer, 'GET', path)).toMatchObject({ code: 50001, msg: 'failed to get login user' });
    const renewed = await call(peer, 'POST', '/session/token/refresh', { refresh_token: peer.vars['refresh'] }, '');
    expect(renewed).toMatchObject({ code: 40020 });
  });
});

describe('ends of the server', () => {
  it('waits for a chunk at an orderly end: 0, and -1 for the one that would complete', async () => {
    for (const [size, code] of [
      [20, 0],
      [10, -1],
    ] as const) {
      const peer = await start();
      const chunk = begin(peer, await create(peer, size), 0, 'aaaaaaaaaa');
      await expect.poll(async () => Object.keys((await controlOf(peer).report()).transfers)).toHaveLength(1);
      const restarted = peer.restart();
      // Its end has begun once it takes no new connection.
      const asked = () =>
        call(peer, 'GET', '/site/ping').then(
          () => 'answered',
          () => 'refused',
        );
      await expect.poll(asked).toBe('refused');
      chunk.end();
      expect((await chunk.answer).code).toBe(code);
      await restarted;
      expect((await controlOf(peer).report()).crashes).toBe(0);
    }
  });

  it('loses locks by a restart for ever, and sessions by a kill', async () => {
    const peer = await start();
    const session = await create(peer, 20);
    await peer.restart();
    await peer.restart();
    expect(await send(peer, session, 0, 'aaaaaaaaaa')).toEqual(expect.objectContaining({ code: 40073 }));
    await peer.kill();
    expect(await send(peer, session, 0, 'aaaaaaaaaa')).toMatchObject({ code: 40011 });
    const marked = { metadata: { 'sys:upload_session_id': session.session_id } };
    expect((await info(peer)).data).toMatchObject(marked);
    expect((await controlOf(peer).report()).crashes).toBe(1);
  });

  it('forgets a sign-out when it is killed', async () => {
    const peer = await start();
    const token = { refresh_token: peer.vars['refresh'] };
    await call(peer, 'DELETE', '/session/token', token);
    expect(await call(peer, 'POST', '/session/token/refresh', token, '')).toMatchObject({ code: 40020 });
    await peer.kill();
    expect(await call(peer, 'POST', '/session/token/refresh', token, '')).toMatchObject({ code: 0 });
  });
});

describe('chunks', () => {
  it('are read to the end before they are refused', async () => {
    const peer = await start();
    const body = 'x'.repeat(8 * 1024 ** 2);
    expect(await send(peer, await create(peer, 20), 0, body)).toMatchObject({ code: 40013 });
  });

  it('meet the race of their lock now and then, and are taken when they are sent again', async () => {
    const peer = await start({ lock_race_every: 2 });
    const session = await create(peer, 20);
    const codes: number[] = [];
    for (const index of [0, 1, 1]) codes.push((await send(peer, session, index, 'aaaaaaaaaa')).code);
    expect(codes).toEqual([0, 40073, 0]);
    expect((await info(peer)).data).toMatchObject({ size: 20, metadata: {} });
  });

  it('are counted for the test, and the file is there for it', async () => {
    const peer = await start();
    const session = await create(peer, 15);
    for (const [index, body] of [
      [0, 'aaaaaaaaaa'],
      [0, 'aaaaaaaaaa'],
      [1, 'bbbbb'],
    ] as const)
      expect(await send(peer, session, index, body)).toMatchObject({ code: 0 });
    const { transfers, created, completed } = await controlOf(peer).report();
    expect([created, completed]).toEqual([1, 1]);
    expect(transfers[session.session_id]).toEqual({
      0: { began: 2, stored: 2, again: 1 },
      1: { began: 1, stored: 1, again: 0 },
    });
    expect(await controlOf(peer).stored(URI)).toMatchObject({ size: 15, metadata: {}, entities: [15] });
    expect(await controlOf(peer).stored('cloudreve://my/none')).toBeUndefined();
  });
});
