/** Carries out what the user decides about the message of an upload that is done. */
import type { Problem } from '../../../preload/problems.ts';
import type { DecisionRole } from '../../../preload/decisions.ts';
import type { Engine } from '../engine.ts';
import { fieldOf, judgeFields } from '../field-values.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import type { Delivery, Transfer } from '../store/rows.ts';

/**
 * Stores the decision; the queue then sends the message. Fails with option-invalid for a recipient that the server's field does
 * not take, and changes nothing then.
 *
 * @param recipient of `send-to`
 */
export const decideMessage = (
  { queue, servers, store }: Engine,
  row: Transfer,
  role: DecisionRole & ('send-again' | 'mark-sent' | 'send-to' | 'not-send'),
  recipient: string,
): Outcome<readonly Problem[]> => {
  const at = Date.now();
  if (role === 'send-to') {
    const port = servers.port(row.serverId);
    if (!port.ok) return port;
    const { provider, context } = port.value;
    const field = fieldOf(provider.transferFields, 'recipient');
    const extra = { ...row.options.extra, ...(field === undefined ? {} : { [field.key]: recipient }) };
    const wrong = judgeFields(provider.transferFields, extra, context.server.name);
    if (wrong !== undefined) return fail('fatal', wrong);
    store.transfers.update(row.id, { options: { ...row.options, extra } });
  }
  const becomes: Readonly<Record<typeof role, Delivery>> = {
    'send-again': { state: 'waiting', at },
    'send-to': { state: 'waiting', at },
    'mark-sent': { state: 'sent', at, by: 'person' },
    'not-send': { state: 'skipped', at },
  };
  store.transfers.setDelivery(row.id, becomes[role]);
  queue.touched();
  return ok([]);
};
