import { describe, expect, it } from 'vitest';
import {
  answer,
  file,
  done,
  held,
  job,
  jsonOf,
  linesOf,
  missing,
  now,
  nothing,
  placeholder,
  policy,
  said,
  scripted,
  session,
} from './fixtures/scripted.ts';
import { open } from './open.ts';
import { remoteSchema } from './state.ts';

const taken = said(40004, undefined, 'Object existed');
const wanting = (conflict: string) => ({ ...job, options: { extra: { conflict } } });
const MiB = 1024 * 1024;
const s3 = (more: object = {}) =>
  session({
    storage_policy: { ...policy, type: 's3' },
    chunk_size: 5 * MiB,
    upload_urls: ['https://s3.example/1'],
    completeURL: 'https://s3.example/complete',
    ...more,
  });

describe('opening', () => {
  it('creates a session where the person wanted it, and keeps what it must remember', async () => {
    const ctx = scripted([session()]);
    const into = { ...job, folder: ['Ordner: 1', 'b'], options: { extra: { to: '/To #1/', policy: 'chosen' } } };
    const opened = await open(into, ctx);
    expect(linesOf(ctx)).toEqual(['PUT /file/upload']);
    expect(jsonOf(ctx.asked[0])).toEqual({
      uri: 'cloudreve://my/To%20%231/Ordner_%201/b/a.bin',
      size: 25,
      last_modified: 1_700_000_000_000,
      mime_type: 'application/octet-stream',
      policy_id: 'chosen',
      entity_type: '',
      encryption_supported: ['aes-256-ctr'],
    });
    expect(opened).toMatchObject({
      ok: true,
      value: { notices: [], remote: { session: 'session1', chunkSize: 10, expires: now + 86_400_000, nothing } },
    });
    if (opened.ok) expect(remoteSchema.parse(JSON.parse(JSON.stringify(opened.value.remote)))).toBeDefined();
  });

  it('says what kind of file it is, so that no store signs a blank type', async () => {
    const ctx = scripted([session()]);
    await open({ ...job, name: 'film.mp4' }, ctx);
    expect(jsonOf(ctx.asked[0])).toMatchObject({ mime_type: 'video/mp4' });
  });

  it.each([
    [253_402_300_800_000 * 2, 253_402_214_400_000],
    [-5, 0],
    [12.7, 12],
  ])('clamps the time %d, which would make the completion fail', async (modifiedAt, sent) => {
    const ctx = scripted([session()]);
    await open({ ...job, modifiedAt }, ctx);
    expect(jsonOf(ctx.asked[0])).toMatchObject({ last_modified: sent });
  });

  it('takes a name that is taken as the person wished', async () => {
    expect(await open(job, scripted([taken, file()]))).toMatchObject({
      failure: { behaviour: 'attention', problem: { code: 'name-exists' } },
    });
    expect(await open(wanting('skip'), scripted([taken, file()]))).toMatchObject({
      failure: { behaviour: 'left-out', problem: { code: 'name-skipped' } },
    });
    const over = scripted([taken, file({ primary_entity: 'old' }), session()]);
    expect(await open(wanting('version'), over)).toMatchObject({ value: { remote: { previous: 'old' } } });
    expect(jsonOf(over.asked[2])).toMatchObject({ entity_type: 'version', previous: 'old' });
    const renamed = scripted([taken, file(), taken, file(), session()]);
    expect(await open(wanting('rename'), renamed)).toMatchObject({
      value: { remote: { name: 'a (2).bin', uri: 'cloudreve://my/a%20(2).bin' }, notices: [{ code: 'name-numbered' }] },
    });
  });

  it('never takes a folder for a version', async () => {
    expect(await open(wanting('version'), scripted([taken, file({ type: 1 })]))).toMatchObject({
      failure: { problem: { code: 'name-exists' } },
    });
  });

  it('takes over a ghost, which has no session and only holds room', async () => {
    const ghost = file({ size: 0, primary_entity: nothing, extended_info: { storage_used: 25, entities: [] } });
    const ctx = scripted([taken, ghost, session()]);
    expect(await open(job, ctx)).toMatchObject({ ok: true });
    expect(jsonOf(ctx.asked[2])).toMatchObject({ entity_type: 'version' });
    expect(jsonOf(ctx.asked[2])).not.toHaveProperty('previous');
  });

  it('does not take an empty file for one', async () => {
    const empty = file({ size: 0, extended_info: { storage_used: 0, entities: [] } });
    expect(await open(job, scripted([taken, empty]))).toMatchObject({ failure: { problem: { code: 'name-exists' } } });
  });

  it('leaves a running upload alone: another’s is the person’s question, an own one is freed soon', async () => {
    const theirs = placeholder('theirs', { extended_info: { storage_used: 7, entities: [{ id: 'e', size: 7 }] } });
    expect(await open(job, scripted([taken, theirs, held, theirs]))).toMatchObject({
      failure: { behaviour: 'attention', problem: { code: 'lock-held' } },
    });
    expect(await open(job, scripted([taken, placeholder('x'), held, placeholder('x')]))).toMatchObject({
      failure: { behaviour: 'retry', problem: { code: 'name-busy' } },
    });
    const ours = { ...job, ownAt: () => 'leftover' as const };
    expect(await open(ours, scripted([taken, theirs, held, theirs]))).toMatchObject({
      failure: { behaviour: 'retry', problem: { code: 'name-busy' } },
    });
    expect(await open(wanting('skip'), scripted([taken, theirs, held, theirs]))).toMatchObject({
      failure: { behaviour: 'retry', problem: { code: 'name-busy' } },
    });
  });

  it('never overwrites, skips or asks about another upload of ours that the server takes for the same name', async () => {
    for (const there of [file({ name: 'A.bin' }), placeholder('mine', { name: 'A.bin' })])
      for (const conflict of ['ask', 'skip', 'version', 'rename']) {
        const ownAt = (name: string) => (['A.bin', 'a (1).bin'].includes(name) ? 'upload' : undefined);
        const ctx = scripted([taken, there, session()]);
        expect(await open({ ...wanting(conflict), ownAt }, ctx)).toMatchObject({
          value: { name: 'a (2).bin', remote: { uri: 'cloudreve://my/a%20(2).bin' } },
        });
      }
  });

  it.each([
    ['too many parts', s3({ chunk_size: 1, upload_urls: [] }), 10_001, 'parts-too-many'],
    ['parts below 5 MiB', s3({ chunk_size: MiB, upload_urls: ['a', 'b'] }), 2 * MiB, 'part-too-small'],
    ['an address that is none', s3({ upload_urls: ['file:///etc/passwd'] }), 25, 'policy-unusable'],
    ['addresses that do not fit', s3({ upload_urls: [] }), 25, 'policy-unusable'],
    ['a session of more than seven days', s3({ expires: now / 1000 + 700_000 }), 25, 'policy-unusable'],
    [
      'a kind that is not known',
      session({ storage_policy: { ...policy, type: 'load_balance' } }),
      25,
      'policy-unusable',
    ],
    [
      'a key that is none',
      session({ encrypt_metadata: { algorithm: 'aes-256-ctr', key_plain_text: 'eA==', iv: 'eA==' } }),
      25,
      'policy-unusable',
    ],
  ])('refuses %s before anything is sent, and frees the session', async (_what, reply, size, code) => {
    const ctx = scripted([reply, done(), missing]);
    expect(await open({ ...job, size }, ctx)).toMatchObject({ failure: { behaviour: 'attention', problem: { code } } });
    expect(linesOf(ctx)[1]).toBe('DELETE /file/upload');
  });

  it('takes long sessions of stores whose addresses may live as long', async () => {
    const cos = { storage_policy: { ...policy, type: 'cos' }, expires: now / 1000 + 700_000 };
    expect(await open(job, scripted([s3(cos)]))).toMatchObject({ ok: true });
  });

  it('waits for the whole server where a proxy answers for it', async () => {
    const ctx = scripted([answer(502, '<html>Bad Gateway')], { settings: { checkedAt: 0 } });
    expect(await open(job, ctx)).toMatchObject({
      failure: { behaviour: 'server-busy', problem: { code: 'server-busy' } },
    });
  });

  it('takes one small part, and exactly 10,000', async () => {
    expect(await open(job, scripted([s3({ chunk_size: 100 })]))).toMatchObject({ ok: true });
    const urls = Array.from({ length: 10_000 }, () => 'https://s3.example/u');
    expect(await open({ ...job, size: 5 * MiB * 10_000 }, scripted([s3({ upload_urls: urls })]))).toMatchObject({
      ok: true,
    });
  });

  it('refuses an empty file on OneDrive', async () => {
    const onedrive = session({ storage_policy: { ...policy, type: 'onedrive' }, upload_urls: ['u'] });
    expect(await open({ ...job, size: 0 }, scripted([onedrive, done(), missing]))).toMatchObject({
      failure: { behaviour: 'fatal', problem: { code: 'file-empty' } },
    });
  });

  it('puts the key of an encrypted upload away, and remembers its IV', async () => {
    const key = Buffer.alloc(32, 1).toString('base64');
    const iv = Buffer.alloc(16, 2).toString('base64');
    const ctx = scripted([
      session({ encrypt_metadata: { algorithm: 'aes-256-ctr', key: null, key_plain_text: key, iv } }),
    ]);
    const opened = await open(job, ctx);
    expect(opened).toMatchObject({ ok: true, value: { remote: { iv } } });
    expect([...ctx.kept.uploads.values()]).toEqual([key]);
    expect(JSON.stringify(opened)).not.toContain(key);
  });

  it.each([
    [said(40051, undefined, 'Insufficient capacity'), 'attention', 'quota-full'],
    [said(40049), 'fatal', 'policy-too-large'],
    [said(40052), 'fatal', 'name-refused'],
    [said(403), 'attention', 'no-permission'],
    [said(40089, undefined, 'Insufficient scope: Files.Write'), 'attention', 'scope-missing'],
    [said(-1), 'retry', 'server-failed'],
    [said(40001, undefined, 'Parameter error'), 'fatal', 'server-refused'],
    [said(50001, undefined, 'database'), 'retry', 'server-failed'],
  ])('is refused by the answer %#', async (reply, behaviour, code) => {
    expect(await open(job, scripted([reply]))).toMatchObject({ failure: { behaviour, problem: { code } } });
  });
});
