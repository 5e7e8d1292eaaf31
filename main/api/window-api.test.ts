import { describe, expect, it } from 'vitest';
import { ContractError, type Client } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { asSaid } from '../../preload/problems/reasons.ts';
import { problemView } from '../../preload/problem-view.ts';
import { refuse, windowApi, type WindowApi } from './window-api.ts';

const asked: string[] = [];
const listeners = new Map<string, (payload: never) => void>();
const client: Client = {
  call: (name) => {
    asked.push(name);
    return Promise.reject(
      name === 'settings.get' ? new TypeError('a secret') : new ContractError(problemView(problem('server-none'))),
    );
  },
  on: (event, listener) => {
    listeners.set(event, listener);
    return () => listeners.delete(event);
  },
  close: () => Promise.resolve(),
};
const notHere = (): never => refuse(problem('not-in-browser', { what: asSaid('It') }));
const api: WindowApi = windowApi(client, {
  'window.info': notHere,
  'window.browse': () => Promise.reject(new RangeError('/home/me')),
  'window.choose': ({ what }) => ({ paths: [what] }),
  'window.copy': notHere,
  'window.openLink': notHere,
  'window.practice': notHere,
  'window.reveal': notHere,
  'window.setShortcut': notHere,
  'window.holdShortcuts': notHere,
  'window.choice': () => ({}),
  'window.keepPasted': notHere,
  'window.signInPage': ({ address }) => refuse(problem('sign-in-page', { page: address })),
});

describe('all that a window can call', () => {
  it.each([
    ['window.choose', { what: 'files' }, { ok: true, value: { paths: ['files'] } }],
    ['window.choose', { what: 'shoes' }, { ok: false, error: { code: 'input-invalid' } }],
    ['window.info', {}, { ok: false, error: { code: 'not-in-browser' } }],
    ['window.browse', {}, { ok: false, error: { code: 'internal', params: { what: 'RangeError' } } }],
    ['transfers.add', {}, { ok: false, error: { code: 'server-none' } }],
    ['settings.get', {}, { ok: false, error: { code: 'internal', params: { what: 'TypeError' } } }],
    [
      'window.signInPage',
      { carry: 'c', address: 'https://files.example.org/session', stored: 's' },
      { ok: false, error: { code: 'sign-in-page', params: { page: 'https://files.example.org/session' } } },
    ],
    [
      'window.signInPage',
      { carry: 'c', address: 'file:///etc/passwd', stored: 's' },
      { ok: false, error: { code: 'input-invalid' } },
    ],
    ['window.fly', {}, { ok: false, error: { code: 'method-unknown' } }],
    ['constructor', {}, { ok: false, error: { code: 'method-unknown' } }],
  ])('%s %j', async (name, input, reply) => expect(await api.answer(name, input)).toMatchObject(reply));

  it('asks the client for nothing that the contract does not name', async () => {
    asked.length = 0;
    await api.answer('window.fly', {});
    await api.answer('toString', {});
    await api.answer('app.info', {});
    expect(asked).toEqual(['app.info']);
  });

  it('tells windows what the engine and what the host says, until they stop listening', () => {
    const heard: unknown[] = [];
    const stop = api.listen((event, payload) => heard.push([event, payload]));
    expect(api.tell('incoming', { paths: ['/a'] })).toBe(1);
    listeners.get('queue')?.({ running: true } as never);
    expect(heard).toEqual([
      ['incoming', { paths: ['/a'] }],
      ['queue', { running: true }],
    ]);
    stop();
    expect(api.tell('command', { name: 'queue' })).toBe(0);
    expect(listeners.size).toBe(0);
  });
});
