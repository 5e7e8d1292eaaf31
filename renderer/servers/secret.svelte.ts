import type { WindowInfo } from '../../preload/window.ts';
import { m } from '../../preload/paraglide/messages.js';

export type VaultKind = WindowInfo['vaults'][number];

/** A password and where it is kept: the same in every form that asks for one. */
export class SecretForm {
  text = $state('');
  #chosen = $state<VaultKind>();
  readonly #info: () => WindowInfo | undefined;
  readonly #renewed: boolean;

  /** @param renewed it changes all the time, which the environment cannot keep */
  constructor(info: () => WindowInfo | undefined, kept?: VaultKind, renewed = false) {
    this.#info = info;
    this.#chosen = kept;
    this.#renewed = renewed;
  }

  /** Where it may be kept on this host, the best first. */
  get vaults(): readonly VaultKind[] {
    const all = this.#info()?.vaults ?? [];
    return this.#renewed ? all.filter((kind) => kind !== 'env') : all;
  }

  /** The place that was selected; otherwise the only one, or the system's keychain. The form names it. */
  get vault(): VaultKind | undefined {
    if (this.#chosen !== undefined && this.vaults.includes(this.#chosen)) return this.#chosen;
    const [best] = this.vaults;
    const obvious = this.vaults.length === 1 || (best === 'app' && this.#info()?.vaultStrength === 'system');
    return obvious ? best : undefined;
  }
  set vault(kind: VaultKind | undefined) {
    this.#chosen = kind;
  }

  /** Whether the place is a default that was not selected. */
  get obvious(): boolean {
    return this.#chosen === undefined && this.vault !== undefined;
  }

  /** What a place means, in words. */
  words(kind: VaultKind): string {
    if (kind === 'file') return m.servers_vault_file();
    if (kind === 'env') return m.servers_vault_env();
    return this.#info()?.vaultStrength === 'system' ? m.servers_vault_app() : m.servers_vault_app_basic();
  }
}
