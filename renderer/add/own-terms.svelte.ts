import type { ServerView } from '../../preload/contract.ts';
import type { Kinds } from '../client/kinds.svelte.ts';
import { ShareTermsForm } from './share-terms.svelte.ts';
import { m } from '../../preload/paraglide/messages.js';
import { extraOf, partsOf, wrongIn, type Extra, type Field, type Parts } from '../client/transfer-fields.ts';

/** What one server's kind lets a person choose for an upload: folder, link, and what else it has. */
export class OwnTerms {
  readonly server: ServerView;
  folder = $state('/');
  /** The folder is being chosen. */
  picking = $state(false);
  share = $state(false);
  /** What is asked for seldom is shown. */
  more = $state(false);
  values = $state<Record<string, string | boolean>>({});
  readonly #kinds: Kinds;
  readonly parts = $derived.by((): Parts => partsOf(this.#kinds.fieldsOf(this.server)));
  readonly shareTerms: ShareTermsForm;

  /** @param usual after how long links end unless somebody says otherwise, s */
  constructor(kinds: Kinds, server: ServerView, usual?: number) {
    this.#kinds = kinds;
    this.shareTerms = new ShareTermsForm(() => this.parts.terms, usual);
    this.server = server;
    this.folder = server.folder ?? '/';
    void kinds.load();
  }

  get hasFolder(): boolean {
    return this.server.capabilities.folders && this.parts.folder !== undefined;
  }

  get canShare(): boolean {
    return this.server.capabilities.createShares && this.parts.share !== undefined;
  }

  textOf(key: string): string {
    const value = this.values[key];
    return typeof value === 'string' ? value : '';
  }

  get #typed(): readonly Field[] {
    return [...this.parts.message, ...this.parts.others];
  }

  #isEmpty({ key }: Field): boolean {
    return this.textOf(key).trim() === '';
  }

  /** Why a field cannot be so, in words. */
  wrongAt(key: string): string | undefined {
    const { message } = this.parts;
    const field = this.#typed.find((one) => one.key === key);
    if (field === undefined) return undefined;
    // A text that nobody would get.
    if (field === message[0] && this.#isEmpty(field) && message.some((one) => !this.#isEmpty(one)))
      return m.add_message_recipient();
    return wrongIn(field, this.textOf(key));
  }

  /** Nothing is sent off while something of it cannot be so. */
  get wrong(): boolean {
    if (this.canShare && this.share && this.shareTerms.wrong !== undefined) return true;
    return this.#typed.some(({ key }) => this.wrongAt(key) !== undefined);
  }

  /** As the engine takes it. */
  get extra(): Extra {
    const { folder, share } = this.parts;
    return {
      ...(this.hasFolder && folder !== undefined ? { [folder.key]: this.folder } : {}),
      ...(this.canShare && share !== undefined && this.share ? { [share.key]: true, ...this.shareTerms.extra } : {}),
      ...extraOf(this.#typed, this.values),
    };
  }
}
