/** What stopped several uploads, by its cause: above the queue, and at the end of a batch in a line at the foot. */
import type { CallOutput, DecisionView } from '../../preload/contract.ts';
import { causeText, decisionTextForAll } from '../../preload/causes.ts';
import { Later } from '../../preload/later.ts';
import { countIn, pausableStates, sectionOf } from '../../preload/states.ts';
import type { App } from './app.svelte.ts';
import { decisionsOf } from './decisions.svelte.ts';
import { keptBy } from './kept.svelte.ts';

export type CauseView = CallOutput<'transfers.causes'>['causes'][number];

/** ms between two requests at least. */
const askEvery = 1_000;

export class Causes {
  /** The most frequent first, of the server that the window shows. */
  all = $state.raw<readonly CauseView[]>([]);
  readonly #app: App;
  readonly #soon = new Later(() => void this.load(), askEvery);
  /** The line at the foot; 0: none. */
  #slip = 0;
  /** Uploads that stopped here and still stand there. */
  readonly #stopped = new Set<number>();
  /** Whether some of them stopped since the line at the foot was shown: files may come in while others have stopped. */
  #fresh = false;

  constructor(app: App) {
    this.#app = app;
    app.client.on('transfers', ({ rows, removed, totals }) => {
      const stopped = rows.filter((row) => ['needs-you', 'failed'].includes(sectionOf(row)));
      for (const { id } of rows) if (!stopped.some((row) => row.id === id)) this.#stopped.delete(id);
      for (const id of removed) this.#stopped.delete(id);
      for (const { id } of stopped) {
        this.#fresh ||= !this.#stopped.has(id);
        this.#stopped.add(id);
      }
      // What was decided about moves again.
      if (stopped.length > 0 || removed.length > 0 || this.all.length > 0) this.#soon.soon();
      // Short uploads may begin and stop between two messages.
      if (countIn(totals.byState, pausableStates) === 0) void this.#tellEnd();
    });
    app.onReconnect(() => void this.load());
  }

  /** Never rejects: the next change asks again. */
  async load(): Promise<void> {
    const { serverId } = this.#app.navigation;
    // A line that is shown while this is asked is about more than the answer knows.
    const slip = this.#slip;
    try {
      const filter = serverId === undefined ? {} : { serverId };
      this.all = (await this.#app.client.call('transfers.causes', { filter })).causes;
      if (this.all.length === 0) this.#app.slips.drop(slip);
    } catch {
      // They are shown one by one all the same.
    }
  }

  /** Decides for all of them. Never rejects; a refusal is shown in words. */
  async decide({ ids }: CauseView, decision: DecisionView): Promise<void> {
    await decisionsOf(this.#app).decideFor(ids, decision);
    await this.load();
  }

  /** The queue is at rest: says what stopped most of the uploads that did not get through. */
  async #tellEnd(): Promise<void> {
    const ids = [...this.#stopped];
    if (ids.length < 2 || !this.#fresh) return;
    this.#fresh = false;
    const { causes } = await this.#app.client
      .call('transfers.causes', { filter: { ids } })
      .catch(() => ({ causes: [] }));
    const [cause] = causes;
    if (cause === undefined) return;
    this.#app.slips.drop(this.#slip);
    // It goes when it is answered here or above the queue.
    this.#slip = this.#app.slips.show(causeText(cause), {
      tone: 'warn',
      actions: cause.decisions.map((one) => ({
        label: decisionTextForAll(one),
        act: () => void this.decide(cause, one),
      })),
    });
  }
}

/** The one of a window: a batch may end while another view is shown. */
export const causesOf = keptBy((app) => new Causes(app));
