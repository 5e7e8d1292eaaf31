import { describe, expect, it } from 'vitest';
import {
  done,
  held,
  job,
  jsonOf,
  linesOf,
  missing,
  now,
  remote,
  said,
  scripted,
  session,
} from './fixtures/scripted.ts';
import { open } from './open.ts';

const asks = { failure: { behaviour: 'attention', problem: { code: 'lock-held' } } };
const ours = { ...job, earlier: remote };
const lock = { path: 'cloudreve://my/a.bin', token: 't', owner: {}, type: 0 };

describe('a name that is locked though no file is there', () => {
  it('is freed by the token of the lock where the upload’s own last session left it', async () => {
    const ctx = scripted([held, missing, done(), session()]);
    expect(await open(ours, ctx)).toMatchObject({ ok: true });
    expect(linesOf(ctx)).toEqual(['PUT /file/upload', 'DELETE /file/upload', 'DELETE /file/lock', 'PUT /file/upload']);
    expect(jsonOf(ctx.asked[1])).toEqual({ id: 'session1', uri: 'cloudreve://my/a.bin' });
    expect(jsonOf(ctx.asked[2])).toEqual({ tokens: ['t'] });
  });

  it('is free where the lock went by itself in that moment', async () => {
    expect(await open(ours, scripted([held, missing, said(40001), session()]))).toMatchObject({ ok: true });
  });

  it.each([
    ['no earlier session is known', job, held],
    ['the earlier session was at another address', { ...ours, earlier: { ...remote, uri: 'cloudreve://my/b' } }, held],
    ['the earlier session is over, and its lock with it', { ...ours, earlier: { ...remote, expires: now - 1 } }, held],
    ['what is known of it makes no sense', { ...ours, earlier: { session: 7 } }, held],
    ['a folder above is locked', ours, said(40073, [{ ...lock, path: 'cloudreve://my' }])],
    ['something else is locked as well', ours, said(40073, [lock, { ...lock, path: 'cloudreve://my/a.bin/x' }])],
    ['no token is shown', ours, said(40073, [{ path: lock.path }])],
  ])('is somebody else’s, and asked about, where %s', async (_why, of, reply) => {
    const ctx = scripted((line) => {
      if (line.startsWith('PUT')) return reply;
      throw new Error(`not to be asked: ${line}`);
    });
    expect(await open(of, ctx)).toMatchObject(asks);
  });

  it('is somebody else’s where the earlier session is another one’s affair by now', async () => {
    const ctx = scripted(() => held);
    expect(await open(ours, ctx)).toMatchObject(asks);
    expect(linesOf(ctx)).not.toContain('DELETE /file/lock');
  });

  it('is tried again first, since who renames a folder holds a lock for a moment only', async () => {
    expect(await open(job, scripted([held, session()]))).toMatchObject({ ok: true });
  });
});
