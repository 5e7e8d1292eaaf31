/** Changing uploads that were added: what they have, what of it can still be changed, and what the user wants instead. */
import type { CallInput, CallOutput, ServerView, TransferView } from '../../preload/contract.ts';
import { Later } from '../../preload/later.ts';
import { m } from '../../preload/paraglide/messages.js';
import { isFinal } from '../../preload/states.ts';
import type { App } from '../client/app.svelte.ts';
import { problemOf } from '../client/client.ts';
import { keptBy } from '../client/kept.svelte.ts';
import { kindsOf, type Kinds } from '../client/kinds.svelte.ts';
import { partsOf, wrongIn, type Field, type Parts } from '../client/transfer-fields.ts';
import { usualExpiry } from './drop-terms.ts';

type About = CallOutput<'transfers.changeable'>;
type Reason = About['terms'][number]['fixed'][number];
type Wanted = Omit<CallInput<'transfers.change'>, 'filter'>;
type Typed = string | boolean;

type Filter = CallInput<'transfers.change'>['filter'];

/** `count`: of uploads, as the user sees them. `name`: of the one upload, or of the folder, that it is about. */
export type ChangeAsked = {
  readonly filter: Filter;
  readonly count: number;
  readonly name?: string | undefined;
};

/** Whether something of an upload may still be changed. */
export const mayChange = ({ state, wish, undoUntil }: TransferView): boolean =>
  !isFinal(state) && wish !== 'cancel' && wish !== 'remove' && undoUntil === undefined;

/** Whether it can go to another server: its own has nothing of it yet, or it waits for the user, or it failed. */
export const mayMove = (row: TransferView): boolean =>
  mayChange(row) &&
  row.groupId === undefined &&
  (row.state === 'attention' ||
    row.state === 'failed' ||
    (row.chunkSize === undefined && row.state !== 'opening' && row.state !== 'uploading'));

/** ms between two looks at what can still be changed, while chunks travel; of thousands of uploads. */
const lookEvery = 1_000;
const lookEveryOfMany = 10_000;
const many = 1_000;

export class ChangeForm {
  readonly asked: ChangeAsked;
  about = $state.raw<About>();
  /** Another server than the present one; '': none was chosen. */
  otherId = $state('');
  /** What was typed or chosen, by term. */
  typed = $state<Record<string, Typed>>({});
  /** The folder is being chosen. */
  picking = $state(false);
  saving = $state(false);
  /** Why nothing was changed, in words. */
  wrong = $state.raw<string>();
  readonly #app: App;
  readonly #kinds: Kinds;

  constructor(app: App, asked: ChangeAsked, kinds = kindsOf(app)) {
    this.#app = app;
    this.asked = asked;
    this.#kinds = kinds;
    void kinds.load();
  }

  /** Keeps what can be changed up to date. Returns a function that stops it. */
  follow(): () => void {
    const look = new Later(() => void this.look());
    const stop = this.#app.client.on('transfers', () => look.soon(this.total > many ? lookEveryOfMany : lookEvery));
    void this.look();
    return () => {
      stop();
      look.stop();
    };
  }

  /** Never rejects. */
  async look(): Promise<void> {
    try {
      this.about = await this.#app.client.call('transfers.changeable', { filter: this.asked.filter });
    } catch (error) {
      this.wrong = problemOf(error).message;
    }
  }

  /** How many uploads are meant, with those that are over. */
  get total(): number {
    return this.about?.count ?? this.asked.count;
  }

  /** How many of them can be changed in some way. */
  get count(): number {
    return (this.about?.count ?? 0) - (this.about?.over ?? 0);
  }

  get serverId(): string {
    return this.otherId === '' ? (this.about?.serverId ?? '') : this.otherId;
  }

  /** The one that they go to; `undefined`: they go to several, or it is not known yet. */
  get server(): ServerView | undefined {
    return this.#app.server(this.serverId);
  }

  get moves(): boolean {
    return this.otherId !== '' && this.otherId !== this.about?.serverId;
  }

  get parts(): Parts {
    return partsOf(this.#kinds.fieldsOf(this.server));
  }

  /** How many uploads keep what they have of a term, and why. On the way to another server nothing is fixed there. */
  reasonsOf(term: string): readonly Reason[] {
    if (this.moves && term !== 'server') return [];
    return this.about?.terms.find((one) => one.term === term)?.fixed ?? [];
  }

  /** Whether no upload can change it. */
  isFixed(term: string): boolean {
    if (this.moves && term !== 'server') return false;
    return this.about?.terms.find((one) => one.term === term)?.changeable === 0;
  }

  isMixed(term: string): boolean {
    return this.about?.mixed.includes(term) === true && !this.moves;
  }

  /** What they have now, or get on the other server when nothing else is said. */
  present(term: string): Typed {
    const { server } = this;
    if (server === undefined || this.isMixed(term)) return '';
    const value = this.about?.values[term];
    if (this.moves) {
      if (term === this.parts.folder?.key) return server.folder ?? '/';
      if (term === 'expiry') {
        const wanted = typeof value === 'number' ? value : usualExpiry(server, this.#app.settings);
        return wanted === undefined ? '' : String(Math.min(wanted, server.limits.expirySeconds ?? Infinity));
      }
    }
    if (value === undefined) return term === this.parts.folder?.key ? '/' : '';
    return typeof value === 'boolean' ? value : String(value);
  }

  valueOf(term: string): Typed {
    return this.typed[term] ?? this.present(term);
  }

  textOf(term: string): string {
    const value = this.valueOf(term);
    return typeof value === 'string' ? value : '';
  }

  wrongAt(field: Field): string | undefined {
    return wrongIn(field, this.textOf(field.key));
  }

  chooseServer(id: string): void {
    this.otherId = id === this.about?.serverId ? '' : id;
    this.typed = {};
    this.wrong = undefined;
  }

  #isChanged(term: string): boolean {
    const typed = this.typed[term];
    return typed !== undefined && !this.isFixed(term) && (this.isMixed(term) || typed !== this.present(term));
  }

  get #fields(): readonly Field[] {
    const { folder, share, terms, message, others } = this.parts;
    return [folder, share, ...terms, ...message, ...others].filter((field) => field !== undefined);
  }

  /** What is to be changed, as the engine takes it. */
  get wanted(): Wanted {
    const extra = this.#fields.flatMap((field): [string, Typed | number | null][] => {
      if (!this.#isChanged(field.key)) return [];
      const value = this.valueOf(field.key);
      if (typeof value === 'boolean') return [[field.key, value]];
      const text = value.trim();
      if (text === '') return [[field.key, null]];
      return [[field.key, field.type === 'number' || field.type === 'duration' ? Number(text) : text]];
    });
    const [expiry, key] = [this.textOf('expiry'), this.textOf('key').trim()];
    return {
      ...(this.moves ? { serverId: this.serverId } : {}),
      ...(this.#isChanged('expiry') ? { expirySeconds: expiry === '' ? null : Number(expiry) } : {}),
      ...(this.#isChanged('key') ? { key: key === '' ? null : key } : {}),
      ...(extra.length > 0 ? { extra: Object.fromEntries(extra) } : {}),
    };
  }

  get ready(): boolean {
    const isRight = this.#fields.every((field) => this.wrongAt(field) === undefined);
    return isRight && !this.saving && Object.keys(this.wanted).length > 0;
  }

  /** Whether it was changed. Never rejects: why nothing was changed is in `wrong`. */
  async save(): Promise<boolean> {
    this.saving = true;
    this.wrong = undefined;
    try {
      const { filter } = this.asked;
      const { changed, unchanged, notices } = await this.#app.client.call('transfers.change', {
        filter,
        ...this.wanted,
      });
      // What is over by now was not meant.
      const kept = unchanged.filter(({ problem }) => problem.code !== 'change-over');
      const [first] = kept.length > 0 ? kept : changed.length === 0 ? unchanged : [];
      if (changed.length === 0 && first !== undefined) {
        this.wrong = first.problem.message;
        return false;
      }
      const done = m.change_done({ count: changed.length });
      const why = first?.problem.parts?.happened ?? first?.problem.message;
      if (why !== undefined)
        this.#app.slips.show(m.change_done_some({ done, count: new Set(kept.map(({ id }) => id)).size, why }), {
          tone: 'warn',
        });
      else
        this.#app.slips.show(notices[0] === undefined ? done : m.add_done_notice({ done, notice: notices[0].message }));
      return true;
    } catch (error) {
      this.wrong = problemOf(error).message;
      return false;
    } finally {
      this.saving = false;
    }
  }
}

/** Which uploads the sheet is open for. */
export class Changes {
  form = $state.raw<ChangeForm>();
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  ask(asked: ChangeAsked): void {
    this.form = new ChangeForm(this.#app, asked);
  }

  askOf(row: TransferView): void {
    this.ask({ filter: { ids: [row.id] }, count: 1, name: row.localName ?? row.name });
  }

  askOfAll(ids: readonly number[]): void {
    this.ask({ filter: { ids: [...ids] }, count: ids.length });
  }

  close(): void {
    this.form = undefined;
  }
}

/** The ones of a window. */
export const changesOf = keptBy((app) => new Changes(app));
