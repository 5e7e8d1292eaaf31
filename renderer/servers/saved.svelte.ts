import type { Field } from '../client/transfer-fields.ts';
import { changedFields, formValues, wrongField } from './server-fields.ts';
import { SvelteMap } from 'svelte/reactivity';
import type { CallInput, ProblemView, ServerView } from '../../preload/contract.ts';
import { isPreset } from '../../preload/link-template.ts';
import { m } from '../../preload/paraglide/messages.js';
import { problemOf, type Client } from '../client/client.ts';
import { ConnectionForm, type Wrong } from './connection.svelte.ts';
import { SecretForm, type VaultKind } from './secret.svelte.ts';
import type { Host } from '../client/host.ts';
import { expiryChoices } from '../client/expiries.ts';
import { ownStart, templateWrong } from '../ui/link-templates.ts';
import { placeOf, tryWords, type Place } from './words.ts';

/** What a try of a saved server brought. */
export type Tried =
  | { readonly state: 'asking' }
  | { readonly state: 'answered'; readonly notices: readonly ProblemView[] }
  | { readonly state: 'failed'; readonly problem: ProblemView };

/** Tries of saved servers: they outlive the view that started them. */
export class ServerTests {
  readonly #client: Pick<Client, 'call'>;
  readonly #tried = new SvelteMap<string, Tried>();

  constructor(client: Pick<Client, 'call'>) {
    this.#client = client;
  }

  of(id: string): Tried | undefined {
    return this.#tried.get(id);
  }

  /** What was learnt of a server otherwise: when it was saved. */
  note(id: string, tried: Tried): void {
    this.#tried.set(id, tried);
  }

  forget(id: string): void {
    this.#tried.delete(id);
  }

  /** A real round trip. Never rejects: `of` has its result. */
  async test(id: string): Promise<void> {
    if (this.#tried.get(id)?.state === 'asking') return;
    this.#tried.set(id, { state: 'asking' });
    try {
      const { notices } = await this.#client.call('servers.test', { id });
      this.#tried.set(id, { state: 'answered', notices });
    } catch (error) {
      this.#tried.set(id, { state: 'failed', problem: problemOf(error) });
    }
  }
}

const made = new WeakMap<object, ServerTests>();

/** The tries of a window's engine, the same for every view. */
export const serverTests = (client: Pick<Client, 'call'>): ServerTests => {
  const tests = made.get(client) ?? new ServerTests(client);
  made.set(client, tests);
  return tests;
};

const keptIn = (vault: ServerView['vault']): VaultKind | undefined => (vault === 'none' ? undefined : vault);

/** Changing a saved server: only what was changed is sent. */
export class EditServer {
  readonly server: ServerView;
  readonly connection: ConnectionForm;
  readonly secret: SecretForm;
  name = $state('');
  address = $state('');
  /** The user says that the same server answers at the new address. */
  sameServer = $state(false);
  /** Whether that was asked. */
  asksSame = $state(false);
  /** Seconds as text, or '' for the setting of all servers. */
  expiry = $state('');
  /** How its links are written: a preset, `own` for the text, or '' for the setting of all servers. */
  template = $state('');
  ownTemplate = $state(ownStart);
  /** Whether they are copied (yes, no), or '' for the setting of all servers. */
  copies = $state('');
  /** Values of what its type asks for, by key. */
  fields = $state<Record<string, string | boolean>>({});
  /** What its type asks for; none before the types are loaded, when nothing of it can be changed. */
  serverFields = $state.raw<readonly Field[]>([]);
  busy = $state(false);
  wrong = $state.raw<Wrong>();
  readonly #host: Host;

  constructor(host: Host, server: ServerView) {
    this.#host = host;
    this.server = server;
    this.name = server.name;
    this.address = server.address;
    this.expiry = server.defaultExpirySeconds === undefined ? '' : String(server.defaultExpirySeconds);
    const { linkTemplate = '' } = server;
    this.template = linkTemplate === '' || isPreset(linkTemplate) ? linkTemplate : 'own';
    if (this.template === 'own') this.ownTemplate = linkTemplate;
    this.copies = server.linkToClipboard === undefined ? '' : server.linkToClipboard ? 'yes' : 'no';
    this.fields = formValues(server.fields ?? {});
    this.connection = new ConnectionForm(server.connection);
    this.secret = new SecretForm(() => host.info, keptIn(server.vault));
  }

  get expiries(): readonly number[] {
    return expiryChoices(this.server.limits, this.server.defaultExpirySeconds);
  }

  wordsAt(place: Place): string | undefined {
    return this.wrong?.place === place ? this.wrong.words : undefined;
  }

  clear(place: Place): void {
    if (this.wrong?.place === place) this.wrong = undefined;
  }

  /** Saves. Resolves to `undefined` where it did not work; `wrong` says why, and nothing that was typed is lost. */
  async submit(): Promise<ServerView | undefined> {
    if (this.busy) return undefined;
    this.wrong = this.#missing();
    if (this.wrong !== undefined) return undefined;
    this.busy = true;
    try {
      return await this.#host.client.call('servers.update', { id: this.server.id, ...this.#changes() });
    } catch (error) {
      const problem = problemOf(error);
      this.asksSame ||= problem.code === 'server-address-links';
      this.wrong = { place: placeOf(problem), words: tryWords(problem, m.servers_nothing_changed()) };
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  #missing(): Wrong | undefined {
    if (this.name.trim() === '') return { place: 'name', words: m.servers_name_missing() };
    if (this.connection.wrong !== undefined) return this.connection.wrong;
    const template = this.template === 'own' ? templateWrong(this.ownTemplate) : undefined;
    if (template !== undefined) return { place: 'template', words: template };
    const wrong = wrongField(this.serverFields, this.fields, true);
    if (wrong !== undefined) return { place: 'form', words: wrong };
    return this.secret.text !== '' && this.secret.vault === undefined
      ? { place: 'vault', words: m.servers_vault_missing() }
      : undefined;
  }

  #changes(): Omit<CallInput<'servers.update'>, 'id'> {
    const { server, secret } = this;
    const name = this.name.trim();
    const address = this.address.trim();
    const expiry = this.expiry === '' ? null : Number(this.expiry);
    const template = this.template === '' ? null : this.template === 'own' ? this.ownTemplate : this.template;
    const copies = this.copies === '' ? null : this.copies === 'yes';
    const now = this.connection.value;
    const { proxy: proxyBefore = 'system', caFile: caBefore, pin: pinBefore } = server.connection;
    const connection = {
      ...(now.proxy === proxyBefore ? {} : { proxy: now.proxy }),
      ...(now.caFile === caBefore ? {} : { caFile: now.caFile ?? null }),
      ...(now.pin === pinBefore ? {} : { pin: now.pin ?? null }),
    };
    const fields = changedFields(this.serverFields, this.fields, server.fields ?? {});
    return {
      ...(Object.keys(fields).length === 0 ? {} : { fields }),
      ...(name === server.name ? {} : { name }),
      ...(address === '' || address === server.address
        ? {}
        : { address, ...(this.sameServer ? { sameServer: true } : {}) }),
      ...(expiry === (server.defaultExpirySeconds ?? null) ? {} : { defaultExpirySeconds: expiry }),
      ...(template === (server.linkTemplate ?? null) ? {} : { linkTemplate: template }),
      ...(copies === (server.linkToClipboard ?? null) ? {} : { linkToClipboard: copies }),
      ...(Object.keys(connection).length === 0 ? {} : { connection }),
      ...(secret.text === '' || secret.vault === undefined ? {} : { secret: secret.text, vault: secret.vault }),
    };
  }
}
