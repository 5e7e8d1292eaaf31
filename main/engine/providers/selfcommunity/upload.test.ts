import { describe, expect, it } from 'vitest';
import { problem } from '../../../../preload/problems.ts';
import { fail } from '../../outcome.ts';
import { answer } from '../fixtures/scripted-http.ts';
import { finish } from './finish.ts';
import { bodyOf, callOf, contextOf, probed, refused } from './fixtures/scripted.ts';
import { resume } from './resume.ts';
import { selfcommunity } from './selfcommunity.ts';
import { send } from './send.ts';

const broken = fail('retry', problem('connection-broken', { server: 'club', reason: 'closed-there' }));
const chunk = (index: number) => ({ index, offset: index * 2_048, size: index === 2 ? 1_000 : 2_048 });
const whole = { index: 0, offset: 0, size: 1_000 };
const elsewhere = fail('retry', problem('redirect-refused', { server: 'club', to: 'https://sso.example' }));
const page = answer(502, '<html><h1>Bad Gateway</h1></html>');

/** Sends one chunk of three, the second unless said otherwise, and gives what came of it. */
const sent = async (reply: ReturnType<typeof answer> | typeof broken, index = 1, remote = {}) => {
  const { ctx, asked } = contextOf([reply]);
  const body = bodyOf(chunk(index).size);
  const outcome = await send(callOf(ctx, { uuid: 'u1', ...remote }), chunk(index), body);
  return { outcome, asked, marks: body.marks };
};
const failing = (behaviour: string, code: string) => ({ ok: false, failure: { behaviour, problem: { code } } });

describe('a chunk', () => {
  it('carries its place and the uuid of the server, which the first one has not', async () => {
    const { asked } = await sent(answer(200, { file_uuid: 'u1' }));
    const fields = asked[0]?.body ?? '';
    for (const field of [
      'uuid"\r\n\r\nu1',
      'partindex"\r\n\r\n1',
      'totalparts"\r\n\r\n3',
      'partbyteoffset"\r\n\r\n2048',
    ])
      expect(fields).toContain(`name="${field}\r\n`);
    expect(asked[0]).toMatchObject({ request: 'POST /api/v2/pm/upload/', authorization: 'Bearer access1' });
    const first = await sent(answer(200, { file_uuid: 'made' }), 0, { uuid: undefined });
    expect(first.asked[0]?.body).not.toContain('name="uuid"');
    expect(first.outcome).toMatchObject({ ok: true, value: { remote: { uuid: 'made' } } });
  });

  it('names its fields with qq where the server was set so, even after the upload was opened', async () => {
    const { ctx, asked } = contextOf([answer(200, { file_uuid: 'u1' })], { settings: { dialect: 'qq' } });
    await send(callOf(ctx, { uuid: 'u1' }), chunk(1), bodyOf(2_048));
    expect(asked[0]?.body).toContain('name="qqpartindex"');
    expect(asked[0]?.body).toContain('name="qqfile"; filename="film.mp4"');
  });

  it.each([
    ['success alone', { success: true }],
    ['the uuid alone', { file_uuid: 'u1' }],
  ])('counts as taken by %s', async (_what, body) => {
    expect((await sent(answer(200, body))).outcome).toMatchObject({ ok: true, value: { remote: { uuid: 'u1' } } });
  });

  it.each([
    ['reset', { success: false, reset: true }, 'restart', 'session-gone'],
    ['preventRetry', { success: false, error: 'No.', preventRetry: true }, 'fatal', 'server-refused'],
    ['success: false', { success: false, error: 'No.' }, 'retry', 'server-failed'],
    ['an error alone', { error: 'No.' }, 'retry', 'server-failed'],
    ['nothing that is known', { status: 'ok' }, 'retry', 'not-this-server'],
  ])('that a 200 refuses by %s is not taken for stored', async (_what, body, behaviour, code) => {
    const { outcome, marks } = await sent(answer(200, body));
    expect(outcome).toMatchObject(failing(behaviour, code));
    expect(marks.at(-1)).toBe('refused');
  });

  it.each([
    [401, 'retry', 'token-renewed'],
    [403, 'attention', 'no-permission'],
    [413, 'attention', 'proxy-limit'],
    [429, 'server-busy', 'server-busy'],
    [503, 'server-busy', 'server-busy'],
    [507, 'attention', 'server-full'],
    [500, 'retry', 'server-failed'],
    [404, 'fatal', 'server-refused'],
  ])('that is answered with %d', async (status, behaviour, code) => {
    const { ctx } = contextOf((line) =>
      line.includes('/oauth/')
        ? answer(200, { access_token: 'access2', expires_in: 60 })
        : line.includes('?probe')
          ? probed
          : refused(status),
    );
    expect(await send(callOf(ctx, { uuid: 'u1' }), chunk(1), bodyOf(2_048))).toMatchObject(failing(behaviour, code));
  });

  it('whose renewed token is refused as well asks the user, once', async () => {
    const { ctx } = contextOf((line) =>
      line.includes('/oauth/') ? answer(200, { access_token: 'access2', expires_in: 60 }) : refused(401),
    );
    const outcome = await send(callOf(ctx, { uuid: 'u1' }), chunk(1), bodyOf(2_048));
    expect(outcome).toMatchObject(failing('attention', 'signed-out'));
  });

  it('whose fields are called otherwise on the server says which names to set', async () => {
    const missing = answer(400, { errors: [{ field: 'qqfile', messages: [{ code: 'required' }] }] });
    expect((await sent(missing)).outcome).toMatchObject({
      failure: { behaviour: 'attention', problem: { code: 'field-names-other', params: { names: 'qq' } } },
    });
  });

  it('right after an interruption starts over where the server refuses it, and not otherwise', async () => {
    expect((await sent(refused(400), 1, { resumed: true })).outcome).toMatchObject(failing('restart', 'session-gone'));
    expect((await sent(refused(400), 1)).outcome).toMatchObject(failing('fatal', 'server-refused'));
    expect((await sent(refused(429), 1, { resumed: true })).outcome).toMatchObject(
      failing('server-busy', 'server-busy'),
    );
    const { outcome } = await sent(answer(200, { file_uuid: 'u1' }), 1, { resumed: true });
    expect(outcome).toMatchObject({ ok: true });
    expect(outcome.ok && outcome.value.remote).not.toHaveProperty('resumed');
  });

  it('that is not the last is sent again after a lost answer; after the last the file starts over', async () => {
    expect((await sent(broken, 1)).outcome).toEqual(broken);
    expect((await sent(broken, 2)).outcome).toMatchObject(failing('restart', 'last-chunk-unsure'));
    expect((await sent(page, 2)).outcome).toMatchObject(failing('restart', 'last-chunk-unsure'));
    expect((await sent(elsewhere, 2)).outcome).toMatchObject(failing('restart', 'last-chunk-unsure'));
    const unreachable = fail('server-busy', problem('server-unreachable', { server: 'club', reason: 'no-answer' }));
    expect((await sent(unreachable, 2)).outcome).toEqual(unreachable);
  });

  it('that was taken for a part of another upload starts over, so that no file is completed with a hole', async () => {
    expect((await sent(answer(200, { file_uuid: 'u2' }))).outcome).toMatchObject(failing('restart', 'session-gone'));
    expect((await sent(answer(200, { file_uuid: 'u2' }), 2)).outcome).toMatchObject(failing('restart', 'session-gone'));
  });

  it('without the uuid that the first answer told starts over', async () => {
    expect((await sent(answer(200), 1, { uuid: undefined })).outcome).toMatchObject(failing('restart', 'session-gone'));
  });
});

describe('a file in one request', () => {
  const one = async (reply: ReturnType<typeof answer> | typeof broken) => {
    const { ctx, asked } = contextOf([reply]);
    return { outcome: await send(callOf(ctx, { count: 1 }), whole, bodyOf(1_000)), asked };
  };

  it('has no fields of parts, and is complete with its answer', async () => {
    const { outcome, asked } = await one(answer(200, { file_uuid: 'u1', file_url: '/media/u1' }));
    expect(asked[0]?.body).not.toContain('partindex');
    const remote = { uuid: 'u1', url: '/media/u1', finish: 'answered' };
    expect(outcome).toMatchObject({ ok: true, value: { remote } });
  });

  it.each([
    ['lost', broken],
    ['a proxy’s page', page],
    ['a page of the network', answer(200, '<html>Hotel guest?</html>')],
    ['a failure of the server', refused(500)],
    ['a redirect', elsewhere],
    ['a redirect to nowhere', answer(302)],
  ])('whose answer is %s may be stored: the user is asked', async (_what, reply) => {
    expect((await one(reply)).outcome).toMatchObject(failing('attention', 'outcome-unknown'));
  });

  it('whose token is refused is not in doubt, also where the token cannot be renewed', async () => {
    for (const renewal of [broken, answer(400, { error: 'invalid_grant' })]) {
      const { ctx } = contextOf((line) => (line.includes('/oauth/') ? renewal : refused(401)));
      const body = bodyOf(1_000);
      const outcome = await send(callOf(ctx, { count: 1 }), whole, body);
      expect(outcome).not.toMatchObject(failing('attention', 'outcome-unknown'));
      expect(outcome).toMatchObject({ ok: false });
      expect(body.marks).toEqual(['last', 'refused']);
    }
  });

  it('that is refused is not in doubt', async () => {
    expect((await one(refused(400))).outcome).toMatchObject(failing('fatal', 'server-refused'));
    expect((await one(refused(429))).outcome).toMatchObject(failing('server-busy', 'server-busy'));
  });
});

describe('going on after an interruption', () => {
  const { ctx } = contextOf([]);
  it.each([
    ['a chunk before the last', { uuid: 'u1' }, { index: 1, begun: true, completeAt: 1 }, { ok: true }],
    ['the last chunk, kept back', { uuid: 'u1' }, { index: 2, begun: true }, { ok: true }],
    [
      'the last chunk',
      { uuid: 'u1' },
      { index: 2, begun: true, completeAt: 1 },
      failing('restart', 'last-chunk-unsure'),
    ],
    [
      'the only request',
      { count: 1 },
      { index: 0, begun: true, completeAt: 1 },
      failing('attention', 'outcome-unknown'),
    ],
    ['the only request, kept back', { count: 1 }, { index: 0, begun: true }, { ok: true }],
  ])('in %s', (_what, remote, inFlight, expected) => {
    expect(resume(callOf(ctx, remote, [inFlight]))).toMatchObject(expected);
  });

  it('remembers that no chunk was taken since', () => {
    expect(resume(callOf(ctx, { uuid: 'u1' }))).toMatchObject({ value: { remote: { resumed: true }, stored: [] } });
    expect(resume(callOf(ctx, { uuid: 'u1', finish: 'leaving' }))).toEqual(
      expect.objectContaining({ value: expect.objectContaining({ stored: [] }) as unknown }),
    );
  });
});

describe('the step that completes a file', () => {
  const finished = async (script: Parameters<typeof contextOf>[0], remote = {}) => {
    const { ctx, asked } = contextOf(script);
    const call = callOf(ctx, { uuid: 'u1', ...remote });
    return { outcome: await finish(call), asked, remembered: call.remembered };
  };
  const taken = answer(200, { file_uuid: 'u1', file_url: 'https://cdn.example/u1.mp4' });

  it('is written down before it leaves, and carries the md5 of the whole file', async () => {
    const { outcome, asked, remembered } = await finished([probed, taken]);
    expect(outcome).toMatchObject({ ok: true, value: { remote: { url: 'https://cdn.example/u1.mp4' } } });
    expect(remembered.map((remote) => remote.finish)).toEqual(['leaving', 'answered']);
    expect(asked.map(({ request }) => request)).toEqual([
      'POST /api/v2/pm/upload/?probe',
      'POST /api/v2/pm/upload/?done',
    ]);
    expect(asked[1]?.body).toContain('name="md5"\r\n\r\nc4ca4238a0b923820dcc509a6f75849b');
  });

  it('is sent once: what a kill left on its way is a question, and what was answered is done', async () => {
    expect((await finished([], { finish: 'leaving' })).outcome).toMatchObject(failing('attention', 'outcome-unknown'));
    expect(await finished([], { finish: 'answered' })).toMatchObject({ outcome: { ok: true }, asked: [] });
  });

  it.each([
    ['lost', broken],
    ['a proxy’s page', page],
    ['a failure of the server', refused(500)],
    ['something else', answer(200, { status: 'ok' })],
    ['a redirect', elsewhere],
    ['a redirect to nowhere', answer(302)],
  ])('whose answer is %s is never sent again: the user is asked', async (_what, reply) => {
    const { outcome, remembered } = await finished([probed, reply]);
    expect(outcome).toMatchObject(failing('attention', 'outcome-unknown'));
    expect(remembered.at(-1)?.finish).toBe('leaving');
  });

  it.each([
    ['a missing chunk', refused(400)],
    ['an upload that is not known any more', refused(404)],
    ['success: false', answer(200, { success: false, error: 'No.' })],
    ['reset', answer(200, { success: false, reset: true })],
  ])('that is refused for %s has stored no file: it starts over', async (_what, reply) => {
    expect((await finished([probed, reply])).outcome).toMatchObject({
      failure: { behaviour: 'restart', notStored: true, problem: { code: 'not-completed' } },
    });
  });

  it.each([
    ['busy', refused(429), 'server-busy'],
    [
      'out of reach',
      fail('server-busy', problem('server-unreachable', { server: 'club', reason: 'no-answer' })),
      'server-unreachable',
    ],
  ])('that a server which is %s did not have is sent later', async (_what, reply, code) => {
    const { outcome, remembered } = await finished([probed, reply]);
    expect(outcome).toMatchObject(failing('server-busy', code));
    expect(remembered.at(-1)).not.toHaveProperty('finish');
  });

  it('is sent later where its token is refused, also where the token cannot be renewed', async () => {
    const { outcome, remembered } = await finished((line) =>
      line.includes('/oauth/') ? broken : line.includes('?done') ? refused(401) : probed,
    );
    expect(outcome).toEqual(broken);
    expect(remembered.at(-1)).not.toHaveProperty('finish');
  });

  it('is not sent where the connection is found dead before it', async () => {
    const { outcome, asked, remembered } = await finished([broken]);
    expect(outcome).toEqual(broken);
    expect(asked).toHaveLength(1);
    expect(remembered).toEqual([]);
  });

  it('is what a file in one request does not have, nor its md5', () => {
    const remote = { chunkSize: 2_048, count: 1 };
    expect(selfcommunity.needs?.({ dialect: 'current', chunkSize: 2_048, fileLimit: 9 }, remote)).toEqual([]);
    expect(
      selfcommunity.needs?.({ dialect: 'current', chunkSize: 2_048, fileLimit: 9 }, { ...remote, count: 2 }),
    ).toEqual([{ hash: 'md5', before: 'finish' }]);
    expect(
      selfcommunity.shape(callOf(contextOf([]).ctx).job, remote, { dialect: 'qq', chunkSize: 1_024, fileLimit: 9 }),
    ).toMatchObject({
      chunkSize: 2_048,
      lanes: 1,
      cut: 'until-last-byte',
      finishUncut: true,
    });
  });
});
