import { SvelteSet } from 'svelte/reactivity';
import type { AddedFolderView, Section, TransferView } from '../../preload/contract.ts';
import { Later } from '../../preload/later.ts';
import { isOrdered, sections } from '../../preload/states.ts';
import type { App } from '../client/app.svelte.ts';
import { inboxOf, type Inbox } from '../add/inbox.svelte.ts';
import type { Incoming } from '../add/incoming.svelte.ts';
import { keptBy } from '../client/kept.svelte.ts';
import { incomingRows, isIncoming } from './incoming-rows.ts';
import { below, entryOf, isAlwaysShown, isFolder, sectionOfEntry, type Entry, type FolderEntry } from './entries.ts';
import { behind, countWith, shownAt, type Hold } from './hold.ts';
import { beyond, slices, type Block, type Slice } from '../ui/row-window.ts';
import { foldedTo, layOut, type Measure, type Place } from './lines.ts';
import { QueueRest } from './rest.svelte.ts';
import { KnownRows } from './known-rows.ts';
import { keyOf, pageOf, pageSize, union, type Page } from './pages.ts';

/** `inside`: rows below folders that are open. */
type Sums = Readonly<Record<Section, { readonly count: number; readonly bytes: number; readonly inside: number }>>;

/** ms between two repaints of rows, or two requests for lists, at least. */
const paintEvery = 250;
/** Rows that can be selected together: each of them is loaded. */
const chooseMost = 2_000;
const nothing = Object.fromEntries(sections.map((name) => [name, { count: 0, bytes: 0, inside: 0 }])) as Sums;

/** The section whose last rows are what is on its way from this browser. */
const incomingIn: Section = 'under-way';

/** How often the counts may bring other rows into sight before they are shown. */
const roundsMost = 3;

/** Midnight of today, here. */
const today = (): number => new Date().setHours(0, 0, 0, 0);

/**
 * The queue as the window draws it: counts of every section, and the rows in sight. Rows are loaded in pages when they
 * come into sight. A row that changes is patched in place; when it changes its section, both sections are loaded again.
 */
export class Queue {
  readonly #app: App;
  readonly inbox: Inbox;
  sums = $state.raw<Sums>(nothing);
  /** False until the first counts are there. */
  loaded = $state(false);
  search = $state('');
  readonly unfolded = new SvelteSet<Section>();
  /** Folders whose files are rows below them, by the id of their row. */
  readonly opened = new SvelteSet<number>();
  /** Of the list's window, px. */
  scrollTop = $state(0);
  height = $state(600);
  measure = $state.raw<Measure>({ zoom: 1, narrow: false });
  /** The row that has the keyboard, by its id. */
  current = $state<number>();
  readonly chosen = new SvelteSet<number>();
  /** What was last known of the chosen ones, which may be far out of sight. */
  readonly #chosenRows = new Map<number, Entry>();

  readonly #known = new KnownRows();
  #version = $state(0);
  #generation = 0;
  #change = 0;
  readonly #changed = new Map<number, Entry>();
  readonly #dirty = new Set<Section>();
  /** The sections that rows out of sight were last heard to be in. */
  readonly #heard = new Map<number, Section>();
  /** What was last heard of folders, in sight or not. */
  readonly #folders = new Map<number, FolderEntry>();
  readonly #next = new Later(() => this.#paint(), paintEvery);
  readonly #check = new Later(() => void this.#forgetFolders(), paintEvery);
  readonly rest = new QueueRest();
  /** Pages that are on their way, by their key. */
  readonly #asked = new Map<string, Promise<void>>();
  /** Counts changes of the selection: a range that is loaded late does not replace a newer selection. */
  #choice = 0;
  #stops: readonly (() => void)[] = [];

  readonly #hold: Hold | undefined = $derived.by(() => {
    const { held } = this.rest;
    if (held === undefined) return undefined;
    const { row, place } = held;
    void this.#version;
    const now = this.#known.placeOf(row.id);
    const others = this.sums[place.section].count - (now?.section === place.section ? 1 : 0);
    return { row, place: { ...place, index: Math.min(place.index, others) }, now };
  });
  readonly #incoming: readonly TransferView[] = $derived.by(() =>
    incomingRows(this.inbox, { serverId: this.#app.navigation.serverId, search: this.search }),
  );
  readonly blocks: readonly Block<Section>[] = $derived(
    layOut(this.#counts(this.sums), this.#unfoldedWith(this.sums), this.measure),
  );
  readonly totalHeight = $derived(this.blocks.at(-1)?.bottom ?? 0);
  readonly slices: readonly Slice<Section>[] = $derived(this.#inSight(this.blocks));

  constructor(app: App) {
    this.#app = app;
    this.inbox = inboxOf(app);
  }

  /** How many rows each section shows. */
  #counts(sums: Sums): readonly { readonly section: Section; readonly count: number }[] {
    return sections.map((section) => ({
      section,
      count: countWith(this.#hold, section, sums[section].count) + (section === incomingIn ? this.#incoming.length : 0),
    }));
  }

  /** Whether files are on their way from this browser in a section. */
  receivesIn(section: Section): boolean {
    return section === incomingIn && this.#incoming.length > 0;
  }

  /** The number of the first row of a section that is no transfer yet. */
  #incomingFrom(section: Section): number {
    return section === incomingIn ? countWith(this.#hold, section, this.sums[section].count) : Infinity;
  }

  /** Starts listening. Returns a function that stops it. */
  start(): () => void {
    const { client } = this.#app;
    this.#stops = [
      client.on('transfers', ({ rows, removed, folders, change }) => {
        this.#change = Math.max(this.#change, change);
        this.#note(rows, removed, folders);
      }),
      this.#app.onReconnect(() => void this.#catchUp()),
      this.inbox.onQueued(() => {
        this.#dirty.add(incomingIn).add('next');
        this.#wake();
      }),
    ];
    const shown = (): void => {
      if (!document.hidden && (this.#changed.size > 0 || this.#dirty.size > 0)) this.#wake();
    };
    document.addEventListener('visibilitychange', shown);
    return () => {
      for (const stop of this.#stops) stop();
      document.removeEventListener('visibilitychange', shown);
      this.#next.stop();
      this.#check.stop();
      this.rest.on(undefined);
    };
  }

  /** Shows the rows of a section that is folded, or folds it. */
  toggleFold(section: Section): void {
    if (!this.unfolded.delete(section)) this.unfolded.add(section);
  }

  /** Loads everything in sight again: at the start, and when the filter or the search changes. */
  async reload(): Promise<void> {
    this.#generation++;
    this.#asked.clear();
    this.#dirty.clear();
    this.#heard.clear();
    this.#folders.clear();
    this.rest.held = undefined;
    await this.#refresh(new Set(sections));
  }

  /** The row at a place; `undefined` until it has come. */
  row(section: Section, index: number): Entry | undefined {
    const from = this.#incomingFrom(section);
    if (index >= from) return this.#incoming[index - from];
    const hold = this.#hold;
    const told = behind(hold, { section, index });
    return told === 'held' ? hold?.row : this.#told(told);
  }

  /** The row that the host has at a place. */
  #told(place: Place): Entry | undefined {
    void this.#version;
    return this.#known.at(place);
  }

  /** A row that has been seen, wherever it is. */
  byId(id: number): Entry | undefined {
    if (isIncoming({ id })) return this.#incoming.find((row) => row.id === id);
    void this.#version;
    if (this.#hold?.row.id === id) return this.#hold.row;
    const place = this.#known.placeOf(id);
    return place === undefined ? this.#folders.get(id) : this.#told(place);
  }

  /** Where a row is shown. */
  placeOf(id: number): Place | undefined {
    void this.#version;
    const incoming = isIncoming({ id }) ? this.#incoming.findIndex((row) => row.id === id) : -1;
    if (incoming !== -1) return { section: incomingIn, index: this.#incomingFrom(incomingIn) + incoming };
    if (this.#hold?.row.id === id) return this.#hold.place;
    const place = this.#known.placeOf(id);
    return place === undefined ? undefined : shownAt(this.#hold, place);
  }

  /** The chosen rows, in sight or not. */
  chosenRows(): readonly Entry[] {
    return [...this.chosen].flatMap((id) => this.byId(id) ?? this.#chosenRows.get(id) ?? []);
  }

  choose(row: Entry): void {
    if (isIncoming(row)) return;
    this.chosen.add(row.id);
    this.#chosenRows.set(row.id, row);
  }

  toggle(row: Entry): void {
    this.#choice++;
    if (!this.chosen.delete(row.id)) this.choose(row);
  }

  chooseNone(): void {
    this.#choice++;
    this.chosen.clear();
    this.#chosenRows.clear();
  }

  /**
   * Chooses all from one place to another and nothing else, unless something else was chosen meanwhile. Tells whether
   * there were more than can be chosen.
   */
  async chooseBetween(one: Place, other: Place): Promise<boolean> {
    const choice = ++this.#choice;
    const at = ({ section }: Place): number => this.blocks.findIndex((block) => block.section === section);
    const isBefore = at(one) < at(other) || (at(one) === at(other) && one.index <= other.index);
    const [from, to] = isBefore ? [one, other] : [other, one];
    const places = this.blocks.slice(at(from), at(to) + 1).flatMap(({ section, shown }) => {
      const first = section === from.section ? from.index : 0;
      const last = Math.min(section === to.section ? to.index : shown - 1, first + chooseMost);
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => ({ section, index: first + n }));
    });
    const rows: Entry[] = [];
    for (const place of places.slice(0, chooseMost)) {
      const row = this.row(place.section, place.index) ?? (await this.rowAt(place));
      if (row !== undefined) rows.push(row);
    }
    if (choice !== this.#choice) return false;
    this.chooseNone();
    for (const row of rows) this.choose(row);
    return places.length > chooseMost;
  }

  /** Asks for the pages of what is drawn that are not there yet. */
  fetchVisible(): void {
    void this.#fetch(this.#pagesOf(this.slices).filter((page) => !this.#known.has(page)));
  }

  /** The row at a place, asked for where it is not here yet. */
  async rowAt(place: Place): Promise<Entry | undefined> {
    const present = this.row(place.section, place.index);
    if (present !== undefined) return present;
    const told = behind(this.#hold, place);
    if (told !== 'held') await this.#fetch([{ section: told.section, page: pageOf(told) }]);
    return this.row(place.section, place.index);
  }

  /** The pages that these rows are on. */
  #pagesOf(parts: readonly Slice<Section>[]): readonly Page[] {
    return union(
      parts.flatMap(({ block, rows }) =>
        rows.flatMap((index) => {
          if (index >= this.#incomingFrom(block.section)) return [];
          const told = behind(this.#hold, { section: block.section, index });
          return told === 'held' ? [] : [{ section: told.section, page: pageOf(told) }];
        }),
      ),
    );
  }

  /** The rows that are drawn. The current one is, wherever it is: it may have the focus. */
  #inSight(blocks: readonly Block<Section>[]): readonly Slice<Section>[] {
    const keep = this.current === undefined ? undefined : this.placeOf(this.current);
    return slices(blocks, this.scrollTop - beyond, this.scrollTop + this.height + beyond, keep);
  }

  /** Opens a folder, or closes it. */
  async toggleFolder(folder: FolderEntry): Promise<void> {
    if (!this.opened.delete(folder.id)) {
      this.opened.add(folder.id);
      // All of its files, and not those alone that a fold leaves in sight.
      if (foldedTo[folder.section] !== undefined) this.unfolded.add(folder.section);
    }
    await this.#refresh(new Set([folder.section]));
  }

  #filter(): { serverId?: string; search?: string; endedAfter: number; opened: number[] } {
    const { serverId } = this.#app.navigation;
    return {
      endedAfter: today(),
      opened: [...this.opened].map((id) => -id),
      ...(serverId === undefined ? {} : { serverId }),
      ...(this.search === '' ? {} : { search: this.search }),
    };
  }

  #note(rows: readonly TransferView[], removed: readonly number[], folders: readonly AddedFolderView[] = []): void {
    for (const row of [...rows, ...folders.map(entryOf)]) {
      this.#changed.set(row.id, row);
      if (this.chosen.has(row.id)) this.#chosenRows.set(row.id, row);
    }
    for (const id of removed) {
      const place = this.#known.placeOf(id);
      this.#dirty.add(place?.section ?? 'done');
      this.#changed.delete(id);
      this.#heard.delete(id);
      this.chosen.delete(id);
      if (this.rest.held?.row.id === id) this.rest.held = undefined;
      if (place === undefined) for (const section of sections) this.#dirty.add(section);
    }
    if (removed.length > 0 && this.#folders.size > 0) this.#check.soon();
    this.#wake();
  }

  #wake(): void {
    // The window is hidden: changes are kept, and drawn when it is visible again.
    if (!document.hidden) this.#next.soon();
  }

  /**
   * Patches the rows that are known, and finds out which sections have other rows than before. A row that has left its
   * section stays as it was until both sections are loaded.
   */
  #paint(): void {
    const { serverId } = this.#app.navigation;
    for (const row of this.#changed.values()) {
      const place = this.#known.placeOf(row.id);
      if (isFolder(row)) this.#noteFolder(row);
      const section = this.#sectionOf(row, place);
      if (section === undefined) {
        // It is in a folder now, where it was a row of its own before.
        const was = place?.section ?? this.#heard.get(row.id);
        if (was !== undefined) this.#dirty.add(was);
        this.#heard.delete(row.id);
        continue;
      }
      if (this.rest.held?.place.section === section) this.rest.update(row);
      if (place?.section === section) {
        this.#known.put(place, row);
        // Queued rows change only when the user reorders them or edits them: its place may be another.
        if (isOrdered(section) || (!isFolder(row) && row.addedFolder !== undefined && isOrdered(sectionOfEntry(row))))
          this.#dirty.add(section);
        continue;
      }
      // Out of sight and in the same section: no list changes.
      if (place === undefined && this.#heard.get(row.id) === section) continue;
      if (place !== undefined) this.#dirty.add(place.section);
      if (place !== undefined || serverId === undefined || row.serverId === serverId) this.#dirty.add(section);
      // A row of a page that was never loaded: the section that it left is a guess.
      if (place === undefined) this.#dirty.add(this.#heard.get(row.id) ?? 'next').add('under-way');
      if (section === 'done') this.#heard.delete(row.id);
      else this.#heard.set(row.id, section);
    }
    this.#changed.clear();
    this.#version++;
    if (this.rest.keeps()) this.#wake();
    if (this.#dirty.size === 0) return;
    const dirty = new Set(this.#dirty);
    this.#dirty.clear();
    void this.#refresh(dirty);
  }

  /** The section where a row is shown; `undefined`: it is in a folder, and not in sight. */
  #sectionOf(row: Entry, place: Place | undefined): Section | undefined {
    const own = sectionOfEntry(row);
    const isInFolder = !isFolder(row) && row.addedFolder !== undefined && this.search === '';
    if (!isInFolder || isAlwaysShown(own)) return own;
    return place === undefined || isAlwaysShown(place.section) ? undefined : place.section;
  }

  /** Files were removed: a folder without any is gone. */
  async #forgetFolders(): Promise<void> {
    const ids = [...this.#folders.keys()].slice(0, 1_000);
    try {
      const { folders } = await this.#app.client.call('transfers.folders', { ids: ids.map((id) => -id) });
      const there = new Set(folders.map(({ folderId }) => -folderId));
      for (const id of ids)
        if (!there.has(id)) {
          this.#folders.delete(id);
          this.chosen.delete(id);
          this.opened.delete(id);
        }
      this.#version++;
    } catch (error) {
      this.#app.slips.error(error);
    }
  }

  /** Files of a folder may be rows of their own now, or no longer. */
  #noteFolder(folder: FolderEntry): void {
    const before = this.#folders.get(folder.id);
    this.#folders.set(folder.id, folder);
    if (before?.counts.asking !== folder.counts.asking) this.#dirty.add('needs-you');
    if (before?.counts.failed !== folder.counts.failed) this.#dirty.add('failed');
    if (this.opened.has(folder.id) && (before === undefined || below(before) !== below(folder)))
      this.#dirty.add(folder.section);
  }

  /**
   * Loads the counts, all rows in sight and the pages asked for, as of one moment: later changes arrive as events after
   * it. Other pages of dirty sections are forgotten.
   */
  async #refresh(dirty: ReadonlySet<Section>, more: readonly Page[] = []): Promise<void> {
    const generation = this.#generation;
    // What is queued by now is among what is answered.
    const received = this.inbox.rows.filter(({ ids }) => ids.length > 0);
    try {
      let wanted = union(
        more,
        this.#pagesOf(this.slices),
        [...dirty].map((section) => ({ section, page: 0 })),
      );
      for (let round = 1; ; round++) {
        const { sections, pages, change } = await this.#app.client.call('transfers.rows', {
          ...this.#filter(),
          pages: wanted.map(({ section, page }) => ({ section, skip: page * pageSize, limit: pageSize })),
        });
        if (generation !== this.#generation) return;
        const sums = sections as Sums;
        const further = union(wanted, this.#pagesOf(this.#slicesWith(sums)));
        // Other counts may have brought other rows into sight; what is still missing then is fetched when it is drawn.
        if (further.length === wanted.length || round === roundsMost) {
          this.#change = Math.max(this.#change, change);
          const place = this.current === undefined ? undefined : this.placeOf(this.current);
          this.#show(
            sums,
            wanted,
            pages.map((rows) => rows.map(entryOf)),
            dirty,
          );
          this.#settle(received, place);
          return;
        }
        wanted = further;
      }
    } catch (error) {
      this.#app.slips.error(error);
    }
  }

  /** The rows that will be in sight where a section has so many. */
  #slicesWith(sums: Sums): readonly Slice<Section>[] {
    return this.#inSight(layOut(this.#counts(sums), this.#unfoldedWith(sums), this.measure));
  }

  /** What is paused is folded only beside something else that has not ended: a queue that is paused as a whole stays in sight. */
  #unfoldedWith(sums: Sums): ReadonlySet<Section> {
    const isAlone = sections.every(
      (section) => section === 'paused' || section === 'done' || sums[section].count === 0,
    );
    return isAlone ? new Set([...this.unfolded, 'paused']) : this.unfolded;
  }

  #show(sums: Sums, asked: readonly Page[], answers: readonly (readonly Entry[])[], dirty: ReadonlySet<Section>): void {
    const { id = -1 } = this.rest;
    const [place, row] = [this.placeOf(id), this.byId(id)];
    for (const section of sections)
      if (dirty.has(section) || sums[section].count !== this.sums[section].count) this.#known.forget(section);
    for (const [n, page] of asked.entries()) this.#known.take(page, answers[n] ?? []);
    for (const row of answers.flat()) if (isFolder(row)) this.#folders.set(row.id, row);
    this.sums = sums;
    this.loaded = true;
    this.#version++;
    if (place !== undefined && row !== undefined) this.#keepPlace({ row, place });
  }

  /** What came from this browser is shown as transfers now: they take the places of its rows. */
  #settle(received: readonly Incoming[], place: Place | undefined): void {
    const row = received.find(({ id }) => id === this.current);
    this.inbox.settle(received);
    if (row === undefined || place === undefined) return;
    // Of a folder, the row is that of the folder.
    this.current = row.ids.find((id) => this.placeOf(id) !== undefined) ?? this.row(place.section, place.index)?.id;
  }

  /** Rows have moved: the one under the pointer or the focus keeps its place. */
  #keepPlace(drawn: { readonly row: Entry; readonly place: Place }): void {
    // What came from this browser gives its place to its transfer.
    if (isIncoming(drawn.row)) return;
    const now = this.#known.placeOf(drawn.row.id);
    if (now?.section === drawn.place.section && now.index === drawn.place.index) return;
    this.rest.hold(drawn);
    this.#wake();
  }

  /** Asks for pages, unless they are on their way; resolves when all of them have come. */
  async #fetch(pages: readonly Page[]): Promise<void> {
    const missing = pages.filter((page) => !this.#asked.has(keyOf(page)));
    if (missing.length > 0) {
      const coming = this.#refresh(new Set(), missing);
      for (const page of missing) this.#asked.set(keyOf(page), coming);
    }
    for (const page of pages) await this.#asked.get(keyOf(page));
    for (const page of missing) this.#asked.delete(keyOf(page));
  }

  /** Loads the changes that were missed while the connection was lost, or everything if the host no longer has them. */
  async #catchUp(): Promise<void> {
    try {
      for (let more = this.#change > 0; more;) {
        const missed = await this.#app.client.call('transfers.since', { change: this.#change });
        if (!missed.complete) break;
        this.#note(missed.rows, missed.removed, missed.folders);
        this.#change = missed.change;
        ({ more } = missed);
        if (!more) return;
      }
      await this.reload();
    } catch (error) {
      this.#app.slips.error(error);
    }
  }
}

/** The one of a window: it outlives the view, so that the user finds it as they left it. */
export const queueOf = keptBy((app) => new Queue(app));
