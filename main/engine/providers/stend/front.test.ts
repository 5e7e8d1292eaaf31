import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../http/client.ts';
import type { Answer } from '../../http/http.ts';
import { startFront } from '../../../../test/peers/front.ts';
import { filePart } from './file-part.ts';
import { answer, instanceBody, linesOf, refused, scripted } from './fixtures/scripted.ts';
import { findFront } from './front.ts';
import { look } from './look.ts';
import { chunkUrl } from './probe.ts';

const instance = answer(200, instanceBody);
const nobody = refused(400, 'Clé de transfert invalide');
const nginx = { headers: { server: 'nginx/1.22.1' } };

describe('what stands before the server', () => {
  it.each<[string, Answer, string]>([
    ['bare: an early answer', { ...nobody, early: true }, 'bare'],
    ['bare: an early answer through nginx', { ...nobody, ...nginx, early: true }, 'bare'],
    ['buffered: silence of nginx', { ...nobody, ...nginx }, 'buffered'],
    ['bare: silence of another', { ...nobody, headers: { server: 'Caddy' } }, 'bare'],
    ['bare: silence of nobody', nobody, 'bare'],
  ])('is %s', async (_what, reply, front) => {
    const ctx = scripted([reply]);
    expect(await findFront(ctx, 1000, 1)).toEqual({ ok: true, value: front });
    expect(ctx.asked[0]?.body).toHaveLength(8_000);
    expect(ctx.asked[0]?.body).toMatch(/--\r\n$/);
  });

  it('tells a limit that no chunk would pass', async () => {
    const large = answer(413, '<html>');
    expect(await findFront(scripted([large]), 10_000_000, 1)).toMatchObject({
      failure: { behaviour: 'attention', problem: { code: 'proxy-limit', params: { chunk: 10_000_000 } } },
    });
    expect(await findFront(scripted([large]), 1000, 1)).toEqual({ ok: true, value: 'bare' });
    expect(await findFront(scripted([answer(502, '<html>')]), 1000, 1)).toMatchObject({
      failure: { behaviour: 'server-busy' },
    });
  });

  it('is looked for again only where version or Server header changed', async () => {
    const ctx = scripted([instance]);
    expect(await look(ctx)).toMatchObject({ value: { changed: false, settings: { front: 'bare' } } });
    expect(linesOf(ctx)).toEqual(['GET /instance']);
    const moved = scripted([answer(200, instanceBody, nginx), { ...nobody, ...nginx }]);
    expect(await look(moved)).toMatchObject({
      value: { changed: true, settings: { front: 'buffered', frontServerHeader: 'nginx/1.22.1' } },
    });
  });
});

describe('what stands before a real socket', () => {
  let server: Server | undefined;
  afterEach(() => server?.close().closeAllConnections());

  it.each([
    ['bare', 'nginx/1.22.1', true],
    ['buffered', 'nginx/1.22.1', false],
    ['bare', undefined, true],
    ['buffered', 'Stevedore-Practice', true],
  ])('is %s with Server: %s and an early answer: %s', async (front, header, early) => {
    let bytes = 0;
    server = createServer((request, response) => {
      const say = (): void => {
        if (header !== undefined) response.setHeader('server', header);
        response.writeHead(400).end(JSON.stringify({ statusCode: 400, error: 'Clé de transfert invalide' }));
      };
      request.on('data', (data: Buffer) => (bytes += data.length));
      if (early) say();
      else request.on('end', say);
    });
    await new Promise<void>((resolve) => void server?.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const http = createHttp({ serverName: 'peer', userAgent: 'test', proxy: 'none' });
    expect(await findFront({ server: { name: 'peer', address }, http }, 1000, 200)).toEqual({ ok: true, value: front });
    await expect.poll(() => bytes).toBe(8_000);
    http.close();
  });

  it('is found through an nginx that loses an early answer to a longer body', async () => {
    server = createServer((_request, response) => {
      // protocol: known by its key alone, none of the body is read; the connection ends, as nginx asks each time.
      response.writeHead(400).end(JSON.stringify({ statusCode: 400, error: 'Clé de transfert invalide' }));
    });
    await new Promise<void>((resolve) => void server?.listen(0, '127.0.0.1', resolve));
    const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    const front = await startFront({ target, slow: true });
    const http = createHttp({ serverName: 'peer', userAgent: 'test', proxy: 'none' });
    try {
      const asked = { server: { name: 'peer', address: front.url }, http };
      expect(await findFront(asked, 1000, 1)).toEqual({ ok: true, value: 'buffered' });
      const body = filePart(600_000, () => Readable.from([Buffer.alloc(600_000)]));
      const long = await http.send({ method: 'PUT', url: chunkUrl(front.url, 'nobody', 0), body, finishBody: true });
      expect(long).toMatchObject({ ok: true, value: { status: 502, html: true } });
    } finally {
      http.close();
      await front.close();
    }
  });
});
