/** SelfCommunity: media of private messages in a community. Each call's protocol is in the file that is named after it. */
import { problem } from '../../../../preload/problems.ts';
import { ok } from '../../outcome.ts';
import { tokensIn } from '../account-tokens.ts';
import type { Provider } from '../provider.ts';
import { admit, limitsOf } from './admit.ts';
import { probe, uploadPath } from './call.ts';
import { deliver } from './deliver.ts';
import { readFields, serverFields, transferFields, withFields } from './fields.ts';
import { finish } from './finish.ts';
import { open } from './open.ts';
import { recognise } from './recognise.ts';
import { resume } from './resume.ts';
import { send } from './send.ts';
import { signIn, signOut } from './sign-in.ts';
import { keptRemote, keptSettings, type SelfCommunityRemote, type SelfCommunitySettings } from './state.ts';
import { stillHas } from './still-has.ts';
import { verify } from './verify.ts';

export const selfcommunity: Provider<SelfCommunitySettings, SelfCommunityRemote> = {
  kind: 'selfcommunity',
  title: 'SelfCommunity',
  capabilities: {
    resume: 'own-record',
    zeroByteFiles: false,
    expiry: false,
    ownKey: false,
    password: 'required',
    shares: { needsDeleteKey: false, revoke: 'keeps-file' },
    signIn: 'steps',
    conflict: [],
  },
  settings: keptSettings,
  remote: keptRemote,
  routes: [uploadPath.slice(1, -1), 'api/v2/pm', 'oauth/token', 'oauth/revoke_token'],
  serverFields,
  readFields,
  withFields,
  transferFields,

  recognise,
  refuseSecret: (secret) =>
    tokensIn(secret) === undefined ? problem('password-unsendable', { why: 'no-sign-in' }) : undefined,
  check: async (ctx) => {
    const taken = await probe(ctx);
    return taken.ok ? ok({ settings: ctx.server.settings, notices: [] }) : taken;
  },
  signIn,
  signOut,
  limits: limitsOf,
  admit,

  // protocol: the md5 of the whole file goes with the step that completes it, which a file in one request does not have.
  needs: (_settings, remote) => (remote?.count === 1 ? [] : [{ hash: 'md5', before: 'finish' }]),
  // Every field is about the message.
  sentWith: () => 'deliver',
  open: ({ job, context }) => open(job, context),
  shape: (_job, { chunkSize }) => ({
    chunkSize,
    lanes: 1,
    order: 'ascending',
    cut: 'until-last-byte',
    finishUncut: true,
  }),
  resume: (call) => Promise.resolve(resume(call)),
  send,
  finish,
  verify,
  stillHas: (uploads, ctx) => uploads.map((upload) => () => stillHas(upload, ctx)),
  deliver,
  // protocol: nothing deletes what was uploaded.
  cancel: ({ context }) => Promise.resolve(ok({ left: problem('not-deletable', { server: context.server.name }) })),
};
