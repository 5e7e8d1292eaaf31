import type { Client } from '../client/client.ts';
import { problemOf } from '../client/client.ts';

type ShortcutSetting = 'shortcutClipboard' | 'shortcutFiles';

const names = { shortcutClipboard: 'clipboard', shortcutFiles: 'files' } as const;

/** The settings of global shortcuts: the app gives them to the system before they are saved. */
export class ShortcutSettings {
  #wrong = $state.raw<{ readonly id: ShortcutSetting; readonly words: string }>();
  readonly #client: Pick<Client, 'call'>;

  constructor(client: Pick<Client, 'call'>) {
    this.#client = client;
  }

  /** Why the last change of it was refused. */
  wrongAt(id: ShortcutSetting): string | undefined {
    return this.#wrong?.id === id ? this.#wrong.words : undefined;
  }

  /** Never rejects. null: off. */
  async set(id: ShortcutSetting, accelerator: string | null): Promise<void> {
    this.#wrong = undefined;
    try {
      await this.#client.call('window.setShortcut', { name: names[id], accelerator });
    } catch (error) {
      this.#wrong = { id, words: problemOf(error).message };
    }
  }

  /** Keys are recorded, or not any more. Never rejects. */
  async hold(held: boolean): Promise<void> {
    if (held) this.#wrong = undefined;
    // Where it fails the keys do what they are for, and nothing is recorded.
    await this.#client.call('window.holdShortcuts', { held }).catch(() => undefined);
  }
}
