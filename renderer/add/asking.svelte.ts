import type { ServerView } from '../../preload/contract.ts';
import type { Add, Asked } from './add.svelte.ts';
import { HostFolders } from './folders.svelte.ts';
import type { App } from '../client/app.svelte.ts';
import { sizeOf } from './drop-entries.ts';
import { baseName, countOf, emptyOffer, joined, pathsOffer, type Offer } from './drop-offer.ts';
import { kindsOf } from '../client/kinds.svelte.ts';
import type { Pasted } from './pasted.svelte.ts';
import { OwnTerms } from './own-terms.svelte.ts';
import { expiryChoices, usualExpiry, type ExpiryChoice, type Terms } from './drop-terms.ts';

/** A line of what is going to be added. */
export type AskedRow = { readonly name: string; readonly folder: boolean; readonly size: number | undefined };

/** Expiries in a menu, more than anybody reads. */
const choicesMost = 12;

/** The sheet for adding: what, where to, and how. */
export class Asking {
  tab = $state<'held' | 'folders'>('held');
  serverId = $state('');
  /** As the menu has it; '': as the server has it. */
  expiry = $state('');
  key = $state('');
  group = $state(false);
  paused = $state(false);
  /** A picture or a text from the clipboard, in place of files. */
  pasted = $state.raw<Pasted>();
  /** What the server's kind has to choose besides. */
  own = $state.raw<OwnTerms>();
  readonly folders: HostFolders;
  /** Files were given before the sheet opened: it does not ask for them. */
  readonly given: boolean;
  #offer = $state.raw<Offer>(emptyOffer);
  readonly #app: App;
  readonly #add: Add;

  constructor(app: App, add: Add, asked: Asked | undefined) {
    this.#app = app;
    this.#add = add;
    this.folders = new HostFolders(app);
    this.given = asked !== undefined && countOf(asked.offer) > 0;
    const { serverId, expirySeconds, paused } = asked?.terms ?? {};
    if (asked !== undefined) this.#offer = asked.offer;
    this.pasted = asked?.pasted;
    this.paused = paused ?? false;
    if (serverId === undefined) this.chooseUsual();
    else this.chooseServer(serverId);
    if (expirySeconds !== undefined) this.expiry = String(expirySeconds);
  }

  get server(): ServerView | undefined {
    return this.#app.server(this.serverId);
  }

  get choices(): readonly ExpiryChoice[] {
    const { server } = this;
    return server === undefined ? [] : expiryChoices(server, usualExpiry(server, this.#app.settings), choicesMost);
  }

  get offer(): Offer {
    if (this.pasted !== undefined) return this.pasted.offer;
    return this.tab === 'held' ? this.#offer : pathsOffer([...this.folders.picked.keys()]);
  }

  get count(): number {
    return countOf(this.offer);
  }

  get rows(): readonly AskedRow[] {
    const { offer } = this;
    return offer.kind === 'paths'
      ? offer.paths.map((path) => ({ name: baseName(path), folder: false, size: undefined }))
      : offer.items.map((item) => ({ name: item.name, folder: item.folder, size: sizeOf(item) }));
  }

  /** Bytes; `undefined` where they are not known before the host has looked. */
  get bytes(): number | undefined {
    if (this.tab === 'folders') return this.folders.bytes;
    const sizes = this.rows.map(({ size }) => size);
    return sizes.some((size) => size === undefined)
      ? undefined
      : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  }

  /** Files that are known to be several: one link for all of them can be asked for. */
  get canGroup(): boolean {
    const { offer } = this;
    if (this.server?.capabilities.groups !== true) return false;
    // What a folder of the host holds is seen only when it is added.
    if (offer.kind === 'paths') return offer.paths.length > 1 || this.tab === 'folders' || this.given;
    return offer.items.reduce((sum, { files }) => sum + files.length, 0) > 1;
  }

  get grouped(): boolean {
    return this.canGroup && this.group;
  }

  /** A key is one link's. */
  get canKey(): boolean {
    if (this.server?.capabilities.ownKey !== true) return false;
    const { offer } = this;
    const one = offer.kind === 'paths' ? offer.paths.length === 1 : offer.items.length === 1 && !offer.items[0]?.folder;
    return one || this.grouped;
  }

  /** Where none is chosen, since none was known when the sheet opened: the usual one. */
  chooseUsual(): void {
    const { defaultServer, servers, navigation } = this.#app;
    if (this.serverId === '') this.chooseServer(navigation.serverId ?? defaultServer?.id ?? servers[0]?.id ?? '');
  }

  chooseServer(id: string): void {
    this.serverId = id;
    const { server } = this;
    const usual = server === undefined ? undefined : usualExpiry(server, this.#app.settings);
    this.expiry = usual === undefined ? '' : String(usual);
    const links = server?.defaultExpirySeconds ?? this.#app.settings?.defaultExpirySeconds ?? undefined;
    this.own = server === undefined ? undefined : new OwnTerms(kindsOf(this.#app), server, links);
  }

  /** Adds to what was chosen before. */
  take(more: Offer): void {
    this.#offer = joined(this.#offer, more);
    this.pasted = undefined;
    this.tab = 'held';
  }

  /** Leaves one out again. */
  leaveOut(at: number): void {
    const { kind } = this.#offer;
    if (kind === 'paths') this.#offer = { ...this.#offer, paths: this.#offer.paths.toSpliced(at, 1) };
    else this.#offer = { ...this.#offer, items: this.#offer.items.toSpliced(at, 1) };
  }

  /** Whether it can be added as it is. */
  get ready(): boolean {
    return this.count > 0 && this.server !== undefined && this.own?.wrong !== true && this.pasted?.wrong === undefined;
  }

  submit(): void {
    const extra = this.own?.extra ?? {};
    const terms: Terms = {
      serverId: this.serverId,
      ...(this.expiry === '' ? {} : { expirySeconds: Number(this.expiry) }),
      ...(this.canKey && this.key.trim() !== '' ? { key: this.key.trim() } : {}),
      ...(this.grouped ? { group: true } : {}),
      ...(this.paused ? { paused: true } : {}),
      ...(Object.keys(extra).length > 0 ? { extra } : {}),
    };
    void this.#add.add(this.offer, terms);
  }
}
