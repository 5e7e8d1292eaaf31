/** The provider of `PlainServer`: it asks as little as a server without questions lets it, and repeats no finish. */
import { z } from 'zod';
import type { Answer, Request } from '../../main/engine/http/http.ts';
import { fail, failed, notStored, ok, outcomeUnknown, pending, type Outcome } from '../../main/engine/outcome.ts';
import type { AnyProvider, Call, Provider, ProviderContext, Sent } from '../../main/engine/providers/provider.ts';
import { problem } from '../../preload/problems.ts';
import { asSaid } from '../../preload/problems/reasons.ts';

const settingsSchema = z.object({
  chunkSize: z.int(),
  deletes: z.boolean(),
  finishOnce: z.boolean(),
  assembles: z.number(),
  hash: z.object({ algorithm: z.enum(['sha256', 'md5']), before: z.enum(['open', 'finish']) }).optional(),
});
type Settings = z.output<typeof settingsSchema>;

const remoteSchema = z.object({
  id: z.string(),
  /** `leaving`: its request is about to leave. `answered`: the server took it. */
  finish: z.enum(['leaving', 'answered']).optional(),
});
type Remote = z.output<typeof remoteSchema>;
type PlainCall = Call<Settings, Remote>;

const aboutSchema = z.object({ plain: z.literal(1), chunkSize: z.int(), traits: z.record(z.string(), z.unknown()) });

const asks = async (
  { http, server }: ProviderContext<Settings>,
  request: Omit<Request, 'url'> & { readonly path: string },
): Promise<Outcome<Answer>> => {
  const { path, ...rest } = request;
  const answer = await http.send({ ...rest, url: `${server.address}${path}` });
  if (!answer.ok) return answer;
  const { status, retryAfterMs, html } = answer.value;
  const { name } = server;
  if (status === 404) return fail('restart', problem('session-gone', { server: name }));
  if (status >= 500 && status !== 500)
    return failed({
      behaviour: 'server-busy',
      problem: problem('server-busy', { server: name, status }),
      ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }),
    });
  if (status >= 400 || html)
    return fail('retry', problem('server-failed', { server: name, status, words: asSaid('') }));
  return answer;
};

/** A request that never left, as its failure says. */
const neverLeft = new Set(['server-unreachable', 'no-network']);

/** Asks how far the server is with a file that was finished. */
const assembled = async ({ remote, context }: PlainCall): Promise<Outcome<Record<string, never>>> => {
  const { name } = context.server;
  const answer = await asks(context, { method: 'GET', path: `/files/${remote.id}` });
  if (!answer.ok) return answer;
  const { state } = z.object({ state: z.string() }).catch({ state: 'failed' }).parse(answer.value.json);
  if (state === 'assembling') return pending(name, 20);
  return state === 'done' ? ok({}) : notStored(name, asSaid(state));
};

const finish = async (call: PlainCall): Promise<Outcome<Sent<Remote>>> => {
  const { remote, job, context } = call;
  const { settings, name } = context.server;
  const unknown = outcomeUnknown(name);
  if (remote.finish === 'answered') return settings.assembles > 0 ? assembled(call) : ok({});
  // Its answer was lost: asked a second time, the server would harm the file.
  if (remote.finish === 'leaving' && settings.finishOnce) return unknown;
  // What breaks here did not finish anything: a connection that was kept open may have died unnoticed.
  const there = await asks(context, { method: 'GET', path: '/about' });
  if (!there.ok) return there;
  call.remember({ ...remote, finish: 'leaving' });
  const hash = settings.hash?.before === 'finish' ? job.hashes?.[settings.hash.algorithm] : undefined;
  const answer = await asks(context, { method: 'POST', path: `/files/${remote.id}/finish`, body: { json: { hash } } });
  if (!answer.ok) {
    if (!settings.finishOnce) return answer;
    if (!neverLeft.has(answer.failure.problem.code)) return unknown;
    call.remember(remote);
    return answer;
  }
  const taken: Remote = { ...remote, finish: 'answered' };
  call.remember(taken);
  return answer.value.status === 202 ? pending(name, 20) : ok({ remote: taken });
};

const plain: Provider<Settings, Remote> = {
  kind: 'plain',
  title: 'Plain',
  capabilities: {
    resume: 'own-record',
    zeroByteFiles: true,
    expiry: false,
    ownKey: false,
    password: 'none',
    shares: { needsDeleteKey: false, revoke: 'keeps-file' },
    signIn: 'password',
    conflict: [],
  },
  settings: { version: 1, schema: settingsSchema, migrate: (value) => value },
  remote: { version: 1, schema: remoteSchema, migrate: (value) => value },
  serverFields: [],
  transferFields: [],
  recognise: async (given, _fields, http) => {
    const address = given.replace(/\/+$/, '');
    const answer = await http.send({ method: 'GET', url: `${address}/about` });
    if (!answer.ok) return answer;
    const about = aboutSchema.safeParse(answer.value.json);
    const settings = about.success
      ? settingsSchema.parse({ ...about.data.traits, chunkSize: about.data.chunkSize })
      : undefined;
    return ok(settings && { address, settings, title: 'Plain', needsPassword: false });
  },
  refuseSecret: () => undefined,
  check: ({ server }) => Promise.resolve(ok({ settings: server.settings, notices: [] })),
  limits: ({ chunkSize }) => ({ chunkSize }),
  admit: ({ name }, options) => ({ name, options, notices: [] }),
  needs: ({ hash }) => (hash === undefined ? [] : [{ hash: hash.algorithm, before: hash.before }]),
  open: async ({ job, context }) => {
    const { hash: need } = context.server.settings;
    const hash = need?.before === 'open' ? job.hashes?.[need.algorithm] : undefined;
    const { name, size } = job;
    const answer = await asks(context, { method: 'POST', path: '/files', body: { json: { name, size, hash } } });
    if (!answer.ok) return answer;
    const made = remoteSchema.safeParse(answer.value.json);
    const failure = problem('server-failed', {
      server: context.server.name,
      status: answer.value.status,
      words: asSaid(''),
    });
    return made.success ? ok({ remote: made.data, notices: [] }) : fail('retry', failure);
  },
  shape: (_job, _remote, { chunkSize, finishOnce }) => ({
    chunkSize,
    lanes: 1,
    order: 'ascending',
    cut: 'harmless',
    ...(finishOnce ? { finishUncut: true } : {}),
  }),
  resume: ({ remote }) => Promise.resolve(ok({ remote, stored: [], notices: [] })),
  send: async ({ remote, context }, { index, size }, { stream, signal }) => {
    const body = { length: size, contentType: 'application/octet-stream', stream };
    const answer = await asks(context, { method: 'PUT', path: `/files/${remote.id}/${index}`, body, signal });
    return answer.ok ? ok({}) : answer;
  },
  finish,
  verify: async ({ job, remote, context }) => {
    const { name } = context.server;
    const answer = await asks(context, { method: 'HEAD', path: `/files/${remote.id}` });
    if (!answer.ok) return answer;
    const stored = Number(answer.value.headers['content-length']);
    return stored === job.size
      ? ok({ proof: { by: 'stored-length', detail: String(stored) }, notices: [] })
      : fail('restart', problem('verify-length', { server: name, stored, size: job.size }));
  },
  cancel: async ({ remote, context }) => {
    const { name, settings } = context.server;
    if (!settings.deletes) return ok({ left: problem('not-deletable', { server: name }) });
    const answer = await asks(context, { method: 'DELETE', path: `/files/${remote.id}` });
    return answer.ok || answer.failure.behaviour === 'restart' ? ok({}) : answer;
  },
};

export const plainProvider = plain as unknown as AnyProvider;

/** What a message came to: of these answers the last alone leaves open whether it was sent. */
const delivered = (server: string, { status, retryAfterMs }: Answer): Outcome<void> => {
  if (status === 201) return ok(undefined);
  if (status === 400)
    return fail('attention', problem('message-refused', { server, words: asSaid('Unknown recipient.') }), {
      scope: 'transfer',
    });
  if (status === 401) return fail('attention', problem('signed-out', { server }), { scope: 'account' });
  if (status === 429)
    return failed({
      behaviour: 'server-busy',
      problem: problem('server-busy', { server, status }),
      nothingMade: true,
      ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }),
    });
  return fail('retry', problem('server-failed', { server, status, words: asSaid('') }), { nothingMade: false });
};

/** The same with messages about files. */
export const messagingProvider: AnyProvider = {
  ...plainProvider,
  title: 'Messaging',
  transferFields: [
    {
      key: 'recipient',
      type: 'text',
      role: 'recipient',
      pattern: '[^ ]*',
      misfit: 'unexpected',
      label: () => 'Recipient',
      help: () => 'Who gets a message when the file is uploaded.',
    },
    { key: 'message', type: 'text', role: 'message', label: () => 'Message', help: () => 'What the message says.' },
  ],
  deliver: async ({ remote, context }, { recipient, text }) => {
    const ctx = context as ProviderContext<Settings>;
    const { http, server } = ctx;
    const file = remoteSchema.parse(remote).id;
    const json = { to: recipient, file, ...(text === undefined ? {} : { text }) };
    // What breaks here sent nothing: a connection that was kept open may have died unnoticed.
    const there = await asks(ctx, { method: 'GET', path: '/about' });
    if (!there.ok) return failed({ ...there.failure, nothingMade: true });
    const answer = await http.send({ method: 'POST', url: `${server.address}/messages`, body: { json } });
    return answer.ok ? delivered(server.name, answer.value) : answer;
  },
};
