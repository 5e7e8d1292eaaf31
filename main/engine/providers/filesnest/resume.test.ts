import { describe, expect, it } from 'vitest';
import type { Script } from '../fixtures/scripted-http.ts';
import { answer } from '../fixtures/scripted-http.ts';
import { cancel } from './cancel.ts';
import {
  at,
  broken,
  callOf,
  checksum,
  completed,
  file,
  linesOf,
  minute,
  missing,
  now,
  progress,
  refused,
  remote,
  said,
  scripted,
  unauthorized,
  uploads,
  written,
} from './fixtures/scripted.ts';
import { resume } from './resume.ts';
import type { FilesNestRemote } from './state.ts';

const resuming = async (script: Script, acknowledged: readonly number[] = [], of: FilesNestRemote = remote) => {
  const ctx = scripted(script);
  const call = callOf(ctx, { progress: progress(acknowledged), remote: of });
  return { outcome: await resume(call), lines: linesOf(ctx), kept: call.kept };
};
const day = 24 * 60 * minute;

describe('after an interruption', () => {
  it('what the server has is not sent again', async () => {
    const { outcome, lines } = await resuming([said(file({ uploads: uploads(true, false, true) }))], [0]);
    expect(outcome).toEqual({ ok: true, value: { remote, stored: [2], notices: [] } });
    expect(lines).toEqual(['GET /files/7?include=uploads']);
  });

  it('a file that is complete has everything, whatever was acknowledged', async () => {
    const { outcome } = await resuming([said(completed())], [1]);
    expect(outcome).toEqual({ ok: true, value: { remote: { ...remote, checksum }, stored: [0, 2], notices: [] } });
  });

  it('chunks that the answer does not list are read page by page', async () => {
    const listed = uploads(true, false, false);
    const { outcome, lines } = await resuming([said(file({ uploads: undefined })), said(listed), said([])]);
    expect(outcome).toMatchObject({ value: { stored: [0] } });
    expect(lines).toHaveLength(3);
  });

  it('ids that are not known yet are kept', async () => {
    const { outcome } = await resuming([said(file())], [], { ...remote, uploads: [] });
    expect(outcome).toMatchObject({ value: { remote: { uploads: ['31', '32', '33'] } } });
  });

  it('an empty list says nothing while the file is not complete', async () => {
    const empty = said(file({ uploads: [] }));
    expect((await resuming([empty, said([])], [0])).outcome).toMatchObject({
      failure: { behaviour: 'restart', problem: { code: 'session-gone' } },
    });
    const all = await resuming([empty, said([])], [0, 1, 2]);
    expect(all.outcome).toMatchObject({ failure: { behaviour: 'pending' } });
    expect(all.kept).toMatchObject([{ merge: { since: now + 500, started: now + 500, again: 0 } }]);
  });

  it('a chunk that the server has lost since starts the file over', async () => {
    expect((await resuming([said(file())], [1])).outcome).toMatchObject({
      failure: { behaviour: 'restart', problem: { code: 'session-gone' } },
    });
  });

  it.each(['failed:checksum', 'failed:chunks-merge', 'failed:something new'])(
    'a file that is %s is deleted and starts over, a limited number of times',
    async (status) => {
      const failed = said(file({ status_name: status, uploads: uploads(true, true, true) }));
      expect((await resuming([failed], [0, 1, 2])).outcome).toMatchObject({
        failure: {
          behaviour: 'restart',
          notStored: true,
          problem: { code: 'not-completed', params: { words: status } },
        },
      });
    },
  );

  it('a file that is gone starts over, and says so where its day is over', async () => {
    expect((await resuming([missing])).outcome).toMatchObject({ failure: { problem: { code: 'session-gone' } } });
    expect((await resuming([at(404, missing.json, now + day)])).outcome).toMatchObject({
      failure: { behaviour: 'restart', problem: { code: 'deadline-passed', params: { hours: 24 } } },
    });
  });

  it.each([
    ['made at another time', { created_at: written(now + minute) }],
    ['of another name', { name: 'b.bin' }],
  ])('another file of that id (%s) is not this upload', async (_what, more) => {
    expect((await resuming([said(completed(more))])).outcome).toMatchObject({ failure: { behaviour: 'restart' } });
  });

  it.each([
    ['a broken connection', broken, broken],
    ['a route that is missing', refused(404, 'The route could not be found.'), { failure: { behaviour: 'retry' } }],
    ['a page', answer(404, '<html>'), { failure: { behaviour: 'retry', problem: { code: 'not-this-server' } } }],
    ['a failing gateway', at(504, '<html>'), { failure: { behaviour: 'server-busy' } }],
    ['a failing program', refused(500, 'Server Error'), { failure: { behaviour: 'retry' } }],
  ])('%s is no reason to start over', async (_what, reply, expected) => {
    expect((await resuming([reply])).outcome).toMatchObject(expected);
  });

  it('a chunk that starts the merge again is asked for once more, until it was taken', async () => {
    const stuck = said(file({ uploads: uploads(true, true, true) }));
    const again = { ...remote, resend: 2 };
    expect((await resuming([stuck], [0, 1, 2], again)).outcome).toEqual({
      ok: true,
      value: { remote: again, stored: [], again: [2], notices: [] },
    });
    expect((await resuming([stuck], [0, 1], again)).outcome).toEqual({
      ok: true,
      value: { remote: again, stored: [], notices: [] },
    });
    expect((await resuming([said(completed())], [0, 1], again)).outcome).toMatchObject({
      value: { remote: { ...remote, checksum }, stored: [2] },
    });
  });
});

describe('a cancel', () => {
  const cancelling = async (script: Script) => {
    const ctx = scripted(script);
    return { outcome: await cancel(callOf(ctx)), lines: linesOf(ctx) };
  };

  it.each([
    ['unfinished', file()],
    ['complete', completed()],
  ])('deletes a file that is %s', async (_what, there) => {
    const { outcome, lines } = await cancelling([said(there), said(there)]);
    expect(outcome).toEqual({ ok: true, value: {} });
    expect(lines).toEqual(['GET /files/7?include=uploads', 'DELETE /files/7']);
  });

  it('is done where the file is gone, before it or in that moment', async () => {
    expect((await cancelling([missing])).outcome).toEqual({ ok: true, value: {} });
    expect((await cancelling([said(file()), missing])).outcome).toEqual({ ok: true, value: {} });
  });

  it('leaves another file of that id alone', async () => {
    const { outcome, lines } = await cancelling([said(file({ name: 'b.bin' }))]);
    expect(outcome).toEqual({ ok: true, value: {} });
    expect(lines).toHaveLength(1);
  });

  it('says what stays where the file is another account’s, and waits for a sign-in where nobody is', async () => {
    expect((await cancelling([unauthorized, said([])])).outcome).toMatchObject({
      ok: true,
      value: { left: { code: 'not-deletable' } },
    });
    expect((await cancelling([unauthorized, unauthorized])).outcome).toMatchObject({
      failure: { problem: { code: 'signed-out' } },
    });
    expect((await cancelling([said(file()), broken])).outcome).toEqual(broken);
  });
});
