import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Peer, startPeer } from '../peer.ts';

/** Requests that the real 4.18.0 was sent, and what it answered. */
let peer: Peer;
beforeAll(async () => {
  peer = await startPeer('cloudreve', { config: { chunk_size: 10 } });
});
afterAll(() => peer.stop());

interface Answer {
  readonly code: number;
  readonly msg: string;
  readonly data?: unknown;
  readonly aggregated_error?: Readonly<Record<string, { readonly code: number }>>;
}

const ask = async (method: string, path: string, body?: unknown, token = peer.vars['token']): Promise<Answer> => {
  const headers = { connection: 'close', ...(token && { authorization: `Bearer ${token}` }) };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const text = await (await fetch(`${peer.url}/api/v4${path}`, { method, headers, ...sent })).text();
  return JSON.parse(text) as Answer;
};
const my = (...names: readonly string[]): string => `cloudreve://my/${names.map(encodeURIComponent).join('/')}`;
const make = (uri: string, type = 'folder') => ask('POST', '/file/create', { uri, type });
const open = (uri: string, more: object = {}) => ask('PUT', '/file/upload', { uri, size: 5, ...more });
const list = (uri: string, more = '') => ask('GET', `/file?uri=${encodeURIComponent(uri)}${more}`);
const info = (uri: string) => ask('GET', `/file/info?extended=true&uri=${encodeURIComponent(uri)}`);
const share = async (uri: string, more: object = {}): Promise<string> => {
  const { data } = await ask('PUT', '/share', { uri, ...more });
  return new URL(String(data)).pathname.split('/')[2] ?? '';
};
const [bad, missing] = ['x', my('missing')];

describe('refused as the real server refuses them', () => {
  it.each<readonly [string, string, string, unknown, number, string]>([
    ['a lock that is none', 'DELETE', '/file/lock', { tokens: ['none'] }, 40001, 'failed to unlock file'],
    ['metadata that is a list', 'PUT', '/file/upload', { uri: missing, metadata: [] }, 40001, 'JSON marshall error'],
    ['a batch with an address that is none', 'DELETE', '/file', { uris: [missing, bad] }, 40001, 'unknown uri'],
    ['links to one', 'POST', '/file/url', { uris: [bad] }, 40001, 'unknown uri'],
    ['direct links to one', 'PUT', '/file/source', { uris: [bad] }, 40001, 'unknown uri'],
    [
      'an unknown owner',
      'POST',
      '/file/create',
      { uri: 'cloudreve://zz@my/x', type: 'folder' },
      40016,
      'Path not exist',
    ],
    ['cancelling the root', 'DELETE', '/file/upload', { id: 'x', uri: my() }, 403, 'Not supported action'],
    ['no list of shares', 'DELETE', '/share', {}, 40001, 'ShareIDs cannot be empty'],
    ['a share in no space', 'PUT', '/share', { uri: 'cloudreve://no/x' }, 404, 'src file not found'],
    [
      'a share that is none',
      'GET',
      '/file?uri=cloudreve%3A%2F%2Fzz%40share',
      undefined,
      404,
      'Shared file does not exist',
    ],
    ['a page before the first', 'GET', '/file?uri=cloudreve%3A%2F%2Fmy&page=-1', undefined, 40001, 'Page too short'],
    ['an address of mail', 'POST', '/session/token', { email: 'a@b', password: 'xxxx' }, 40001, 'Email format error'],
  ])('%s', async (_, method, path, body, code, msg) => {
    expect(await ask(method, path, body)).toMatchObject({ code, msg });
  });

  it.each([
    ['music:title', 'x', 'Invalid metadata key'],
    ['tag', '', 'Invalid metadata key'],
    ['tag:x', '#zz', 'Invalid metadata patch'],
    ['customize:icon_color', 'zz', 'Invalid metadata patch'],
    ['customize:emoji', 'x', 'Invalid metadata patch'],
    ['props:x', 'y', 'Invalid metadata patch'],
  ])('metadata %s = %s', async (key, value, msg) => {
    expect(await open(my('m'), { metadata: { [key]: value } })).toMatchObject({ code: 40001, msg });
  });

  it('more than 256 entries of metadata', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 257 }, (_, n) => [`tag:${n}`, '']));
    expect(await open(my('m'), { metadata })).toMatchObject({ code: 40001, msg: 'Metadata too long' });
  });

  it('a folder where a file’s bytes are asked for, and the others are answered', async () => {
    await make(my('folder'));
    await make(my('file'), 'file');
    const uris = [my('folder'), my('file')];
    const links = await ask('PUT', '/file/source', { uris });
    expect(links).toMatchObject({ code: 40081, msg: 'Entity not exist', data: [{ file_url: my('file') }] });
    for (const answer of [links, await ask('POST', '/file/url', { uris })])
      expect(Object.values(answer.aggregated_error ?? {})).toMatchObject([{ code: 40077 }]);
  });

  it('several failures of a batch in one sentence', async () => {
    const answer = await ask('DELETE', '/file', { uris: [missing, my('missing too')] });
    expect(answer).toMatchObject({ code: 40081, msg: 'One or more operation failed' });
  });

  it('a folder below a running upload, by its lock', async () => {
    await open(my('running'));
    expect(await make(my('running', 'below'))).toMatchObject({ code: 40073, data: [{ path: my('running') }] });
  });
});

describe('4.0.0', () => {
  it('has a word for bad names of folders, and none for those of uploads', async () => {
    const newest = peer;
    peer = await startPeer('cloudreve', { as: 'cloudreve 4.0.0' });
    try {
      expect(await make(my('a:b'))).toMatchObject({ code: 40052 });
      expect(await open(my('a:b'), { policy_id: peer.vars['policy'] })).toMatchObject({ code: -1 });
    } finally {
      await peer.stop();
      peer = newest;
    }
  });
});

describe('taken as the real server takes them', () => {
  it('locks from anybody, all of them or none', async () => {
    await open(my('locked'));
    const { data } = await open(my('locked'), { entity_type: 'version' });
    const [token] = (data as { token: string }[]).map((lock) => lock.token);
    expect(await ask('DELETE', '/file/lock', { tokens: [token, 'none'] })).toMatchObject({ code: 40001 });
    expect(await open(my('locked'), { entity_type: 'version' })).toMatchObject({ code: 40073 });
    expect(await ask('DELETE', '/file/lock', { tokens: [token] }, '')).toMatchObject({ code: 0 });
    expect(await ask('DELETE', '/file/lock', { tokens: [token] })).toMatchObject({ code: 40001 });
    expect(await ask('DELETE', '/file/lock', { tokens: [] })).toMatchObject({ code: 0 });
  });

  it('links to nothing, and pages of no size', async () => {
    expect(await ask('POST', '/file/url', { uris: [] })).toMatchObject({ code: 0, data: { urls: [], expires: null } });
    expect(await list(my(), '&page_size=0')).toMatchObject({ data: { pagination: { page_size: 100 } } });
  });

  it('the shares of others in a batch without a word, with one’s own deleted', async () => {
    await make(my('shared'), 'file');
    const [gone, own] = [await share(my('shared')), await share(my('shared'))];
    await ask('DELETE', `/share/${gone}`);
    expect(await ask('DELETE', `/share/${gone}`)).toMatchObject({ code: 404, msg: 'share not found' });
    const edit = await ask('POST', `/share/${gone}`, { uri: my('shared') });
    expect(edit).toMatchObject({ code: 404, msg: 'failed to get existed share' });
    expect(await ask('DELETE', '/share', { ids: [gone, own, own] }, peer.vars['token2'])).toMatchObject({ code: 0 });
    expect(await ask('GET', `/share/info/${own}`)).toMatchObject({ code: 0 });
    expect(await ask('DELETE', '/share', { ids: [gone, own, own] })).toMatchObject({ code: 0 });
    expect(await ask('GET', `/share/info/${own}`)).toMatchObject({ code: 404 });
  });
});

describe('told as the real server tells it', () => {
  it('what a share shows to whom', async () => {
    await make(my('told', 'file'), 'file');
    const id = await share(my('told', 'file'), { is_private: true, password: 'secret' });
    expect((await info(my('told', 'file'))).data).toMatchObject({ shared: true });
    const seen = await ask('GET', `/share/info/${id}?password=secret`, undefined, '');
    expect(seen.data).toMatchObject({ unlocked: true, password: 'secret' });
    expect(seen.data).not.toHaveProperty('owner.email');
    const other = await ask('GET', `/share/info/${id}`, undefined, peer.vars['token2']);
    expect(other.data).toMatchObject({ unlocked: false, owner: { email: peer.vars['email'] } });
    expect(other.data).not.toHaveProperty('password');
    expect(await list(`cloudreve://${id}:secret@share`)).toMatchObject({ data: { parent: { name: 'told' } } });
  });

  it('no bytes where there are none, and of a folder no policy', async () => {
    await make(my('bare', 'file'), 'file');
    expect((await info(my('bare', 'file'))).data).not.toHaveProperty('extended_info.entities');
    expect((await info(my('bare'))).data).toHaveProperty('extended_info', { storage_used: 0 });
  });

  it('who asks for the site’s settings', async () => {
    const { data } = await ask('GET', '/site/config/basic');
    expect(data).toMatchObject({ user: { email: peer.vars['email'] } });
  });

  it('files behind a page that ends with the last folder only in the order of that folder', async () => {
    for (const [name, type] of Object.entries({ f1: 'file', d1: 'folder', d2: 'folder', f2: 'file' }))
      await make(my('paged', name), type);
    const pages: string[][] = [];
    for (let token: string | undefined = ''; token !== undefined;) {
      const { data } = await list(my('paged'), `&page_size=2&next_page_token=${encodeURIComponent(token)}`);
      const page = data as { files: { name: string }[]; pagination: { next_token?: string } };
      pages.push(page.files.map(({ name }) => name));
      token = page.pagination.next_token;
    }
    expect(pages).toEqual([['d1', 'd2'], ['f2']]);
  });
});
