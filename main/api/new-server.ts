import { randomUUID } from 'node:crypto';
import type { ParsedInput } from '../../preload/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { toJson } from '../engine/json.ts';
import type { SavedServer } from '../engine/profile/settings.ts';
import type { Recognised, AnyProvider } from '../engine/providers/provider.ts';
import { withoutSecret, type ClosableHttp } from '../engine/servers.ts';
import { defined } from './defined.ts';
import { freeName, lookAtCa, must, refuseTaken } from './handling.ts';

/** What an address and a name for it say of a server that is not saved yet. */
type Given = Pick<
  ParsedInput<'servers.add'>,
  'address' | 'name' | 'kind' | 'fields' | 'connection' | 'defaultExpirySeconds'
>;

export type NewServer = {
  readonly provider: AnyProvider;
  readonly found: Recognised<unknown>;
  /** As it would be saved, without a secret. */
  readonly server: SavedServer;
  /** The caller closes it. */
  readonly http: ClosableHttp;
};

/**
 * Recognises the server at an address. Nothing is saved. Throws a `ProblemError`: what `Servers.recognise` fails with, a
 * CA file that cannot be used, and server-name-taken.
 */
export const recogniseNew = async (engine: Engine, given: Given): Promise<NewServer> => {
  const { address, name, kind, fields, connection, defaultExpirySeconds } = given;
  await lookAtCa(connection?.caFile);
  refuseTaken(engine, name);
  const http = engine.servers.connect(name ?? withoutSecret(address), defined(connection ?? {}));
  try {
    const { provider, found } = must(await engine.servers.recognise(address, kind, fields ?? {}, http));
    const server: SavedServer = {
      id: randomUUID(),
      kind: provider.kind,
      name: name ?? freeName(engine, found.title),
      address: found.address,
      settings: { version: provider.settings.version, value: toJson(found.settings) },
      secret: { vault: 'none' },
      addedAt: Date.now(),
      ...defined(connection ?? {}),
      ...defined({ defaultExpirySeconds }),
    };
    return { provider, found, server, http };
  } catch (error) {
    http.close();
    throw error;
  }
};
