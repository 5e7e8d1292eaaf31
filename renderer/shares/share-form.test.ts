import { describe, expect, it } from 'vitest';
import type { RemoteShareView, ServerView } from '../../preload/contract.ts';
import { App } from '../client/app.svelte.ts';
import { CallError, type Client } from '../client/client.ts';
import type { ShareAsked } from '../client/sheets.svelte.ts';
import { placeOfShare, readDownloads, ShareForm } from './share-form.svelte.ts';
import type { Transport } from '../client/transport.ts';

const share = (more: Partial<RemoteShareView> = {}): RemoteShareView => ({
  id: 's1',
  link: 'https://cloud.example/s/s1',
  name: 'a.pdf',
  createdAt: 1,
  expired: false,
  ...more,
});
const about = (more: Partial<RemoteShareView> = {}): ShareAsked => ({
  about: 'share',
  serverId: 'nord',
  share: share(more),
});

const form = (asked: ShareAsked, refusal?: { readonly code: string; readonly params?: Record<string, string> }) => {
  const sent: { readonly name: string; readonly input: unknown }[] = [];
  let refuses = refusal;
  const client = {
    on: () => () => undefined,
    call: (name: string, input: unknown) => {
      sent.push({ name, input });
      if (refuses === undefined) return Promise.resolve({ share: share() });
      const { code, params = {} } = refuses;
      return Promise.reject(new CallError({ code, params, message: `No: ${code}.` }));
    },
  };
  const app = new App(client as unknown as Client, { onState: () => undefined } as unknown as Transport);
  app.servers = [
    {
      id: 'nord',
      name: 'Nord',
      defaultExpirySeconds: 5 * 86_400,
      limits: {},
      capabilities: { createShares: true },
    } as unknown as ServerView,
  ];
  return { form: new ShareForm(app, asked), sent, heal: () => (refuses = undefined) };
};

describe('the number of downloads', () => {
  it('is a whole one above 0, or none', () => {
    expect(['', '  ', '3', ' 12 '].map(readDownloads)).toEqual([null, null, 3, 12]);
    expect(['0', '-1', '1.5', 'many', '1e3', '9999999999'].map(readDownloads)).toEqual(Array(6).fill(undefined));
  });
});

describe('changing a link', () => {
  it('sends only what was touched', async () => {
    const now = form(about({ downloads: { left: 7, counted: 1 }, expiresAt: Date.now() + 1e9, password: true }));
    expect(now.form.downloads).toBe('7');
    now.form.expiry = String(86_400);
    await now.form.submit();
    expect(now.sent).toMatchObject([{ name: 'shares.edit', input: { terms: { expirySeconds: 86_400 } } }]);
    const terms = (now.sent[0] as unknown as { readonly input: { readonly terms: object } }).input.terms;
    expect(Object.keys(terms)).toEqual(['expirySeconds']);
  });

  it('asks nothing of the server where nothing was touched', async () => {
    const now = form(about({ downloads: { counted: 0 } }));
    expect(await now.form.submit()).toMatchObject({ id: 's1' });
    expect(now.sent).toEqual([]);
  });

  it('takes limits away where they are emptied', async () => {
    const now = form(about({ downloads: { left: 7, counted: 1 }, expiresAt: Date.now() + 1e9 }));
    now.form.expiry = 'none';
    now.form.downloads = ' ';
    await now.form.submit();
    expect(now.sent).toMatchObject([{ input: { terms: { expirySeconds: null, downloads: null } } }]);
  });

  it('leaves downloads that are not known as they are', async () => {
    const now = form(about());
    now.form.expiry = '3600';
    await now.form.submit();
    expect(now.sent).toMatchObject([{ input: { terms: { expirySeconds: 3600 } } }]);
    expect((now.sent[0] as unknown as { readonly input: { readonly terms: object } }).input.terms).not.toHaveProperty(
      'downloads',
    );
  });

  it('offers more time where that is over', () => {
    expect(form(about({ expired: true, expiresAt: 1_000 })).form.expiry).toBe(String(7 * 86_400));
    expect(form(about({ expired: true, downloads: { left: 0, counted: 2 } })).form.expiry).toBe('');
  });

  it('asks where it lies once the engine does not know, and sends that', async () => {
    const now = form(about({ expired: true, expiresAt: 1_000 }), { code: 'share-path-unknown' });
    expect(await now.form.submit()).toBeUndefined();
    expect([now.form.asksPath, now.form.wordsAt('path')]).toEqual([true, 'No: share-path-unknown.']);
    now.heal();
    now.form.path = 'Films/a.pdf/';
    expect(await now.form.submit()).toMatchObject({ id: 's1' });
    expect(now.sent.at(-1)).toMatchObject({ input: { share: { path: '/Films/a.pdf' } } });
  });
});

describe('making a link', () => {
  it('of what an upload stored needs no path', async () => {
    const now = form({ about: 'upload', serverId: 'nord', transferId: 4, name: 'a' });
    expect(now.form.expiry).toBe(String(5 * 86_400));
    expect(now.form.choices).toContain(5 * 86_400);
    now.form.password = 'abc';
    now.form.downloads = '2';
    await now.form.submit();
    expect(now.sent).toEqual([
      {
        name: 'shares.create',
        input: { transferId: 4, terms: { expirySeconds: 432_000, downloads: 2, password: 'abc' } },
      },
    ]);
  });

  it('of something on the server begins at the root of the account, which itself is not shared', async () => {
    const now = form({ about: 'path', serverId: 'nord' });
    now.form.path = ' / ';
    expect(await now.form.submit()).toBeUndefined();
    expect(now.form.wrong?.place).toBe('path');
    now.form.path = 'Films';
    now.form.expiry = 'none';
    await now.form.submit();
    expect(now.sent).toEqual([
      { name: 'shares.create', input: { serverId: 'nord', path: '/Films', terms: { expirySeconds: null } } },
    ]);
  });

  it('with a number that is none sends nothing and says so beside it, until something else is typed', async () => {
    const now = form({ about: 'path', serverId: 'nord' });
    now.form.path = '/a';
    now.form.downloads = 'many';
    expect(await now.form.submit()).toBeUndefined();
    expect(now.form.wordsAt('downloads')).toBeTypeOf('string');
    expect(now.sent).toEqual([]);
    now.form.clear('downloads');
    expect(now.form.wrong).toBeUndefined();
  });

  it('that is refused says so beside the field that is meant', async () => {
    for (const [code, option, place] of [
      ['option-invalid', 'password', 'password'],
      ['option-invalid', 'expiry', 'expiry'],
      ['option-invalid', 'downloads', 'downloads'],
      ['file-gone-there', undefined, 'path'],
      ['share-not-allowed', undefined, 'form'],
    ] as const) {
      const now = form({ about: 'path', serverId: 'nord' }, { code, params: option === undefined ? {} : { option } });
      now.form.path = '/a';
      await now.form.submit();
      expect(now.form.wrong).toEqual({ place, words: `No: ${code}.` });
      expect(now.form.busy).toBe(false);
    }
    const where = { code: 'input-invalid', params: { where: 'terms.downloads', why: '' }, message: '' };
    expect(placeOfShare(where)).toBe('downloads');
  });
});
