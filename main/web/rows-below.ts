/** The transfers whose files are below a folder. */
import type { Client, TransferView } from '../../preload/contract.ts';
import { isBelow } from './folders.ts';

/** Gives them newest first, so that no row can slip from one page to the next. Rejects as the call does. */
export const rowsBelow = async function* (
  client: Client,
  folder: string,
  states?: readonly TransferView['state'][],
): AsyncGenerator<TransferView> {
  for (let after: string | undefined, more = true; more;) {
    const page = await client.call('transfers.list', {
      ...(states === undefined ? {} : { filter: { states: [...states] } }),
      order: 'newest',
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    });
    for (const row of page.rows) if (isBelow(row.path, folder)) yield row;
    after = page.next;
    more = after !== undefined;
  }
};
