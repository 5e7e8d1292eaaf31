/** A site with accounts as its people know it: what they do there, in a browser of their own. */
import { keptPort } from '../../peers/held-port.ts';
import type { Peer } from '../../peers/peer.ts';
import { codeAt } from '../../peers/totp.ts';
import { expect, type Desk } from './desk.ts';

const scopes = ['openid', 'offline_access', 'UserInfo.Read', 'Files.Write', 'Shares.Write'];

/** What the person does on the site itself, in another browser. */
export const onSite = async (site: Peer, method: string, path: string, body?: unknown): Promise<unknown> => {
  const answer = await fetch(`${site.url}/api/v4${path}`, {
    method,
    headers: { authorization: `Bearer ${site.vars['token'] ?? ''}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { code, data } = (await answer.json()) as { readonly code: number; readonly data?: unknown };
  expect(code, path).toBe(0);
  return data;
};
/** Switches the second factor on; gives what makes its codes. */
export const secondFactor = async (site: Peer): Promise<() => string> => {
  const secret = String(await onSite(site, 'GET', '/user/setting/2fa'));
  const code = (): string => codeAt(secret, Date.now());
  await onSite(site, 'PATCH', '/user/setting', { two_fa_enabled: true, two_fa_code: code() });
  return code;
};
/** What signs in there. */
export const rightOf = (site: Peer): { readonly email: string; readonly password: string } => ({
  email: site.vars['email'] ?? '',
  password: site.vars['password'] ?? '',
});
/** A site with an app for OAuth, and the desk that its administrator allowed. */
export const siteWithApp = async (desk: Desk, config: object = {}): Promise<Peer> => {
  const port = String(await keptPort());
  desk.env['STEVEDORE_SIGN_IN_PORT'] = port;
  const redirect = `http://127.0.0.1:${port}/signed-in`;
  const app = { guid: 'an-app', secret: 'secret of the app', name: 'Stevedore', redirect_uris: [redirect], scopes };
  return await desk.site({ oauth_apps: [app], ...config });
};
/** The person agrees on the site's page. Gives the address that their browser is sent to. */
export const agree = async (site: Peer, page: string): Promise<string> => {
  const asked = new URL(page).searchParams;
  expect(asked.get('code_challenge_method')).toBe('S256');
  const { code, state } = (await onSite(site, 'POST', '/session/oauth/consent', Object.fromEntries(asked))) as {
    readonly code: string;
    readonly state: string;
  };
  return `${asked.get('redirect_uri') ?? ''}?${new URLSearchParams({ code, state }).toString()}`;
};
