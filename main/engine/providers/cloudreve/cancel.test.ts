import { describe, expect, it } from 'vitest';
import {
  broken,
  done,
  file,
  linesOf,
  missing,
  nothing,
  now,
  placeholder,
  remote,
  said,
  scripted,
} from './fixtures/scripted.ts';
import { cancel } from './cancel.ts';

const freed = { ok: true, value: {} };
const line = (ctx: ReturnType<typeof scripted>) => linesOf(ctx).map((asked) => asked.split('?')[0]);

describe('cancelling', () => {
  it('removes the placeholder with the id that stands in it', async () => {
    const ctx = scripted([placeholder(), done(), missing]);
    expect(await cancel(remote, ctx)).toEqual(freed);
    expect(line(ctx)).toEqual(['GET /file/info', 'DELETE /file/upload', 'GET /file/info']);
  });

  it('is judged by the file: -1 can have worked, and 0 can have not', async () => {
    expect(await cancel(remote, scripted([placeholder(), said(-1), missing]))).toEqual(freed);
    expect(await cancel(remote, scripted([placeholder(), done(), placeholder()]))).toMatchObject({
      failure: { behaviour: 'retry' },
    });
    expect(
      await cancel(remote, scripted([placeholder(), said(404, undefined, 'Upload session not found'), placeholder()])),
    ).toMatchObject({
      failure: { behaviour: 'retry' },
    });
  });

  it('can be repeated, after a lost answer too', async () => {
    expect(await cancel(remote, scripted([placeholder(), broken]))).toMatchObject({ failure: { behaviour: 'retry' } });
    expect(await cancel(remote, scripted([missing]))).toEqual(freed);
  });

  it('removes the file, too, that was completed by its store in that very moment', async () => {
    const ctx = scripted([placeholder(), done(), file(), done()]);
    expect(await cancel(remote, ctx)).toEqual(freed);
    expect(line(ctx)).toEqual(['GET /file/info', 'DELETE /file/upload', 'GET /file/info', 'DELETE /file']);
  });

  it('leaves another upload alone that holds the name by now', async () => {
    const ctx = scripted([placeholder('theirs')]);
    expect(await cancel(remote, ctx)).toEqual(freed);
    expect(line(ctx)).toEqual(['GET /file/info']);
  });

  it('removes for good the file that the upload made', async () => {
    const ctx = scripted([file(), done()]);
    expect(await cancel(remote, ctx)).toEqual(freed);
    expect(ctx.asked[1]).toMatchObject({
      request: 'DELETE /file',
      body: '{"uris":["cloudreve://my/a.bin"],"skip_soft_delete":true}',
    });
  });

  it.each([
    ['of another time', file({ created_at: '2026-11-21T04:00:00Z' }), remote],
    ['that was there before', file(), { ...remote, previous: 'old' }],
    ['of another size', file({ size: 7 }), remote],
  ])('never removes a file %s', async (_what, looked, of) => {
    const ctx = scripted([looked]);
    expect(await cancel(of, ctx)).toMatchObject({ ok: true });
    expect(line(ctx)).toEqual(['GET /file/info']);
  });

  it('never removes what a later upload made of its placeholder, which keeps the file and its time', async () => {
    const entity = (ms: number) => ({ id: 'content', size: 25, created_at: new Date(now + ms).toISOString() });
    const later = file({ extended_info: { storage_used: 25, entities: [entity(3_000)] } });
    for (const of of [remote, { ...remote, fileCreated: now }]) {
      const ctx = scripted([later]);
      expect(await cancel(of, ctx)).toEqual(freed);
      expect(line(ctx)).toEqual(['GET /file/info']);
    }
    const own = file({ extended_info: { storage_used: 25, entities: [entity(-200)] } });
    const ctx = scripted([own, done()]);
    expect(await cancel(remote, ctx)).toEqual(freed);
    expect(line(ctx)).toEqual(['GET /file/info', 'DELETE /file']);
  });

  it('tells that a new version stays that was complete', async () => {
    const over = { ...remote, previous: 'old', completed: true };
    expect(await cancel(over, scripted([file()]))).toMatchObject({ value: { left: { code: 'left-over' } } });
    expect(await cancel(over, scripted([file({ primary_entity: 'old' })]))).toEqual(freed);
  });

  it('leaves nothing of a dead placeholder that it had taken over', async () => {
    const taken = { ...remote, fileCreated: now - 86_400_000 };
    const husk = file({ size: 0, primary_entity: nothing });
    const ctx = scripted([placeholder(), done(), husk, husk, done()]);
    expect(await cancel(taken, ctx)).toEqual(freed);
    expect(line(ctx).at(-1)).toBe('DELETE /file');
  });

  it('takes the share back that was made for it', async () => {
    const ctx = scripted([done(), missing]);
    expect(await cancel({ ...remote, share: { id: 's1', link: 'l' } }, ctx)).toEqual(freed);
    expect(line(ctx)[0]).toBe('DELETE /share/s1');
  });

  it('lets go of the key', async () => {
    const ctx = scripted([missing]);
    ctx.kept.uploads.set('cloudreve-session1', 'key');
    await cancel({ ...remote, iv: 'x' }, ctx);
    expect(ctx.kept.uploads.size).toBe(0);
  });
});
