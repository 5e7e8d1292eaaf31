/** What an answer of FilesNest has to have is read, whatever else it holds; nothing that it holds is taken for more than it is. */
import { describe, expect, it } from 'vitest';
import { recorded, spoiled } from '../fixtures/spoiled.ts';
import { at, callOf, chunkAt, bytesOf, job, progress, remote, said, scripted, uploads } from './fixtures/scripted.ts';
import { open } from './open.ts';
import { resume } from './resume.ts';
import { send } from './send.ts';
import { shares } from './shares.ts';
import { keptRemote } from './state.ts';
import { verify } from './verify.ts';

/** Its time is not known. */
const { createdAt: _, ...bare } = remote;

const from = (file: string, request: RegExp) => recorded(`filesnest/recordings/${file}.json`, request);
const [created = {}] = from('head-create-with-include', /POST \/api\/files\?include=uploads$/);
const [shown = {}] = from('head-resume', /GET \/api\/files\//);
const [chunk = {}] = from('head-chunk-ok', /PATCH .*\/uploads\//);
const done = from('head-completion', /GET \/api\/files\/.*include=uploads$/).at(-1) ?? {};
const [listed = {}] = from('head-list-limit', /GET \/api\/files\?limit=2$/);

const numberOf = (body: Readonly<Record<string, unknown>>): number =>
  ((body['data'] as { readonly uploads?: readonly unknown[] }).uploads ?? []).length;

describe('the answer to a create', () => {
  const count = numberOf(created);
  const size = (count - 1) * 1_024 + 1;
  it.each(spoiled(created, ['data.id']))('makes an upload that is known by its id, with %s', async (_what, odd) => {
    const ctx = scripted((line) =>
      line.startsWith('POST')
        ? at(201, odd)
        : said(line.endsWith('page=1') ? uploads(...Array.from({ length: count }, () => false)) : []),
    );
    const opened = await open({ job: { ...job, size }, context: ctx, signal: ctx.signal });
    expect(opened).toMatchObject({
      ok: true,
      value: { remote: { id: String((created['data'] as { id: number }).id) } },
    });
    if (!opened.ok) return;
    expect(keptRemote.schema.parse(JSON.parse(JSON.stringify(opened.value.remote)))).toEqual(opened.value.remote);
    expect(opened.value.remote.uploads).toHaveLength(count);
  });
});

it.each(spoiled(shown, []))(
  'a resume never throws, nor takes a chunk for stored that is not, with %s',
  async (_what, odd) => {
    const count = numberOf(shown);
    const ctx = scripted((line) => (line.includes('/uploads?') ? said([]) : at(200, odd)));
    const own = {
      ...bare,
      id: String((shown['data'] as { id: number }).id),
      name: (shown['data'] as { name: string }).name,
      count,
    };
    const resumed = await resume(callOf(ctx, { remote: own, progress: progress([], count) }));
    const there = (shown['data'] as { uploads: readonly { status_name: string }[] }).uploads;
    if (resumed.ok) for (const index of resumed.value.stored) expect(there[index]?.status_name).toBe('completed');
    else expect(resumed.failure.behaviour).toMatch(/^(retry|restart)$/);
  },
);

it.each(spoiled(chunk, ['data.id', 'data.number', 'data.status_name']))(
  'a chunk is acknowledged by its id and its status alone, with %s',
  async (what, odd) => {
    const own = { ...remote, uploads: ['0', String((chunk['data'] as { id: number }).id)] };
    const sent = await send(callOf(scripted([at(200, odd)]), { remote: own }), chunkAt(1), bytesOf(chunkAt(1)));
    expect(sent.ok, what).toBe(true);
  },
);

it.each(spoiled(done, ['data.status_name', 'data.checksum']))(
  'a file is done by status and checksum, with %s',
  async (_what, odd) => {
    const { id, name, checksum } = done['data'] as { id: number; name: string; checksum: string };
    const call = callOf(scripted([at(200, odd)]), {
      remote: { ...bare, id: String(id), name, checksum },
      job: { ...job, hashes: { sha256: checksum } },
    });
    const verified = await verify(call);
    // Another name, time or id is another file.
    if (!verified.ok)
      expect(verified.failure).toMatchObject({ behaviour: expect.stringMatching(/^(retry|restart)$/) as string });
  },
);

it.each(spoiled(listed, []))('a list never throws, with %s', async (_what, odd) => {
  const page = await shares.list(
    undefined,
    scripted(() => at(200, odd)),
  );
  if (!page.ok) expect(page.failure.problem.code).toBe('not-this-server');
});
