import { describe, expect, it } from 'vitest';
import type { Answer } from '../../http/http.ts';
import { madeNothing } from '../../outcome.ts';
import { answer, type Script } from '../fixtures/scripted-http.ts';
import type { Job } from '../provider.ts';
import {
  at,
  broken,
  checksum,
  completed,
  file,
  job,
  linesOf,
  minute,
  missing,
  now,
  refused,
  remote,
  said,
  scripted,
  taken,
  unauthorized,
  uploads,
  written,
} from './fixtures/scripted.ts';
import { freeDoubt } from './lost-create.ts';
import { open } from './open.ts';
import type { FilesNestSettings } from './state.ts';

const create = 'POST /files?include=uploads';
const search = 'POST /files/search?include=uploads';

const opening = async (
  script: Script,
  more: Partial<Job> = {},
  settings: Partial<FilesNestSettings> = {},
  clock = now,
) => {
  const context = scripted(script, { settings, now: () => clock });
  const outcome = await open({ job: { ...job, ...more }, context, signal: context.signal });
  return { outcome, asked: linesOf(context), bodies: context.asked.map(({ body }) => body) };
};
const conflict = (choice: string) => ({ options: { extra: { conflict: choice } } });
const doubt = { createInDoubt: true, createTriedAt: now };

describe('an upload', () => {
  it('is created without its checksum on newer servers, whose last step it is', async () => {
    const { outcome, bodies } = await opening([said(file(), 201)]);
    expect(outcome).toEqual({ ok: true, value: { remote, notices: [] } });
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      name: 'a.bin',
      create_datetime: '2023-11-14 22:13:20',
      chunks_count: 3,
    });
  });

  it('is created with its checksum on older ones', async () => {
    const { outcome, bodies } = await opening([said(file({ checksum }), 201)], {}, { api: 'seed' });
    expect(outcome).toMatchObject({ value: { remote: { checksumFirst: true, checksum } } });
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ checksum });
  });

  it('of no byte is one chunk', async () => {
    const { bodies } = await opening([said(file({ uploads: uploads(false) }), 201)], { size: 0 });
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ chunks_count: 1 });
  });

  it('is cut by the limit of today, which is kept', async () => {
    const late = now + 2 * minute;
    const limit = said({ upload_max_size: 500 });
    const made = said(file({ uploads: uploads(false, false, false, false, false) }), 201);
    const { outcome, bodies } = await opening([limit, made], {}, {}, late);
    expect(outcome).toMatchObject({
      value: { remote: { chunkSize: 500, count: 5 }, settings: { uploadMaxSize: 500, checkedAt: late } },
    });
    expect(JSON.parse(bodies[1] ?? '')).toMatchObject({ chunks_count: 5 });
  });

  it('that became too large is refused before anything is made', async () => {
    const { outcome, asked } = await opening([said({ upload_max_size: 1 })], { size: 2_001 }, {}, now + 2 * minute);
    expect(outcome).toMatchObject({ failure: { behaviour: 'fatal', problem: { code: 'too-large' } } });
    expect(asked).toEqual(['GET /settings']);
  });

  it('whose server wants the checksum first asks for a test of the server', async () => {
    const wants = refused(422, 'The checksum field is required.', { checksum: ['The checksum field is required.'] });
    const asks = { failure: { behaviour: 'attention', scope: 'server', problem: { code: 'checksum-first' } } };
    expect((await opening([wants])).outcome).toMatchObject(asks);
    const { outcome, asked } = await opening([], { hashes: {} }, { api: 'seed' });
    expect(outcome).toMatchObject(asks);
    expect(asked).toEqual([]);
  });

  it.each<[string, Answer, object]>([
    ['a field that is refused', refused(422, 'No.', { create_datetime: ['No.'] }), { behaviour: 'fatal' }],
    ['a token that ended', unauthorized, { behaviour: 'attention', problem: { code: 'signed-out' } }],
    ['a failing program', refused(500, 'Server Error'), { behaviour: 'retry', problem: { code: 'server-failed' } }],
    ['a proxy’s page', at(502, '<html>'), { behaviour: 'server-busy' }],
    ['a page of the network', answer(200, '<html>'), { behaviour: 'retry', problem: { code: 'not-this-server' } }],
    ['a full disk', refused(507, 'Full'), { behaviour: 'attention', problem: { code: 'server-full' } }],
    ['too many requests', refused(429, 'Too Many Attempts.'), { behaviour: 'server-busy' }],
  ])('is refused with %s', async (_what, refusal, failure) => {
    expect((await opening((line) => (line === create ? refusal : unauthorized))).outcome).toMatchObject({ failure });
  });
});

describe('the chunks of a new upload', () => {
  const bare = { ...file() };
  delete (bare as { uploads?: unknown }).uploads;

  it('are read where the answer has none', async () => {
    const { outcome, asked } = await opening([said(bare, 201), said(uploads(false, false, false)), said([])]);
    expect(outcome).toMatchObject({ value: { remote: { uploads: ['31', '32', '33'] } } });
    expect(asked.slice(1)).toEqual(['GET /files/7/uploads?limit=100&page=1', 'GET /files/7/uploads?limit=100&page=2']);
  });

  it('are put in the order of their numbers', async () => {
    const { outcome } = await opening([said(file({ uploads: uploads(false, false, false).toReversed() }), 201)]);
    expect(outcome).toMatchObject({ value: { remote: { uploads: ['31', '32', '33'] } } });
  });

  it('that cannot be read now are read by a resume: the file is not made twice', async () => {
    const { outcome } = await opening([said(bare, 201), broken]);
    expect(outcome).toMatchObject({ ok: true, value: { remote: { id: '7', uploads: [] } } });
  });

  it('that are not as many as the file’s are of no use: the file is deleted, and it is said', async () => {
    const odd = said(file({ uploads: uploads(false) }), 201);
    const { outcome, asked } = await opening([odd, said(uploads(false)), said([]), said(file())]);
    expect(outcome).toMatchObject({ failure: { behaviour: 'attention', problem: { code: 'not-this-server' } } });
    expect(asked.at(-1)).toBe('DELETE /files/7');
  });
});

describe('a name that is taken', () => {
  it('is asked about, and nothing was made', async () => {
    const { outcome, asked } = await opening([taken]);
    if (outcome.ok) throw new Error('opened');
    expect(outcome.failure).toMatchObject({
      behaviour: 'attention',
      scope: 'transfer',
      problem: { code: 'name-taken' },
    });
    expect(madeNothing(outcome.failure)).toBe(true);
    expect(asked).toEqual([create]);
  });

  it('is skipped by choice', async () => {
    const { outcome } = await opening([taken], conflict('skip'));
    expect(outcome).toMatchObject({ failure: { behaviour: 'left-out', problem: { code: 'name-skipped' } } });
  });

  it('is numbered by choice, and said; names of our own uploads are not tried', async () => {
    const made = said(file({ name: 'a (4).bin' }), 201);
    const own = { ownAt: (name: string) => (name === 'a (3).bin' ? 'upload' : undefined) } as const;
    const { outcome, bodies } = await opening([taken, taken, made], { ...conflict('rename'), ...own });
    expect(bodies.map((body) => (JSON.parse(body) as { name: string }).name)).toEqual([
      'a.bin',
      'a (2).bin',
      'a (4).bin',
    ]);
    expect(outcome).toMatchObject({
      value: {
        name: 'a (4).bin',
        remote: { name: 'a (4).bin' },
        notices: [{ code: 'name-numbered', params: { name: 'a.bin', used: 'a (4).bin' } }],
      },
    });
  });

  it('ends in a question where every number is taken', async () => {
    const { outcome, asked } = await opening(() => taken, conflict('rename'));
    expect(outcome).toMatchObject({ failure: { behaviour: 'attention', problem: { code: 'name-taken' } } });
    expect(asked.length).toBe(100);
  });

  it('by another upload of ours is numbered whatever the choice', async () => {
    const own = { ownAt: (name: string) => (name === 'a.bin' ? 'upload' : undefined) } as const;
    const { outcome } = await opening([taken, said(file({ name: 'a (2).bin' }), 201)], own);
    expect(outcome).toMatchObject({ ok: true, value: { name: 'a (2).bin' } });
  });

  it('by an upload that is being cleaned up is waited for', async () => {
    const { outcome } = await opening([taken], { ownAt: () => 'leftover' });
    expect(outcome).toMatchObject({
      failure: { behaviour: 'retry', nothingMade: true, problem: { code: 'name-busy' } },
    });
  });

  it('by this upload’s own earlier session is freed by its id', async () => {
    const { outcome, asked } = await opening([taken, said(file()), said(file()), said(file(), 201)], {
      earlier: remote,
    });
    expect(outcome).toMatchObject({ ok: true });
    expect(asked).toEqual([create, 'GET /files/7?include=uploads', 'DELETE /files/7', create]);
  });

  it('by another file of the earlier session’s id is left alone', async () => {
    const other = said(file({ created_at: written(now + minute) }));
    const { asked } = await opening([taken, other, taken], { earlier: remote });
    expect(asked.filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });
});

describe('a create whose answer was lost', () => {
  it.each([
    ['at the same time', 0],
    ['a second before, by rounding', -1_000],
    ['a minute later', minute],
  ])('is continued with the file that it made %s', async (_what, later) => {
    const { outcome, asked } = await opening([taken, said([file({ created_at: written(now + later) })])], doubt);
    expect(outcome).toMatchObject({ ok: true, value: { remote: { id: '7', uploads: ['31', '32', '33'] } } });
    expect(asked).toEqual([create, search]);
  });

  it('is judged by the server’s clock, whatever this machine’s says', async () => {
    const year = 365 * 86_400_000;
    const [theirs, ours] = [now + year, now];
    const reply = at(422, taken.json, theirs);
    const found = (made: number) => at(200, { data: [file({ created_at: written(made) })] }, theirs);
    const after = await opening([reply, found(theirs)], { ...doubt, createTriedAt: ours }, {}, ours);
    expect(after.outcome).toMatchObject({ ok: true });
    const before = await opening([reply, found(ours + minute)], { ...doubt, createTriedAt: ours }, {}, ours);
    expect(before.outcome).toMatchObject({ failure: { problem: { code: 'name-taken' } } });
  });

  it.each<[string, object]>([
    ['made before', { created_at: written(now - 3_000) }],
    ['of no time', { created_at: 'soon' }],
    ['completed', completed({ checksum: null })],
    ['failed', { status_name: 'failed:checksum' }],
    ['with a completed chunk', { uploads: uploads(false, true, false) }],
    ['of more chunks', { uploads: uploads(false, false, false, false) }],
    ['of fewer chunks', { uploads: uploads(false, false) }],
    ['of another time', { create_datetime: '2023-11-14 22:13:21' }],
    ['with a checksum', { checksum }],
    ['of another name', { name: 'A.bin' }],
  ])('is not taken for a file that is %s: that is a question, and is never deleted', async (_what, more) => {
    const script: Script = (line) =>
      line === create
        ? taken
        : line === search
          ? said([file(more)])
          : said((more as { uploads?: unknown }).uploads ?? []);
    for (const choice of ['ask', 'skip']) {
      const { outcome, asked } = await opening(script, { ...doubt, ...conflict(choice) });
      expect(outcome).toMatchObject({ ok: false, failure: { behaviour: choice === 'ask' ? 'attention' : 'left-out' } });
      expect(asked.filter((line) => /^(DELETE|PATCH)/.test(line))).toEqual([]);
    }
  });

  it('on an older server has to have made a file of the same checksum', async () => {
    const seed = { api: 'seed' } as const;
    const own = await opening([taken, said([file({ checksum })])], doubt, seed);
    expect(own.outcome).toMatchObject({ ok: true, value: { remote: { checksumFirst: true } } });
    for (const other of [null, 'cd'.repeat(32)])
      expect((await opening([taken, said([file({ checksum: other })])], doubt, seed)).outcome).toMatchObject({
        failure: { problem: { code: 'name-taken' } },
      });
  });

  it('that made nothing visible is another user’s name', async () => {
    expect((await opening([taken, said([])], doubt)).outcome).toMatchObject({
      failure: { problem: { code: 'name-taken' } },
    });
  });

  it('that cannot be looked for now is tried again', async () => {
    expect((await opening([taken, broken], doubt)).outcome).toEqual(broken);
  });

  it('of an upload that is cancelled is deleted, and only then', async () => {
    const freeing = async (script: Script, more: Partial<Job> = doubt) => {
      const context = scripted(script);
      const outcome = await freeDoubt({ job: { ...job, ...more }, context, signal: context.signal });
      return { outcome, asked: linesOf(context) };
    };
    const done = { ok: true, value: undefined };
    expect(await freeing([said([file()]), said(file())])).toEqual({
      outcome: done,
      asked: [search, 'DELETE /files/7'],
    });
    expect(await freeing([said([file()]), missing])).toMatchObject({ outcome: done });
    expect(await freeing([said([file({ checksum })])])).toEqual({ outcome: done, asked: [search] });
    expect(await freeing([said([])])).toMatchObject({ outcome: done });
    expect(await freeing([broken])).toMatchObject({ outcome: broken });
    expect(await freeing([], {})).toEqual({ outcome: done, asked: [] });
    const numbered = await freeing(
      (line, index) => said(line === search && index === 1 ? [file({ name: 'a (2).bin' })] : []),
      { ...doubt, ...conflict('rename') },
    );
    expect(numbered.asked).toEqual([search, search, 'DELETE /files/7']);
  });
});
