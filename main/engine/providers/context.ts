/** What a provider gets with every call: the server, and the way to reach it. */
import type { Http } from '../http/http.ts';
import type { Outcome } from '../outcome.ts';

/** Fails with `attention`: upload-secret-unkept where nothing can be kept (environment), and as the vault fails. */
export type UploadSecrets = {
  /** `undefined`: it has none of that name. */
  readonly get: (name: string) => Promise<Outcome<string | undefined>>;
  /** Durable when it resolves. */
  readonly set: (name: string, secret: string) => Promise<Outcome<void>>;
  readonly remove: (name: string) => Promise<Outcome<void>>;
};

/** The server a call is about, and what the provider may use to reach it. */
export type ProviderContext<Settings> = {
  readonly server: {
    readonly id: string;
    readonly name: string;
    readonly address: string;
    readonly settings: Settings;
  };
  readonly http: Http;
  /** What signs in; `undefined` where none is saved. Fails with `attention` where it is out of reach. */
  readonly secret: () => Promise<Outcome<string | undefined>>;
  /**
   * Keeps what signs in, renewed: durable when it resolves. Ask `secret` before each use: the user may have signed in
   * again since. Fails with `attention` where it cannot be kept; the old one stays then.
   */
  readonly keepSecret: (secret: string) => Promise<Outcome<void>>;
  /**
   * Secrets of single uploads, kept where the server's own is: a key that is told once, say. Each transfer has its
   * own; they are removed when it is done or cancelled.
   */
  readonly uploadSecrets: UploadSecrets;
  /** ms since the epoch. */
  readonly now: () => number;
  /**
   * Aborted: nobody waits for the answer any more, and the call rejects. `http` and `secret` do so by themselves; a wait
   * of the provider's own has to listen to it.
   */
  readonly signal: AbortSignal;
};
