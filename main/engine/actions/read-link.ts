/**
 * Reads a link that another program or a web page opened: what it asks for, and nothing more. Nothing is contacted, and
 * nothing is changed. Such a link is as hostile as any page that may hold it.
 */
import { problem, type Problem } from '../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import { ownScheme } from '../providers/link-schemes.ts';
import type { AnyProvider, LinkedServer } from '../providers/provider.ts';

/** What a link asks for. */
export type ReadLink =
  | {
      readonly asks: 'add-server';
      /** http or https, without credentials, query and fragment. */
      readonly address: string;
      readonly kind?: string;
      readonly name?: string;
      readonly fields?: NonNullable<LinkedServer['fields']>;
      readonly secret?: string;
    }
  /** The id of a saved server; absent: the user chooses. */
  | { readonly asks: 'upload'; readonly serverId?: string };

/** What of the engine a link is read with. */
type Known = {
  readonly providers: ReadonlyMap<string, AnyProvider>;
  readonly servers: readonly { readonly id: string; readonly name: string }[];
};

/** Characters. Longer ones are no links that anybody made for this. */
const linkMost = 4_000;
const addressMost = 2_000;
const nameMost = 100;

/** Parameters of which a link could want that it chooses files of this computer. */
const namesFiles = /^(?:file|files|folder|path|paths|source|src)$/i;

/** A web address without what could hide in it; `undefined` where it is none. */
const webAddress = (text: string): string | undefined => {
  const url =
    text.length > addressMost ? null : URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);
  // An address with a name in front of its host is made to look like another host's.
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  return url.hostname === '' ? undefined : `${url.origin}${url.pathname.replace(/\/$/, '')}`;
};

const ownLink = (url: URL, { providers, servers }: Known): Outcome<ReadLink> => {
  const refuse = (why: Problem): Outcome<never> => fail('fatal', why);
  const given = (key: string): string | undefined => url.searchParams.get(key)?.trim() || undefined;
  const asks = `${url.host}${url.pathname}`.replace(/\/$/, '').toLowerCase();
  if ([...url.searchParams.keys()].some((key) => namesFiles.test(key))) return refuse(problem('link-files'));
  if (asks === 'upload') {
    const wanted = given('server');
    if (wanted === undefined) return ok({ asks: 'upload' });
    const server =
      servers.find(({ id }) => id === wanted) ??
      servers.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    return server === undefined
      ? refuse(problem('link-server-unknown', { name: wanted.slice(0, nameMost) }))
      : ok({ asks: 'upload', serverId: server.id });
  }
  if (asks !== 'add-server') return refuse(problem('link-unknown'));
  const address = webAddress(given('address') ?? '');
  if (address === undefined) return refuse(problem('link-address'));
  const kind = given('kind')?.toLowerCase();
  if (kind !== undefined && !providers.has(kind)) {
    const known = [...providers.keys()].join(', ');
    return refuse(problem('kind-unknown', { kind: kind.slice(0, nameMost), known }));
  }
  const name = given('name')?.slice(0, nameMost);
  return ok({
    asks: 'add-server',
    address,
    ...(kind === undefined ? {} : { kind }),
    ...(name === undefined ? {} : { name }),
  });
};

/** Fails with link-too-long, link-unknown, link-address, link-files, link-server-unknown or kind-unknown. */
export const readLink = (link: string, known: Known): Outcome<ReadLink> => {
  if (link.length > linkMost) return fail('fatal', problem('link-too-long', { most: linkMost }));
  const url = URL.parse(link.trim());
  const scheme = url?.protocol.slice(0, -1).toLowerCase();
  if (url === null || scheme === undefined) return fail('fatal', problem('link-unknown'));
  if (scheme === ownScheme) return ownLink(url, known);
  const provider = [...known.providers.values()].find(({ links }) => links?.schemes.includes(scheme) === true);
  const found = provider?.links?.read(link.trim());
  if (provider === undefined || found === undefined) return fail('fatal', problem('link-unknown'));
  const { address, fields = {}, secret } = found;
  const web = webAddress(address);
  if (web === undefined) return fail('fatal', problem('link-address'));
  return ok({
    asks: 'add-server',
    kind: provider.kind,
    address: web,
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
    ...(secret === undefined ? {} : { secret }),
  });
};
