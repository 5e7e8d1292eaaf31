/** Links of other programs, as the contract tells them, and in the place of an address. */
import { problem } from '../../preload/problems.ts';
import { readLink, type ReadLink } from '../engine/actions/read-link.ts';
import type { Engine } from '../engine/engine.ts';
import type { JsonObject } from '../engine/json.ts';
import { linkSchemes } from '../engine/providers/link-schemes.ts';
import { providerOf, providers } from '../engine/providers/registry.ts';
import { must, ProblemError, type Handlers } from './handling.ts';

const read = (engine: Engine, link: string): ReadLink =>
  must(readLink(link, { providers, servers: engine.servers.all() }));

export const createLinkHandlers = (engine: Engine): Pick<Handlers, 'links.read'> => ({
  'links.read': ({ link }) => {
    const asked = read(engine, link);
    if (asked.asks === 'upload')
      return asked.serverId === undefined ? asked : { ...asked, serverName: engine.servers.nameOf(asked.serverId) };
    const provider = providerOf(asked.kind ?? '');
    const saves = Object.entries(asked.fields ?? {}).map(([key, value]) => ({
      label: provider?.serverFields.find((field) => field.key === key)?.label() ?? key,
      value: String(value),
    }));
    return { ...asked, saves, ...(provider === undefined ? {} : { kindTitle: provider.title }) };
  },
});

type Given = {
  readonly address: string;
  readonly name?: string | undefined;
  readonly kind?: string | undefined;
  readonly fields?: JsonObject | undefined;
};

/**
 * What is asked for a new server, where its address may be a link of another program. What was given besides comes before
 * what the link says. Throws a `ProblemError` as `links.read` does.
 */
export const linkedTo = <G extends Given>(engine: Engine, given: G): G & { readonly secret?: string | undefined } => {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(given.address.trim())?.[1]?.toLowerCase();
  if (scheme === undefined || !linkSchemes.includes(scheme)) return given;
  const link = read(engine, given.address);
  if (link.asks !== 'add-server') throw new ProblemError(problem('link-unknown'));
  const { address, kind, name, fields, secret } = link;
  return {
    ...given,
    address,
    kind: given.kind ?? kind,
    name: given.name ?? name,
    fields: { ...fields, ...given.fields },
    secret,
  };
};
