import { describe, expect, it } from 'vitest';
import type { Answer } from '../../http/http.ts';
import type { Progress } from '../provider.ts';
import { unread } from './fixtures/captured.ts';
import { answer, instanceBody, linesOf, refused, remote, scripted } from './fixtures/scripted.ts';
import { resume } from './resume.ts';

const instance = answer(200, instanceBody);
const alive = refused(400, 'Numéro du chunk invalide');
const wanted = refused(406, 'Not Acceptable');
const stored = refused(400, 'Chunk déjà uploadé');
const early = refused(400, 'Chunk précédent non uploadé');
const complete = refused(400, 'Fichier déjà uploadé');
const gone = refused(400, 'Clé de transfert invalide');

const progress = (acknowledged: readonly number[], inFlight: Progress['inFlight'] = []): Progress => ({
  count: 3,
  acknowledged: (index) => acknowledged.includes(index),
  tag: () => undefined,
  inFlight,
});
const hour = 3_600_000;
/** `/instance` as it answers when the upload is so old, in ms, on the server's clock. */
const instanceAt = (age: number): Answer =>
  answer(200, instanceBody, { headers: { date: new Date(remote.created + age).toUTCString() } });
const buffered = { ...remote, front: 'buffered' as const };
const begun = [{ index: 1, begun: true }];
const settingsBuffered = { settings: { front: 'buffered' as const } };

describe('resuming', () => {
  it('waits for the server before it asks for chunks', async () => {
    const ctx = scripted([answer(502, '<html>')]);
    expect(await resume(remote, progress([]), ctx)).toMatchObject({ failure: { behaviour: 'server-busy' } });
    expect(linesOf(ctx)).toEqual(['GET /instance']);
  });

  it.each<[string, readonly Answer[], readonly number[], Progress['inFlight'], readonly number[]]>([
    ['goes on where nothing was in flight', [alive, wanted], [0], [], []],
    ['goes on where no byte was handed to the socket', [alive, wanted], [0], [{ index: 1, begun: false }], []],
    ['takes a chunk for stored whose answer was lost', [alive, stored, wanted], [0], begun, [1]],
    ['takes what the server has where the record is behind', [alive, stored, stored, wanted], [], [], [0, 1]],
    ['takes all for stored where the upload is complete', [complete], [0], begun, [1, 2]],
  ])('%s', async (_what, answers, acknowledged, inFlight, found) => {
    const resumed = await resume(remote, progress(acknowledged, inFlight), scripted([instance, ...answers]));
    expect(resumed).toMatchObject({ ok: true, value: { stored: found } });
  });

  it('starts anew where half a chunk was left on a bare server, and goes on behind a buffering front', async () => {
    const cut = [instance, alive, wanted];
    const spoilt = { failure: { behaviour: 'restart', problem: { code: 'cut-spoilt' } } };
    expect(await resume(remote, progress([0], begun), scripted(cut))).toMatchObject(spoilt);
    const behind = scripted(cut, settingsBuffered);
    expect(await resume(buffered, progress([0], begun), behind)).toMatchObject({ ok: true, value: { stored: [] } });
  });

  describe('a chunk whose last byte may be out behind a buffering proxy, and that is still wanted', () => {
    const minute = 60_000;
    const completeAt = 1_000_000;
    const whole = [{ index: 1, begun: true, completeAt }];
    const ignoring = { ...buffered, ignoresAbort: true };
    const after = (ms: number, more: object = {}) =>
      scripted([instance, alive, wanted], {
        settings: { front: 'buffered', ...more },
        now: () => completeAt + ms,
      });

    it('makes the file start over where nginx drops a request whose client left', async () => {
      const restart = { failure: { behaviour: 'restart', problem: { code: 'cut-spoilt' } } };
      expect(await resume(buffered, progress([0], whole), after(1_000))).toMatchObject(restart);
      // The option was turned on only after the interruption, or off since.
      expect(await resume(buffered, progress([0], whole), after(1_000, { ignoresAbort: true }))).toMatchObject(restart);
      expect(await resume(ignoring, progress([0], whole), after(1_000))).toMatchObject(restart);
    });

    it.each([
      [0, 1_000],
      [minute, 15_000],
      [20 * minute - 1, 30_000],
      // The clock was put back.
      [-minute, 15_000],
    ])('is asked for again %i ms later where nginx ignores that: in %i ms', async (ms, afterMs) => {
      expect(await resume(ignoring, progress([0], whole), after(ms, { ignoresAbort: true }))).toMatchObject({
        failure: { behaviour: 'retry', afterMs, problem: { code: 'chunk-being-stored' } },
      });
    });

    it('makes the file start over after 20 minutes, and is never sent again', async () => {
      expect(await resume(ignoring, progress([0], whole), after(20 * minute, { ignoresAbort: true }))).toMatchObject({
        failure: { behaviour: 'restart', problem: { code: 'chunk-not-stored' } },
      });
    });

    it('is taken for stored when the server has it, whatever nginx does', async () => {
      for (const upload of [buffered, ignoring]) {
        const ctx = scripted([instance, alive, stored, wanted], settingsBuffered);
        expect(await resume(upload, progress([0], whole), ctx)).toMatchObject({ ok: true, value: { stored: [1] } });
      }
    });

    it('is sent again to a practice server, which stores a chunk whole or not at all', async () => {
      const practice = 'Stevedore-Practice/1';
      const says = answer(200, instanceBody, { headers: { server: practice } });
      const upload = { ...buffered, frontServerHeader: practice };
      const ctx = scripted([says, alive, wanted], { settings: { front: 'buffered', frontServerHeader: practice } });
      expect(await resume(upload, progress([0], whole), ctx)).toMatchObject({ ok: true, value: { stored: [] } });
    });
  });

  it('starts anew where the front that stood there at the cut has gone', async () => {
    const now = answer(200, { ...instanceBody, apiVersion: '2.3.0' });
    const ctx = unread([now, gone, alive, wanted], settingsBuffered);
    expect(await resume(buffered, progress([0], begun), ctx)).toMatchObject({
      failure: { behaviour: 'restart', problem: { code: 'cut-spoilt' } },
    });
  });

  it.each<[string, readonly Answer[]]>([
    ['no longer knows the upload', [gone]],
    ['has less than it acknowledged', [alive, early, wanted]],
    ['has all chunks but no file', [alive, stored, stored, stored]],
  ])('starts anew where the server %s', async (_what, answers) => {
    expect(await resume(remote, progress([0, 1]), scripted([instance, ...answers]))).toMatchObject({
      failure: { behaviour: 'restart', problem: { code: 'session-gone' } },
    });
  });

  it('starts anew a minute before the five hours are over, but not where the upload is complete', async () => {
    const passed = { failure: { behaviour: 'restart', problem: { code: 'deadline-passed' } } };
    const resumed = (age: number, ...answers: readonly Answer[]) =>
      resume(remote, progress([]), scripted([instanceAt(age), ...answers]));
    expect(await resumed(5 * hour - 60_000, alive)).toMatchObject(passed);
    expect(await resumed(6 * hour, gone)).toMatchObject(passed);
    expect(await resumed(5 * hour - 61_000, alive, wanted)).toMatchObject({ ok: true });
    expect(await resumed(9 * hour, complete)).toMatchObject({ ok: true });
  });

  it.each([
    ['six hours ahead', 6 * hour],
    ['ten years ahead', 87_600 * hour],
    ['ten years behind', -87_600 * hour],
  ])('continues with a clock of this machine that is %s', async (_what, wrong) => {
    const now = () => remote.created + wrong;
    const ctx = scripted([instanceAt(hour), alive, wanted], { now });
    expect(await resume({ ...remote, createdHere: remote.created }, progress([0]), ctx)).toMatchObject({ ok: true });
  });

  it.each([
    ['names a time long after the end of the upload', instanceAt(11 * hour)],
    ['names no time', instance],
  ])('continues what a server still has that %s', async (_what, looked) => {
    const ctx = scripted([looked, alive, wanted], { now: () => remote.created + 11 * hour });
    expect(await resume(remote, progress([0]), ctx)).toMatchObject({ ok: true });
  });

  it('calls no delete key lost that was told before a kill', async () => {
    const told = (key: string) => `told-${key}`;
    const resumed = await resume(remote, progress([0, 1]), scripted([instance, complete]), told);
    expect(resumed).toMatchObject({ value: { remote: { deleteKey: 'told-sharekey' }, notices: [] } });
  });

  it('tells once that the delete key went with the lost answer', async () => {
    const first = await resume(remote, progress([0, 1]), scripted([instance, complete]));
    expect(first).toMatchObject({ value: { remote: { complete: true }, notices: [{ code: 'delete-key-lost' }] } });
    const again = { ...remote, complete: true };
    expect(await resume(again, progress([]), scripted([instance, complete]))).toMatchObject({ value: { notices: [] } });
    const known = { ...again, deleteKey: 'kept' };
    expect(await resume(known, progress([]), scripted([instance, complete]))).toMatchObject({
      value: { remote: { deleteKey: 'kept' }, notices: [] },
    });
  });

  it('of an upload with a short chunk starts anew without asking', async () => {
    const ctx = scripted([]);
    expect(await resume({ ...remote, spoilt: true }, progress([0]), ctx)).toMatchObject({
      failure: { behaviour: 'restart', problem: { code: 'cut-spoilt' } },
    });
  });

  it('gives back the settings where the server has changed', async () => {
    const now = answer(200, { ...instanceBody, fileMaxSize: 5 });
    expect(await resume(remote, progress([]), scripted([now, alive, wanted]))).toMatchObject({
      value: { settings: { fileMaxSize: 5, front: 'bare' } },
    });
    const same = await resume(remote, progress([]), scripted([instance, alive, wanted]));
    expect(same.ok && same.value).not.toHaveProperty('settings');
  });
});
