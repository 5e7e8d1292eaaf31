import { problem } from '../../preload/problems.ts';
import type { Engine } from './engine.ts';
import { fail, ok, type Outcome } from './outcome.ts';
import type { Conflict } from './providers/account.ts';
import type { Transfer } from './store/rows.ts';

/**
 * The person's answer for a transfer that met a name that is taken on the server: it goes on in that way, or
 * is cancelled. Fails with
 * not-now, option-unsupported.
 */
export const decide = async (
  engine: Engine,
  row: Transfer,
  conflict: Exclude<Conflict, 'ask'>,
): Promise<Outcome<void>> => {
  const { store, queue } = engine;
  if (row.state !== 'attention' && row.state !== 'failed')
    return fail('fatal', problem('not-now', { what: 'decided', state: row.state }));
  const port = engine.servers.port(row.serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  if (!provider.capabilities.conflict.includes(conflict))
    return fail('fatal', problem('option-unsupported', { option: conflict, server: context.server.name }));
  // What is left out needs no server: nothing was sent, and what is there stays as it is.
  if (conflict === 'skip') {
    await queue.wish({ ids: [row.id] }, 'cancel');
    return ok(undefined);
  }
  store.transfers.update(row.id, { options: { ...row.options, extra: { ...row.options.extra, conflict } } });
  await queue.wish({ ids: [row.id] }, 'retry');
  return ok(undefined);
};
