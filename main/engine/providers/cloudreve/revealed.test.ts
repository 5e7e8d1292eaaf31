/** What Cloudreve reveals only once is kept, whatever else its answer holds. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../outcome.ts';
import { recorded, spoiled } from '../fixtures/spoiled.ts';
import { keyOf } from './crypt.ts';
import { answer, done, job, linesOf, missing, now, scripted, settings, tokens } from './fixtures/scripted.ts';
import { open } from './open.ts';
import { createShare } from './share-api.ts';
import { signIn } from './sign-in.ts';
import type { Step } from './sign-in-call.ts';
import { keptRemote } from './state.ts';
import { tokensIn } from '../account-tokens.ts';
import { accessToken } from './tokens.ts';
import { verify } from './verify.ts';

const [key, iv] = [randomBytes(32).toString('base64'), randomBytes(16).toString('base64')];
const from = (file: string, request: RegExp) => recorded(`cloudreve/recordings/${file}.json`, request);
const filled = (body: unknown, values: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> =>
  JSON.parse(
    Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{{${name}}}`, value), JSON.stringify(body)),
  ) as Record<string, unknown>;
const dated = { headers: { date: new Date(now).toUTCString() } };
/** An answer without its message is no answer of a Cloudreve: what it made is found by its file. */
const envelope = (body: Readonly<Record<string, unknown>>, kept: readonly string[]) =>
  spoiled({ ...body, correlation_id: 'c', aggregated_error: null }, ['code', 'data', ...kept]).filter(
    ([what]) => what !== 'msg missing',
  );
const inData = (body: Readonly<Record<string, unknown>>, kept: readonly string[]) => [
  ...spoiled(body, ['code', 'msg', ...kept.map((path) => `data.${path}`)]),
  ...envelope(body, []),
];

describe('the session of an upload', () => {
  const [created = {}] = from('upload/encryption-chunks', /PUT .*file\/upload$/);
  const body = filled(created, { session: 'session1', key, iv, policy: 'p1', unique: 'a' });
  const once = ['session_id', 'encrypt_metadata.key_plain_text', 'encrypt_metadata.iv'];
  /** Without these nothing could be sent, or could be read again. */
  const needed = /^data\.(chunk_size|storage_policy\.(type|relay)|encrypt_metadata\.algorithm: ("odd"|\S+ "odd"))/;

  it.each(inData(body, once))('is kept with its key from an answer with %s', async (what, odd) => {
    const ctx = scripted((line) =>
      line.startsWith('PUT') ? answer(200, odd, dated) : line.startsWith('GET') ? missing : done(),
    );
    const opened = await open(job, ctx);
    if (needed.test(what) && !opened.ok) {
      // It is freed by its id, so that neither its name nor its room stays taken.
      expect(linesOf(ctx)).toContain('DELETE /file/upload');
      expect(ctx.asked[1]?.body).toContain('"id":"session1"');
      expect(opened).toMatchObject({ failure: { behaviour: 'attention', problem: { code: 'policy-unusable' } } });
      return;
    }
    expect(opened).toMatchObject({ ok: true, value: { remote: { session: 'session1', iv, chunkSize: 10 } } });
    if (!opened.ok) return;
    const kept = keptRemote.schema.parse(JSON.parse(JSON.stringify(opened.value.remote)));
    expect(await keyOf(kept, ctx)).toEqual({ ok: true, value: key });
  });

  it.each(['odd', 7, true, [], {}, { key_plain_text: 'short', iv }, { key_plain_text: key }])(
    'whose key cannot be read (%j) is freed, and nothing is sent in plain text',
    async (encrypt_metadata) => {
      const odd = { ...body, data: { ...(body['data'] as object), encrypt_metadata } };
      const ctx = scripted([answer(200, odd, dated), done(), missing]);
      expect(await open(job, ctx)).toMatchObject({
        failure: { behaviour: 'attention', problem: { code: 'policy-unusable' } },
      });
      expect(linesOf(ctx)[1]).toBe('DELETE /file/upload');
    },
  );

  it.each([
    ['remote', 'a\r\nb'],
    ['qiniu', 'x'.repeat(20_000)],
    ['upyun', undefined],
  ])('on %s whose credential cannot be a header is freed, and asked about', async (type, credential) => {
    const data = { ...(body['data'] as object), credential, upload_urls: ['https://store.example/up'] };
    const odd = { ...body, data: { ...data, encrypt_metadata: null, storage_policy: { id: 'p', name: 'P', type } } };
    const ctx = scripted([answer(200, odd, dated), done(), missing]);
    expect(await open(job, ctx)).toMatchObject({
      failure: { behaviour: 'attention', problem: { code: 'policy-unusable' } },
    });
    expect(linesOf(ctx)[1]).toBe('DELETE /file/upload');
  });

  it('keeps neither names nor rules of a policy that are of no use by their length', async () => {
    const long = 'x'.repeat(1e6);
    const storage_policy = {
      id: long,
      name: long,
      type: 'local',
      allowed_suffix: [long],
      denied_name_regexp: long,
      other: long,
    };
    const data = { ...(body['data'] as object), storage_policy, mime_type: long, upload_policy: long };
    const opened = await open(job, scripted([answer(200, { ...body, data }, dated)]));
    expect(opened).toMatchObject({ ok: true, value: { remote: { session: 'session1' } } });
    expect(JSON.stringify(opened).length).toBeLessThan(10_000);
  });

  it('on S3 is kept with all that it is finished by', async () => {
    const [s3 = {}] = from('storage/s3-create-shape', /PUT .*file\/upload$/);
    const large = { ...job, size: 10_486_760 };
    for (const [what, odd] of inData(
      filled(s3, { session: 'session1', policy: 'p1', secret: 'hush', s3: 'https://s3.example' }),
      [...['session_id', 'callback_secret', 'upload_urls', 'completeURL', 'chunk_size', 'storage_policy']],
    )) {
      const opened = await open(large, scripted([answer(200, odd, dated)]));
      expect(opened, what).toMatchObject({ ok: true, value: { remote: { session: 'session1' } } });
      if (opened.ok) expect(opened.value.remote.callbackSecret, what).toBe('hush');
    }
  });
});

describe('the tokens of an account', () => {
  const account = { email: 'a@b.c', access: 'access2', again: 'refresh2', access2: 'access2', fresh2: 'refresh2' };
  const [session = {}] = from('account/signin-password', /POST .*session\/token$/);
  const [refreshed = {}] = from('account/token-refresh', /token\/refresh$/);
  const [exchanged = {}] = from('account/oauth-code', /oauth\/token$/);
  const me = done({ email: 'a@b.c' });
  const at = (reply: ReturnType<typeof answer>) => scripted((line) => (line.startsWith('POST') ? reply : me));
  const server = { name: 'peer', address: 'https://site.example', settings };
  const expectTokens = (step: Outcome<unknown> | Step) => {
    expect(step).toMatchObject({ ok: true, value: { signedIn: {} } });
    const { signedIn } = (step as unknown as { value: { signedIn: { secret: string } } }).value;
    expect(tokensIn(signedIn.secret)).toMatchObject({ access: 'access2', refresh: 'refresh2' });
    expect(tokensIn(signedIn.secret)?.accessExpires).toBeGreaterThan(now);
  };

  it.each(inData(filled(session, account), ['token.access_token', 'token.refresh_token']))(
    'are kept from a sign-in with %s',
    async (_what, odd) => {
      const given = {
        way: 'password',
        answers: { email: 'a@b.c', password: 'secret' },
        carry: { at: 'password' },
        redirect: '',
      } as const;
      expectTokens(await signIn(given, server, at(answer(200, odd, dated)).http, () => now));
    },
  );

  it.each(inData(filled(refreshed, account), ['access_token', 'refresh_token']))(
    'are kept from a refresh with %s',
    async (_what, odd) => {
      const ctx = scripted([answer(200, odd, dated)], { secret: JSON.stringify(tokens({ accessExpires: now })) });
      expect(await accessToken(ctx)).toEqual({ ok: true, value: 'access2' });
      expect(tokensIn(ctx.kept.secret ?? '')).toMatchObject({ access: 'access2', refresh: 'refresh2' });
    },
  );

  it.each(spoiled(filled(exchanged, { otoken: 'access2', orefresh: 'refresh2' }), ['access_token', 'refresh_token']))(
    'are kept from an authorisation with %s',
    async (_what, odd) => {
      const given = { way: 'browser', answers: { code: 'c' }, carry: { at: 'authorize' }, redirect: '' } as const;
      expectTokens(await signIn(given, server, at(answer(200, odd, dated)).http, () => now));
    },
  );
});

describe('the link of a share', () => {
  const [made = {}] = from('account/share-create-private-generated', /PUT .*share$/);
  it.each(envelope(filled(made, { base: 'https://site.example' }), []))(
    'is kept from an answer with %s',
    async (_what, odd) => {
      const ctx = scripted([answer(200, odd, dated)]);
      expect(await createShare('cloudreve://my/a.bin', 'a.bin', {}, ctx)).toMatchObject({
        ok: true,
        value: { id: '5mca' },
      });
    },
  );

  it('is kept though its password is no text of an address', async () => {
    const ctx = scripted([done('https://site.example/s/5mca/%E0%A4%A')]);
    expect(await createShare('cloudreve://my/a.bin', 'a.bin', {}, ctx)).toMatchObject({
      ok: true,
      value: { id: '5mca' },
    });
  });
});

describe('a file that is stored whole', () => {
  const [info = {}] = from('upload/encryption-chunks', /GET .*file\/info/);
  const body = filled(info, { policy: 'p1', unique: 'a' });
  const needed = ['type', 'name', 'size', 'metadata', 'primary_entity'];
  it.each(inData(body, needed))('is done, with %s', async (_what, odd) => {
    const ctx = scripted([answer(200, odd, dated)]);
    const remote = keptRemote.schema.parse({
      ...{ session: 'session1', uri: 'cloudreve://my/a.txt', name: 'a.txt', size: 25, chunkSize: 10, nothing: 'no' },
      ...{
        policy: { type: 'local' },
        expires: now,
        created: now,
        uploadUrls: [],
        callbackSecret: '',
        version: '4.18.0',
      },
    });
    expect(await verify(remote, ctx)).toMatchObject({ ok: true });
  });
});
