import { problem } from '../../preload/problems.ts';
import type { Engine } from './engine.ts';
import { fail, ok, type Outcome } from './outcome.ts';
import { identify } from './source/identity.ts';
import type { Transfer } from './store/rows.ts';

/**
 * The person's answer to a file that changed: it is taken as it is now, and its upload starts anew; what the server
 * has of the old one is freed. Fails with not-now, file-missing, file-unreadable, or what the provider refuses.
 */
export const sendNew = async (engine: Engine, row: Transfer): Promise<Outcome<void>> => {
  if (row.state !== 'attention' && row.state !== 'failed' && row.state !== 'paused')
    return fail('fatal', problem('not-now', { what: 'sent anew', state: row.state }));
  const port = engine.servers.port(row.serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  const identity = await identify(row.path);
  if (!identity.ok) return identity;
  const { size } = identity.value;
  const name = row.path.split(/[/\\]/).at(-1) ?? row.name;
  const admission = provider.admit({ name, folder: row.folder, size, path: row.path }, row.options, context.server);
  if ('refused' in admission) return fail('fatal', admission.refused);
  const { store } = engine;
  store.transaction(() => {
    if (row.remote !== undefined)
      store.transfers.sessionLost(
        row.id,
        row.problem ?? problem('file-changed', { path: row.path, what: 'sent anew' }),
        false,
        Date.now(),
      );
    store.transfers.update(row.id, {
      identity: identity.value,
      size,
      name: admission.name,
      options: admission.options,
    });
  });
  engine.queue.wish({ ids: [row.id] }, 'retry');
  return ok(undefined);
};
