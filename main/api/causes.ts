/** Groups what needs the user, or has failed, by its cause. */
import { causesOf, type Cause } from '../../preload/causes.ts';
import type { TransferFilter } from '../engine/store/rows.ts';
import type { Engine } from '../engine/engine.ts';
import { decisionsFor } from '../engine/actions/decisions.ts';

/** Rows that are read at once. */
const pageSize = 1000;

function* askingIn(engine: Engine, filter: TransferFilter) {
  let after: string | undefined;
  do {
    const page = engine.store.transfers.page(
      { ...filter, states: ['attention', 'failed'] },
      'queue',
      after === undefined ? { limit: pageSize } : { limit: pageSize, after },
    );
    for (const row of page.rows)
      if (row.problem !== undefined) yield { id: row.id, code: row.problem.code, decisions: decisionsFor(engine, row) };
    after = page.next;
  } while (after !== undefined);
}

export const causesIn = (engine: Engine, filter: TransferFilter): readonly Cause[] =>
  causesOf(askingIn(engine, filter));
