/** Makes one call of a profile's engine that was opened a moment ago, and prints the ms until its answer, or until all is uploaded. */
import type { CallInput } from '../../preload/contract.ts';
import { connect } from '../../main/api/connect.ts';

export type QueueOrder =
  | { readonly profile: string; readonly list: CallInput<'transfers.list'> }
  | { readonly profile: string; readonly add: CallInput<'transfers.add'> }
  | { readonly profile: string; readonly upload: CallInput<'transfers.add'> };

/** `rows`: how many came back, or were added. `count`: transfers there are. */
export type QueueCost = { readonly ms: number; readonly rows: number; readonly count: number };

const order = JSON.parse(process.argv[2] ?? '') as QueueOrder;
const { client, stop } = await connect({ profile: order.profile, serve: false });
const call = async (): Promise<QueueCost> => {
  const began = performance.now();
  if ('list' in order) {
    const { rows, totals } = await client.call('transfers.list', order.list);
    return { ms: performance.now() - began, rows: rows.length, count: totals.count };
  }
  if ('upload' in order) {
    const { added } = await client.call('transfers.add', order.upload);
    const ended = Promise.withResolvers<undefined>();
    client.on('transfers', ({ totals }) => {
      if (totals.byState.done === added.length) ended.resolve(undefined);
    });
    await client.call('queue.start', {});
    await ended.promise;
    return { ms: performance.now() - began, rows: added.length, count: added.length };
  }
  const { added } = await client.call('transfers.add', order.add);
  const ms = performance.now() - began;
  const { totals } = await client.call('transfers.list', { limit: 1 });
  return { ms, rows: added.length, count: totals.count };
};
process.stdout.write(JSON.stringify(await call()));
await stop('now');
