/** A saved server under another address. */
import { problem } from '../../preload/problems.ts';
import { isActive, unfinishedStates, validShareStates } from '../../preload/states.ts';
import type { Engine } from '../engine/engine.ts';
import { toJson } from '../engine/json.ts';
import type { SavedServer } from '../engine/profile/settings.ts';
import { withoutSecret } from '../engine/servers.ts';
import { must, ProblemError } from './handling.ts';

/** Rows that are read at once. */
const pageSize = 1000;

/** How many transfers have something on the server, or may have it. */
const begunOn = ({ store }: Engine, serverId: string): number => {
  let count = 0;
  let after: string | undefined;
  do {
    const filter = { serverId, states: unfinishedStates };
    const page = store.transfers.page(filter, 'queue', { limit: pageSize, ...(after === undefined ? {} : { after }) });
    count += page.rows.filter((row) => isActive(row.state) || row.creating || row.remote !== undefined).length;
    after = page.next;
  } while (after !== undefined);
  return count;
};

/** The same name and port, where the usual ports of http and https are one: the server is only reached in another way. */
const isSameHost = (one: string, other: string): boolean => {
  const [a, b] = [new URL(one), new URL(other)];
  return a.hostname === b.hostname && a.port === b.port;
};

/** What is still to be done on the server beside uploads: links that can be revoked, and clean-ups. At most 1,000 of each. */
const owedTo = ({ store }: Engine, serverId: string): number => {
  const { rows } = store.shares.page({ serverId, states: validShareStates }, { limit: pageSize });
  const cleanups = store.abandoned.due(Number.MAX_SAFE_INTEGER, pageSize).filter((row) => row.serverId === serverId);
  return rows.length + cleanups.length;
};

/**
 * Throws server-address-begun: uploads continue only where they have begun, so the server has to stay the same one. Throws
 * server-address-links: another server answers "not found" for links and unfinished uploads, which would count as revoked and
 * cleaned up, so the user has to say that it is the same one.
 *
 * @param isSame the user has said so
 */
export const refuseBegun = (engine: Engine, before: SavedServer, address: string, isSame: boolean): void => {
  if (isSameHost(before.address, address)) return;
  const { id, name } = before;
  const count = begunOn(engine, id);
  if (count > 0) throw new ProblemError(problem('server-address-begun', { name, count }));
  const owed = isSame ? 0 : owedTo(engine, id);
  if (owed > 0) throw new ProblemError(problem('server-address-links', { name, count: owed }));
};

/**
 * Asks whether a server of the same type answers at another address, and takes what signs in to the saved one. Nothing is
 * saved. Throws a `ProblemError`: server-address-begun, server-address-links, what `Servers.recognise` fails
 * with, and what the round trip met.
 *
 * @param now the server as it would be saved otherwise
 * @param secret in place of the one that is kept
 * @returns what differs; `undefined`: it is the address that is saved already
 */
export const atAddress = async (
  engine: Engine,
  now: SavedServer,
  { address, isSame }: { readonly address: string; readonly isSame: boolean },
  secret?: string,
): Promise<Pick<SavedServer, 'address' | 'settings'> | undefined> => {
  const { servers } = engine;
  const http = servers.connect(withoutSecret(address), now);
  try {
    const { provider, found } = must(await servers.recognise(address, now.kind, {}, http));
    if (found.address === now.address) return undefined;
    refuseBegun(engine, now, found.address, isSame);
    const draft: SavedServer = {
      ...now,
      address: found.address,
      settings: { version: provider.settings.version, value: toJson(found.settings) },
    };
    const kept = { ...draft, settings: servers.withFields(draft, servers.fields(now) ?? {}) };
    const { saved } = must(await servers.check(kept, secret, http));
    return { address: saved.address, settings: saved.settings };
  } finally {
    http.close();
  }
};
