/** What differs between versions of Cloudreve: the reference's table, a test each. */
import { describe, expect, it } from 'vitest';
import {
  done,
  job,
  jsonOf,
  linesOf,
  progress,
  remote,
  said,
  scripted,
  session,
  alive,
  file,
} from './fixtures/scripted.ts';
import { open } from './open.ts';
import { resume } from './resume.ts';
import { shape } from './shape.ts';
import { shares } from './shares.ts';
import { removeShare } from './share-api.ts';
import { sendRemote } from './send-remote.ts';
import { bytesOf, chunkAt, placeholder } from './fixtures/scripted.ts';
import { isSince, rules } from './version.ts';

const at = (version: string) => ({ ...remote, version, policy: { ...remote.policy, chunk_concurrency: 4 } });
const opened = async (version: string, more = {}): Promise<unknown> => {
  const list = done({ files: [], storage_policy: { id: 'of the folder', type: 'local' }, parent: null });
  const ctx = scripted((line) => (line.startsWith('GET /file?') ? list : session()), {
    settings: { version, ...more },
  });
  await open(job, ctx);
  return jsonOf(ctx.asked.find(({ request }) => request === 'PUT /file/upload'));
};

describe('versions', () => {
  it('are read with what stands behind them, and taken for the newest where they cannot be', () => {
    expect(isSince('4.18.0-pro', 4, 18)).toBe(true);
    expect(isSince('4.9.2', 4, 10)).toBe(false);
    expect(isSince('5.0.0', 4, 18)).toBe(true);
    expect(isSince('dev', 4, 18)).toBe(true);
  });

  it('last index first: below 4.18 the last chunk travels alone, after all others', () => {
    expect(shape(job, at('4.17.0')).order).toBe('last-alone');
    expect(shape(job, at('4.18.0')).order).toBe('any');
  });

  it('last index first: below 4.18 an upload whose last chunk is there before others starts anew', async () => {
    expect(await resume(at('4.17.0'), progress([0, 2]), scripted([alive]))).toMatchObject({
      failure: { behaviour: 'restart' },
    });
    expect(await resume(at('4.18.0'), progress([0, 2]), scripted([alive]))).toMatchObject({ ok: true });
  });

  it('first chunk sent again: below 4.7 it starts anew where later ones are there', async () => {
    expect(await resume(at('4.6.0'), progress([1]), scripted([alive]))).toMatchObject({
      failure: { behaviour: 'restart' },
    });
    expect(await resume(at('4.6.0'), progress([]), scripted([alive]))).toMatchObject({ ok: true });
    expect(await resume(at('4.7.0'), progress([1]), scripted([alive]))).toMatchObject({ ok: true });
  });

  it('policy_id: up to 4.10 the folder’s is named, since 4.11 none', async () => {
    expect(await opened('4.10.1')).toMatchObject({ policy_id: 'of the folder' });
    expect(await opened('4.11.0')).toMatchObject({ policy_id: '' });
  });

  it('stale previous: it is named since 4.11, where it is looked at', async () => {
    const over = { ...job, options: { extra: { conflict: 'version' } } };
    for (const [version, named] of [
      ['4.10.1', undefined],
      ['4.11.0', 'content'],
    ] as const) {
      const ctx = scripted([said(40004), file(), session()], { settings: { version } });
      const withPolicy = { ...over, options: { extra: { ...over.options.extra, policy: 'p' } } };
      expect(await open(withPolicy, ctx)).toMatchObject({ ok: true, value: { remote: { previous: 'content' } } });
      expect((jsonOf(ctx.asked[2]) as { previous?: string }).previous).toBe(named);
    }
  });

  it('stale previous: 40076 looks at the file again', async () => {
    const over = { ...job, options: { extra: { conflict: 'version' } } };
    const ctx = scripted([
      said(40004),
      file({ primary_entity: 'one' }),
      said(40076),
      file({ primary_entity: 'two' }),
      session(),
    ]);
    expect(await open(over, ctx)).toMatchObject({ ok: true, value: { remote: { previous: 'two' } } });
  });

  it.each([
    ['4.0.0', said(-1), 'retry', 'server-failed'],
    ['4.4.0', said(40052, undefined, 'Invalid object name'), 'fatal', 'name-refused'],
  ])('bad names: %s', async (version, reply, behaviour, code) => {
    const ctx = scripted([reply], { settings: { version } });
    const named = { ...job, options: { extra: { policy: 'p' } } };
    expect(await open(named, ctx)).toMatchObject({ failure: { behaviour, problem: { code } } });
  });

  it('batch share delete: shares are taken back one by one, in all versions', async () => {
    const ctx = scripted([done()]);
    expect(await removeShare('abc', ctx)).toEqual({ ok: true, value: undefined });
    expect(linesOf(ctx)).toEqual(['DELETE /share/abc']);
  });

  it('OAuth: since 4.12', () => {
    expect([rules.oauth('4.11.0'), rules.oauth('4.12.0')]).toEqual([false, true]);
  });

  it('share size: a share without one is shown without', async () => {
    const share = { id: 's1', name: 'a', created_at: '2026-11-21T06:00:00Z', expired: false };
    const ctx = scripted([done({ shares: [share, { ...share, id: 's2', size: 5 }], pagination: {} })]);
    const listed = await shares.list(undefined, ctx);
    expect(listed.ok && listed.value.shares.map(({ size }) => size)).toEqual([undefined, 5]);
  });

  it('S3 callback secret: it is always sent', async () => {
    const { complete } = await import('./complete.ts');
    const s3 = { ...remote, policy: { ...remote.policy, type: 's3' }, completed: true };
    const ctx = scripted([done()]);
    expect(await complete(s3, progress([0, 1, 2]), ctx, () => undefined)).toMatchObject({ ok: true });
    expect(linesOf(ctx)).toEqual(['GET /callback/s3/session1/hush']);
  });

  it('chunk concurrency: since 4.7, as the session’s policy says', () => {
    expect(shape(job, at('4.6.0')).lanes).toBe(1);
    expect(shape(job, at('4.7.0')).lanes).toBe(4);
    expect(shape(job, remote).lanes).toBe(1);
  });

  it('encryption: offered since 4.10', async () => {
    expect(await opened('4.9.2')).not.toHaveProperty('encryption_supported');
    expect(await opened('4.10.0')).toMatchObject({ encryption_supported: ['aes-256-ctr'] });
  });

  it('a node’s lost word to the site: up to 4.17 the last chunk again mends it, since 4.18 nothing does', async () => {
    const node = (version: string) => ({
      ...at(version),
      policy: { ...remote.policy, type: 'remote' },
      uploadUrls: ['https://node.example/api/v4/slave/upload/session1'],
      credential: 'Bearer Cr x=:1',
    });
    const lost = said(50007, undefined, 'Slave cannot send callback request');
    const last = chunkAt(2);
    expect(await sendRemote(node('4.17.0'), last, bytesOf(last), scripted([lost]))).toMatchObject({
      failure: { behaviour: 'retry' },
    });
    expect(await sendRemote(node('4.18.0'), last, bytesOf(last), scripted([lost, placeholder()]))).toMatchObject({
      failure: {
        behaviour: 'restart',
        problem: { code: 'not-completed', params: { words: 'Slave cannot send callback request' } },
      },
    });
  });
});
