import type { KindView, ServerView } from '../../preload/contract.ts';
import type { App } from './app.svelte.ts';
import { keptBy } from './kept.svelte.ts';
import type { Field } from './transfer-fields.ts';

/** The types of server that the engine knows, with the fields of each: loaded once. */
export class Kinds {
  all = $state.raw<readonly KindView[]>([]);
  readonly #app: App;
  #asked: Promise<void> | undefined;

  constructor(app: App) {
    this.#app = app;
  }

  /** Never rejects. Tries again if it failed before. */
  load(): Promise<void> {
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  /** The fields of an upload to a server; none before they are loaded. */
  fieldsOf(server: ServerView | undefined): readonly Field[] {
    return this.all.find(({ kind }) => kind === server?.kind)?.transferFields ?? [];
  }

  /** What its type asks for when a server is added or edited; none before they are loaded. */
  serverFieldsOf(server: ServerView): readonly Field[] {
    return this.all.find(({ kind }) => kind === server.kind)?.serverFields ?? [];
  }

  async #ask(): Promise<void> {
    try {
      this.all = await this.#app.client.call('app.kinds', {});
    } catch (error) {
      this.#asked = undefined;
      this.#app.slips.error(error);
    }
  }
}

/** The one of a window. */
export const kindsOf = keptBy((app) => new Kinds(app));
