import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../outcome.ts';
import type { Body } from './http.ts';
import { proxyFor } from './proxy.ts';
import { httpBench } from './test-servers.ts';

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);
const pem = (name: string): string => readFileSync(fixture(name), 'utf8');
const fingerprint = (name: string): string => new X509Certificate(pem(name)).fingerprint256;

const { client, endings, listen } = httpBench();

const echo = (req: IncomingMessage, res: { end: (text: string) => void }): void => {
  let n = 0;
  req.on('data', (block: Buffer) => (n += block.length));
  req.on('end', () => res.end(`${req.method} ${req.url} ${n}`));
};

/** A TLS server that tells how many requests reached it. */
const secure = async (certificate: 'self-signed' | 'by-ca') => {
  const seen = { requests: 0 };
  const server = createSecureServer(
    { key: pem(`${certificate}.key.pem`), cert: pem(`${certificate}.crt.pem`) },
    (req, res) => {
      seen.requests++;
      echo(req, res);
    },
  );
  const port = await listen(server.on('tlsClientError', () => undefined));
  return { seen, url: `https://127.0.0.1:${port}/`, named: `https://localhost:${port}/` };
};

const smallBody = (seen: { pulls: number }): Body => ({
  length: 3,
  contentType: 'x/y',
  stream: async function* () {
    seen.pulls++;
    yield await Promise.resolve(Buffer.from('abc'));
  },
});

describe('a name', () => {
  it('is looked up as the client was made to, for each connection', async () => {
    const { seen, url } = await secure('self-signed');
    const named = url.replace('127.0.0.1', 'server.example');
    let known = true;
    const http = client({
      pinnedCertificate: fingerprint('self-signed.crt.pem'),
      lookup: (name, _options, found) => {
        expect(name).toBe('server.example');
        if (known) found(null, [{ address: '127.0.0.1', family: 4 }]);
        else found(Object.assign(new Error(), { code: 'ENOTFOUND' }), '');
      },
    });
    expect(await http.send({ method: 'GET', url: named, headers: { connection: 'close' } })).toMatchObject({
      ok: true,
    });
    known = false;
    const { ok, failure } = (await http.send({ method: 'GET', url: named })) as { ok: boolean; failure?: Failure };
    // Without a network this machine is the reason.
    expect([ok, failure?.behaviour]).toEqual([false, expect.stringMatching(/^(server-busy|offline)$/)]);
    expect(seen.requests).toBe(1);
  });
});

describe('a certificate', () => {
  it('that nobody vouches for is refused with its fingerprint, before anything is sent or pulled', async () => {
    const { seen, url } = await secure('self-signed');
    const pulled = { pulls: 0 };
    const outcome = await client().send({ method: 'POST', url, body: smallBody(pulled) });
    expect(outcome).toEqual({
      ok: false,
      failure: {
        behaviour: 'attention',
        problem: {
          code: 'certificate-untrusted',
          params: { server: 'Test', reason: 'self-signed', fingerprint: fingerprint('self-signed.crt.pem') },
        },
        scope: 'server',
      },
    });
    expect([seen.requests, pulled.pulls]).toEqual([0, 0]);
  });

  it('that is pinned is trusted, however its fingerprint is written', async () => {
    const { url } = await secure('self-signed');
    const pinnedCertificate = fingerprint('self-signed.crt.pem').replaceAll(':', '').toLowerCase();
    const http = client({ pinnedCertificate });
    const pulled = { pulls: 0 };
    expect(await http.send({ method: 'POST', url, body: smallBody(pulled) })).toMatchObject({
      value: { text: 'POST / 3' },
    });
    expect(await http.send({ method: 'GET', url })).toMatchObject({ value: { text: 'GET / 0' } });
  });

  it('other than the pinned one is refused, even if a CA vouches for it', async () => {
    const { seen, url } = await secure('by-ca');
    const pinnedCertificate = fingerprint('self-signed.crt.pem');
    const outcome = await client({ pinnedCertificate, caFile: fixture('ca.crt.pem') }).send({ method: 'GET', url });
    expect(outcome).toMatchObject({
      failure: {
        behaviour: 'attention',
        scope: 'server',
        problem: { code: 'certificate-changed', params: { fingerprint: fingerprint('by-ca.crt.pem') } },
      },
    });
    expect(seen.requests).toBe(0);
  });

  it('of a CA is trusted with its file, and only with it', async () => {
    const { url, named } = await secure('by-ca');
    const http = client({ caFile: fixture('ca.crt.pem') });
    expect(await http.send({ method: 'GET', url })).toMatchObject({ ok: true });
    expect(await http.send({ method: 'GET', url: named })).toMatchObject({ ok: true });
    expect(await client().send({ method: 'GET', url })).toMatchObject({
      failure: { problem: { code: 'certificate-untrusted' } },
    });
  });

  it('for another name is refused, whoever vouches for it', async ({ skip }) => {
    const { url } = await secure('by-ca');
    const other = url.replace('127.0.0.1', '127.0.0.2');
    const listening = createSecureServer({ key: pem('by-ca.key.pem'), cert: pem('by-ca.crt.pem') }, echo);
    listening.on('tlsClientError', () => undefined).listen(Number(new URL(url).port), '127.0.0.2');
    const able = await Promise.race([
      once(listening, 'listening').then(() => true),
      once(listening, 'error').then(() => false),
    ]);
    endings.push(() => listening.close());
    skip(!able, 'this system answers at 127.0.0.1 only');
    expect(await client({ caFile: fixture('ca.crt.pem') }).send({ method: 'GET', url: other })).toMatchObject({
      failure: { problem: { code: 'certificate-untrusted', params: { reason: 'other-name' } } },
    });
  });

  it('of many connections at once is judged for each', async () => {
    const { url } = await secure('self-signed');
    const http = client();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => http.send({ method: 'GET', url })));
    expect(outcomes.every((outcome) => !outcome.ok)).toBe(true);
  });

  it('in a CA file that is none, or is not there, is asked about', async () => {
    const { url } = await secure('by-ca');
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-'));
    endings.push(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'empty.pem'), 'nothing\n');
    for (const [name, reason] of [
      ['empty.pem', 'no-certificate'],
      ['missing.pem', 'ENOENT'],
    ] as const) {
      expect(await client({ caFile: join(folder, name) }).send({ method: 'GET', url })).toMatchObject({
        failure: { behaviour: 'attention', problem: { code: 'file-unreadable', params: { reason } } },
      });
    }
  });

  it('lets a body through unmixed whose buffer is used again for each block', async () => {
    const size = 300_000;
    const server = createSecureServer({ key: pem('by-ca.key.pem'), cert: pem('by-ca.crt.pem') }, (req, res) => {
      let at = 0;
      let right = true;
      req.on('data', (block: Buffer) => {
        right &&= block.every((byte, i) => byte === Math.floor((at + i) / size) % 251);
        at += block.length;
        req.pause();
        setTimeout(() => req.resume(), 1);
      });
      req.on('end', () => res.end(`${right} ${at}`));
    });
    const url = `https://127.0.0.1:${await listen(server)}/`;
    const buffer = Buffer.alloc(size);
    const body: Body = {
      length: 30 * size,
      contentType: 'x/y',
      stream: async function* () {
        for (let i = 0; i < 30; i++) yield await Promise.resolve(buffer.fill(i % 251));
      },
    };
    const outcome = await client({ caFile: fixture('ca.crt.pem') }).send({ method: 'PUT', url, body });
    expect(outcome).toMatchObject({ value: { text: `true ${30 * size}`, bodySent: true } });
  });

  it('cannot be had from a server without TLS', async () => {
    const port = await listen(createServer(echo));
    expect(await client().send({ method: 'GET', url: `https://127.0.0.1:${port}/` })).toMatchObject({
      failure: { behaviour: 'server-busy', problem: { code: 'server-unreachable' }, nothingMade: true },
    });
  });
});

/** A proxy that wants a password, tunnels with CONNECT and passes absolute requests on. */
const proxy = async (answer?: number) => {
  const seen: string[] = [];
  const wanted = `Basic ${Buffer.from('us er:se:cret').toString('base64')}`;
  const server: HttpServer = createServer((req, res) => {
    seen.push(`${req.method} ${req.url}`);
    if (req.headers['proxy-authorization'] !== wanted) res.writeHead(407).end();
    else echo(req, res);
  });
  server.on('connect', (req: IncomingMessage, socket: Socket) => {
    seen.push(`CONNECT ${req.url}`);
    socket.on('error', () => undefined);
    const refusal = req.headers['proxy-authorization'] === wanted ? answer : 407;
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${req.url}`);
    const to = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      to.pipe(socket).pipe(to);
    });
    to.on('error', () => socket.destroy());
    endings.push(() => to.destroy());
  });
  const port = await listen(server);
  const url = (credentials: string): string => `http://${credentials}127.0.0.1:${port}`;
  return { seen, url, address: `127.0.0.1:${port}` };
};

describe('a proxy', () => {
  it('tunnels https, certificate and body included', async () => {
    const { url } = await secure('by-ca');
    const { seen, url: proxyUrl } = await proxy();
    const http = client({ proxy: { url: proxyUrl('us%20er:se%3Acret@') }, caFile: fixture('ca.crt.pem') });
    const pulled = { pulls: 0 };
    expect(await http.send({ method: 'PUT', url, body: smallBody(pulled) })).toMatchObject({
      value: { text: 'PUT / 3' },
    });
    expect(await http.send({ method: 'GET', url })).toMatchObject({ value: { text: 'GET / 0' } });
    expect(seen).toEqual([`CONNECT ${new URL(url).host}`]);
  });

  it('does not vouch for the server behind it', async () => {
    const { seen, url } = await secure('self-signed');
    const { url: proxyUrl } = await proxy();
    expect(await client({ proxy: { url: proxyUrl('us%20er:se%3Acret@') } }).send({ method: 'GET', url })).toMatchObject(
      {
        failure: {
          problem: { code: 'certificate-untrusted', params: { fingerprint: fingerprint('self-signed.crt.pem') } },
        },
      },
    );
    expect(seen.requests).toBe(0);
  });

  it('gets plain http as absolute requests', async () => {
    const { seen, url: proxyUrl } = await proxy();
    const http = client({ proxy: { url: proxyUrl('us%20er:se%3Acret@') } });
    expect(await http.send({ method: 'GET', url: 'http://files.test/a?b=1' })).toMatchObject({ ok: true });
    expect(seen).toEqual(['GET http://files.test/a?b=1']);
  });

  it('that refuses fails without its password in the words, and before a body is pulled', async () => {
    const { url } = await secure('by-ca');
    const pulled = { pulls: 0 };
    const { url: proxyUrl, address } = await proxy();
    const refused = client({ proxy: { url: proxyUrl('us%20er:wrong@') } });
    const reason = 'tunnel-login';
    for (const target of [url, 'http://files.test/']) {
      expect(await refused.send({ method: 'GET', url: target })).toEqual({
        ok: false,
        failure: { behaviour: 'server-busy', problem: { code: 'proxy-failed', params: { proxy: address, reason } } },
      });
    }
    const { url: badGateway } = await proxy(502);
    const blocked = client({ proxy: { url: badGateway('us%20er:se%3Acret@') } });
    expect(await blocked.send({ method: 'POST', url, body: smallBody(pulled) })).toMatchObject({
      failure: { problem: { code: 'proxy-failed', params: { reason: 'tunnel-status:502' } } },
    });
    expect(pulled.pulls).toBe(0);
  });

  it('that is not there fails as the proxy, not as the server', async () => {
    const port = await listen(createServer(echo));
    await endings.pop()?.();
    const http = client({ proxy: { url: `http://127.0.0.1:${port}` } });
    for (const url of ['http://files.test/', 'https://files.test/']) {
      expect(await http.send({ method: 'GET', url })).toMatchObject({
        failure: { problem: { code: 'proxy-failed', params: { reason: 'connection-refused' } } },
      });
    }
  });

  it('whose address makes no sense is asked about, without showing it', async () => {
    for (const url of ['socks5://me:secret@host:1', 'http://', 'http://me:50%@host']) {
      const outcome = await client({ proxy: { url } }).send({ method: 'GET', url: 'http://files.test/' });
      expect(outcome).toMatchObject({ failure: { behaviour: 'attention', problem: { code: 'option-invalid' } } });
      expect(JSON.stringify(outcome)).not.toMatch(/secret|50%@/);
    }
  });
});

describe('the proxy of the system', () => {
  const env = {
    HTTPS_PROXY: 'http://tls.proxy:3128',
    HTTP_PROXY: 'plain.proxy',
    NO_PROXY: 'a.test, .b.test,c.test:8443 10.0.0.0/8,fd00::/8',
  };
  it.each([
    ['https://files.test/', 'tls.proxy:3128'],
    ['http://files.test/', 'plain.proxy'],
    ['https://a.test/', undefined],
    ['https://sub.a.test/', undefined],
    ['https://nota.test/', 'tls.proxy:3128'],
    ['https://b.test/', undefined],
    ['https://c.test/', 'tls.proxy:3128'],
    ['https://c.test:8443/', undefined],
    ['http://10.1.2.3/', undefined],
    ['http://11.1.2.3/', 'plain.proxy'],
    ['http://[fd00::1]/', undefined],
    ['http://localhost:3000/', undefined],
    ['http://127.1.2.3/', undefined],
    ['http://[::1]/', undefined],
  ])('for %s is %s', (url, host) => {
    expect(proxyFor(new URL(url), 'system', env)).toMatchObject({ ok: true });
    const found = proxyFor(new URL(url), 'system', env);
    expect(found.ok ? found.value?.host : 'failed').toBe(host);
  });

  it('prefers the lower case, and * switches it off', () => {
    const found = proxyFor(new URL('http://x.test'), 'system', { ...env, http_proxy: 'http://low:1' });
    expect(found.ok ? found.value?.host : 'failed').toBe('low:1');
    expect(proxyFor(new URL('http://x.test'), 'system', { ...env, no_proxy: '*' })).toEqual({
      ok: true,
      value: undefined,
    });
  });

  it('is not asked where the person wants none, and one given by hand is used for loopback too', () => {
    expect(proxyFor(new URL('http://x.test'), 'none', env)).toEqual({ ok: true, value: undefined });
    expect(proxyFor(new URL('http://127.0.0.1'), { url: 'p.test:8080' }, {})).toMatchObject({
      value: { host: 'p.test:8080' },
    });
  });
});
