/** What Stend reveals only once is kept, whatever else its answer holds. */
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../http/bounded-json.ts';
import { recorded, spoiled } from '../fixtures/spoiled.ts';
import { answer, linesOf, remote, scripted } from './fixtures/scripted.ts';
import { group } from './group.ts';
import { open } from './open.ts';
import { readStored, send } from './send.ts';
import { keptRemote } from './state.ts';
import { verify } from './verify.ts';

const file = 'stend/recordings/upload-three-chunks.json';
const [created = {}] = recorded(file, /files\/create/);
const [completed = {}] = recorded(file, /uploadChunk/);
const [info = {}] = recorded(file, /files\/info/);
const [merged = {}] = recorded('stend/recordings/merge-two.json', /files\/merge/);
const job = { name: 'a.bin', folder: [], size: 2500, modifiedAt: 0, options: {}, createInDoubt: false };
const chunk = { index: 2, offset: 2000, size: 500 };
const signal = new AbortController().signal;
const body = {
  stream: async function* () {
    yield await Promise.resolve(Buffer.alloc(chunk.size));
  },
  signal,
  ending: signal,
};

describe('the delete key of a file', () => {
  it.each(spoiled(completed, ['deleteKey']))('is kept from an answer with %s', async (what, odd) => {
    const sent = await send(remote, chunk, body, scripted([answer(200, odd)]));
    const { deleteKey } = completed;
    // Without a share key of its own the answer is about the one that the upload has.
    const shareKey =
      what === 'shareKey: "odd"' ? 'odd' : what.startsWith('shareKey') ? remote.shareKey : completed['shareKey'];
    expect(sent).toMatchObject({
      ok: true,
      value: { told: { shareKey, deleteKey }, remote: { complete: true, deleteKey } },
    });
    if (sent.ok) expect(keptRemote.schema.safeParse(JSON.parse(JSON.stringify(sent.value.remote))).success).toBe(true);
  });

  it('is kept beside the times that came wrong', () => {
    const odd = { ...completed, expireDate: null, uploadedAt: '2026-01-01' };
    expect(readStored(answer(200, odd), remote)?.told).toEqual({
      shareKey: completed['shareKey'],
      deleteKey: completed['deleteKey'],
    });
  });

  it.each([
    ['cut off', JSON.stringify(completed).slice(0, -1)],
    ['nested too deeply', JSON.stringify(completed).replace(/\}$/, `,"odd":${'['.repeat(100)}${']'.repeat(100)}}`)],
  ])('is kept from an answer that is %s', (_what, text) => {
    const { deleteKey } = completed;
    expect(readStored({ ...answer(200, ''), text, json: parseJson(text) }, remote)).toMatchObject({
      told: { shareKey: remote.shareKey, deleteKey },
      remote: { complete: true, deleteKey },
    });
  });

  it('is not taken for one where it is none', () => {
    for (const deleteKey of [null, 7, '', 'x'.repeat(2_000)])
      expect(readStored(answer(200, { ...completed, deleteKey }), remote)).toMatchObject({
        remote: { complete: true, deleteKey: undefined },
      });
    expect(readStored(answer(200, { ok: true }), remote)).toBeUndefined();
  });
});

describe('the transfer key of an upload', () => {
  it.each(spoiled(created, ['transferKey', 'chunks']))('is kept from an answer with %s', async (_what, odd) => {
    const ctx = scripted([answer(200, odd)]);
    const opened = await open(job, ctx);
    expect(linesOf(ctx)).toEqual(['POST /files/create']);
    expect(opened).toMatchObject({ ok: true, value: { remote: { transferKey: created['transferKey'], count: 3 } } });
    if (opened.ok)
      expect(keptRemote.schema.safeParse(JSON.parse(JSON.stringify(opened.value.remote))).success).toBe(true);
  });

  it.each([undefined, null, 'odd', 7, [{ size: 'odd' }], [null]])('is kept without a plan (%j)', async (chunks) => {
    const opened = await open(job, scripted([answer(200, { ...created, chunks, chunkEvery: null })]));
    expect(opened).toMatchObject({ ok: true, value: { remote: { chunkEvery: 1000, count: 3 } } });
  });

  it('finds its share key in the last answer where the first had none', async () => {
    const opened = await open(job, scripted([answer(200, { ...created, shareKey: null })]));
    if (!opened.ok) throw new Error('not opened');
    const sent = await send(opened.value.remote, chunk, body, scripted([answer(200, completed)]));
    expect(sent).toMatchObject({ ok: true, value: { remote: { shareKey: completed['shareKey'] } } });
  });
});

describe('the key of a group', () => {
  const shares = [{ key: 'partie1' }, { key: 'partie2' }];
  it.each(spoiled(merged, ['shareKey']))('is kept from an answer with %s', async (_what, odd) => {
    const made = await group(shares, { inDoubt: false }, scripted([answer(200, odd)]));
    expect(made).toMatchObject({ ok: true, value: { remote: { key: merged['shareKey'] } } });
  });
});

describe('a file that is stored whole', () => {
  it.each(spoiled(info, ['downloadLink']))('is done, with %s', async (_what, odd) => {
    const head = answer(200, '', { headers: { 'content-length': '2500' } });
    const of = { ...remote, complete: true, deleteKey: 'kept' };
    expect(await verify(job, of, scripted([answer(200, odd), head]))).toMatchObject({
      ok: true,
      value: { share: { deleteKey: 'kept' } },
    });
  });
});
