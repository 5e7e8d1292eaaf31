/** What can still be changed of uploads that were added earlier, term by term, with what they have now. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../../preload/problems.ts';
import type { Engine } from '../engine.ts';
import type { ServerPort } from '../queue/server-port.ts';
import { bulk, partsOf } from '../queue/order.ts';
import type { Transfer, TransferFilter } from '../store/rows.ts';
import { meantBy } from './change-batch.ts';
import { termsOf, whyFixed, whyOver } from './change-terms.ts';

/** `changeable`: of how many uploads; `fixed`: of how many not, by the reason. */
export type TermState = {
  readonly term: string;
  readonly changeable: number;
  readonly fixed: readonly { readonly problem: Problem; readonly count: number }[];
};

type Value = string | number | boolean;

export type Changeable = {
  /** Uploads that are meant. */
  readonly count: number;
  /** Of these: of how many nothing can be changed any more. */
  readonly over: number;
  /** The server of all of them; `undefined`: they have several. */
  readonly serverId: string | undefined;
  readonly terms: readonly TermState[];
  /** What all that can be changed have in common, by term; a term in which they differ, or that none has, is absent. */
  readonly values: Readonly<Record<string, Value>>;
  /** Terms in which they differ. */
  readonly mixed: readonly string[];
};

const valueOf = ({ options }: Transfer, term: string): Value | undefined => {
  if (term === 'expiry') return options.expirySeconds;
  const value = term === 'key' ? options.key : options.extra?.[term];
  return value === null || typeof value === 'object' ? undefined : value;
};

type Counted = { changeable: number; readonly fixed: Map<string, { readonly problem: Problem; count: number }> };

/** Of uploads on several servers, the server alone. */
export const changeable = async (engine: Engine, filter: TransferFilter): Promise<Changeable> => {
  const { store, servers } = engine;
  const states = new Map<string, Counted>();
  const values = new Map<string, Value | undefined>();
  const mixed = new Set<string>();
  const serverIds = new Set<string>();
  let [count, over] = [0, 0];
  const look = (row: Transfer, port: ServerPort): void => {
    for (const term of termsOf(port)) {
      const state: Counted = states.get(term) ?? { changeable: 0, fixed: new Map() };
      states.set(term, state);
      const why = whyFixed(engine, port, row, term);
      if (why === undefined) state.changeable++;
      else {
        const key = JSON.stringify(why);
        const known = state.fixed.get(key);
        if (known === undefined) state.fixed.set(key, { problem: why, count: 1 });
        else known.count++;
      }
      const value = valueOf(row, term);
      if (values.has(term) && !isDeepStrictEqual(values.get(term), value)) mixed.add(term);
      values.set(term, value);
    }
  };
  for (const part of partsOf(meantBy(filter))) {
    let after: string | undefined;
    do {
      if (after !== undefined) await nextTurn();
      const page = store.transfers.page(part, 'newest', { limit: bulk, ...(after === undefined ? {} : { after }) });
      for (const row of page.rows) {
        count++;
        const port = servers.port(row.serverId);
        if (whyOver(row) !== undefined || !port.ok) {
          over++;
          continue;
        }
        serverIds.add(row.serverId);
        look(row, port.value);
      }
      after = page.next;
    } while (after !== undefined);
  }
  const [serverId] = serverIds.size === 1 ? serverIds : [];
  const terms = [...states].flatMap(([term, { changeable: can, fixed }]) =>
    serverId === undefined && term !== 'server' ? [] : [{ term, changeable: can, fixed: [...fixed.values()] }],
  );
  const common = [...values].flatMap(([term, value]): [string, Value][] =>
    serverId === undefined || value === undefined || mixed.has(term) ? [] : [[term, value]],
  );
  return {
    count,
    over,
    serverId,
    terms,
    values: Object.fromEntries(common),
    mixed: serverId === undefined ? [] : [...mixed],
  };
};
