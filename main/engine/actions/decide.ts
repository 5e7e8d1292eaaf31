import { isLeftOut, problem } from '../../../preload/problems.ts';
import type { Engine } from '../engine.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import type { Conflict } from '../providers/account.ts';
import type { Transfer } from '../store/rows.ts';

/**
 * The person's answer for a transfer that met a name that is taken on the server: it goes on in that way, or is left
 * out. Of one that was left out it is another mind. Fails with not-now, option-unsupported.
 */
export const decide = async (
  engine: Engine,
  row: Transfer,
  conflict: Exclude<Conflict, 'ask'>,
): Promise<Outcome<void>> => {
  const { store, queue } = engine;
  const wasLeftOut = isLeftOut(row.state, row.problem);
  if (row.state !== 'attention' && row.state !== 'failed' && !(wasLeftOut && conflict !== 'skip'))
    return fail('fatal', problem('not-now', { what: 'decided', state: row.state }));
  const port = engine.servers.port(row.serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  if (!provider.capabilities.conflict.includes(conflict))
    return fail('fatal', problem('option-unsupported', { option: conflict, server: context.server.name }));
  // What is left out needs no server: nothing was sent, and what is there stays as it is.
  if (conflict === 'skip') {
    const { problem: asked } = row;
    const why = asked?.code === 'name-exists' ? problem('name-skipped', asked.params) : undefined;
    await queue.wish({ ids: [row.id] }, 'cancel', why);
    return ok(undefined);
  }
  store.transfers.update(row.id, { options: { ...row.options, extra: { ...row.options.extra, conflict } } });
  await queue.wish({ ids: [row.id] }, 'retry');
  return ok(undefined);
};
