import { describe, expect, it, vi } from 'vitest';
import { problem } from '../../../../preload/problems.ts';
import { fail } from '../../outcome.ts';
import type { Job, Progress } from '../provider.ts';
import { learnClock } from '../server-clock.ts';
import { answer, instanceBody, linesOf, refused, remote, scripted, settings } from './fixtures/scripted.ts';
import { stend } from './stend.ts';

const job: Job = { name: 'a.bin', folder: [], size: 2500, modifiedAt: 0, options: {}, createInDoubt: false };
const progress: Progress = { count: 3, acknowledged: () => false, tag: () => undefined, inFlight: [] };
const removed = answer(200, { success: true });
const callOf = (context: ReturnType<typeof scripted>, more: object = {}) => ({
  job,
  remote,
  progress,
  context,
  signal: new AbortController().signal,
  remember: () => undefined,
  ...more,
});
const told = { ...job, deleteKeyOf: (key: string) => `told-${key}` };

describe('a Stend server', () => {
  it('can do what forms and the queue ask about', () => {
    expect(stend).toMatchObject({ kind: 'stend', title: 'Stend', transferFields: [] });
    expect(stend.capabilities).toEqual({
      resume: 'probe',
      zeroByteFiles: false,
      expiry: true,
      ownKey: true,
      password: 'optional',
      shares: { needsDeleteKey: true, revoke: 'removes-file' },
      signIn: 'password',
      conflict: [],
    });
  });

  it('shows the fields that a person sets, as they are saved', () => {
    expect(stend.serverFields.map(({ key, type }) => [key, type])).toEqual([
      ['web', 'url'],
      ['ignores-abort', 'flag'],
    ]);
    expect(stend.readFields?.(settings)).toEqual({ web: 'https://web.example', 'ignores-abort': false });
    expect(stend.readFields?.({ ...settings, webUrl: undefined, ignoresAbort: true })).toEqual({
      'ignores-abort': true,
    });
  });

  it('takes the fields that are given, and leaves what is not given or is no address', () => {
    const saved = { ...settings, ignoresAbort: true };
    expect(stend.withFields?.(saved, { web: 'https://new.example/d?k', 'ignores-abort': false })).toEqual({
      ...settings,
      webUrl: 'https://new.example',
      ignoresAbort: false,
    });
    expect(stend.withFields?.(saved, { web: 'nowhere' })).toEqual(saved);
    expect(stend.withFields?.(saved, {})).toEqual(saved);
    expect(stend.withFields?.(settings, {})).toEqual(settings);
  });

  it('is recognised as of now', async () => {
    const before = Date.now();
    const found = await stend.recognise('https://api.example/base', {}, scripted([answer(200, instanceBody)]).http);
    if (!found.ok || found.value === undefined) throw new Error('not recognised');
    expect(found.value.settings.checkedAt).toBeGreaterThanOrEqual(before);
  });

  it('ends an unfinished upload five hours after its create, by its own clock', () => {
    const withId = (id: string) => ({ ...scripted([]), server: { ...scripted([]).server, id } });
    const [unknown, ahead] = [withId('unknown'), withId('ahead')];
    learnClock(ahead, 1_000_000 + 60_000 - 500);
    expect(stend.deadline?.(remote, unknown)).toEqual({ from: 5_000_000, until: 23_000_000, adjustable: false });
    expect(stend.deadline?.(remote, ahead)).toEqual({ from: 4_940_000, until: 22_940_000, adjustable: false });
  });

  it('takes one chunk after the other, which may be cut behind a buffering proxy alone', () => {
    const shape = { chunkSize: 1000, lanes: 1, order: 'ascending' };
    expect(stend.shape(job, remote, settings)).toEqual({ ...shape, cut: 'spoils' });
    expect(stend.shape(job, { ...remote, front: 'buffered' }, settings)).toEqual({
      ...shape,
      cut: 'until-last-byte',
    });
  });

  it('is finished by the last chunk; where its answer was lost, the server is asked', async () => {
    const finish = (upload: typeof remote) => stend.finish(callOf(scripted([]), { remote: upload }));
    expect(await finish({ ...remote, complete: true })).toEqual({ ok: true, value: {} });
    expect(await finish(remote)).toEqual(fail('retry', problem('answer-truncated', { server: 'peer' })));
  });

  it('resumes and frees an upload with the delete key that was told before', async () => {
    const complete = refused(400, 'Fichier déjà uploadé');
    const resumed = await stend.resume(callOf(scripted([answer(200, instanceBody), complete]), { job: told }));
    expect(resumed).toMatchObject({ value: { remote: { deleteKey: 'told-sharekey' } } });
    const ctx = scripted([complete, removed]);
    expect(await stend.cancel(callOf(ctx, { job: told }))).toEqual({ ok: true, value: {} });
    expect(linesOf(ctx).at(-1)).toBe('DELETE /files/delete?sharekey=sharekey&deletekey=told-sharekey');
  });

  it('remembers the key of an upload that is completed for its removal', async () => {
    const script = [
      refused(400, 'Numéro du chunk invalide'),
      refused(400, 'Chunk déjà uploadé'),
      refused(400, 'Chunk déjà uploadé'),
      refused(406, 'Not Acceptable'),
      answer(200, { uploaded: true, deleteKey: 'dk' }),
      removed,
    ];
    const remember = vi.fn();
    expect(await stend.cancel(callOf(scripted(script), { remember }))).toEqual({ ok: true, value: {} });
    expect(remember).toHaveBeenCalledOnce();
  });

  it('sends a chunk to the upload', async () => {
    const signal = new AbortController().signal;
    const body = {
      stream: async function* () {
        yield await Promise.resolve(Buffer.alloc(500));
      },
      signal,
      ending: signal,
    };
    const chunk = { index: 2, offset: 2000, size: 500 };
    expect(await stend.send(callOf(scripted([answer(200)])), chunk, body)).toEqual({ ok: true, value: {} });
  });
});

describe('revoking a share', () => {
  const revoke = (share: { key: string; deleteKey?: string }, ...script: Parameters<typeof scripted>[0] & object[]) =>
    stend.revoke?.(share, scripted(script));

  it('needs its delete key', async () => {
    expect(await revoke({ key: 'k' })).toEqual(fail('fatal', problem('share-no-delete-key', { key: 'k' })));
  });

  it('is done where the server says so', async () => {
    expect(await revoke({ key: 'k', deleteKey: 'd' }, removed)).toEqual({ ok: true, value: undefined });
  });

  it('fails for good where the key is not taken, and as the server fails', async () => {
    const wrong = refused(400, 'Clé de suppression invalide');
    expect(await revoke({ key: 'k', deleteKey: 'd' }, wrong)).toEqual(
      fail('fatal', problem('server-refused', { server: 'peer', status: 400, words: 'delete-key-wrong' })),
    );
    expect(await revoke({ key: 'k', deleteKey: 'd' }, answer(502))).toMatchObject({
      failure: { behaviour: 'server-busy' },
    });
  });
});
