import { describe, expect, it } from 'vitest';
import { problem } from '../../../../preload/problems.ts';
import { fail } from '../../outcome.ts';
import type { Progress } from '../provider.ts';
import { serverNow } from '../server-clock.ts';
import { find } from './find.ts';
import { unread } from './fixtures/captured.ts';
import { answer, instanceBody, refused, remote, scripted } from './fixtures/scripted.ts';
import { look } from './look.ts';
import { resume } from './resume.ts';

const instance = answer(200, instanceBody);
const nginx = { headers: { server: 'nginx/1.22.1' } };
const alive = refused(400, 'Numéro du chunk invalide');
const wanted = refused(406, 'Not Acceptable');
const complete = refused(400, 'Fichier déjà uploadé');
const gone = refused(400, 'Clé de transfert invalide');
const away = fail('retry', problem('server-stalled', { server: 'peer', seconds: 60 }));
const hour = 3_600_000;
const instanceAt = (age: number) =>
  answer(200, instanceBody, { headers: { date: new Date(remote.created + age).toUTCString() } });
const progress = (acknowledged: readonly number[], inFlight: Progress['inFlight'] = []): Progress => ({
  count: 3,
  acknowledged: (index) => acknowledged.includes(index),
  tag: () => undefined,
  inFlight,
});
const buffered = { ...remote, front: 'buffered' as const };
const spoilt = fail('restart', problem('cut-spoilt', { server: 'peer' }));

describe('resuming', () => {
  it('keeps the upload as it is where nothing changed', async () => {
    expect(await resume(remote, progress([0]), scripted([instance, alive, wanted]))).toEqual({
      ok: true,
      value: { remote, stored: [], notices: [] },
    });
  });

  it('keeps what the server is now', async () => {
    const newer = answer(200, { ...instanceBody, apiVersion: '2.3.0' }, nginx);
    const ctx = unread([newer, { ...gone, ...nginx }, alive, wanted], { settings: { ignoresAbort: true } });
    const now = { apiVersion: '2.3.0', front: 'buffered', frontServerHeader: 'nginx/1.22.1', ignoresAbort: true };
    expect(await resume(remote, progress([0]), ctx)).toMatchObject({
      value: { remote: { ...remote, ...now }, settings: now },
    });
  });

  it('starts over a file that was cut on a directly reachable server, though a proxy is in front of it now', async () => {
    const ctx = unread([{ ...instance, ...nginx }, { ...gone, ...nginx }, alive, wanted]);
    expect(await resume(remote, progress([0], [{ index: 1, begun: true }]), ctx)).toEqual(spoilt);
  });

  it('asks again for a chunk that is being stored, and for 20 minutes', async () => {
    const after = (ms: number) =>
      resume(
        { ...buffered, ignoresAbort: true },
        progress([0], [{ index: 1, begun: true, completeAt: 1_000_000 }]),
        scripted([instance, alive, wanted], {
          settings: { front: 'buffered', ignoresAbort: true },
          now: () => 1_000_000 + ms,
        }),
      );
    expect(await after(0)).toEqual({
      ok: false,
      failure: {
        behaviour: 'retry',
        problem: problem('chunk-being-stored', { server: 'peer' }),
        afterMs: 1_000,
        scope: 'transfer',
      },
    });
    expect(await after(1_200_000)).toEqual(
      fail('restart', problem('chunk-not-stored', { server: 'peer', minutes: 20 })),
    );
  });

  it('says why an upload is gone: its time was over, or not', async () => {
    const of = (age: number) => resume(remote, progress([]), scripted([instanceAt(age), gone]));
    expect(await of(6 * hour)).toEqual(fail('restart', problem('deadline-passed', { hours: 5, server: 'peer' })));
    expect(await of(hour)).toEqual(fail('restart', problem('session-gone', { server: 'peer' })));
    expect(await resume({ ...remote, spoilt: true }, progress([]), scripted([]))).toEqual(spoilt);
  });

  it('continues what the server still has at the very end of its time', async () => {
    expect(await resume(remote, progress([]), scripted([instanceAt(5 * hour), alive, wanted]))).toMatchObject({
      ok: true,
    });
  });

  it('takes everything for stored where the upload is complete by the time its chunks are asked for', async () => {
    expect(await resume(remote, progress([0]), scripted([instance, alive, complete]))).toStrictEqual({
      ok: true,
      value: {
        remote: { ...remote, frontServerHeader: undefined, ignoresAbort: undefined, complete: true },
        stored: [1, 2],
        notices: [problem('delete-key-lost', { server: 'peer' })],
      },
    });
  });

  it.each([
    ['for the upload', [instance, away]],
    ['for its chunks', [instance, alive, away]],
  ])('fails as the question %s fails', async (_what, script) => {
    expect(await resume(remote, progress([0]), scripted(script))).toBe(away);
  });
});

describe('looking at a server', () => {
  it('learns its clock', async () => {
    const ctx = scripted([answer(200, instanceBody, { headers: { date: new Date(90_000_000).toUTCString() } })]);
    const own = { ...ctx, server: { ...ctx.server, id: 'clock of a look' } };
    await look(own);
    expect(serverNow(own)).toBe(90_000_500);
  });

  it('fails where what is in front of it cannot be found out', async () => {
    expect(await look(unread([{ ...instance, ...nginx }, answer(502)]))).toMatchObject({
      failure: { behaviour: 'server-busy' },
    });
  });
});

it('a share that is found has neither a link nor an end where none is known', async () => {
  const ctx = scripted([answer(200, { downloadLink: '/x' })], { settings: { webUrl: undefined } });
  expect(await find('sharekey', ctx)).toStrictEqual({ ok: true, value: { key: 'sharekey' } });
});
