/** How a server is reached: its own certificate, its own CA, a proxy; each from `server add` to an upload that is whole. */
import { X509Certificate } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { httpBench } from '../../main/engine/http/test-servers.ts';
import { type Peer, startPeer } from '../peers/peer.ts';
import { lines, Terminal } from './cli-process.ts';

const fixtures = join(import.meta.dirname, '../../main/engine/http/fixtures');
const pem = (name: string): string => readFileSync(join(fixtures, name), 'utf8');
const certificate = (name: 'self-signed' | 'by-ca') => ({ key: pem(`${name}.key.pem`), cert: pem(`${name}.crt.pem`) });
const fingerprint = (name: 'self-signed' | 'by-ca'): string =>
  new X509Certificate(pem(`${name}.crt.pem`)).fingerprint256;

let peer: Peer;
let terminal: Terminal;
const { listen } = httpBench();

const pair = (a: Socket, b: Socket): void => {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const)
    from.on('error', () => to.destroy()).pipe(to);
};
const toPeer = (): Socket => connect(Number(new URL(peer.url).port), '127.0.0.1');

/** TLS before the server; its certificate can be changed. */
const secure = async (name: 'self-signed' | 'by-ca') => {
  const server = createTlsServer(certificate(name), (socket) => pair(socket, toPeer()));
  server.on('tlsClientError', () => undefined);
  return { server, url: `https://localhost:${await listen(server)}` };
};

/** A proxy as companies have it; tells how many requests and tunnels went through it. */
const startProxy = async () => {
  const seen = { requests: 0, tunnels: 0 };
  const server = createServer((from, to) => {
    seen.requests++;
    const { method, headers, url = '' } = from;
    const onward = request(url, { method, headers, agent: false }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    from.pipe(onward.on('error', () => to.destroy()));
  });
  server.on('connect', ({ url = '' }, client: Socket) => {
    seen.tunnels++;
    const [host, port] = url.split(':');
    const onward = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      pair(client, onward);
    });
    onward.on('error', () => client.destroy());
  });
  return { seen, url: `http://127.0.0.1:${await listen(server)}` };
};

const uploads = async (): Promise<void> => {
  await writeFile(terminal.path('a.bin'), Buffer.alloc(300_000, 7));
  const { code, out, err } = await terminal.run('upload', '--json', 'a.bin');
  expect([code, err]).toEqual([0, '']);
  const stored = await peer.storedFile(String(lines(out).at(-1)?.['shareKey']));
  expect(stored.size).toBe(300_000);
};

beforeAll(async () => {
  peer = await startPeer('stend', { config: { CHUNK_SIZE: 200_000 } });
});
afterAll(() => peer.stop());
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(() => terminal.close());

describe('a certificate that nobody vouches for', () => {
  it('is shown with its fingerprint, and trusted for this server alone when it is pinned', async () => {
    const { url } = await secure('self-signed');
    const refused = await terminal.run('server', 'add', url, '--name', 'nas');
    expect(refused).toMatchObject({ code: 3, out: '' });
    expect(refused.err).toContain('shows a certificate that is not trusted (it is signed by itself)');
    expect(refused.err).toContain(`Its SHA-256 fingerprint is ${fingerprint('self-signed')}.`);
    expect(refused.err).toContain('--pin');
    expect(await terminal.objects('server', 'list')).toEqual([]);
    const pinned = await terminal.run('server', 'add', url, '--name', 'nas', '--pin', fingerprint('self-signed'));
    expect(pinned.code).toBe(0);
    await uploads();
    const other = await secure('self-signed');
    expect(await terminal.run('server', 'add', other.url, '--name', 'other')).toMatchObject({ code: 3 });
    expect((await terminal.run('server', 'add', url, '--pin', 'AB:CD')).code).toBe(2);
  });

  it('that becomes another one stops uploads until a person trusts that one', async () => {
    const { server, url } = await secure('self-signed');
    await terminal.run('server', 'add', url, '--name', 'nas', '--pin', fingerprint('self-signed'));
    server.setSecureContext(certificate('by-ca'));
    await writeFile(terminal.path('b.bin'), 'content');
    const asked = await terminal.run('upload', 'b.bin');
    expect(asked.code).toBe(3);
    expect(asked.out).toContain('nas shows another certificate than the one you trusted. Nothing was sent.');
    const command = `decide 1 trust-certificate --fingerprint ${fingerprint('by-ca')}`;
    expect(asked.out).toContain(`stevedore ${command}`);
    expect((await terminal.run(...command.split(' '))).code).toBe(0);
    expect((await terminal.run('run', '--until-idle')).out).toMatch(/^✓ b\.bin/m);
  });

  it('is trusted where its CA is given, wherever the next command is started', async () => {
    const { url } = await secure('by-ca');
    expect((await terminal.run('server', 'add', url)).err).toContain('not trusted (its CA is not known)');
    expect((await terminal.run('server', 'add', url, '--ca', 'nowhere.pem')).err).toContain('nowhere.pem');
    copyFileSync(join(fixtures, 'ca.crt.pem'), terminal.path('own ca.pem'));
    expect((await terminal.run('server', 'add', url, '--name', 'nas', '--ca', 'own ca.pem')).code).toBe(0);
    expect(await terminal.objects('server', 'list')).toMatchObject([
      { connection: { caFile: terminal.path('own ca.pem') } },
    ]);
    await uploads();
  });
});

describe('a proxy that is given for a server', () => {
  it('carries everything for it', async () => {
    const { seen, url } = await startProxy();
    expect((await terminal.run('server', 'add', peer.url, '--name', 'nas', '--proxy', url)).code).toBe(0);
    const added = seen.requests;
    expect(added).toBeGreaterThan(1);
    await uploads();
    expect(seen.requests).toBeGreaterThan(added + 3);
    expect(await terminal.run('server', 'update', 'nas', '--proxy', 'none')).toMatchObject({ code: 0, err: '' });
    const before = seen.requests;
    await uploads();
    expect(seen.requests).toBe(before);
  });

  it('is a tunnel for https, and vouches for nothing', async () => {
    const { seen, url } = await startProxy();
    const behind = await secure('self-signed');
    expect(await terminal.run('server', 'add', behind.url, '--proxy', url)).toMatchObject({ code: 3 });
    const pin = fingerprint('self-signed');
    expect(await terminal.run('server', 'add', behind.url, '--proxy', url, '--pin', pin)).toMatchObject({ code: 0 });
    await uploads();
    expect(seen).toMatchObject({ requests: 0 });
    expect(seen.tunnels).toBeGreaterThan(1);
  });

  it('that is not there, or carries a password, is said in words, and nothing is saved', async () => {
    const dead = await terminal.run('server', 'add', peer.url, '--proxy', 'http://127.0.0.1:1');
    expect(dead.code).toBe(1);
    expect(dead.err).toContain('The proxy 127.0.0.1:1 does not let requests through (connection refused).');
    expect(dead.err).toContain('Nothing was saved.');
    const told = await terminal.run('server', 'add', peer.url, '--proxy', 'http://me:planted@127.0.0.1:1');
    expect(told).toMatchObject({ code: 2, out: '' });
    expect(told.err).toContain('a password in it could be seen by others');
    expect(told.err).not.toContain('planted');
    expect(await terminal.objects('server', 'list')).toEqual([]);
  });
});
