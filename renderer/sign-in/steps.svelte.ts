import type { CallInput, ProblemView, ServerView, SignInView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import { problemOf } from '../client/client.ts';
import type { Host } from '../client/host.ts';
import { SecretForm, type VaultKind } from '../servers/secret.svelte.ts';
import { fieldOf, isSecret, stepWords, type Asked, type SignInWay } from './words.ts';

type New = Extract<CallInput<'servers.signIn'>, { readonly address: string }>;
/** Whom the sign-in is to: a server that is saved, or one that is saved at its end. */
export type SignInTarget = { readonly serverId: string } | Omit<New, 'way' | 'vault'>;
export type SignedIn = Extract<SignInView, { readonly server: unknown }>;

/** What is to be seen of it now. */
export type SignInStage = 'vault' | 'asking' | 'fields' | 'browser' | 'page' | 'over';

/** Which field a message is about: its key, the place where credentials are stored, or the whole form. */
type Wrong = { readonly place: string; readonly words: string };

/** The key of the address that a browser came to. */
export const redirectedKey = 'redirected';

export const keptIn = (vault: ServerView['vault'] | undefined): VaultKind | undefined =>
  vault === 'app' || vault === 'file' ? vault : undefined;

/**
 * Signing in, step by step: what is asked, what was typed, and what the server said of it. An answer that was overtaken
 * (another way, another step, closed) changes nothing.
 */
export class SignInSteps {
  readonly secret: SecretForm;
  way = $state<SignInWay>('password');
  step = $state.raw<Asked>();
  answers = $state<Record<string, string>>({});
  busy = $state(false);
  wrong = $state.raw<Wrong>();
  /** Why the last call was refused, for a form that can fix it. */
  refusal = $state.raw<ProblemView>();
  /** Counts what a person has to be led to. */
  moved = $state(0);
  /** The other ways that the server offers, as far as they are known. */
  ways = $state.raw<readonly SignInWay[]>([]);
  /** Whether the server's own page is open. */
  pageOpen = $state(false);
  #choosing = $state(false);
  #done = $state(false);
  /** Keys of what is no secret: it stays from step to step, and from way to way. */
  readonly #open = new Set<string>();
  #turn = 0;
  readonly #host: Host;
  readonly #target: SignInTarget;
  readonly #ended: (signedIn: SignedIn) => void;

  /** @param vault where what signs in was kept until now */
  constructor(host: Host, target: SignInTarget, ended: (signedIn: SignedIn) => void, vault?: VaultKind) {
    this.#host = host;
    this.#target = target;
    this.#ended = ended;
    this.secret = new SecretForm(() => host.info, vault, true);
  }

  get stage(): SignInStage {
    if (this.#choosing) return 'vault';
    if (this.step === undefined) return this.busy || this.#done ? 'asking' : 'over';
    if (this.step.authorize !== undefined) return 'browser';
    return this.step.page === undefined ? 'fields' : 'page';
  }

  /** Begins, once it is known where what signs in is kept. */
  async start(): Promise<void> {
    if (this.secret.vault === undefined) this.choosePlace();
    else await this.begin();
  }

  /** Asks where it is kept before anything else. */
  choosePlace(): void {
    this.#giveUp();
    this.#choosing = true;
    this.wrong = undefined;
    this.moved++;
  }

  /** Begins, by that way. What was typed stays for fields that are asked for again. */
  async begin(way: SignInWay = this.way): Promise<void> {
    const { vault } = this.secret;
    if (this.#done) return;
    if (vault === undefined) {
      this.#choosing = true;
      this.#say({ place: 'vault', words: m.steps_vault_missing() });
      return;
    }
    const turn = this.#giveUp();
    this.#choosing = false;
    this.busy = true;
    this.wrong = undefined;
    try {
      const answer = await this.#host.client.call('servers.signIn', { ...this.#target, way, vault });
      if (turn === this.#turn) this.#take(answer, way);
      else this.#end(answer);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.way = way;
      this.step = undefined;
      this.#refuse(problemOf(error));
    }
  }

  /** What the one button of the form does now. */
  async submit(): Promise<void> {
    if (this.busy || this.stage === 'browser' || this.stage === 'page') return;
    if (this.stage === 'fields') await this.#answer(true);
    else await this.begin();
  }

  /** The address that the browser came to, typed by hand. */
  async giveRedirected(): Promise<void> {
    const text = this.answers[redirectedKey]?.trim() ?? '';
    const { step } = this;
    if (step?.authorize === undefined || this.busy) return;
    if (text === '') {
      this.#say({ place: redirectedKey, words: m.steps_came_missing() });
      return;
    }
    const turn = this.#turn;
    this.busy = true;
    this.wrong = undefined;
    try {
      const answers = { [redirectedKey]: text };
      const answer = await this.#host.client.call('servers.signIn', { carry: step.carry, answers });
      if (turn === this.#turn) this.#take(answer, this.way);
    } catch (error) {
      if (turn !== this.#turn) return;
      // The one that waits beside it tells where all is over.
      this.busy = false;
      this.#say({ place: redirectedKey, words: problemOf(error).message });
    }
  }

  /** The server's own page, in a window of the app. */
  async openPage(): Promise<void> {
    const { step } = this;
    if (step?.page === undefined || this.pageOpen) return;
    const turn = this.#turn;
    this.pageOpen = true;
    this.wrong = undefined;
    try {
      const { address, stored } = step.page;
      const { step: next } = await this.#host.client.call('window.signInPage', { carry: step.carry, address, stored });
      if (turn !== this.#turn) return;
      this.pageOpen = false;
      if (next !== undefined) this.#take(next, this.way);
      // Whoever closed that window is back at the button that opens it.
      else this.moved++;
    } catch (error) {
      if (turn === this.#turn) await this.#over(problemOf(error), false);
    }
  }

  /** Shows the page to agree on in the system's browser; only the app can. */
  async openAuthorize(): Promise<void> {
    const page = this.step?.authorize?.page;
    if (page === undefined) return;
    try {
      await this.#host.client.call('window.openLink', { url: page });
    } catch (error) {
      this.#say({ place: 'form', words: problemOf(error).message });
    }
  }

  /** A field was edited: the message beside it is cleared. */
  clear(place: string): void {
    if (this.wrong?.place === place || this.wrong?.place === 'form') this.wrong = undefined;
  }

  wordsAt(place: string): string | undefined {
    return this.wrong?.place === place ? this.wrong.words : undefined;
  }

  /** Whoever leaves has saved nothing, whatever still comes. */
  close(): void {
    this.#giveUp();
    this.answers = {};
  }

  /** `again`: a sign-in that had expired starts over, and the last answers are sent again if it asks for the same. */
  async #answer(again: boolean): Promise<void> {
    const { step, way } = this;
    if (step === undefined) return;
    const missing = step.ask.find(({ key }) => (this.answers[key] ?? '').trim() === '');
    if (missing !== undefined) {
      this.#say({ place: missing.key, words: m.steps_missing({ field: missing.label }) });
      return;
    }
    const answers = Object.fromEntries(step.ask.map(({ key }) => [key, this.answers[key] ?? '']));
    const turn = ++this.#turn;
    this.busy = true;
    this.wrong = undefined;
    try {
      const answer = await this.#host.client.call('servers.signIn', { carry: step.carry, answers });
      if (turn === this.#turn) this.#take(answer, way);
    } catch (error) {
      if (turn === this.#turn) await this.#over(problemOf(error), again);
    }
  }

  /** A step that was refused. */
  async #over(problem: ProblemView, again: boolean): Promise<void> {
    this.pageOpen = false;
    if (problem.code !== 'sign-in-over') {
      this.#refuse(problem);
      return;
    }
    const before = this.step;
    await this.begin();
    if (this.step === undefined) return;
    const keys = (step: Asked | undefined): string => step?.ask.map(({ key }) => key).join(' ') ?? '';
    const same = keys(before) === keys(this.step) && this.step.ask.every(({ key }) => this.answers[key] !== undefined);
    if (again && same) await this.#answer(false);
    else this.#say({ place: 'form', words: m.steps_begun_again() });
  }

  #take(answer: SignInView, way: SignInWay): void {
    this.#turn++;
    this.busy = false;
    this.pageOpen = false;
    this.refusal = undefined;
    if ('server' in answer) {
      this.#done = true;
      this.step = undefined;
      this.answers = {};
      this.#ended(answer);
      return;
    }
    const { ask, notice } = answer;
    const wrong = notice === undefined ? undefined : fieldOf(notice, ask);
    // No secret outlives its step, nor one that was wrong; a picture is never the same twice.
    const stays = ask.filter((field) => field.type !== 'image-text' && !(isSecret(field) && field.key === wrong));
    for (const field of ask) if (!isSecret(field) && field.key !== redirectedKey) this.#open.add(field.key);
    const kept = new Set([...this.#open, ...stays.map(({ key }) => key)]);
    this.answers = Object.fromEntries(Object.entries(this.answers).filter(([key]) => kept.has(key)));
    this.way = way;
    this.ways = answer.ways;
    this.step = answer;
    this.wrong = notice === undefined ? undefined : { place: wrong ?? 'form', words: stepWords(notice, ask) };
    this.moved++;
    if (answer.authorize === undefined) return;
    if (this.#host.info?.host === 'app') void this.openAuthorize();
    void this.#wait(answer.carry);
  }

  /** Asks again with the same carry until another step comes: each answer takes a while. */
  async #wait(carry: string): Promise<void> {
    const turn = this.#turn;
    let broken = false;
    while (turn === this.#turn) {
      try {
        const answer = await this.#host.client.call('servers.signIn', { carry });
        if (turn !== this.#turn) return;
        broken = false;
        if ('server' in answer || answer.carry !== carry) this.#take(answer, this.way);
      } catch (error) {
        if (turn !== this.#turn) return;
        const problem = problemOf(error);
        // A connection that broke takes nothing from the sign-in: it is asked again over the next one.
        if (problem.code === 'owner-gone' && !broken) {
          broken = true;
          continue;
        }
        this.#giveUp();
        this.#refuse(problem);
      }
    }
  }

  #refuse(problem: ProblemView): void {
    const ask = this.step?.ask ?? [];
    const place = fieldOf(problem, ask);
    if (place === 'vault') {
      this.#giveUp();
      this.#choosing = true;
    }
    this.busy = false;
    this.refusal = problem;
    this.#say({ place, words: stepWords(problem, ask) });
  }

  #say(wrong: Wrong): void {
    this.wrong = wrong;
    this.moved++;
  }

  /** What is under way counts no more. Returns the turn of what comes next. */
  #giveUp(): number {
    const { step } = this;
    const turn = ++this.#turn;
    this.busy = false;
    this.pageOpen = false;
    this.refusal = undefined;
    if (step === undefined) return turn;
    this.#end(step);
    if (step.authorize !== undefined || step.page !== undefined) this.step = undefined;
    return turn;
  }

  #end(answer: SignInView): void {
    if ('server' in answer) return;
    // It is forgotten by itself after a while, where this does not arrive.
    this.#host.client.call('servers.endSignIn', { carry: answer.carry }).catch(() => undefined);
  }
}
