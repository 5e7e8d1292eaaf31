/** Stend: self-hosted file transfer. Each call's protocol is in the file that is named after it. */
import { m } from '../../../../preload/paraglide/messages.js';
import { problem } from '../../../../preload/problems.ts';
import { fail, ok } from '../../outcome.ts';
import type { Provider } from '../provider.ts';
import { toLocal } from '../server-clock.ts';
import { baseOf, readLink } from './address.ts';
import { admit, limitsOf } from './admit.ts';
import { cancel } from './cancel.ts';
import { check } from './check.ts';
import { find } from './find.ts';
import { group } from './group.ts';
import { open } from './open.ts';
import { refusePassword } from './password.ts';
import { ignoresAbortKey, recognise } from './recognise.ts';
import { remove } from './remove.ts';
import { resume } from './resume.ts';
import { send } from './send.ts';
import { keptRemote, keptSettings, type StendRemote, type StendSettings, unfinishedMs } from './state.ts';
import { stillHas } from './still-has.ts';
import { verify } from './verify.ts';

export const stend: Provider<StendSettings, StendRemote> = {
  kind: 'stend',
  title: 'Stend',
  capabilities: {
    resume: 'probe',
    zeroByteFiles: false,
    expiry: true,
    ownKey: true,
    password: 'optional',
    shares: { needsDeleteKey: true, revoke: 'removes-file' },
    signIn: 'password',
    conflict: [],
  },
  settings: keptSettings,
  remote: keptRemote,
  routes: [
    'instance',
    'checkPassword',
    ...['create', 'uploadChunk', 'info', 'delete', 'merge'].map((call) => `files/${call}`),
  ],
  serverFields: [
    {
      key: 'web',
      type: 'url',
      label: m.field_stend_web,
      help: m.field_stend_web_help,
    },
    {
      key: ignoresAbortKey,
      type: 'flag',
      label: m.field_stend_ignores_abort,
      help: m.field_stend_ignores_abort_help,
    },
  ],
  readFields: ({ webUrl, ignoresAbort }) => ({
    ...(webUrl === undefined ? {} : { web: webUrl }),
    [ignoresAbortKey]: ignoresAbort === true,
  }),
  withFields: (settings, values) => {
    const { web, [ignoresAbortKey]: ignoresAbort } = values;
    return {
      ...settings,
      ...(typeof web === 'string' ? { webUrl: baseOf(web) ?? settings.webUrl } : {}),
      ...(typeof ignoresAbort === 'boolean' ? { ignoresAbort } : {}),
    };
  },
  transferFields: [],

  recognise: (address, given, http) => recognise(address, given, http, Date.now),
  links: { schemes: ['stend'], read: readLink },
  refuseSecret: refusePassword,
  check,
  limits: limitsOf,
  admit,

  deadline: ({ created }, ctx) => ({
    from: toLocal(ctx, created),
    until: toLocal(ctx, created + unfinishedMs),
    adjustable: false,
  }),
  open: ({ job, context }) => open(job, context),
  shape: (_job, remote) => ({
    chunkSize: remote.chunkEvery,
    lanes: 1,
    order: 'ascending',
    cut: remote.front === 'buffered' ? 'until-last-byte' : 'spoils',
  }),
  resume: ({ job, remote, progress, context }) => resume(remote, progress, context, job.deleteKeyOf),
  send: ({ remote, context }, chunk, body) => send(remote, chunk, body, context),
  // protocol: the last chunk completes the upload. Where that was not heard, asking what the server has will tell.
  finish: ({ remote, context }) =>
    Promise.resolve(
      remote.complete ? ok({}) : fail('retry', problem('answer-truncated', { server: context.server.name })),
    ),
  verify: ({ job, remote, context }) => verify(job, remote, context),
  cancel: (call) =>
    cancel(call.remote, call.progress, call.context, (next) => call.remember(next), call.job.deleteKeyOf),

  group,
  find,
  stillHas: (uploads, ctx) => uploads.map((upload) => () => stillHas(upload, ctx)),
  revoke: async (share, ctx) => {
    const { key, deleteKey } = share;
    if (deleteKey === undefined) return fail('fatal', problem('share-no-delete-key', { key }));
    const removed = await remove(key, deleteKey, ctx);
    if (!removed.ok) return removed;
    const refused = problem('server-refused', { server: ctx.server.name, status: 400, words: 'delete-key-wrong' });
    return removed.value === 'removed' ? ok(undefined) : fail('fatal', refused);
  },
};
