/** Cloudreve v4: a file manager of one's own. Each call's protocol is in the file that is named after it. */
import { problem, type Problem } from '../../../../preload/problems.ts';
import type { Provider } from '../provider.ts';
import { admit, limitsOf } from './admit.ts';
import { cancel } from './cancel.ts';
import { check } from './site.ts';
import { freeDoubt } from './taken-name.ts';
import { toLocal } from '../server-clock.ts';
import { isDirect, removeDirectLink } from './direct-links.ts';
import { finish, termsOfFinish } from './finish.ts';
import { folders } from './folders.ts';
import { leftovers } from './leftovers.ts';
import { open } from './open.ts';
import { numbered } from './name.ts';
import { conflicts, placeFor, transferFields } from './options.ts';
import { recognise } from './recognise.ts';
import { resume } from './resume.ts';
import { routes } from './routes.ts';
import { send } from './send.ts';
import { shape } from './shape.ts';
import { removeShare } from './share-api.ts';
import { shares } from './shares.ts';
import { signIn, signOut } from './sign-in.ts';
import { type CloudreveRemote, type CloudreveSettings, keptRemote, keptSettings } from './state.ts';
import { tokensIn } from '../account-tokens.ts';
import { stillHas } from './still-has.ts';
import { verify } from './verify.ts';

/** What is kept is what a sign-in gave, never a password. */
const refuseSecret = (secret: string): Problem | undefined =>
  tokensIn(secret) === undefined ? problem('password-unsendable', { why: 'no-sign-in' }) : undefined;

export const cloudreve: Provider<CloudreveSettings, CloudreveRemote> = {
  kind: 'cloudreve',
  title: 'Cloudreve',
  capabilities: {
    resume: 'own-record',
    zeroByteFiles: true,
    expiry: false,
    ownKey: false,
    password: 'required',
    shares: { needsDeleteKey: false, revoke: 'keeps-file' },
    signIn: 'steps',
    conflict: conflicts,
  },
  settings: keptSettings,
  remote: keptRemote,
  routes,
  serverFields: [],
  transferFields,

  recognise: (address, _given, http) => recognise(address, http, Date.now),
  refuseSecret,
  check,
  limits: limitsOf,
  naming: { place: placeFor, numbered },
  admit,

  // protocol: fixed when the session is made, and never extended.
  deadline: ({ created, expires }, ctx) => ({
    from: toLocal(ctx, created),
    until: toLocal(ctx, expires),
    adjustable: true,
  }),
  sentWith: termsOfFinish,
  open: ({ job, context }) => open(job, context),
  shape,
  resume: ({ remote, progress, context }) => resume(remote, progress, context),
  send: ({ remote, context }, chunk, body) => send(remote, chunk, body, context),
  finish: (call) => finish(call.job, call.remote, call.progress, call.context, (next) => call.remember(next)),
  verify: (call) => verify(call.remote, call.context, (next) => call.remember(next)),
  stillHas,
  cancel: ({ remote, context }) => cancel(remote, context),
  freeDoubt: ({ job, context }) => freeDoubt(job, context),
  revoke: ({ key }, ctx) => (isDirect(key) ? removeDirectLink(key, ctx) : removeShare(key, ctx)),

  signIn,
  signOut,
  folders,
  shares,
  leftovers,
};
