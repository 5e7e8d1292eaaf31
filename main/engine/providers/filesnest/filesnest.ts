/** FilesNest: a file store of one's own. Each call's protocol is in the file that is named after it. */
import { problem } from '../../../../preload/problems.ts';
import type { Provider } from '../provider.ts';
import { toLocal } from '../server-clock.ts';
import { admit, limitsOf } from './admit.ts';
import { cancel } from './cancel.ts';
import { check } from './check.ts';
import { conflicts, readFields, serverFields, transferFields, withFields } from './fields.ts';
import { removeFile, removeOwn } from './file-call.ts';
import { finish } from './finish.ts';
import { freeDoubt } from './lost-create.ts';
import { compared, numbered } from './name.ts';
import { open } from './open.ts';
import { recognise } from './recognise.ts';
import { resume } from './resume.ts';
import { send } from './send.ts';
import { shares } from './shares.ts';
import { isToken, signIn } from './sign-in.ts';
import { type FilesNestRemote, type FilesNestSettings, keptRemote, keptSettings, unfinishedMs } from './state.ts';
import { stillHas } from './still-has.ts';
import { verify } from './verify.ts';

export const filesnest: Provider<FilesNestSettings, FilesNestRemote> = {
  kind: 'filesnest',
  title: 'FilesNest',
  capabilities: {
    resume: 'server-list',
    zeroByteFiles: true,
    expiry: false,
    ownKey: false,
    password: 'required',
    shares: { needsDeleteKey: false, revoke: 'removes-file', link: 'none' },
    signIn: 'steps',
    conflict: conflicts,
  },
  settings: keptSettings,
  remote: keptRemote,
  routes: ['settings', 'files', 'files/search', 'files/:', 'files/:/uploads', 'files/:/uploads/:'].map(
    (path) => `api/${path}`,
  ),
  serverFields,
  readFields,
  withFields,
  transferFields,

  recognise: (address, given, http) => recognise(address, given, http, Date.now),
  refuseSecret: (secret) => (isToken(secret) ? undefined : problem('password-unsendable', { why: 'no-sign-in' })),
  check,
  signIn,
  limits: limitsOf,
  naming: { place: (names) => compared(names.at(-1) ?? ''), numbered },
  admit,

  needs: ({ api }, remote) => [
    { hash: 'sha256', before: (remote?.checksumFirst ?? api === 'seed') ? 'open' : 'finish' },
  ],
  deadline: ({ created }, ctx) => ({
    from: toLocal(ctx, created),
    until: toLocal(ctx, created + unfinishedMs),
    adjustable: false,
  }),
  open,
  // protocol: any order. Where the last chunk starts the merge, it is sent alone: if two chunks end at once, each request may count the other chunk as missing.
  shape: (_job, { chunkSize, checksumFirst }, { lanes }) => ({
    chunkSize,
    lanes,
    order: checksumFirst ? 'last-alone' : 'any',
    cut: 'harmless',
  }),
  resume,
  send,
  finish,
  verify,
  cancel,
  freeDoubt,
  stillHas: (uploads, ctx) => uploads.map((upload) => () => stillHas(upload, ctx)),
  // protocol: a file that is complete keeps its name; its id may be given again.
  revoke: ({ key, path: name }, ctx) => (name === undefined ? removeFile(key, ctx) : removeOwn({ id: key, name }, ctx)),
  shares,
};
