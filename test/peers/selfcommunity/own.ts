import { randomInt } from 'node:crypto';
import type { Reply } from '../cloudreve-stores/http.ts';
import type { Answer, Call } from './call.ts';
import type { SelfCommunityConfig } from './config.ts';
import { notFoundPage, onlyPost, UPLOAD_PATH } from './django.ts';
import type { Disk } from './disk.ts';
import type { Journal } from './journal.ts';
import type { SignIn } from './sign-in.ts';
import { answerUpload, MEDIA } from './upload.ts';
import { json, refuse, refuseField, type Vices } from './vices.ts';

interface Site {
  readonly config: SelfCommunityConfig;
  readonly signIn: SignIn;
  readonly vices: Vices;
  readonly journal: Journal;
  /** The server's clock, ms. */
  readonly now: () => number;
}

/**
 * SelfCommunity's own API. protocol: it makes the UUID; chunk 0 and `done` answer it. What its documents leave open is
 * done as django-fine-uploader does it.
 */
export function selfCommunity(site: Site): Answer {
  const routes: Readonly<Record<string, Answer>> = {
    [UPLOAD_PATH]: (call, disk) => signedIn(site, call) ?? answerUpload(site, call, disk),
    '/api/v2/pm/': (call, disk) => signedIn(site, call) ?? message(site, call, disk),
    '/api/v2/jwt/verify_token/': ({ form }) =>
      site.signIn.isGood(form.fields['token'] ?? '')
        ? json(200, {})
        : refuse(401, 'token_not_valid', 'Token is invalid or expired'),
    '/oauth/token/': ({ form }) => site.vices.answer('token', 0, () => site.signIn.grant(form)),
    '/oauth/revoke_token/': ({ form }) => {
      site.signIn.revoke(form.fields['token'] ?? '');
      return { status: 200 };
    },
  };
  return (call, disk) => {
    if (call.path.startsWith(MEDIA)) return showFile(site, call, disk);
    const route = routes[call.path];
    if (!route) return notFoundPage;
    return call.method === 'POST' ? route(call, disk) : onlyPost;
  };
}

/** The refusal where there is no good token. */
function signedIn({ signIn }: Site, { headers }: Call): Reply | undefined {
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) return refuse(401, 'not_authenticated', 'Authentication credentials were not provided.');
  return signIn.isGood(token) ? undefined : refuse(401, 'authentication_failed', 'Token is invalid or expired.');
}

/** protocol: a file is used by a message that names it. */
function message(site: Site, { form }: Call, disk: Disk): Reply | undefined {
  const { recipient, file_uuid: uuid = '' } = form.fields;
  const send = (): Reply => {
    if (!recipient) return refuseField('recipient', 'required', 'This field is required.');
    if (!disk.files().some((file) => file.uuid === uuid)) return refuseField('file_uuid', 'invalid', 'Not found.');
    site.journal.write('messages', uuid);
    return json(200, { id: randomInt(1_000_000) });
  };
  return site.vices.answer('message', 0, send);
}

/** A file's address needs no token. What HEAD says of the length is a setting. */
function showFile({ config, journal }: Site, { method, path, headers }: Call, disk: Disk): Reply {
  journal.write('looks', headers.authorization === undefined ? 'bare' : 'token');
  const [uuid = '', name = ''] = path.slice(MEDIA.length).split('/');
  const bytes = disk.readFile(uuid, decodeURIComponent(name));
  if (!bytes) return notFoundPage;
  const type = { 'content-type': 'application/octet-stream' };
  if (method !== 'HEAD') return { status: 200, headers: type, body: bytes };
  if (typeof config.head === 'number') return { status: config.head };
  if (config.head === 'absent') return { status: 200, headers: { ...type, 'transfer-encoding': 'chunked' } };
  const length = bytes.length + (config.head === 'wrong' ? 1 : 0);
  return { status: 200, headers: { ...type, 'content-length': length } };
}
