import type { CallOutput } from '../../preload/contract.ts';
import type { App } from '../client/app.svelte.ts';

/** What a link of another program asks for. */
export type LinkAsk = CallOutput<'links.read'>;

/** More than a person answers; a page that opens links without end is not heard. */
const asksMost = 3;

/** Links of other programs that wait for the user's answer: until then nothing is done. */
export class LinkAsks {
  #waiting = $state.raw<readonly LinkAsk[]>([]);
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** The one that is asked about now. */
  get first(): LinkAsk | undefined {
    return this.#waiting[0];
  }

  /** Asks the user about a link, or says why it is of no use. Never rejects. */
  async take(link: string): Promise<void> {
    try {
      const ask = await this.#app.client.call('links.read', { link });
      const isNew = !this.#waiting.some((one) => JSON.stringify(one) === JSON.stringify(ask));
      if (isNew && this.#waiting.length < asksMost) this.#waiting = [...this.#waiting, ask];
    } catch (error) {
      this.#app.slips.error(error);
    }
  }

  /** The user has answered. */
  drop(ask: LinkAsk): void {
    this.#waiting = this.#waiting.filter((one) => one !== ask);
  }
}
