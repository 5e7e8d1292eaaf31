/** A saved server under another address. */
import { problem } from '../../preload/problems.ts';
import { isActive, unfinishedStates } from '../../preload/states.ts';
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

/** Throws server-address-begun: uploads continue only where they have begun, so the server has to stay the same one. */
export const refuseBegun = (engine: Engine, before: SavedServer, address: string): void => {
  if (isSameHost(before.address, address)) return;
  const count = begunOn(engine, before.id);
  if (count > 0) throw new ProblemError(problem('server-address-begun', { name: before.name, count }));
};

/**
 * Asks whether a server of the same type answers at another address, and takes what signs in to the saved one. Nothing is
 * saved. Throws a `ProblemError`: server-address-begun, what `Servers.recognise` fails with, and what the round trip met.
 *
 * @param now the server as it would be saved otherwise
 * @param secret in place of the one that is kept
 * @returns what differs; `undefined`: it is the address that is saved already
 */
export const atAddress = async (
  engine: Engine,
  now: SavedServer,
  address: string,
  secret?: string,
): Promise<Pick<SavedServer, 'address' | 'settings'> | undefined> => {
  const { servers } = engine;
  const http = servers.connect(withoutSecret(address), now);
  try {
    const { provider, found } = must(await servers.recognise(address, now.kind, {}, http));
    if (found.address === now.address) return undefined;
    refuseBegun(engine, now, found.address);
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
