import { describe, expect, it } from 'vitest';
import type { Script } from '../fixtures/scripted-http.ts';
import { answer } from '../fixtures/scripted-http.ts';
import type { Job } from '../provider.ts';
import { filesnest } from './filesnest.ts';
import { finish } from './finish.ts';
import {
  at,
  broken,
  callOf,
  checksum,
  chunkMissing,
  completed,
  file,
  job,
  linesOf,
  minute,
  missing,
  now,
  progress,
  refused,
  remote,
  said,
  scripted,
  settings,
  unauthorized,
  uploads,
} from './fixtures/scripted.ts';
import type { FilesNestRemote } from './state.ts';
import { verify } from './verify.ts';

const all = progress([0, 1, 2]);
const given: FilesNestRemote = { ...remote, checksum };
const first: FilesNestRemote = { ...given, checksumFirst: true };
const whole = (more: object = {}) => file({ checksum, uploads: uploads(true, true, true), ...more });

const finishing = async (script: Script, of: FilesNestRemote = remote, more: Partial<Job> = {}) => {
  const ctx = scripted(script);
  const outcome = await finish(callOf(ctx, { remote: of, progress: all, job: { ...job, ...more } }));
  return { outcome, lines: linesOf(ctx), bodies: ctx.asked.map(({ body }) => body) };
};
const verifying = async (script: Script, of: FilesNestRemote = given) => {
  const ctx = scripted(script);
  const call = callOf(ctx, { remote: of, progress: all });
  return { outcome: await verify(call), lines: linesOf(ctx), kept: call.kept };
};

describe('the checksum', () => {
  it('is needed before newer servers finish, and before older ones open', () => {
    const needs = (api: 'seed' | 'head', of?: FilesNestRemote) => filesnest.needs?.({ ...settings, api }, of);
    expect(needs('head')).toEqual([{ hash: 'sha256', before: 'finish' }]);
    expect(needs('seed')).toEqual([{ hash: 'sha256', before: 'open' }]);
    expect(needs('head', first)).toEqual([{ hash: 'sha256', before: 'open' }]);
    expect(needs('seed', remote)).toEqual([{ hash: 'sha256', before: 'finish' }]);
  });

  it('is given once all chunks are there', async () => {
    const { outcome, lines, bodies } = await finishing([said(whole())]);
    expect(outcome).toEqual({ ok: true, value: { remote: given } });
    expect(lines).toEqual(['PATCH /files/7']);
    expect(JSON.parse(bodies[0] ?? '')).toEqual({ checksum });
  });

  it('is not given where the server has it, and is where it has another', async () => {
    expect(await finishing([], first)).toMatchObject({ outcome: { ok: true, value: {} }, lines: [] });
    expect(await finishing([], given)).toMatchObject({ outcome: { ok: true, value: {} }, lines: [] });
    const other = { ...remote, checksum: 'cd'.repeat(32) };
    expect(await finishing([said(whole())], other)).toMatchObject({ outcome: { value: { remote: given } } });
  });

  it('that an earlier request gave, whose answer was lost, has done its work', async () => {
    expect((await finishing([refused(400, 'Cannot update completed file')])).outcome).toMatchObject({ ok: true });
  });

  it.each([
    ['a broken connection', broken, broken],
    ['a file that is gone', missing, { failure: { behaviour: 'retry' } }],
    ['an older server', refused(405, 'The PATCH method is not supported.'), { failure: { behaviour: 'fatal' } }],
    ['a failing program', refused(500, 'Server Error'), { failure: { behaviour: 'retry' } }],
    ['a failing gateway', at(502, '<html>'), { failure: { behaviour: 'server-busy' } }],
    ['a page', answer(200, '<html>'), { failure: { behaviour: 'retry', problem: { code: 'not-this-server' } } }],
  ])('is not taken for given with %s', async (_what, reply, expected) => {
    expect((await finishing([reply])).outcome).toMatchObject(expected);
  });
});

describe('an upload is done', () => {
  it('where the server has completed it and compared this file’s checksum', async () => {
    for (const of of [given, first])
      expect((await verifying([said(completed())], of)).outcome).toEqual({
        ok: true,
        value: {
          share: { key: '7', path: 'a.bin' },
          proof: { by: 'hash', detail: `sha256: ${checksum}` },
          notices: [],
        },
      });
  });

  it.each([null, 'cd'.repeat(32), checksum.toUpperCase(), undefined, 7])(
    'never with the checksum %j',
    async (other) => {
      expect((await verifying([said(completed({ checksum: other }))])).outcome).toMatchObject({
        failure: { behaviour: 'restart', problem: { code: 'verify-hash' } },
      });
    },
  );

  it.each(['failed:checksum', 'failed:chunks-merge'])('never where it is %s', async (status) => {
    expect((await verifying([said(whole({ status_name: status }))])).outcome).toMatchObject({
      failure: { behaviour: 'restart', notStored: true },
    });
  });

  it('never where the file is gone, another one, or out of reach', async () => {
    expect((await verifying([missing])).outcome).toMatchObject({ failure: { behaviour: 'restart' } });
    expect((await verifying([said(completed({ name: 'b' }))])).outcome).toMatchObject({
      failure: { behaviour: 'restart' },
    });
    expect((await verifying([broken])).outcome).toEqual(broken);
    expect((await verifying([unauthorized, said([])])).outcome).toMatchObject({
      failure: { problem: { code: 'not-owner' } },
    });
  });

  it('never where a chunk is missing: the server is asked what it has', async () => {
    expect((await verifying([said(whole({ uploads: uploads(true, false, true) }))])).outcome).toMatchObject({
      failure: { behaviour: 'retry' },
    });
  });
});

describe('a merge', () => {
  const waiting = async (passed: number, of: FilesNestRemote, more: Script = []) => {
    const replies = [at(200, { data: whole() }, now + passed), ...(typeof more === 'function' ? [] : more)];
    return verifying(replies, of);
  };
  const since = (again = 0, started = 0) => ({ merge: { since: now + 500, started: now + 500 + started, again } });

  it('is waited for, longer each time', async () => {
    const start = await waiting(0, given);
    expect(start.outcome).toMatchObject({ failure: { behaviour: 'pending', afterMs: 0 } });
    expect(start.kept).toEqual([{ ...given, ...since() }]);
    for (const passed of [2_000, 60_000, 100_000])
      expect((await waiting(passed, { ...given, ...since() })).outcome).toMatchObject({
        failure: { behaviour: 'pending', afterMs: passed / 2 },
      });
  });

  it('that does not come about is started again by the checksum on newer servers, twice', async () => {
    for (const [passed, again] of [
      [2 * minute, 0],
      [10 * minute, 1],
    ] as const) {
      const { outcome, lines, kept } = await waiting(passed, { ...given, ...since(again) }, [
        at(200, { data: whole() }, now + passed),
      ]);
      expect(outcome).toMatchObject({ failure: { behaviour: 'pending', afterMs: 0 } });
      expect(lines).toEqual(['GET /files/7?include=uploads', 'PATCH /files/7']);
      expect(kept).toEqual([{ ...given, ...since(again + 1, passed) }]);
    }
    expect((await waiting(20 * minute, { ...given, ...since(2) })).lines).toHaveLength(1);
    expect((await waiting(2 * minute, { ...given, ...since() }, [broken])).outcome).toEqual(broken);
  });

  it('that does not come about is started again by its last chunk on older servers', async () => {
    const { outcome, lines, kept } = await waiting(2 * minute, { ...first, ...since() });
    expect(outcome).toMatchObject({ failure: { behaviour: 'pending' } });
    expect(lines).toHaveLength(1);
    expect(kept).toEqual([{ ...first, ...since(1, 2 * minute), resend: 2 }]);
  });

  it('is asked about after half an hour, and waited for again after a retry', async () => {
    const { outcome, kept } = await waiting(30 * minute, { ...given, ...since(2) });
    expect(outcome).toMatchObject({
      failure: { behaviour: 'attention', problem: { code: 'merge-slow', params: { waitedMs: 30 * minute } } },
    });
    expect(kept).toEqual([given]);
  });

  it('is not overdue because a clock was put back', async () => {
    const year = now + 365 * 24 * 60 * minute;
    const ahead = { ...given, merge: { since: year, started: year, again: 1 } };
    const { outcome, kept } = await waiting(0, ahead);
    expect(outcome).toMatchObject({ failure: { behaviour: 'pending', afterMs: 0 } });
    expect(kept).toEqual([{ ...given, ...since(1) }]);
  });

  it('whose chunks are gone already is waited for, and not started again', async () => {
    const script: Script = [
      at(200, { data: whole({ uploads: [] }) }, now + 2 * minute),
      at(200, { data: [] }, now + 2 * minute),
    ];
    const { outcome, lines } = await verifying(script, { ...given, ...since() });
    expect(outcome).toMatchObject({ failure: { behaviour: 'pending' } });
    expect(lines).toHaveLength(2);
    expect((await verifying([said(whole({ uploads: [] })), chunkMissing])).outcome).toMatchObject({
      failure: { behaviour: 'restart' },
    });
  });
});

describe('the chunks', () => {
  it('go in any order, but the last one alone where it starts the merge', () => {
    const shape = (of: FilesNestRemote) => filesnest.shape(job, of, { ...settings, lanes: 6 });
    expect(shape(remote)).toEqual({ chunkSize: 1_024, lanes: 6, order: 'any', cut: 'harmless' });
    expect(shape(first)).toMatchObject({ order: 'last-alone' });
  });
});
