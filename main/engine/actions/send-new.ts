import { problem } from '../../../preload/problems.ts';
import { isStopped, type TransferState } from '../../../preload/states.ts';
import type { Engine } from '../engine.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import { identify } from '../source/identity.ts';
import type { Transfer } from '../store/rows.ts';

/**
 * Uploads a changed file as it is now. Its upload starts over; what the server
 * has of the old one is freed. Fails with not-now, file-missing, file-unreadable, or what the provider refuses.
 */
export const sendNew = async (engine: Engine, row: Transfer): Promise<Outcome<void>> => {
  const { store, queue } = engine;
  const isAtRest = ({ id, state, wish }: Transfer): boolean =>
    isStopped(state) && (wish === 'run' || wish === 'pause') && !queue.moving.includes(id);
  const notNow = (state: TransferState | 'removed'): Outcome<never> =>
    fail('fatal', problem('not-now', { what: 'sent-anew', state }));
  if (!isAtRest(row)) return notNow(row.state);
  const port = engine.servers.port(row.serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  const identity = await identify(row.path);
  if (!identity.ok) return identity;
  const { size } = identity.value;
  const name = row.path.split(/[/\\]/).at(-1) ?? row.name;
  const admission = provider.admit({ name, folder: row.folder, size, path: row.path }, row.options, context.server);
  if ('refused' in admission) return fail('fatal', admission.refused);
  // Somebody may have resumed it while its file was looked at.
  const now = store.transfers.get(row.id);
  if (now === undefined || !isAtRest(now)) return notNow(now?.state ?? 'removed');
  store.transaction(() => {
    if (now.remote !== undefined)
      store.transfers.sessionLost(
        row.id,
        row.problem ?? problem('file-changed', { path: row.path, what: 'sent-anew' }),
        false,
        Date.now(),
      );
    // Its name stays: it is its own on the server, and the file is the same.
    store.transfers.update(row.id, { identity: identity.value, size, options: admission.options });
  });
  await queue.wish({ ids: [row.id] }, 'retry');
  return ok(undefined);
};
