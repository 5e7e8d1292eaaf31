import type { CallOutput } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { App } from '../client/app.svelte.ts';
import { copyText } from '../client/copy.ts';

export type Before = NonNullable<CallOutput<'transfers.add'>['before']>;

/** Files that were skipped because they were uploaded before, and what uploads them all the same. */
type Skipped = { readonly files: Before; readonly again: () => Promise<void> };

/** Asks whether files that were uploaded before are uploaded again. Until that is answered they are skipped. */
export class UploadedBefore {
  /** What the sheet shows. */
  shown = $state.raw<Skipped>();
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** Says how many were skipped. The line stays, and opens the sheet. */
  ask(skipped: Skipped): void {
    const { files } = skipped;
    const [first] = files;
    if (first === undefined) return;
    this.#app.slips.show(m.before_skipped({ count: files.length, name: first.name }), {
      tone: 'plain',
      stays: true,
      actions: [{ label: m.before_show(), act: () => (this.shown = skipped) }],
    });
  }

  skip(): void {
    this.shown = undefined;
  }

  /** Never rejects. */
  async again(): Promise<void> {
    const skipped = this.shown;
    this.shown = undefined;
    await skipped?.again();
  }

  /** Copies links, one a line. Never rejects. */
  async copy(files: Before): Promise<void> {
    const links = files.flatMap(({ link }) => link ?? []);
    try {
      await copyText(this.#app, links.join('\n'));
      this.#app.slips.show(m.copy_done({ count: links.length }));
    } catch (error) {
      this.#app.slips.error(error);
    }
  }
}
