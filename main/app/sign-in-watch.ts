/** Takes the steps of a sign-in with what the server's own page keeps, one after the other, until it is over. */
import type { SignInView } from '../../preload/contract.ts';

export type Watched = {
  /** Looks at what the page keeps now; `undefined` where that cannot be used. It may reject: a page may go meanwhile. */
  readonly look: () => Promise<string | undefined>;
  /** Takes the step. Rejects with its problem. */
  readonly take: (carry: string, page: string) => Promise<SignInView>;
  /** Of the step that the page belongs to. */
  readonly carry: string;
  /** The step goes on as another one: an earlier `carry` is good for nothing any more. */
  readonly renewed?: (carry: string) => void;
};

export type SignInEnd = { readonly step?: SignInView };

export class SignInWatch {
  readonly #watched: Watched;
  readonly #end = Promise.withResolvers<SignInEnd>();
  #carry: string;
  /** What the last step was taken with: a step is for what is new. */
  #taken: string | undefined;
  #looking = false;
  #taking = false;
  #again = false;
  #over = false;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#carry = watched.carry;
    this.#end.promise.catch(() => undefined);
  }

  /** The step that came when it was over; none where the person went away. Rejects with the problem of a step. */
  get ended(): Promise<SignInEnd> {
    return this.#end.promise;
  }

  /** Something may have changed there. */
  async look(): Promise<void> {
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    do {
      this.#again = false;
      await this.#lookOnce();
      // Nobody else's turn comes between, so what asks meanwhile is seen here.
    } while (this.#asksAgain());
    this.#looking = false;
  }

  /** The person went away. A step that is under way is waited for: it may have signed in. */
  leave(): void {
    this.#over = true;
    if (!this.#taking) this.#end.resolve({});
  }

  /** The page cannot be used. */
  fail(error: unknown): void {
    this.#over = true;
    if (!this.#taking) this.#end.reject(error);
  }

  #asksAgain(): boolean {
    return this.#again && !this.#over;
  }

  async #lookOnce(): Promise<void> {
    const text = await this.#watched.look().catch(() => undefined);
    if (this.#over || text === undefined || text === this.#taken) return;
    this.#taken = text;
    this.#taking = true;
    try {
      this.#goOn(await this.#watched.take(this.#carry, text));
    } catch (error) {
      this.#over = true;
      this.#end.reject(error);
    } finally {
      this.#taking = false;
      if (this.#over) this.#taken = undefined;
    }
  }

  /** The same question again means that nobody is signed in there yet; words about it are for the one who asked. */
  #goOn(step: SignInView): void {
    if ('ask' in step && step.page !== undefined && step.notice === undefined) {
      this.#carry = step.carry;
      this.#watched.renewed?.(step.carry);
      if (this.#over) this.#end.resolve({});
      return;
    }
    this.#over = true;
    this.#end.resolve({ step });
  }
}
