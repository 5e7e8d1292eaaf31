/** What can be done now, by its name: the window's own commands and those of the view that is shown. */
import { SvelteSet } from 'svelte/reactivity';
import type { Command } from '../ui/command.ts';
import { keptBy } from './kept.svelte.ts';

type Source = () => readonly Command[];

export class Commands {
  readonly #sources = new SvelteSet<Source>();

  /** Those of the view come first. */
  get all(): readonly Command[] {
    return [...this.#sources].flatMap((source) => source()).filter(({ disabled }) => disabled !== true);
  }

  /** Adds what a view offers while it is shown. Returns the way to end that. */
  offer(source: Source): () => void {
    this.#sources.add(source);
    return () => this.#sources.delete(source);
  }
}

export const commandsOf = keptBy(() => new Commands());
