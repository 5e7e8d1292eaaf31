/** A name that is taken on the server: what can be done about it, and doing it. */
import type { CallInput, ServerView, TransferView } from '../../preload/contract.ts';
import { isLeftOut } from '../../preload/problems.ts';
import { m } from '../paraglide/messages.js';
import type { App } from '../client/app.svelte.ts';

export type Decision = CallInput<'transfers.decide'>['conflict'];

const asks = (row: TransferView): boolean => row.state === 'attention' && row.problem?.code === 'name-exists';
const wasLeftOut = ({ state, problem }: TransferView): boolean => isLeftOut(state, problem);

/**
 * What can be answered for a transfer, the quietest first; of one that was left out, what another mind may be. None
 * where it does not ask.
 */
export const decisionsOf = (row: TransferView, server: ServerView | undefined): readonly Decision[] => {
  const another = wasLeftOut(row);
  if ((!asks(row) && !another) || server === undefined) return [];
  const can = server.capabilities.conflict;
  return (['skip', 'version', 'rename'] as const).filter((one) => can.includes(one) && !(another && one === 'skip'));
};

export const decisionWords = (decision: Decision): { readonly label: string; readonly help: string } =>
  ({
    skip: { label: m.conflict_skip(), help: m.conflict_skip_help() },
    rename: { label: m.conflict_rename(), help: m.conflict_rename_help() },
    version: { label: m.conflict_version(), help: m.conflict_version_help() },
  })[decision];

/** Others of the same server that ask the same, or were left out as well, are looked for so far. */
const most = 1_000;

const tell = async (app: App, ids: readonly number[], conflict: Decision): Promise<void> => {
  const { refused } = await app.client.call('transfers.decide', { ids: [...ids], conflict });
  const [no] = refused;
  if (no !== undefined) app.slips.show(no.problem.message, { tone: 'warn' });
};

/** Answers for one transfer, and offers the same answer for the others there that it holds of. Never rejects. */
export const decide = async (app: App, row: TransferView, conflict: Decision): Promise<void> => {
  try {
    await tell(app, [row.id], conflict);
    const { rows } = await app.client.call('transfers.list', {
      filter: { states: [row.state], serverId: row.serverId },
      limit: most,
    });
    const others = rows.filter((one) => one.id !== row.id && (asks(one) || wasLeftOut(one))).map(({ id }) => id);
    if (others.length === 0) return;
    app.slips.show(m.conflict_others({ count: others.length, server: row.serverName }), {
      tone: 'plain',
      actions: [
        {
          label: m.conflict_same(),
          act: () => void tell(app, others, conflict).catch((error: unknown) => app.slips.error(error)),
        },
      ],
    });
  } catch (error) {
    app.slips.error(error);
  }
};
