import { describe, expect, it } from 'vitest';
import {
  done,
  file,
  held,
  jsonOf,
  linesOf,
  missing,
  nothing,
  now,
  placeholder,
  refreshed,
  said,
  scripted,
  tokens,
} from './fixtures/scripted.ts';
import { folders } from './folders.ts';
import { leftovers } from './leftovers.ts';
import { shares } from './shares.ts';
import { settingsSchema } from './state.ts';

const folder = (name: string) => ({ type: 1, name, path: `cloudreve://my/${name}`, primary_entity: nothing });
const plain = (name: string) => ({ type: 0, name, path: `cloudreve://my/${name}`, size: 5, primary_entity: 'x' });
const page = (files: readonly unknown[], more: object = {}, capability = 'w8edAQ==') =>
  done({ files, pagination: { page_size: 200, is_cursor: true, ...more }, props: { capability } });

describe('folders', () => {
  it('are listed page by page until files come, and tell whether one may write there', async () => {
    const ctx = scripted([
      page([folder('a'), folder('b')], { next_token: '2|x' }),
      page([folder('c'), plain('d')], { next_token: '3' }),
      page([], {}, 'gIaYAQ=='),
    ]);
    expect(await folders.list('/In #', undefined, ctx)).toEqual({
      ok: true,
      value: {
        folders: [
          { name: 'a', path: '/In #/a' },
          { name: 'b', path: '/In #/b' },
        ],
        next: 't2|x',
        canWrite: true,
      },
    });
    expect(await folders.list('/In #', 't2|x', ctx)).toMatchObject({ value: { folders: [{ name: 'c' }] } });
    expect(await folders.list('/', undefined, ctx)).toEqual({ ok: true, value: { folders: [], canWrite: false } });
    expect(linesOf(ctx).slice(0, 2)).toEqual([
      'GET /file?uri=cloudreve%3A%2F%2Fmy%2FIn%2520%2523&page_size=200&order_by=name&order_direction=asc&page=0',
      'GET /file?uri=cloudreve%3A%2F%2Fmy%2FIn%2520%2523&page_size=200&order_by=name&order_direction=asc&next_page_token=2%7Cx',
    ]);
  });

  it('are not those that lead to somebody else’s share, where nothing can be stored', async () => {
    const shortcut = { ...folder('a'), metadata: { 'sys:shared_redirect': 'cloudreve://abc@share' } };
    const ctx = scripted([page([shortcut, folder('b')], { next_token: 'n' })]);
    expect(await folders.list('/', undefined, ctx)).toMatchObject({
      ok: true,
      value: { folders: [{ name: 'b' }], next: 'tn' },
    });
  });

  it('are listed by page numbers where a site has no cursors', async () => {
    const ctx = scripted([
      page([folder('a')], { is_cursor: undefined, page_size: 1, total_items: 2 }),
      page([folder('b')], { is_cursor: undefined, page_size: 1, total_items: 2 }),
    ]);
    expect(await folders.list('/', undefined, ctx)).toMatchObject({ value: { next: 'p1' } });
    const last = await folders.list('/', 'p1', ctx);
    expect(last.ok && last.value).not.toHaveProperty('next');
    expect(linesOf(ctx)[1]).toContain('&page=1');
  });

  it('that are not there, or lead elsewhere, are told', async () => {
    expect(await folders.list('/gone', undefined, scripted([missing]))).toMatchObject({
      failure: { problem: { code: 'folder-missing' } },
    });
    expect(await folders.list('/a/../..', undefined, scripted([]))).toMatchObject({
      failure: { problem: { code: 'folder-missing' } },
    });
  });

  it('are made, with those above them, and refused by their names', async () => {
    const ctx = scripted([done({})]);
    expect(await folders.make('/a/b', ctx)).toEqual({ ok: true, value: undefined });
    expect(jsonOf(ctx.asked[0])).toEqual({ uri: 'cloudreve://my/a/b', type: 'folder' });
    for (const path of ['/a:b', '/..', '/a\nb'])
      expect(await folders.make(path, scripted([]))).toMatchObject({ failure: { problem: { code: 'name-refused' } } });
    expect(await folders.make('/file', scripted([said(40004)]))).toMatchObject({
      failure: { problem: { code: 'name-exists' } },
    });
  });

  it('tell the room of the account', async () => {
    expect(await folders.capacity(scripted([done({ total: 9, used: 4 })]))).toEqual({
      ok: true,
      value: { total: 9, used: 4 },
    });
  });
});

const told = (more: object = {}) => ({
  id: 's1',
  name: 'a.bin',
  remain_downloads: 3,
  downloaded: 2,
  expires: new Date(now + 3_600_000).toISOString(),
  expired: false,
  share_view: true,
  show_readme: true,
  created_at: new Date(now).toISOString(),
  url: 'http://localhost:5212/s/s1/pw',
  is_private: true,
  password: 'pw',
  size: 5,
  ...more,
});
const listed = (...all: object[]) => done({ shares: all, pagination: { page_size: 100, is_cursor: true } });
const share = { id: 's1', link: 'https://site.example/s/s1/pw', name: 'a.bin', createdAt: now, expired: false };

describe('shares', () => {
  it('are listed newest first, with links on the address that the person uses', async () => {
    const ctx = scripted([
      done({ shares: [told()], pagination: { next_token: 'n|1' } }),
      done({ shares: null, pagination: {} }),
    ]);
    expect(await shares.list(undefined, ctx)).toEqual({
      ok: true,
      value: {
        shares: [{ ...share, expiresAt: now + 3_600_000, downloads: { left: 3, counted: 2 }, password: true, size: 5 }],
        next: 'n|1',
      },
    });
    expect(await shares.list('n|1', ctx)).toEqual({ ok: true, value: { shares: [] } });
    expect(linesOf(ctx)).toEqual([
      'GET /share?page_size=100&order_direction=desc',
      'GET /share?page_size=100&order_direction=desc&next_page_token=n%7C1',
    ]);
  });

  it('are listed with another token where the one in use has ended, which the list tells by 50001', async () => {
    const failing = said(50001, undefined, 'Failed to list shares');
    const ctx = scripted([failing, said(401), refreshed('access2'), done({ id: 'me' }), listed(told())]);
    expect(await shares.list(undefined, ctx)).toMatchObject({ ok: true, value: { shares: [{ id: 's1' }] } });
    expect(ctx.asked.at(-1)).toMatchObject({ headers: { authorization: 'Bearer access2' } });
    expect(await shares.list(undefined, scripted([failing, done({ id: 'me' }), failing]))).toMatchObject({
      failure: { behaviour: 'retry', problem: { code: 'server-failed' } },
    });
  });

  it('are made with their terms', async () => {
    const ctx = scripted([done('http://localhost/s/s1/generated'), listed(told({ password: 'generated' }))]);
    expect(await shares.create({ path: '/a.bin' }, { password: '', downloads: 2 }, ctx)).toMatchObject({
      value: { id: 's1', link: 'https://site.example/s/s1/generated', path: '/a.bin' },
    });
    expect(jsonOf(ctx.asked[0])).toEqual({
      uri: 'cloudreve://my/a.bin',
      is_private: true,
      password: '',
      expire: 0,
      downloads: 2,
    });
    expect(await shares.create({ path: '/a' }, {}, scripted([said(40007)]))).toMatchObject({
      failure: { problem: { code: 'share-not-allowed' } },
    });
    expect(await shares.create({ path: '/a' }, {}, scripted([missing]))).toMatchObject({
      failure: { problem: { code: 'file-gone-there' } },
    });
    expect(await shares.create({ path: '/a' }, { password: 'ü' }, scripted([]))).toMatchObject({
      failure: { problem: { code: 'option-invalid' } },
    });
  });

  it('are made once, though the list cannot be had after that', async () => {
    const ctx = scripted([done('http://localhost/s/s1/secret'), said(50001), done({ id: 'me' }), said(50001)]);
    const terms = { password: 'secret', downloads: 2, expirySeconds: 60 };
    const link = 'https://site.example/s/s1/secret';
    const made = await shares.create({ path: '/In/a.bin' }, terms, ctx);
    expect(made).toMatchObject({
      value: { id: 's1', link, name: 'a.bin', path: '/In/a.bin', password: true, downloads: { left: 2, counted: 0 } },
    });
    const share = made.ok ? made.value : undefined;
    expect((share?.expiresAt ?? 0) - (share?.createdAt ?? 0)).toBe(60_000);
  });

  it('are changed without clearing what was not touched', async () => {
    const info = done({ ...told(), source_uri: 'cloudreve://JvSn@my/In%20folder', source_type: 0 });
    const ctx = scripted([listed(told()), info, done('http://localhost/s/s1'), listed(told({ remain_downloads: 9 }))]);
    expect(await shares.edit(share, { downloads: 9 }, ctx)).toMatchObject({
      value: { downloads: { left: 9 }, path: '/In folder/a.bin' },
    });
    expect(linesOf(ctx)[1]).toBe('GET /share/info/s1?owner_extended=true&password=pw');
    const body = jsonOf(ctx.asked[2]) as { expire: number };
    expect(body).toMatchObject({
      uri: 'cloudreve://my/In%20folder/a.bin',
      downloads: 9,
      share_view: true,
      show_readme: true,
      is_private: true,
      password: 'pw',
    });
    expect(Math.abs(body.expire - 3600)).toBeLessThanOrEqual(2);
  });

  it('lose a limit only where that is wished', async () => {
    const info = done({ ...told(), source_uri: 'cloudreve://JvSn@my/dir', source_type: 1 });
    const ctx = scripted([listed(told()), info, done(''), listed(told())]);
    await shares.edit(share, { expirySeconds: null }, ctx);
    expect(jsonOf(ctx.asked[2])).toMatchObject({ uri: 'cloudreve://my/dir', expire: 0, downloads: 3 });
  });

  it('that have expired are revived where it is known what they share', async () => {
    const ctx = scripted([listed(told({ expired: true })), done(''), listed(told())]);
    expect(await shares.edit({ ...share, path: '/a.bin', expired: true }, { expirySeconds: 60 }, ctx)).toMatchObject({
      ok: true,
    });
    expect(jsonOf(ctx.asked[1])).toMatchObject({ uri: 'cloudreve://my/a.bin', expire: 60 });
    expect(
      await shares.edit(
        { ...share, expired: true },
        { expirySeconds: 60 },
        scripted([listed(told({ expired: true }))]),
      ),
    ).toMatchObject({
      failure: { problem: { code: 'share-path-unknown' } },
    });
  });

  it('that are used up are not opened for everybody by another end', async () => {
    const gone = { ...share, path: '/a.bin', expired: true };
    const ctx = scripted([listed(told({ remain_downloads: 0, expired: true }))]);
    expect(await shares.edit(gone, { expirySeconds: 60 }, ctx)).toMatchObject({
      failure: { problem: { code: 'option-invalid', params: { option: 'downloads' } } },
    });
    const again = scripted([listed(told({ remain_downloads: 0, expired: true })), done(''), listed(told())]);
    expect(await shares.edit(gone, { downloads: 2 }, again)).toMatchObject({ ok: true });
    expect(jsonOf(again.asked[1])).toMatchObject({ downloads: 2 });
  });

  it('do not pretend to change a password', async () => {
    expect(await shares.edit(share, { password: 'new' }, scripted([]))).toMatchObject({
      failure: { problem: { code: 'option-unsupported' } },
    });
  });

  it('that are gone are told', async () => {
    expect(await shares.edit(share, { downloads: 1 }, scripted([listed()]))).toMatchObject({
      failure: { problem: { code: 'share-unknown' } },
    });
  });
});

describe('what broken uploads left', () => {
  const empty = page([]);
  const ghost = { name: 'g.bin', path: 'cloudreve://my/In/g.bin', size: 0, primary_entity: nothing };
  const ghostInfo = file({
    ...ghost,
    extended_info: { storage_used: 9, entities: [{ id: 'e', size: 9, created_at: new Date(now).toISOString() }] },
  });

  it('is found in whatever folder, empty files not', async () => {
    const ctx = scripted([
      empty,
      page([folder('In'), plain('p')]),
      page([
        { type: 0, ...ghost },
        { type: 0, ...ghost, name: 'e.bin' },
      ]),
      ghostInfo,
      file({ ...ghost, extended_info: { storage_used: 0 } }),
    ]);
    expect(await leftovers.find(ctx)).toEqual({
      ok: true,
      value: [{ id: 'ghost:/In/g.bin', name: 'g.bin', path: '/In/g.bin', size: 9, since: now, kind: 'empty' }],
    });
  });

  it('is found beside folders that may not be looked into', async () => {
    const shortcut = { ...folder('Theirs'), metadata: { 'sys:shared_redirect': 'cloudreve://abc@share' } };
    const ctx = scripted([
      empty,
      page([shortcut, folder('Closed'), folder('In')]),
      said(403, undefined, 'Permission denied'),
      page([{ type: 0, ...ghost }]),
      ghostInfo,
    ]);
    expect(await leftovers.find(ctx)).toMatchObject({ ok: true, value: [{ path: '/In/g.bin' }] });
    expect(linesOf(ctx).join(' ')).not.toContain('Theirs');
  });

  it('is asked for the constant of nothing first: a file that was emptied, but has versions, is no ghost', async () => {
    const unknown = { secret: JSON.stringify(tokens()) };
    const root = done({ files: [], parent: { type: 1, name: '', path: 'cloudreve://my', primary_entity: nothing } });
    const emptied = { ...ghost, name: 'v.bin', primary_entity: 'an empty version' };
    const forget = (ctx: ReturnType<typeof scripted>) => {
      const settings = { ...ctx.server.settings, nothing: undefined };
      return {
        ...ctx,
        server: { ...ctx.server, settings: settingsSchema.parse(JSON.parse(JSON.stringify(settings))) },
      };
    };
    const ctx = scripted([empty, root, page([{ type: 0, ...emptied }])], unknown);
    expect(await leftovers.find(forget(ctx))).toEqual({ ok: true, value: [] });
    const silent = scripted([empty, done({ files: [] })], unknown);
    expect(await leftovers.find(forget(silent))).toEqual({ ok: true, value: [] });
    const info = file({ ...emptied, extended_info: { storage_used: 9 } });
    const cleaned = scripted([info, root], unknown);
    const wrong = { id: 'ghost:/In/v.bin', name: 'v.bin', path: '/In/v.bin', size: 9, kind: 'empty' } as const;
    expect(await leftovers.clean(wrong, forget(cleaned))).toEqual({ ok: true, value: undefined });
    expect(linesOf(cleaned)).toHaveLength(2);
  });

  const left = { id: 'old', name: 'a.bin', path: '/a.bin', size: 25, kind: 'unfinished' } as const;

  it('is cleaned by the id that was found, and only if it still is what it was', async () => {
    const ctx = scripted([placeholder('old'), done(), missing]);
    expect(await leftovers.clean(left, ctx)).toEqual({ ok: true, value: undefined });
    expect(jsonOf(ctx.asked[1])).toEqual({ id: 'old', uri: 'cloudreve://my/a.bin' });
    for (const now_ of [missing, file(), placeholder('other')]) {
      const looked = scripted([now_]);
      expect(await leftovers.clean(left, looked)).toEqual({ ok: true, value: undefined });
      expect(looked.asked).toHaveLength(1);
    }
    expect(await leftovers.clean(left, scripted([placeholder('old'), held, placeholder('old')]))).toMatchObject({
      failure: { problem: { code: 'lock-held' } },
    });
  });

  it('is removed for good where it is a ghost', async () => {
    const ghostly = { ...left, id: 'ghost:/In/g.bin', path: '/In/g.bin', kind: 'empty' } as const;
    const ctx = scripted([ghostInfo, done()]);
    expect(await leftovers.clean(ghostly, ctx)).toEqual({ ok: true, value: undefined });
    expect(jsonOf(ctx.asked[1])).toEqual({ uris: ['cloudreve://my/In/g.bin'], skip_soft_delete: true });
    expect((await leftovers.clean(ghostly, scripted([file()]))).ok).toBe(true);
  });
});
