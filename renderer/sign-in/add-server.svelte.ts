import { changedFields, wrongField } from '../servers/server-fields.ts';
import type { CallInput, CallOutput, KindView, ProblemView } from '../../preload/contract.ts';
import type { Host } from '../client/host.ts';
import type { GivenServer } from '../client/sheets.svelte.ts';
import { m } from '../../preload/paraglide/messages.js';
import { problemOf } from '../client/client.ts';
import { ConnectionForm, type Wrong } from '../servers/connection.svelte.ts';
import { SecretForm } from '../servers/secret.svelte.ts';
import type { SignInTarget } from './steps.svelte.ts';
import { expiryChoices } from '../client/expiries.ts';
import { fingerprintOf, placeOf, shortAddress, tryWords, type Place } from '../servers/words.ts';

export type Recognised = CallOutput<'servers.recognise'>;
export type Added = CallOutput<'servers.add'>;

/** What is known of the address that is typed. */
export type Probe =
  | { readonly state: 'idle' }
  | { readonly state: 'asking'; readonly address: string }
  | { readonly state: 'found'; readonly address: string; readonly found: Recognised }
  | { readonly state: 'refused'; readonly address: string; readonly problem: ProblemView };

/** ms of quiet after which an address is asked. */
const quiet = 400;
/** The beginning of an address is none yet. */
const onlyBegun = /^(?:h|ht|htt|https?:?\/{0,2})$/i;

/** A link of another program, in the place of an address. */
const isLink = (address: string): boolean => {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/./i.exec(address.trim())?.[1];
  return scheme !== undefined && !/^https?$/i.test(scheme);
};

/** Adding a server: what is typed, what its address answers, and what kept it from being saved. */
export class AddServer {
  readonly connection = new ConnectionForm();
  readonly secret: SecretForm;
  address = $state('');
  /** Chosen by the person where nothing was recognised; else any. */
  kind = $state<string>();
  kinds = $state.raw<readonly KindView[]>([]);
  fields = $state<Record<string, string | boolean>>({});
  probe = $state.raw<Probe>({ state: 'idle' });
  busy = $state(false);
  /** Why the last attempt failed, beside the field that can fix it. */
  wrong = $state.raw<Wrong>();
  #name = $state<string>();
  #expiry = $state<string>();
  #certificate = $state.raw<ProblemView>();
  #asksPassword = $state(false);
  /** The last that answered at this address: it stays in sight while more is asked. */
  #known = $state.raw<{ readonly address: string; readonly found: Recognised }>();
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = new AbortController();
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    this.secret = new SecretForm(() => host.info);
  }

  get found(): Recognised | undefined {
    return this.probe.state === 'refused' ? undefined : this.#known?.found;
  }

  /** Asks for what forms are made of. */
  async load(): Promise<void> {
    try {
      this.kinds = await this.#host.client.call('app.kinds', {});
    } catch {
      // Without it every kind is tried, and nothing more is asked for.
    }
  }

  /** The address changed: what was known of another one goes, and it is asked after a moment of quiet. */
  typeAddress(text: string): void {
    this.address = text;
    this.#asksPassword = false;
    this.kind = undefined;
    this.#known = undefined;
    this.askSoon();
  }

  /**
   * Takes a pasted link of another program apart into the fields, so that no password of it stays in sight. Resolves to whether
   * it was one; what is of no use is refused as any address is.
   */
  async takeLink(text: string): Promise<boolean> {
    if (!isLink(text)) return false;
    try {
      const read = await this.#host.client.call('links.read', { link: text.trim() });
      // Another address was typed since.
      if (read.asks !== 'add-server' || this.address !== text) return false;
      this.fill(read);
      return true;
    } catch {
      return false;
    }
  }

  /** Fills in what a link says of a server, and asks it after a moment. */
  fill({ address, kind, name, fields = {}, secret }: GivenServer): void {
    this.typeAddress(address);
    this.kind = kind;
    if (name !== undefined) this.#name = name;
    if (secret !== undefined) this.secret.text = secret;
    this.fields = Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [key, typeof value === 'number' ? String(value) : value]),
    );
  }

  /** Asks the address again after a moment of quiet: something that the answer depends on was typed. */
  askSoon(): void {
    this.stop();
    this.wrong = undefined;
    this.#certificate = undefined;
    this.probe = { state: 'idle' };
    const address = this.address.trim();
    if (address === '' || onlyBegun.test(address)) return;
    this.#timer = setTimeout(() => void this.ask(), quiet);
  }

  /** Asks what answers at the address now. An answer that is overtaken by typing is dropped. */
  async ask(): Promise<void> {
    this.stop();
    const turn = this.#turn;
    const address = this.address.trim();
    const { wrong } = this.connection;
    if (wrong !== undefined) {
      this.wrong = wrong;
      return;
    }
    this.probe = { state: 'asking', address };
    try {
      const found = await this.#host.client.call('servers.recognise', { address, ...this.#how() }, this.#asking.signal);
      if (turn !== this.#turn) return;
      this.#known = { address, found };
      this.probe = { state: 'found', address, found };
    } catch (error) {
      if (turn === this.#turn) this.probe = { state: 'refused', address, problem: problemOf(error) };
    }
  }

  /** Nothing that was asked counts any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#turn++;
  }

  /** Tries the chosen kind alone; '' for any. */
  chooseKind(kind: string): void {
    this.kind = kind === '' ? undefined : kind;
    void this.ask();
  }

  /** It has accounts, so it asks step by step. */
  get asksSignIn(): boolean {
    return this.found?.signIn === 'steps';
  }

  get needsPassword(): boolean {
    return !this.asksSignIn && (this.#asksPassword || this.found?.needsPassword === true);
  }

  /** What is typed, else the server's own title. */
  get name(): string {
    return this.#name ?? this.found?.title ?? '';
  }
  set name(text: string) {
    this.#name = text;
    this.clear('name');
  }

  get expiries(): readonly number[] {
    return expiryChoices(this.found?.limits ?? {});
  }
  /** Seconds as text, or '' for the setting of all servers; the most it keeps where that is less than the setting. */
  get expiry(): string {
    const most = this.found?.limits.expirySeconds;
    if (this.#expiry !== undefined)
      return most === undefined || Number(this.#expiry) <= most ? this.#expiry : String(most);
    const usual = this.#host.settings?.defaultExpirySeconds ?? 0;
    return most !== undefined && usual > most ? String(most) : '';
  }
  set expiry(text: string) {
    this.#expiry = text;
    this.clear('expiry');
  }

  /** The kind whose fields are asked for, where it has any. */
  get kindView(): KindView | undefined {
    const kind = this.found?.kind ?? this.kind;
    return this.kinds.find((one) => one.kind === kind);
  }

  /** Whether the server was recognised by its address alone, so that its fields have to be filled in. */
  get fieldsMatter(): boolean {
    const known = this.#known;
    return known !== undefined && shortAddress(known.address) === shortAddress(known.found.address);
  }

  /** A certificate that nobody vouches for, found by asking or by saving. */
  get certificate(): ProblemView | undefined {
    const problem = this.#certificate ?? (this.probe.state === 'refused' ? this.probe.problem : undefined);
    return problem !== undefined && placeOf(problem) === 'certificate' ? problem : undefined;
  }

  /**
   * Trusts the certificate that was shown for this server alone, and goes on with what it stopped. Resolves as
   * `submit` does where that was saving.
   */
  async trust(): Promise<Added | undefined> {
    const fingerprint = fingerprintOf(this.certificate);
    if (fingerprint === undefined) return undefined;
    const saving = this.#certificate !== undefined;
    this.connection.pin = fingerprint;
    this.#certificate = undefined;
    await this.ask();
    return saving && this.found !== undefined ? await this.submit() : undefined;
  }

  wordsAt(place: Place): string | undefined {
    return this.wrong?.place === place ? this.wrong.words : undefined;
  }

  /** A field was edited: the message beside it is cleared. */
  clear(place: Place): void {
    if (this.wrong?.place === place) this.wrong = undefined;
  }

  /** Checks with a real round trip and saves. Resolves to `undefined` where it did not work; `wrong` says why. */
  async submit(): Promise<Added | undefined> {
    if (this.busy) return undefined;
    this.wrong = this.#missing();
    if (this.wrong !== undefined) return undefined;
    this.busy = true;
    this.#certificate = undefined;
    const { address } = this;
    try {
      return await this.#host.client.call('servers.add', this.#input());
    } catch (error) {
      // Another address was typed since: the answer, and above all its certificate, is not about that one.
      if (this.address !== address) return undefined;
      const problem = problemOf(error);
      const place = placeOf(problem);
      if (place === 'certificate') this.#certificate = problem;
      if (place === 'secret') this.#asksPassword = true;
      // Enter came before the answer of the address.
      if (problem.code === 'sign-in-asked') await this.ask();
      this.wrong = { place, words: tryWords(problem, m.servers_nothing_saved()) };
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  /** What a sign-in begins with; `undefined` where something has to be given first: `wrong` says what. */
  signInTarget(): Exclude<SignInTarget, { readonly serverId: string }> | undefined {
    this.wrong = this.#missing();
    return this.wrong === undefined ? this.#input() : undefined;
  }

  /** The sign-in was refused for something that is given here. */
  blame(problem: ProblemView): void {
    this.wrong = { place: placeOf(problem), words: tryWords(problem, m.servers_nothing_saved()) };
  }

  #missing(): Wrong | undefined {
    if (this.address.trim() === '') return { place: 'address', words: m.servers_address_missing() };
    if (this.connection.wrong !== undefined) return this.connection.wrong;
    const wrong = wrongField(this.kindView?.serverFields ?? [], this.fields, false);
    if (wrong !== undefined) return { place: 'form', words: wrong };
    if (!this.needsPassword) return undefined;
    if (this.secret.text === '') return { place: 'secret', words: m.servers_password_missing() };
    return this.secret.vault === undefined ? { place: 'vault', words: m.servers_vault_missing() } : undefined;
  }

  /** How the address is asked, beside the address itself. */
  #how(): Pick<CallInput<'servers.add'>, 'kind' | 'fields' | 'connection'> {
    const fields = changedFields(this.kindView?.serverFields ?? [], this.fields);
    return {
      ...(this.kind === undefined ? {} : { kind: this.kind }),
      ...(Object.keys(fields).length === 0 ? {} : { fields }),
      connection: this.connection.value,
    };
  }

  #input(): CallInput<'servers.add'> {
    const name = this.name.trim();
    const { text: secret, vault } = this.secret;
    return {
      address: this.address.trim(),
      ...this.#how(),
      // The server's own title is left to the engine, which makes it unique.
      ...(name === '' || this.#name === undefined ? {} : { name }),
      ...(this.needsPassword && vault !== undefined ? { secret, vault } : {}),
      ...(this.expiry === '' ? {} : { defaultExpirySeconds: Number(this.expiry) }),
    };
  }
}
