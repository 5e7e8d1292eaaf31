import * as account from './account.ts';
import { Refusal, refuse } from './answer.ts';
import type { Call } from './call.ts';
import { takeCallback } from './callbacks.ts';
import { cancel } from './cancel.ts';
import { takeChunk } from './chunks.ts';
import { isSince } from './config.ts';
import { makeUrls, putContent, serveContent } from './content.ts';
import { deleteLink, followLink, followShare, makeLinks } from './direct-links.ts';
import { create, remove, rename } from './folders.ts';
import { info, list } from './listing.ts';
import { consent, exchange, showApp, userInfo, withdraw } from './oauth.ts';
import { listPublicShares, listShares, shareInfo } from './share-views.ts';
import { createShare, deleteShare, deleteShares, editShare } from './shares.ts';
import { refresh, signOut } from './sign-in.ts';
import * as config from './site-config.ts';
import { unlock } from './unlock.ts';
import { createSession } from './uploads.ts';

type Handler = (call: Call) => unknown;

export interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handle: Handler;
}

interface Options {
  /** What an application must be allowed to. */
  readonly scope?: string;
  /** The version that has it first. */
  readonly since?: readonly [major: number, minor: number];
}

type Row = readonly [method: string, path: string, handle: Handler, options?: Options];

const API = '/api/v4';
const [READ, WRITE] = [{ scope: 'Files.Read' }, { scope: 'Files.Write' }];
const [READ_SHARES, WRITE_SHARES] = [{ scope: 'Shares.Read' }, { scope: 'Shares.Write' }];
const OAUTH = { since: [4, 12] } as const;

const ROWS: readonly Row[] = [
  ['GET', '/site/ping', config.ping],
  ['GET', '/site/config/basic', config.basicConfig],
  ['GET', '/site/config/login', config.loginConfig],
  ['GET', '/site/config/explorer', config.explorerConfig],
  ['GET', '/site/captcha', account.makeCaptcha],
  ['GET', '/session/prepare', account.prepare],
  ['POST', '/session/token', account.signIn],
  ['POST', '/session/token/2fa', account.signInWithCode],
  ['POST', '/session/token/refresh', refresh],
  ['DELETE', '/session/token', signOut],
  ['GET', '/session/oauth/app/:', showApp, OAUTH],
  ['POST', '/session/oauth/consent', consent, { ...OAUTH, scope: 'UserSecurityInfo.Write' }],
  ['POST', '/session/oauth/token', exchange, OAUTH],
  ['DELETE', '/session/oauth/grant/:', withdraw, { ...OAUTH, scope: 'UserSecurityInfo.Write' }],
  ['GET', '/session/oauth/userinfo', userInfo, OAUTH],
  ['POST', '/user', account.register],
  ['GET', '/user/me', account.me, { scope: 'UserInfo.Read' }],
  ['GET', '/user/capacity', account.capacity, { scope: 'UserInfo.Read' }],
  ['GET', '/user/setting', account.settings, { scope: 'UserSecurityInfo.Read' }],
  ['PATCH', '/user/setting', account.changeSettings, { scope: 'UserSecurityInfo.Write' }],
  ['GET', '/user/setting/2fa', account.makeTotpSecret, { scope: 'UserSecurityInfo.Write' }],
  ['GET', '/user/shares/:', listPublicShares],
  ['GET', '/file', list, READ],
  ['GET', '/file/info', info, READ],
  ['GET', '/file/thumb', () => Promise.reject(refuse.nothing()), READ],
  ['GET', '/file/content/:/:/:', serveContent],
  ['PUT', '/file/content', putContent, WRITE],
  ['POST', '/file/url', makeUrls, READ],
  ['POST', '/file/create', create, WRITE],
  ['POST', '/file/rename', rename, WRITE],
  ['DELETE', '/file', remove, WRITE],
  ['DELETE', '/file/lock', unlock, WRITE],
  ['PUT', '/file/source', makeLinks, WRITE],
  ['DELETE', '/file/source/:', deleteLink, WRITE],
  ['PUT', '/file/upload', createSession, WRITE],
  ['DELETE', '/file/upload', cancel, WRITE],
  ['POST', '/file/upload/:/:', takeChunk, WRITE],
  ['PUT', '/share', createShare, WRITE_SHARES],
  ['GET', '/share', listShares, READ_SHARES],
  ['DELETE', '/share', deleteShares, { ...WRITE_SHARES, since: [4, 16] }],
  ['GET', '/share/info/:', shareInfo],
  ['POST', '/share/:', editShare, WRITE_SHARES],
  ['DELETE', '/share/:', deleteShare, WRITE_SHARES],
  ['GET', '/callback/s3/:/:', takeCallback('s3')],
  ['GET', '/callback/ks3/:/:', takeCallback('ks3')],
  ['GET', '/callback/cos/:/:', takeCallback('cos')],
  ['POST', '/callback/onedrive/:/:', takeCallback('onedrive')],
  ['POST', '/callback/oss/:/:', takeCallback('oss')],
  ['POST', '/callback/obs/:/:', takeCallback('obs')],
  ['POST', '/callback/qiniu/:/:', takeCallback('qiniu')],
  ['POST', '/callback/upyun/:/:', takeCallback('upyun')],
  ['POST', '/callback/remote/:/:', takeCallback('remote')],
];

const PAGES: readonly Row[] = [
  ['GET', '/f/d/:/:', followLink(true)],
  ['GET', '/f/:/:', followLink(false)],
  ['GET', '/s/:', followShare],
  ['GET', '/s/:/:', followShare],
];

/** The routes that a version of the site has. */
export function routesOf(version: string): readonly Route[] {
  const rows = [...ROWS.map(([method, path, ...rest]) => [method, API + path, ...rest] as const), ...PAGES];
  return rows
    .filter(([, , , options]) => !options?.since || isSince(version, ...options.since))
    .map(([method, path, handle, options]) => ({
      method,
      pattern: new RegExp(`^${path.replaceAll(':', '([^/]+)')}$`),
      handle: options?.scope === undefined ? handle : guarded(handle, options.scope),
    }));
}

/** Refuses an application that may not do that; writing covers reading. */
const guarded =
  (handle: Handler, scope: string): Handler =>
  (call) => {
    const has = call.scopes;
    const covers = has?.some((own) => own === scope || own === scope.replace('.Read', '.Write')) ?? true;
    if (!covers) throw new Refusal(40089, `Insufficient scope: ${scope}`);
    return handle(call);
  };
