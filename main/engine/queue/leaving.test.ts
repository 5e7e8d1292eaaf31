import { expect, it } from 'vitest';
import type { Http, Request } from '../http/http.ts';
import { leavable } from './leaving.ts';

it('requests are abandoned when the program ends; those with bytes of a file only when it ends at once', () => {
  const sent: Request[] = [];
  const http: Http = { send: (request) => (sent.push(request), new Promise(() => undefined)) };
  const left = new AbortController();
  const own = new AbortController();
  const now = new AbortController();
  const wrapped = leavable(http, left.signal, now.signal);
  const stream = async function* (): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(new Uint8Array(1));
  };
  void wrapped.send({ method: 'POST', url: 'http://a/create', body: { json: {} } });
  void wrapped.send({ method: 'GET', url: 'http://a/info', signal: own.signal });
  void wrapped.send({ method: 'PUT', url: 'http://a/chunk', body: { length: 1, contentType: 'x/y', stream } });
  const body = { length: 1, contentType: 'x/y', stream };
  void wrapped.send({ method: 'PUT', url: 'http://a/chunk', body, signal: own.signal });
  left.abort();
  expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true, true, false, false]);
  now.abort();
  expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true, true, true, false]);
  expect(own.signal.aborted).toBe(false);
});
