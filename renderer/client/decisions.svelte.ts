/** What can be decided about an upload that needs attention, in words, and doing it from wherever it is shown. */
import type { DecisionView, TransferView } from '../../preload/contract.ts';
import { decisionHelp, decisionText } from '../../preload/decisions.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { App } from './app.svelte.ts';
import { keptBy } from './kept.svelte.ts';

/** An upload that something can be decided about: of the queue, or of the history while it is still in the list. */
export type Undecided = Pick<
  TransferView,
  'id' | 'serverId' | 'serverName' | 'name' | 'problem' | 'decisions' | 'delivery'
>;

/** A label of the catalogue, and what helps to decide. */
export const decisionWords = ({ label }: DecisionView): { readonly label: string; readonly help?: string } => {
  const help = decisionHelp(label);
  return { label: decisionText(label), ...(help === undefined ? {} : { help }) };
};

/** Decisions that several uploads of a server are offered together, as one choice for many existing names. */
const forMany: ReadonlySet<DecisionView['role']> = new Set(['skip', 'new-version', 'rename']);

/** Others of the same server that ask the same are looked for so far. */
const most = 1_000;

export class Decisions {
  readonly #app: App;
  /** The decision that asks for a name, or a recipient, in a sheet. */
  asked = $state.raw<{ readonly row: Undecided; readonly decision: DecisionView }>();

  constructor(app: App) {
    this.#app = app;
  }

  /** Decides, or asks in a sheet for what the decision needs. Never rejects; a refusal is shown in words. */
  async decide(row: Undecided, decision: DecisionView, value?: string): Promise<void> {
    if (decision.needs === 'account') {
      this.#app.sheets.signInTo(row.serverId);
      return;
    }
    if (value === undefined && (decision.needs === 'name' || decision.needs === 'recipient')) {
      this.asked = { row, decision };
      return;
    }
    try {
      const shown = decision.needs === 'fingerprint' ? String(row.problem?.params['fingerprint'] ?? '') : value;
      await this.#tell([row.id], decision, shown);
      if (decision.role === 'test-server') this.#app.slips.show(m.queue_server_answers({ server: row.serverName }));
      if (value === undefined && forMany.has(decision.role)) await this.#offerMore(row, decision);
    } catch (error) {
      this.#app.slips.error(error);
    }
  }

  /** Decides for several at once, where that needs nothing but a click. Never rejects; a refusal is shown in words. */
  async decideFor(ids: readonly number[], decision: DecisionView): Promise<void> {
    await this.#tell(ids, decision).catch((error: unknown) => this.#app.slips.error(error));
  }

  /** Closes the sheet. */
  close(): void {
    this.asked = undefined;
  }

  async #tell(ids: readonly number[], decision: DecisionView, value?: string): Promise<void> {
    const { refused, notices } = await this.#app.client.call('transfers.decide', {
      ids: [...ids],
      decision: decision.id,
      ...(value === undefined ? {} : { value }),
    });
    for (const { message } of [...refused.map(({ problem }) => problem), ...notices].slice(0, 1))
      this.#app.slips.show(message, { tone: 'warn' });
  }

  /** Offers the same decision for the others that ask the same. */
  async #offerMore(row: Undecided, decision: DecisionView): Promise<void> {
    const states = row.problem?.code === 'name-skipped' ? (['cancelled'] as const) : (['attention'] as const);
    const { rows } = await this.#app.client.call('transfers.list', {
      filter: { states: [...states], serverId: row.serverId },
      limit: most,
    });
    const others = rows.filter(
      (one) => one.id !== row.id && one.decisions?.some(({ id }) => id === decision.id) === true,
    );
    if (others.length === 0) return;
    const ids = others.map(({ id }) => id);
    this.#app.slips.show(m.conflict_others({ count: others.length, server: row.serverName }), {
      tone: 'plain',
      actions: [
        {
          label: m.conflict_same(),
          act: () => void this.decideFor(ids, decision),
        },
      ],
    });
  }
}

/** The ones of a window: a sheet that is open stays when another view is shown. */
export const decisionsOf = keptBy((app) => new Decisions(app));
