import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../http/client.ts';
import type { Answer } from '../../http/http.ts';
import { answer, instanceBody, linesOf, refused, scripted } from './fixtures/scripted.ts';
import { findFront } from './front.ts';
import { look } from './look.ts';

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
});
