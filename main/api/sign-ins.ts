/**
 * Signing in, step by step. What a step has to remember (a ticket, a verifier, the secret of an app) stays here, in
 * memory; who asks is given a word for it that is good for one step. Nothing is saved before the last one.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ParsedInput, SignInView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import { problem, type Problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import type { Engine } from '../engine/engine.ts';
import { toJson, type JsonObject } from '../engine/json.ts';
import type { Failure } from '../engine/outcome.ts';
import type { SavedServer } from '../engine/profile/settings.ts';
import type { SignInStep, SignInWay } from '../engine/providers/account.ts';
import type { AnyProvider } from '../engine/providers/provider.ts';
import type { ClosableHttp } from '../engine/servers.ts';
import { freeName, must, ProblemError, refuseTaken, serverOf } from './handling.ts';
import { listenForBrowser, type Loopback } from './loopback.ts';
import { recogniseNew } from './new-server.ts';
import { serverView } from './views.ts';

type Input = ParsedInput<'servers.signIn'>;
type Beginning = Exclude<Input, { readonly carry: string }>;
type Asked = Extract<SignInStep<unknown>, { readonly ask: unknown }>;
type SignedIn = Extract<SignInStep<unknown>, { readonly signedIn: unknown }>['signedIn'];

type Pending = {
  readonly id: string;
  readonly way: SignInWay;
  readonly provider: AnyProvider;
  readonly signIn: NonNullable<AnyProvider['signIn']>;
  readonly http: ClosableHttp;
  /** As it is saved, or would be. */
  readonly server: SavedServer;
  readonly settings: unknown;
  readonly given: Beginning;
  /** Steps that were taken. */
  step: number;
  carry: JsonObject;
  /** What the present step asks for. */
  keys: readonly string[];
  view: SignInView | undefined;
  loopback: Loopback | undefined;
  /** One step after the other. */
  turn: Promise<unknown>;
  readonly timer: NodeJS.Timeout;
};

/** What is signed in to: as it is saved, or would be. */
type Found = Pick<Pending, 'provider' | 'server' | 'settings' | 'http'>;

/** A sign-in is forgotten after that long, ms: servers forget what it carries, too. */
const longest = 15 * 60_000;
/** So many at once; the oldest goes. */
const most = 20;
/** How long one answer waits for the browser, ms. */
const waitEvery = 20_000;
/** Administrators enter this address on their server, which compares it exactly: it never changes. */
const port = 7421;
const path = '/signed-in';

const image = /^data:image\/(png|jpeg|gif);base64,[A-Za-z0-9+/]+=*$/;
const imageMost = 1_000_000;
const isPage = (address: string): boolean => /^https?:$/.test(URL.parse(address)?.protocol ?? '');

export class SignIns {
  readonly #engine: Engine;
  readonly #redirect: string;
  readonly #pending = new Map<string, Pending>();

  constructor(engine: Engine, ownPort: number = port) {
    this.#engine = engine;
    this.#redirect = `http://127.0.0.1:${ownPort}${path}`;
  }

  /** Begins a sign-in, or takes its next step. Throws a `ProblemError`. */
  async answer(input: Input): Promise<SignInView> {
    if (!('carry' in input)) return await this.#begin(input);
    const { carry, answers } = input;
    const [id = '', step] = carry.split('.');
    const pending = this.#pending.get(id);
    if (pending === undefined) throw new ProblemError(problem('sign-in-over'));
    // Beside the step that waits for the browser: it goes on with what is given here.
    const typed = answers['redirected']?.trim() ?? '';
    if (pending.loopback !== undefined && typed !== '' && !pending.loopback.offer(typed))
      throw new ProblemError(problem('sign-in-mismatch', { server: pending.server.name }));
    return await this.#inTurn(pending, async () => {
      // Asked twice, or the answer was lost: the step is not taken again.
      if (Number(step) !== pending.step && pending.view !== undefined) return pending.view;
      const given = Object.fromEntries(Object.entries(answers).filter(([key]) => pending.keys.includes(key)));
      return await (pending.loopback === undefined ? this.#take(pending, given) : this.#wait(pending));
    });
  }

  /** The person gave it up: what is still under way for it is not saved. */
  end(carry: string): void {
    const [id = ''] = carry.split('.');
    this.#end(this.#pending.get(id));
  }

  close(): void {
    for (const pending of this.#pending.values()) this.#end(pending);
  }

  #inTurn<T>(pending: Pending, work: () => Promise<T>): Promise<T> {
    const turn = pending.turn.then(work);
    pending.turn = turn.catch(() => undefined);
    return turn;
  }

  async #begin(given: Beginning): Promise<SignInView> {
    const found = 'serverId' in given ? this.#saved(given.serverId) : await this.#new(given);
    const { provider, server, http } = found;
    try {
      if (provider.signIn === undefined)
        throw new ProblemError(problem('option-unsupported', { option: 'sign-in', server: server.name }));
      const vault = given.vault ?? server.secret.vault;
      if (vault === 'none') throw new ProblemError(problem('vault-unchosen'));
      if (vault === 'env') throw new ProblemError(problem('vault-keeps-nothing', { server: server.name }));
      // Said now, and not after all was typed.
      if (!this.#engine.vaults.reaches(vault))
        throw new ProblemError(problem('secret-in-app', { server: server.name }));
      const pending: Pending = {
        id: randomUUID(),
        way: given.way,
        provider,
        signIn: provider.signIn.bind(provider),
        http,
        server: { ...server, secret: { vault } },
        settings: found.settings,
        given,
        step: 0,
        carry: {},
        keys: [],
        view: undefined,
        loopback: undefined,
        turn: Promise.resolve(),
        timer: setTimeout(() => this.#end(pending), longest).unref(),
      };
      const [oldest] = this.#pending.values();
      if (this.#pending.size >= most) this.#end(oldest);
      this.#pending.set(pending.id, pending);
      return await this.#inTurn(pending, () => this.#take(pending, {}));
    } catch (error) {
      http.close();
      throw error;
    }
  }

  async #new(given: Exclude<Beginning, { readonly serverId: string }>): Promise<Found> {
    const { provider, found, server, http } = await recogniseNew(this.#engine, given);
    return { provider, server, settings: found.settings, http };
  }

  #saved(id: string): Found {
    const server = serverOf(this.#engine, id);
    const { provider, context } = must(this.#engine.servers.port(id));
    return {
      provider,
      server,
      settings: context.server.settings,
      http: this.#engine.servers.connect(server.name, server),
    };
  }

  /** One step with the server. `once`: the answers are good once, so a failure ends the sign-in. */
  async #take(pending: Pending, answers: JsonObject, once = false): Promise<SignInView> {
    const { way, carry, server, settings, http } = pending;
    const given = { way, answers, carry, redirect: this.#redirect };
    const about = { name: server.name, address: server.address, settings };
    // The same answers may be given again where only the way to the server failed.
    let again = false;
    try {
      const step = await pending.signIn(given, about, http, Date.now);
      if (!step.ok) {
        again = passes(step.failure) && !once;
        throw new ProblemError(step.failure.problem);
      }
      this.#stillWanted(pending);
      pending.step++;
      pending.view =
        'ask' in step.value ? await this.#ask(pending, step.value) : await this.#finish(pending, step.value.signedIn);
      return pending.view;
    } catch (error) {
      if (!again || pending.step === 0) this.#end(pending);
      throw error;
    }
  }

  async #ask(pending: Pending, asked: Asked): Promise<SignInView> {
    const { ask, carry, notice, ways, page, authorize } = asked;
    pending.carry = carry;
    pending.keys = ask.map((field) => field.key);
    const shared = {
      carry: `${pending.id}.${pending.step}`,
      ways: [...ways],
      ...(notice === undefined ? {} : { notice: problemView(notice) }),
      ...(page !== undefined && isPage(page.address) ? { page } : {}),
      ...(pending.way === 'browser' ? { redirect: this.#redirect } : {}),
    };
    if (authorize === undefined)
      return {
        ...shared,
        ask: ask.map(({ key, type, label, hint, image: picture }) => ({
          key,
          type,
          label,
          ...(hint === undefined ? {} : { hint }),
          ...(picture !== undefined && picture.length <= imageMost && image.test(picture) ? { image: picture } : {}),
        })),
      };
    if (!isPage(authorize.page)) throw new ProblemError(problem('internal', { what: 'sign-in-page' }));
    // The address serves one browser at a time: a new sign-in ends the earlier one.
    for (const other of [...this.#pending.values()]) if (other.loopback !== undefined) this.#end(other);
    const loopback = must(await listenForBrowser(this.#redirect, authorize));
    // Given up meanwhile: nobody else would ever close it.
    if (!this.#pending.has(pending.id)) loopback.close();
    this.#stillWanted(pending);
    pending.loopback = loopback;
    const label = m.sign_in_field_redirected();
    return { ...shared, ask: [{ key: 'redirected', type: 'text', label }], authorize: { page: authorize.page } };
  }

  /** Waits a while for the browser; its code is used once. */
  async #wait(pending: Pending): Promise<SignInView> {
    const { loopback, view } = pending;
    const stop = new AbortController();
    const patience = sleep(waitEvery, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
    const came = await Promise.race([loopback?.came, patience]);
    stop.abort();
    this.#stillWanted(pending);
    if (came === undefined && view !== undefined) return view;
    pending.loopback = undefined;
    if (came !== undefined && !('refused' in came)) return await this.#take(pending, { ...came }, true);
    this.#end(pending);
    const words = came?.refused ?? 'no-answer';
    throw new ProblemError(problem('sign-in-refused', { server: pending.server.name, words }));
  }

  async #finish(pending: Pending, signedIn: SignedIn): Promise<SignInView> {
    const { given } = pending;
    const { saved, notices } =
      'serverId' in given ? await this.#renew(pending, signedIn) : await this.#add(pending, given, signedIn);
    pending.http.close();
    pending.carry = {};
    return { server: serverView(this.#engine, saved), notices: notices.map(problemView) };
  }

  /** Someone who was signed out is in again: what waited for that goes on. */
  async #renew(pending: Pending, { secret, settings, account }: SignedIn): Promise<Saved> {
    const { vaults, queue, settings: file } = this.#engine;
    const { vault } = pending.server.secret;
    // It may have been changed, or removed, meanwhile.
    const before = serverOf(this.#engine, pending.server.id);
    const wanted = before.account;
    if (wanted !== undefined && account !== undefined && wanted.toLowerCase() !== account.toLowerCase())
      throw new ProblemError(problem('account-other', { server: before.name, account, wanted }));
    const renewed = {
      ...(account === undefined ? {} : { account }),
      secret: { vault },
      settings: kept(pending.provider, settings),
    };
    must(await vaults.keep({ ...before, ...renewed }, secret));
    const now = this.#engine.servers.get(before.id);
    // What signs in is left behind for no server that is not there any more.
    if (now === undefined) must(await vaults.forget({ ...before, ...renewed }));
    const saved = { ...serverOf(this.#engine, before.id), ...renewed };
    file.saveServer(saved);
    // One place alone has it.
    if (before.secret.vault !== vault && before.secret.vault !== 'none') await vaults.forget(before);
    queue.revive(saved.id);
    await queue.wish({ serverId: saved.id, states: ['attention'] }, 'retry');
    return { saved, notices: [] };
  }

  async #add(pending: Pending, given: Beginning, { secret, settings, account }: SignedIn): Promise<Saved> {
    const { servers, vaults, settings: file } = this.#engine;
    const draft = {
      ...pending.server,
      ...(account === undefined ? {} : { account }),
      settings: kept(pending.provider, settings),
    };
    const checked = must(await servers.check(draft, secret, pending.http));
    this.#stillWanted(pending);
    // Another one may have taken the name meanwhile; one that was asked for is refused then.
    const named = 'name' in given && given.name !== undefined;
    const saved = named ? checked.saved : { ...checked.saved, name: freeName(this.#engine, checked.saved.name) };
    refuseTaken(this.#engine, saved.name);
    must(await vaults.keep(saved, checked.secret ?? secret));
    // Keeping it may ask the person, who gave up meanwhile.
    if (!this.#pending.has(pending.id)) must(await vaults.forget(saved));
    this.#stillWanted(pending);
    file.saveServer(saved);
    const makeDefault = 'makeDefault' in given && given.makeDefault === true;
    if (makeDefault || servers.all().length === 1) file.set({ defaultServerId: saved.id });
    return { saved, notices: checked.notices };
  }

  #stillWanted(pending: Pending): void {
    if (!this.#pending.has(pending.id)) throw new ProblemError(problem('sign-in-over'));
  }

  #end(pending: Pending | undefined): void {
    if (pending === undefined) return;
    clearTimeout(pending.timer);
    pending.loopback?.close();
    pending.http.close();
    this.#pending.delete(pending.id);
  }
}

type Saved = { readonly saved: SavedServer; readonly notices: readonly Problem[] };

const passes = ({ behaviour }: Failure): boolean =>
  behaviour === 'retry' || behaviour === 'offline' || behaviour === 'server-busy';

const kept = (provider: AnyProvider, settings: unknown): SavedServer['settings'] => ({
  version: provider.settings.version,
  value: toJson(settings),
});
