/** One sign-in on a server's own page at a time. */
import type { CallInput, Client } from '../../preload/contract.ts';
import type { SignInEnd, SignInWatch } from './sign-in-watch.ts';

export type Opened = {
  readonly watch: SignInWatch;
  /** Brings its window before the person. */
  readonly focus: () => void;
};

type Open = Opened & { readonly carry: string };

/** So many sign-ins are remembered; the engine forgets them after a while as well. */
const most = 20;

export class SignInTurns {
  /** What a sign-in goes on with where its page has taken steps of which nobody was told, by what was told last. */
  readonly #renewed = new Map<string, string>();
  #open: Open | undefined;

  /**
   * Answers a call when its page is over. One that is shown already is brought before the person, and both calls get
   * its answer; any other page goes, as if the person had closed it.
   *
   * @param open shows the page. It is given what the sign-in goes on with, and tells what comes after that
   */
  async answer(carry: string, open: (carry: string, renewed: (carry: string) => void) => Opened): Promise<SignInEnd> {
    if (this.#open?.carry === carry) {
      this.#open.focus();
      return await this.#open.watch.ended;
    }
    this.leave();
    const opened = open(this.#renewed.get(carry) ?? carry, (next) => this.#remember(carry, next));
    const mine: Open = { ...opened, carry };
    this.#open = mine;
    try {
      return await opened.watch.ended;
    } finally {
      if (this.#open === mine) this.#open = undefined;
    }
  }

  /** The client for the calls of the window that asked: when it gives a sign-in up, that one's page closes. */
  following(client: Client): Client {
    return {
      call: async (name, input, signal) => {
        const output = await client.call(name, input, signal);
        if (name === 'servers.endSignIn') {
          // It was parsed by the process that answered.
          const { carry } = input as CallInput<'servers.endSignIn'>;
          if (this.#open?.carry === carry) this.leave();
        }
        return output;
      },
      on: (event, listener) => client.on(event, listener),
      close: () => client.close(),
    };
  }

  /** As if the person had closed it. */
  leave(): void {
    this.#open?.watch.leave();
    this.#open = undefined;
  }

  #remember(carry: string, next: string): void {
    this.#renewed.delete(carry);
    this.#renewed.set(carry, next);
    const [oldest] = this.#renewed.keys();
    if (this.#renewed.size > most && oldest !== undefined) this.#renewed.delete(oldest);
  }
}
