import { describe, expect, it } from 'vitest';
import type { RequestDone } from './client.ts';
import { blocksBody, block, drain, httpBench } from './test-servers.ts';

const bench = httpBench();
const noted = (): { readonly http: ReturnType<typeof bench.client>; readonly done: RequestDone[] } => {
  const done: RequestDone[] = [];
  return { http: bench.client({ onRequest: (one) => done.push(one) }), done };
};

describe('a request that ended is reported once', () => {
  it('with its status and the bytes of both bodies', async () => {
    const base = await bench.serve(
      (request, response) => void drain(request).then(() => response.writeHead(201).end('four')),
    );
    const { http, done } = noted();
    await http.send({ method: 'PUT', url: `${base}/a?b=c`, body: blocksBody(3).body });
    await http.send({ method: 'POST', url: `${base}/a`, body: { json: 'five!' } });
    expect(done).toMatchObject([
      { method: 'PUT', status: 201, sent: 3 * block.length, received: 4 },
      { method: 'POST', status: 201, sent: 7, received: 4 },
    ]);
    expect(done.every(({ ms, problem }) => ms >= 0 && problem === undefined)).toBe(true);
  });

  it('with the code of what kept its answer away', async () => {
    const base = await bench.serveRaw((socket) => void socket.once('data', () => socket.destroy()));
    const { http, done } = noted();
    await http.send({ method: 'POST', url: base, body: { json: 1 } });
    await http.send({ method: 'GET', url: 'http://127.0.0.1:1/' });
    expect(done.map(({ problem, status }) => [problem, status])).toEqual([
      ['connection-broken', undefined],
      ['server-unreachable', undefined],
    ]);
  });

  it('as aborted, with what had left until then', async () => {
    const abort = new AbortController();
    const base = await bench.serve((request) => void request.once('data', () => abort.abort()));
    const { http, done } = noted();
    await expect(
      http.send({ method: 'PUT', url: base, body: blocksBody(1_000).body, signal: abort.signal }),
    ).rejects.toThrow(/aborted/);
    expect(done).toMatchObject([{ problem: 'aborted' }]);
    expect(done[0]?.sent).toBeGreaterThan(0);
  });

  it('also where it was redirected, for each address', async () => {
    const base = await bench.serve((request, response) =>
      request.url === '/one' ? response.writeHead(302, { location: '/two' }).end() : response.end('ok'),
    );
    const { http, done } = noted();
    await http.send({ method: 'GET', url: `${base}/one` });
    expect(done.map(({ url, status }) => [url.pathname, status])).toEqual([
      ['/one', 302],
      ['/two', 200],
    ]);
  });
});
