import type { ServerView } from '../../preload/contract.ts';
import { bytes, firstNames } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import { transferStates } from '../../preload/states.ts';
import { addedWords, noticesOf, refusals, skipped, undoable, type Added, type Said } from './words.ts';
import type { App } from '../client/app.svelte.ts';
import { problemOf } from '../client/client.ts';
import {
  baseName,
  countOf,
  emptyOffer,
  fileHost,
  isNothing,
  offerWith,
  pathsOffer,
  type FileHost,
  type Offer,
} from './drop-offer.ts';
import { placeWords, usualExpiry, type Terms } from './drop-terms.ts';
import { capacitiesOf, type Capacities } from '../servers/capacity.svelte.ts';
import { namesIn, withFiles, type Held } from './drop-entries.ts';
import { Looking, newToken } from './looking.svelte.ts';
import { Pasted } from './pasted.svelte.ts';
import { pastedMost, pastedName } from '../../preload/pasted-name.ts';
import { changesOf } from './changing.svelte.ts';
import { keptBy } from '../client/kept.svelte.ts';
import { kindsOf } from '../client/kinds.svelte.ts';
import type { Outcome } from './inbox-upload.ts';
import { partsOf } from '../client/transfer-fields.ts';
import { inboxOf, type Inbox } from './inbox.svelte.ts';

/** Files that wait for an answer, and what was answered so far. */
export type Asked = {
  readonly offer: Offer;
  readonly terms: Terms;
  /** A picture or a text in place of files. */
  readonly pasted?: Pasted;
};

/** `elsewhere`: asks where else those go that another server may take; `undefined` where there is none. */
export type Unread = {
  readonly refused: boolean;
  readonly rows: readonly Said[];
  readonly elsewhere?: (() => void) | undefined;
};

/** A `data:` address is the way in which a browser writes base64. */
const base64Of = async (file: Blob): Promise<string> => {
  const reader = new FileReader();
  const read = new Promise<string>((resolve, reject) => {
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '');
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
  });
  reader.readAsDataURL(file);
  return (await read).replace(/^[^,]*,/, '');
};

/** How files get from the person into the queue: by drop, paste, dialog or from outside. */
export class Add {
  readonly host: FileHost;
  readonly inbox: Inbox;
  /** What the sheet for adding is to ask about; `undefined`: it asks for files first. */
  asked = $state.raw<Asked>();
  /** What was not taken, several at once: shown until it was read. */
  unread = $state.raw<Unread>();
  /** Dropped before there was any server. */
  kept = $state.raw<Asked & { readonly ask: boolean }>();
  /** What is being looked through now, here or by the host. */
  looks = $state.raw<readonly Looking[]>([]);
  readonly #app: App;
  readonly #capacities: Capacities;
  /** The line that says so; 0: none. */
  #reminder = 0;

  constructor(app: App, capacities: Capacities = capacitiesOf(app)) {
    this.#app = app;
    this.#capacities = capacities;
    this.host = fileHost(window.stevedore);
    this.inbox = inboxOf(app);
    app.client.on('incoming', ({ paths }) => this.ask(pathsOffer(paths)));
    app.client.on('added', ({ transferIds, serverName, folder }) =>
      this.#tellAdded(
        m.add_done({
          what: m.add_files_count({ count: transferIds.length }),
          server: placeWords(serverName, folder),
        }),
        transferIds,
      ),
    );
  }

  /**
   * Reads what was dropped or pasted, which takes a while with large folders, and then adds it. Has to be called while the
   * event is handled. Never rejects.
   */
  async read(transfer: DataTransfer, then: (offer: Offer) => void): Promise<void> {
    const offer = await this.#look(namesIn(transfer), (look) => this.host.offer(transfer, look));
    if (offer !== undefined && !isNothing(offer)) then(offer);
  }

  /** Does work that looks through files, which the user can follow and cancel. `undefined`: it was cancelled, or failed. */
  async #look<T>(names: readonly string[], work: (look: Looking) => Promise<T>): Promise<T | undefined> {
    const [name] = names;
    const look = new Looking(names.length === 1 && name !== undefined ? name : m.looking_what({ count: names.length }));
    this.looks = [...this.looks, look];
    try {
      return await work(look);
    } catch (error) {
      const { code, params } = problemOf(error);
      const isWhole = code !== 'adding-cancelled' || params['count'] === 0;
      if (look.signal.aborted && isWhole) this.#app.slips.show(m.looking_cancelled(), { tone: 'plain' });
      else this.#app.slips.error(error);
      return undefined;
    } finally {
      look.end();
      this.looks = this.looks.filter((other) => other !== look);
    }
  }

  /** Has the host look through paths and queue what it finds. */
  async #addPaths(paths: readonly string[], terms: Terms): Promise<Added | undefined> {
    const { client } = this.#app;
    const token = newToken();
    return await this.#look(paths.map(baseName), async (look) => {
      const stop = client.on('adding', (found) => found.token === token && look.heard(found));
      // It answers when nothing of it is queued any more.
      look.signal.addEventListener('abort', () => {
        client.call('transfers.cancelAdd', { token }).catch((error: unknown) => this.#app.slips.error(error));
      });
      try {
        return await client.call('transfers.add', { ...terms, paths: [...paths], again: true, drop: 'new', token });
      } finally {
        stop();
      }
    });
  }

  /** Opens the sheet that asks where to and how. */
  ask(offer: Offer, terms: Terms = {}): void {
    if (countOf(offer) === 0) {
      this.#tellRefused(refusals(offer, nothingAdded), offer);
      return;
    }
    if (this.#app.servers.length === 0) {
      void this.#app.known.then(() => {
        if (this.#app.servers.length > 0) this.ask(offer, terms);
        else this.#keep({ offer, terms, ask: true });
      });
      return;
    }
    this.asked = { offer, terms };
    this.#app.sheets.open = 'add-files';
  }

  /** Says what was not received because this page was loaded again. Never rejects. */
  async tellLost(): Promise<void> {
    const names = await this.inbox.lost();
    if (names.length === 0) return;
    this.#app.slips.show(m.receiving_lost({ count: names.length, names: firstNames(names) }), {
      tone: 'warn',
      stays: true,
    });
  }

  /** Opens the sheet for a server, without any file yet. */
  askFor(serverId: string | undefined): void {
    this.asked = { offer: emptyOffer, terms: serverId === undefined ? {} : { serverId } };
    this.#app.sheets.open = 'add-files';
  }

  /** Queues files, and says what became of them. Never rejects. Asks where there is no usual server. */
  async add(offer: Offer, terms: Terms = {}): Promise<void> {
    if (countOf(offer) === 0) {
      this.#tellRefused(refusals(offer, nothingAdded), offer);
      return;
    }
    // A drop may come before the first answer of the host.
    if (this.#app.servers.length === 0) await this.#app.known;
    if (this.#app.servers.length === 0) {
      this.#keep({ offer, terms, ask: false });
      return;
    }
    const server = terms.serverId === undefined ? this.#app.defaultServer : this.#app.server(terms.serverId);
    if (server === undefined) {
      this.ask(offer, terms);
      return;
    }
    const full = { ...terms, serverId: server.id };
    try {
      const given = await this.#asPaths(offer);
      if (given.kind === 'paths') {
        const result = await this.#addPaths(given.paths, full);
        if (result !== undefined) this.#tell(given, server, full, result);
      } else {
        const large = await this.#withoutSpace(server, given);
        const without = new Set(large.map(({ elsewhere }) => elsewhere));
        const items = withFiles(given.items, (path) => !without.has(path));
        const outcome = items.length === 0 ? undefined : await this.inbox.receive(items, full);
        this.#tell(offer, server, full, outcome === undefined ? nothingAdded : copyOf(outcome), outcome, large);
      }
    } catch (error) {
      this.#app.slips.error(error);
    }
  }

  /** In the app the host takes paths only: what was made here is stored in the profile first. */
  async #asPaths(offer: Offer): Promise<Offer> {
    if (offer.kind === 'paths' || window.stevedore === undefined) return offer;
    const paths: string[] = [];
    for (const { file } of offer.items.flatMap(({ files }) => files)) {
      const content = await base64Of(file);
      paths.push((await this.#app.client.call('window.keepPasted', { name: file.name, content })).path);
    }
    return pathsOffer(paths);
  }

  /** Queues what was dropped before there was a server. */
  takeKept(): void {
    const { kept } = this;
    this.kept = undefined;
    if (kept === undefined) return;
    this.#app.slips.drop(this.#reminder);
    if (kept.ask) this.ask(kept.offer, kept.terms);
    else void this.add(kept.offer, kept.terms);
  }

  /** Says that what was dropped still waits for a server. */
  remindOfKept(): void {
    const { kept } = this;
    if (kept === undefined) return;
    this.#reminder = this.#app.slips.show(m.add_kept({ count: countOf(kept.offer) }), {
      tone: 'plain',
      stays: true,
      actions: [
        { label: m.server_add(), act: () => (this.#app.sheets.open = 'add-server') },
        { label: m.add_kept_forget(), act: () => (this.kept = undefined) },
      ],
    });
  }

  /** Asks about a picture or a text from the clipboard: it may well be there by accident. */
  askPasted(content: Blob | string): void {
    const isText = typeof content === 'string';
    const type = isText ? 'text/plain' : content.type;
    const file = new File([content], pastedName(isText ? 'txt' : 'png'), { type });
    if (file.size > pastedMost) {
      const size = bytes(file.size);
      this.#app.slips.show(m.add_pasted_large({ size, most: bytes(pastedMost) }), { tone: 'warn' });
      return;
    }
    // A paste may come before the first answer of the host.
    void this.#app.known.then(() => {
      if (this.#app.servers.length === 0) {
        this.#app.sheets.open = 'add-server';
        return;
      }
      this.asked = { offer: emptyOffer, terms: {}, pasted: new Pasted(file) };
      this.#app.sheets.open = 'add-files';
    });
  }

  /** In the app: the system's own dialog. Never rejects. */
  async choose(what: 'files' | 'folder'): Promise<Offer | undefined> {
    try {
      const { paths } = await this.#app.client.call('window.choose', { what });
      return paths.length === 0 ? undefined : pathsOffer(paths);
    } catch (error) {
      this.#app.slips.error(error);
      return undefined;
    }
  }

  #keep(kept: NonNullable<Add['kept']>): void {
    this.kept = kept;
    this.#app.sheets.open = 'add-server';
  }

  /** The files that are larger than what is free in the account, as far as that is known. */
  async #withoutSpace(server: ServerView, { items }: Held): Promise<readonly Said[]> {
    const files = items.flatMap((item) => item.files);
    const largest = files.reduce((most, { file }) => Math.max(most, file.size), 0);
    const free = await this.#capacities.tooSmallFor(server, largest);
    if (free === undefined) return [];
    return files
      .filter(({ file }) => file.size > free)
      .map(({ path, file }) => ({
        about: '',
        why: m.add_no_space({ name: path, size: bytes(file.size), server: server.name, free: bytes(free) }),
        elsewhere: path,
      }));
  }

  #tell(
    offer: Offer,
    server: ServerView,
    terms: Terms,
    result: Added,
    outcome?: Outcome,
    large: readonly Said[] = [],
  ): void {
    const expiry = terms.expirySeconds ?? usualExpiry(server, this.#app.settings);
    const notices = [...noticesOf(result.notices), ...skipped(result)];
    if (result.added.length > 0) {
      const done = addedWords(offer, result, this.#placeOf(server, terms), expiry, terms.paused === true);
      this.#tellAdded(done, undoable(result), notices);
    } else this.#tellSaid(false, notices);
    if (outcome?.cancelled === true && outcome.left > 0)
      this.#app.slips.show(m.add_cancelled({ count: outcome.left }), { tone: 'plain' });
    if (outcome?.stopped !== undefined) this.#app.slips.show(outcome.stopped.message, { tone: 'warn' });
    else if (outcome?.cancelled !== true && (outcome?.left ?? 0) > 0 && terms.group === true)
      this.#app.slips.show(m.add_group_broken({ count: outcome?.left ?? 0 }), { tone: 'warn' });
    this.#tellRefused([...large, ...refusals(offer, result, outcome)], offer, { ...terms, serverId: server.id });
  }

  #placeOf(server: ServerView, { extra = {} }: Terms): string {
    const field = partsOf(kindsOf(this.#app).fieldsOf(server)).folder;
    const chosen = field === undefined ? undefined : extra[field.key];
    return placeWords(server.name, typeof chosen === 'string' ? chosen : server.folder);
  }

  /** What was queued, with its undo and its notices in the same line. */
  #tellAdded(done: string, ids: readonly number[], notices: readonly Said[] = []): void {
    const [first] = notices;
    const show = { refused: false, rows: notices };
    this.#app.slips.show(
      notices.length === 1 && first !== undefined ? m.add_done_notice({ done, notice: first.why }) : done,
      {
        actions: [
          ...(ids.length === 0
            ? []
            : [
                { label: m.change_action(), act: () => changesOf(this.#app).askOfAll(ids), keeps: true },
                { label: m.undo(), act: () => void this.#undo(ids) },
              ]),
          ...(notices.length > 1
            ? [{ label: m.add_notices({ count: notices.length }), act: () => (this.unread = show) }]
            : []),
        ],
      },
    );
  }

  #tellRefused(rows: readonly Said[], offer: Offer, terms: Terms = {}): void {
    if (offer.kind === 'paths' && offer.pathless > 0)
      this.#app.slips.show(m.add_pathless({ count: offer.pathless }), { tone: 'warn' });
    this.#tellSaid(true, rows, this.#elsewhere(rows, offer, terms));
  }

  /** Asks where else to send what this server does not take; `undefined`: there is nothing, or nowhere. */
  #elsewhere(rows: readonly Said[], offer: Offer, { serverId, paused }: Terms): Unread['elsewhere'] {
    const paths = new Set(rows.flatMap(({ elsewhere }) => elsewhere ?? []));
    const isOther = ({ id }: ServerView): boolean => id !== serverId;
    if (paths.size === 0 || serverId === undefined || !this.#app.servers.some(isOther)) return undefined;
    return () => {
      const other = this.#app.servers.find(isOther);
      this.unread = undefined;
      this.ask(offerWith(offer, paths), {
        ...(other === undefined ? {} : { serverId: other.id }),
        ...(paused === undefined ? {} : { paused }),
      });
    };
  }

  /** One thing as a line; several are kept until they were read. What was refused stays until it is dismissed. */
  #tellSaid(refused: boolean, rows: readonly Said[], elsewhere?: Unread['elsewhere']): void {
    const [first] = rows;
    if (first === undefined) return;
    const other = elsewhere === undefined ? [] : [{ label: m.row_other_server(), act: elsewhere }];
    const tone = refused ? 'warn' : 'plain';
    if (rows.length === 1) {
      const text = first.about === '' ? first.why : m.add_about({ about: first.about, why: first.why });
      this.#app.slips.show(text, { tone, actions: other });
      return;
    }
    const unread = {
      refused,
      rows,
      elsewhere:
        elsewhere === undefined
          ? undefined
          : () => {
              this.#app.slips.drop(slip);
              elsewhere();
            },
    };
    const slip = this.#app.slips.show(
      refused ? m.add_refused({ count: rows.length }) : m.add_notices({ count: rows.length }),
      {
        tone,
        actions: [{ label: m.add_show(), act: () => (this.unread = unread), keeps: refused }, ...other],
      },
    );
  }

  /** Takes an add back; what is up already stays, for others may have its link. */
  async #undo(ids: readonly number[]): Promise<void> {
    try {
      const { changed } = await this.#app.client.call('transfers.wish', {
        filter: { ids: [...ids], states: [...notUp] },
        wish: 'remove',
      });
      const up = ids.length - changed.length;
      this.#app.slips.show(
        up === 0 ? m.add_undone({ count: changed.length }) : m.add_undone_some({ count: changed.length, up }),
        { tone: 'plain' },
      );
    } catch (error) {
      this.#app.slips.error(error);
    }
  }
}

const notUp = transferStates.filter((state) => state !== 'done');

const nothingAdded: Added = { added: [], refused: [], notices: [] };

const copyOf = ({ added, refused, notices }: Outcome): Added => ({
  added: [...added],
  refused: [...refused],
  notices: [...notices],
});

/** The one of a window. */
export const addOf = keptBy((app) => new Add(app));
