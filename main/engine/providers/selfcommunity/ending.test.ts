import { describe, expect, it } from 'vitest';
import { problem } from '../../../../preload/problems.ts';
import { fail } from '../../outcome.ts';
import { answer } from '../fixtures/scripted-http.ts';
import { deliver } from './deliver.ts';
import { base, callOf, contextOf, probed, refused } from './fixtures/scripted.ts';
import { verify } from './verify.ts';

const broken = fail('retry', problem('connection-broken', { server: 'club', reason: 'closed-there' }));
const head = (length: string | undefined, status = 200) =>
  answer(status, '', { headers: length === undefined ? {} : { 'content-length': length } });

describe('verification', () => {
  const done = { uuid: 'u1', url: 'https://cdn.example/u1.mp4', finish: 'answered' } as const;
  const verified = async (script: Parameters<typeof contextOf>[0], remote = {}) => {
    const { ctx, asked } = contextOf(script);
    const call = callOf(ctx, { ...done, ...remote });
    return { outcome: await verify(call), asked, remembered: call.remembered };
  };
  const by = (kind: string) => ({ ok: true, value: { proof: { by: kind } } });

  it('is the length that the file’s address tells to somebody without a token', async () => {
    const { outcome, asked } = await verified([head('5096')]);
    expect(outcome).toMatchObject(by('stored-length'));
    expect(outcome).toMatchObject({ value: { share: { key: 'u1', link: done.url } } });
    expect(asked).toEqual([{ request: `HEAD ${done.url}`, body: '', authorization: undefined }]);
  });

  it('asks at the server where the address is told without its origin', async () => {
    const { asked } = await verified([head('5096')], { url: '/media/u1' });
    expect(asked[0]?.request).toBe('HEAD /media/u1');
    expect(base).not.toBe('');
  });

  it.each([
    ['stores another length', head('5095'), 'stored-differs'],
    ['has no such file', head(undefined, 404), 'stored-missing'],
  ])('is a question where the server %s', async (_what, reply, code) => {
    expect((await verified([reply])).outcome).toMatchObject({ failure: { behaviour: 'attention', problem: { code } } });
  });

  it.each([
    ['wants a token', head(undefined, 403)],
    ['tells no length', head(undefined)],
    ['tells a length that is none', head('-1')],
    [
      'tells the length of a compressed file',
      answer(200, '', { headers: { 'content-length': '70', 'content-encoding': 'gzip' } }),
    ],
    ['does not know HEAD', head(undefined, 405)],
  ])('is the server’s word where its address %s', async (_what, reply) => {
    expect((await verified([reply])).outcome).toMatchObject(by('server-answer'));
  });

  it.each([
    ['no address', undefined],
    ['an address that is no link', 'javascript:alert(1)'],
  ])('is the server’s word where it gave %s', async (_what, url) => {
    expect(await verified([], { url })).toMatchObject({ outcome: by('server-answer'), asked: [] });
  });

  it('tries an address that is out of reach three times, over kills, and then takes the server’s word', async () => {
    const first = await verified([broken]);
    expect(first.outcome).toMatchObject({ failure: { behaviour: 'retry' } });
    expect(first.remembered).toMatchObject([{ looks: 1 }]);
    const second = await verified([head(undefined, 503)], { looks: 1 });
    expect(second.remembered).toMatchObject([{ looks: 2 }]);
    const third = await verified([answer(413, '<html>Too large</html>')], { looks: 1 });
    expect(third.remembered).toMatchObject([{ looks: 2 }]);
    expect((await verified([broken], { looks: 2 })).outcome).toMatchObject(by('server-answer'));
  });

  it('waits for the network, however often', async () => {
    const offline = fail('offline', problem('no-network'));
    const { outcome, remembered } = await verified([offline], { looks: 2 });
    expect(outcome).toEqual(offline);
    expect(remembered).toEqual([]);
  });

  it('is never said of an upload that was not completed', async () => {
    expect((await verified([], { finish: 'leaving' })).outcome).toMatchObject({ ok: false });
  });
});

describe('the private message', () => {
  const sentBy = async (script: Parameters<typeof contextOf>[0], uuid: string | undefined = 'u1') => {
    const { ctx, asked } = contextOf(script);
    const { job, remote, context, signal } = callOf(ctx, { uuid, finish: 'answered' });
    return { outcome: await deliver({ job, remote, context, signal }, { recipient: '7', text: 'Look!' }), asked };
  };

  it('names the file, the recipient and the text', async () => {
    const { outcome, asked } = await sentBy([probed, answer(200, { id: 1 })]);
    expect(outcome).toEqual({ ok: true, value: undefined });
    expect(asked[1]?.request).toBe('POST /api/v2/pm/');
    expect(JSON.parse(asked[1]?.body ?? '')).toEqual({ recipient: '7', file_uuid: 'u1', message: 'Look!' });
  });

  it.each([
    ['an unknown recipient', refused(400), { nothingMade: true, problem: { code: 'message-refused' } }],
    ['a server that asks to wait', refused(429), { nothingMade: true, behaviour: 'server-busy' }],
    ['a failure of the server', refused(500), { nothingMade: false }],
    ['a proxy’s page', answer(502, '<html></html>'), { nothingMade: false }],
  ])('says of %s whether it may have been sent', async (_what, reply, failure) => {
    expect((await sentBy([probed, reply])).outcome).toMatchObject({ ok: false, failure });
  });

  it('was not sent with a token that is refused, whatever becomes of its renewal', async () => {
    const { outcome } = await sentBy((line) =>
      line.includes('/oauth/') ? broken : line.includes('?probe') ? probed : refused(401),
    );
    expect(outcome).toMatchObject({ failure: { nothingMade: true } });
  });

  it('was not sent where the connection is found dead before it, and may have been where it breaks then', async () => {
    expect((await sentBy([broken])).outcome).toMatchObject({ failure: { nothingMade: true } });
    expect((await sentBy([probed, broken])).outcome).toEqual(broken);
  });

  it('cannot be sent about a file whose id was never told', async () => {
    const { ctx } = contextOf([]);
    const { job, remote, context, signal } = callOf(ctx, {});
    expect(await deliver({ job, remote, context, signal }, { recipient: '7' })).toMatchObject({
      failure: { problem: { code: 'message-refused', params: { words: 'file-no-id' } } },
    });
  });
});
