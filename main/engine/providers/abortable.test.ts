import { expect, it } from 'vitest';
import type { Http, Request } from '../http/http.ts';
import { abortableHttp, unlessAborted } from './abortable.ts';

it('requests end with their call; a body that a cut harms only when everything ends at once', () => {
  const sent: Request[] = [];
  const http: Http = { send: (request) => (sent.push(request), new Promise(() => undefined)) };
  const call = new AbortController();
  const own = new AbortController();
  const now = new AbortController();
  const during = abortableHttp(http, call.signal, now.signal);
  const stream = async function* (): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(new Uint8Array(1));
  };
  const body = { length: 1, contentType: 'x/y', stream };
  void during.send({ method: 'POST', url: 'http://a/create', body: { json: {} } });
  void during.send({ method: 'PUT', url: 'http://a/file', body });
  void during.send({ method: 'PUT', url: 'http://a/chunk', body, finishBody: true });
  void during.send({ method: 'PUT', url: 'http://a/chunk', body, signal: own.signal });
  call.abort();
  expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true, true, false, false]);
  now.abort();
  expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true, true, true, false]);
  expect(own.signal.aborted).toBe(false);
});

it('a wait for what others wait for as well ends with its call, and leaves it to them', async () => {
  const work = Promise.withResolvers<number>();
  const call = new AbortController();
  const waiting = unlessAborted(work.promise, call.signal);
  const other = unlessAborted(work.promise, new AbortController().signal);
  call.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  work.resolve(7);
  expect(await other).toBe(7);
  await expect(unlessAborted(work.promise, call.signal)).rejects.toMatchObject({ name: 'AbortError' });
});
