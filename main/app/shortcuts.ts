/** The shortcuts that work while another program has the keyboard. Each is off until the user sets its keys. */
import type { SettingsView } from '../../preload/contract.ts';
import { shownKeys } from '../../preload/accelerator.ts';
import { problem, type Problem } from '../../preload/problems.ts';
import type { shortcutNames } from '../../preload/window.ts';

export type ShortcutName = (typeof shortcutNames)[number];

/** The settings that hold the keys. */
export const shortcutSetting = {
  clipboard: 'shortcutClipboard',
  files: 'shortcutFiles',
} as const satisfies Record<ShortcutName, keyof SettingsView>;

export type ShortcutPorts = {
  /** Electron's: false, or an exception, where the system refuses. */
  readonly register: (accelerator: string, pressed: () => void) => boolean;
  readonly unregister: (accelerator: string) => void;
  /** A shortcut was pressed. */
  readonly does: (name: ShortcutName) => void;
  /** As Node names it. */
  readonly platform: string;
};

export class Shortcuts {
  readonly #ports: ShortcutPorts;
  readonly #held = new Map<ShortcutName, string>();
  /** What the system refused, so that it is reported once. */
  readonly #refused = new Map<ShortcutName, string>();
  #ended = false;

  constructor(ports: ShortcutPorts) {
    this.#ports = ports;
  }

  /** The keys that a shortcut has now; null: it is off. */
  keysOf(name: ShortcutName): string | null {
    return this.#held.get(name) ?? null;
  }

  /**
   * Gives a shortcut its keys, or none. Where the system refuses them, the keys that it had stay.
   *
   * @returns why it was refused: shortcut-same or shortcut-refused
   */
  set(name: ShortcutName, accelerator: string | null): Problem | undefined {
    const before = this.#held.get(name);
    if (this.#ended || accelerator === (before ?? null)) return undefined;
    if (accelerator !== null) {
      const keys = shownKeys(accelerator, this.#ports.platform);
      if ([...this.#held].some(([other, held]) => other !== name && held === accelerator))
        return problem('shortcut-same', { keys });
      if (!this.#register(accelerator, name)) return problem('shortcut-refused', { keys });
    }
    if (before !== undefined) this.#ports.unregister(before);
    if (accelerator === null) this.#held.delete(name);
    else this.#held.set(name, accelerator);
    return undefined;
  }

  /** Follows the settings, as they are at the start or were set elsewhere. Returns what was refused, each once. */
  follow(settings: Pick<SettingsView, (typeof shortcutSetting)[ShortcutName]>): readonly Problem[] {
    const names = Object.keys(shortcutSetting) as readonly ShortcutName[];
    // What is given up first may be what the other one gets.
    for (const name of names) if (settings[shortcutSetting[name]] === null) this.set(name, null);
    return names.flatMap((name) => {
      const wanted = settings[shortcutSetting[name]];
      if (wanted === null || wanted === this.#refused.get(name)) return [];
      const refusal = this.set(name, wanted);
      if (refusal === undefined) this.#refused.delete(name);
      else this.#refused.set(name, wanted);
      return refusal ?? [];
    });
  }

  /** The app ends: every key is free for other programs again. */
  end(): void {
    this.#ended = true;
    for (const accelerator of this.#held.values()) this.#ports.unregister(accelerator);
    this.#held.clear();
  }

  #register(accelerator: string, name: ShortcutName): boolean {
    try {
      return this.#ports.register(accelerator, () => this.#ports.does(name));
    } catch {
      // Keys that this system does not have.
      return false;
    }
  }
}
