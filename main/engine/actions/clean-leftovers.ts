/** What broken uploads left in an account, without what is under way here. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { problem, type Problem } from '../../../preload/problems.ts';
import { unfinishedStates } from '../../../preload/states.ts';
import type { Engine } from '../engine.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import { abortable } from '../providers/abortable.ts';
import type { Leftover } from '../providers/account.ts';
import { readRemote } from '../queue/remote.ts';
import type { Transfer } from '../store/rows.ts';

/** Rows that are looked through at once, so that nothing is held up. */
const part = 1_000;

async function* transfersOf(engine: Engine, serverId: string): AsyncGenerator<Transfer> {
  let after: string | undefined;
  do {
    const page = engine.store.transfers.page({ serverId, states: unfinishedStates }, 'newest', {
      limit: part,
      ...(after === undefined ? {} : { after }),
    });
    yield* page.rows;
    after = page.next;
    if (after !== undefined) await nextTurn();
  } while (after !== undefined);
}

/** Fails with option-unsupported, and as the provider does. Rejects when `signal` is aborted. */
export const findLeftovers = async (
  engine: Engine,
  serverId: string,
  signal?: AbortSignal,
): Promise<Outcome<readonly Leftover[]>> => {
  const port = engine.servers.port(serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  const { leftovers } = provider;
  if (leftovers === undefined)
    return fail('fatal', problem('option-unsupported', { option: 'leftovers', server: context.server.name }));
  const found = await leftovers.find(signal === undefined ? context : abortable(context, signal));
  if (!found.ok || found.value.length === 0) return found;
  // After the server was asked: what has begun meanwhile is not among what it told, or is known here by now.
  const needed = new Set<string>();
  // Where the answer to a create is not here yet, or was lost, its name is all that is known.
  const opening = new Set<string>();
  for await (const row of transfersOf(engine, serverId)) {
    if (row.remote !== undefined) needed.add(leftovers.idOf(readRemote(provider, row.remote)));
    else if (row.creating) opening.add(row.name);
  }
  // What moved from page to page while the server was asked is told twice.
  const once = new Map(found.value.map((leftover) => [leftover.id, leftover]));
  return ok([...once.values()].filter(({ id, name }) => !needed.has(id) && !opening.has(name)));
};

/** Looks again, and cleans those of the ids that are still left over. */
export const cleanLeftovers = async (
  engine: Engine,
  serverId: string,
  ids: readonly string[],
): Promise<
  Outcome<{
    readonly cleaned: readonly string[];
    readonly refused: readonly { readonly id: string; readonly problem: Problem }[];
  }>
> => {
  const found = await findLeftovers(engine, serverId);
  if (!found.ok) return found;
  const port = engine.servers.port(serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  const known = new Map(found.value.map((leftover) => [leftover.id, leftover]));
  const cleaned: string[] = [];
  const refused: { id: string; problem: Problem }[] = [];
  for (const id of new Set(ids)) {
    const leftover = known.get(id);
    // Gone meanwhile, or needed again: either way it is no leftover any more.
    if (leftover === undefined) continue;
    const done = await provider.leftovers?.clean(leftover, context);
    if (done === undefined || done.ok) cleaned.push(id);
    else refused.push({ id, problem: done.failure.problem });
  }
  return ok({ cleaned, refused });
};
