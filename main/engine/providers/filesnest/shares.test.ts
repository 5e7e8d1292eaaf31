import { describe, expect, it } from 'vitest';
import type { Answer } from '../../http/http.ts';
import { answer, type Script } from '../fixtures/scripted-http.ts';
import { filesnest } from './filesnest.ts';
import {
  at,
  broken,
  completed,
  file,
  linesOf,
  missing,
  now,
  refused,
  said,
  scripted,
  written,
} from './fixtures/scripted.ts';
import { shares } from './shares.ts';

const page = (files: readonly unknown[], last = 1): Answer => at(200, { data: files, meta: { last_page: last } });
const numbered = (id: number) => completed({ id, name: `${id}.bin`, created_at: written(now + id * 1_000) });

describe('the files of an account', () => {
  it('are listed from the newest one, and have no link; those that are not complete are left out', async () => {
    const ctx = scripted([
      page([numbered(1), file({ id: 2 }), file({ id: 4, status_name: 'failed:checksum' }), numbered(3)]),
    ]);
    expect(await shares.list(undefined, ctx)).toEqual({
      ok: true,
      value: {
        shares: [
          { id: '3', name: '3.bin', createdAt: now + 3_000, expired: false },
          { id: '1', name: '1.bin', createdAt: now + 1_000, expired: false },
        ],
      },
    });
    expect(linesOf(ctx)).toEqual(['GET /files?limit=100&page=1']);
    expect(filesnest.capabilities.shares).toEqual({ needsDeleteKey: false, revoke: 'removes-file', link: 'none' });
  });

  it('are read from the last page back', async () => {
    const ctx = scripted([
      page([numbered(1)], 3),
      page([numbered(3)], 3),
      page([numbered(2)], 3),
      page([numbered(1)], 3),
    ]);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const listed = await shares.list(cursor, ctx);
      if (!listed.ok) throw new Error('not listed');
      names.push(...listed.value.shares.map(({ name }) => name));
      cursor = listed.value.next;
    } while (cursor !== undefined);
    expect(names).toEqual(['3.bin', '2.bin', '1.bin']);
    expect(linesOf(ctx)).toEqual([1, 3, 2, 1].map((number) => `GET /files?limit=100&page=${number}`));
  });

  it('are shown as one line, whatever their names hold', async () => {
    const listed = await shares.list(undefined, scripted([page([completed({ name: 'a\n\u202eb' })])]));
    expect(listed).toMatchObject({ value: { shares: [{ name: String.raw`a\n\u202eb` }] } });
  });

  it.each<[string, unknown[], number]>([
    ['files that are none', [7, null, {}, 'x', numbered(1)], 1],
    ['a name that is none', [completed({ name: 7 })], 1],
    ['a time that is none', [completed({ created_at: 'soon' })], 1],
    ['more than a page', Array.from({ length: 101 }, (_, id) => numbered(id)), -1],
  ])('are shown as far as they can be read, with %s', async (_what, files, shown) => {
    const listed = await shares.list(undefined, scripted([page(files)]));
    if (shown < 0) expect(listed).toMatchObject({ failure: { problem: { code: 'not-this-server' } } });
    else expect(listed).toMatchObject({ ok: true, value: { shares: { length: shown } } });
  });

  it.each([0, -1, 1.5, 1e300, 'many', null])('are of one page where their number is %j', async (last) => {
    const ctx = scripted([at(200, { data: [numbered(1)], meta: { last_page: last } })]);
    expect(await shares.list(undefined, ctx)).toMatchObject({ ok: true });
    expect(linesOf(ctx)).toHaveLength(1);
  });

  it.each(['x', '0', '-1', '1e9'])('are read from the first page with the cursor %s', async (cursor) => {
    const ctx = scripted([page([numbered(1)])]);
    expect(await shares.list(cursor, ctx)).toMatchObject({ ok: true });
    expect(linesOf(ctx)).toEqual(['GET /files?limit=100&page=1']);
  });

  it('that cannot be listed are a failure', async () => {
    expect(await shares.list(undefined, scripted([broken]))).toEqual(broken);
    expect(await shares.list(undefined, scripted([answer(200, '<html>')]))).toMatchObject({
      failure: { problem: { code: 'not-this-server' } },
    });
  });

  it('are deleted, and gone counts as deleted', async () => {
    const revoke = (reply: Answer) => filesnest.revoke?.({ key: '7' }, scripted([reply]));
    expect(await revoke(said(completed()))).toEqual({ ok: true, value: undefined });
    expect(await revoke(missing)).toEqual({ ok: true, value: undefined });
    expect(await revoke(refused(500, 'Server Error'))).toMatchObject({ failure: { behaviour: 'retry' } });
    expect(await revoke(answer(200, '<html>Hotel guest?'))).toMatchObject({ failure: { behaviour: 'retry' } });
    expect(await revoke(answer(404, '<html>'))).toMatchObject({ failure: { behaviour: 'retry' } });
  });

  it('that were uploaded here are deleted only under their own name: their id may be another file’s by now', async () => {
    const revoke = async (replies: Script) => {
      const ctx = scripted(replies);
      return { outcome: await filesnest.revoke?.({ key: '7', path: 'a.bin' }, ctx), lines: linesOf(ctx) };
    };
    const asked = 'GET /files/7?include=uploads';
    const gone = { outcome: { ok: true, value: undefined }, lines: [asked] };
    expect(await revoke([said(completed({ name: 'another.bin' }))])).toEqual(gone);
    expect(await revoke([missing])).toEqual(gone);
    expect(await revoke([said(completed()), said(completed())])).toEqual({
      ...gone,
      lines: [asked, 'DELETE /files/7'],
    });
    expect(await revoke([broken])).toEqual({ outcome: broken, lines: [asked] });
  });
});
