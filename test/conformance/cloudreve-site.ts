/** What a test asks of a Cloudreve site beside the provider, signed in once: stand-in or real. */
import { createHash } from 'node:crypto';
import { cloudreve } from '../../main/engine/providers/cloudreve/cloudreve.ts';
import { ownLine } from './cloudreve-lines.ts';
import type { Fixture } from './fixture.ts';

/**
 * What holds for every site. `chunk`: bytes, 0 where files are taken whole; `storeLine`: first line of a request with a
 * chunk for its store.
 */
export const ofEverySite = (chunk: number, storeLine?: RegExp) =>
  ({
    provider: cloudreve,
    given: {},
    refusals: { wrong: 'signed-out', missing: 'signed-out' },
    chunkBytes: chunk || 100_000,
    shared: { extra: { share: true } },
    requests: {
      chunk: storeLine === undefined ? ownLine : new RegExp(`${ownLine.source}|${storeLine.source}`),
      open: /^PUT \/api\/v4\/file\/upload$/,
    },
  }) satisfies Partial<Fixture>;

export type Account = { readonly email: string; readonly password: string };

export type SiteHands = {
  /** What the provider would keep of this sign-in. */
  readonly secret: string;
  /** What the site would give to whoever downloads it. `undefined`: nothing is there, or not yet. */
  readonly stored: (uri: string) => Promise<{ readonly size: number; readonly sha256: string } | undefined>;
};

type Envelope = { readonly code: number; readonly data: unknown };

export const signInTo = async (url: string, { email, password }: Account): Promise<SiteHands> => {
  const ask = async (method: string, path: string, json?: unknown, token?: string): Promise<Envelope> => {
    const response = await fetch(`${url}/api/v4${path}`, {
      method,
      headers: { connection: 'close', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    return (await response.json()) as Envelope;
  };
  const signedIn = (await ask('POST', '/session/token', { email, password })).data as {
    readonly token: Readonly<Record<string, string>>;
  };
  const { access_token: access = '', refresh_token: refresh = '' } = signedIn.token;
  const { access_expires: accessExpires = '', refresh_expires: refreshExpires = '' } = signedIn.token;
  return {
    secret: JSON.stringify({
      access,
      refresh,
      accessExpires: Date.parse(accessExpires),
      refreshExpires: Date.parse(refreshExpires),
    }),
    stored: async (uri) => {
      const info = await ask('GET', `/file/info?uri=${encodeURIComponent(uri)}`, undefined, access);
      if (info.code === 40016) return undefined;
      const { metadata } = info.data as { readonly metadata: Readonly<Record<string, string>> };
      if ('sys:upload_session_id' in metadata) return undefined;
      const link = await ask('POST', '/file/url', { uris: [uri] }, access);
      const [first] = (link.data as { readonly urls: readonly { readonly url: string }[] }).urls;
      const content = Buffer.from(await (await fetch(first?.url ?? '')).arrayBuffer());
      return { size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    },
  };
};
