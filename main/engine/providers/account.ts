/**
 * What a kind of server has to offer where people have accounts on it: signing in step by step, folders, shares of the
 * account, and what broken uploads left. All of it is optional; what is there says what the server can do.
 */
import type { Problem } from '../../../preload/problems.ts';
import type { Http } from '../http/http.ts';
import type { JsonObject } from '../json.ts';
import type { Outcome } from '../outcome.ts';
import type { ProviderContext } from './context.ts';

/** What can be done about a name that is taken on the server. */
export type Conflict = 'ask' | 'skip' | 'rename' | 'version';

/** `browser`: the person agrees on the server's own page. `token`: they paste one that the server gave them. */
export type SignInWay = 'password' | 'browser' | 'token';

/** What a step of signing in asks for; a form or a terminal shows it by its type. */
export type SignInField = {
  /** Key of its answer. */
  readonly key: string;
  readonly type: 'text' | 'email' | 'password' | 'otp' | 'image-text' | 'token';
  readonly label: string;
  /** A line that says where a person finds it. */
  readonly hint?: string;
  /** Of `image-text`: a `data:image/png;base64,` address of the picture whose text is asked for. */
  readonly image?: string;
};

/** A page of the server that signs in by itself, in a window of the app; terminals and browsers offer other ways. */
export type SignInPage = {
  readonly address: string;
  /** Name under which the page's own script keeps its sign-in in the browser's local storage: the answer is its text. */
  readonly stored: string;
};

/** What the person gives to a step. */
export type SignInGiven = {
  readonly way: SignInWay;
  /** Texts by the keys of the fields; empty at the first step. Of `authorize`: `code` or `token`. */
  readonly answers: JsonObject;
  /** What the last step told to carry; empty at the first. It never leaves the engine's memory. */
  readonly carry: JsonObject;
  /** Where `browser` sends the person's browser back to: exact, to be given to the server as it is. */
  readonly redirect: string;
};

/** What shows that a browser comes back from the sign-in that sent it: a new one for each, at least 128 random bits. */
export type Expected = { readonly state: string } | { readonly nonce: string };

/** The next question, or the end. Wrong answers are asked for again, with a `notice`; a failure ends the sign-in. */
export type SignInStep<Settings> =
  | {
      readonly ask: readonly SignInField[];
      readonly carry: JsonObject;
      readonly notice?: Problem;
      /** The other ways that this server offers. */
      readonly ways: readonly SignInWay[];
      /** The server's own page, where only a browser can sign in there: the answer to the one field. */
      readonly page?: SignInPage;
      /**
       * A page where the person agrees in their browser, which then comes back to this machine; `ask` is empty. With
       * `state`: to `redirect`, with that state and a `code`. With `nonce`: to `redirect`, `/` and the nonce, with a `token`,
       * where the server sends no state back. The next step has the `code` or `token`, once state or nonce was found right.
       */
      readonly authorize?: { readonly page: string } & Expected;
    }
  | {
      readonly signedIn: {
        /** What is kept in the vault. */
        readonly secret: string;
        readonly settings: Settings;
        /** Whose it is, as shown to people: the same one is expected when they sign in again. Absent: the server does not say it. */
        readonly account?: string;
      };
    };

/** A folder's folders, a page at a time. Paths begin with `/`, which is the account's own root. */
export type FolderPage = {
  readonly folders: readonly { readonly name: string; readonly path: string }[];
  readonly next?: string;
  readonly canWrite: boolean;
};

/** Bytes. */
export type Capacity = { readonly total: number; readonly used: number };

/** Who may open a share. Absent: as it is, or the server's usual; null: without. */
export type ShareTerms = {
  readonly expirySeconds?: number | null;
  readonly downloads?: number | null;
  readonly password?: string | null;
};

/** A share of the account, whoever made it. Times in ms since the epoch, sizes in bytes. */
export type RemoteShare = {
  readonly id: string;
  /** Absent where the server tells none. */
  readonly link?: string;
  readonly name: string;
  /** Of what is shared, where that is known. */
  readonly path?: string;
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly downloads?: { readonly left?: number; readonly counted: number };
  readonly password?: boolean;
  readonly expired: boolean;
  readonly size?: number;
};

export type SharePage = { readonly shares: readonly RemoteShare[]; readonly next?: string };

/** What an interrupted upload left on a server. `unfinished`: the upload is still known there. `empty`: only a name that takes up space. */
export type Leftover = {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  /** Bytes of room that it holds. */
  readonly size: number;
  /** ms since the epoch. */
  readonly since?: number;
  readonly kind: 'unfinished' | 'empty';
};

/** The optional parts of a provider that serve an account. */
export interface Account<Settings, Remote> {
  /** One step of signing in. Saves nothing. Absent where `capabilities.signIn` is `password`. */
  signIn?(
    given: SignInGiven,
    server: { readonly name: string; readonly address: string; readonly settings: Settings },
    http: Http,
    now: () => number,
  ): Promise<Outcome<SignInStep<Settings>>>;
  /** Ends what is signed in on the server; what is kept here is forgotten whatever it answers. */
  signOut?(ctx: ProviderContext<Settings>): Promise<Outcome<void>>;

  /** Absent: the server has no folders. */
  readonly folders?: {
    list(path: string, cursor: string | undefined, ctx: ProviderContext<Settings>): Promise<Outcome<FolderPage>>;
    /** Makes a folder and those above it; there already counts as done. */
    make(path: string, ctx: ProviderContext<Settings>): Promise<Outcome<void>>;
    /** `undefined`: the server does not tell. */
    capacity(ctx: ProviderContext<Settings>): Promise<Outcome<Capacity | undefined>>;
  };
  /** The account's shares: each part is absent where its server has no such thing. */
  readonly shares?: {
    create?(
      what: { readonly path: string },
      terms: ShareTerms,
      ctx: ProviderContext<Settings>,
    ): Promise<Outcome<RemoteShare>>;
    /** Newest first. */
    list?(cursor: string | undefined, ctx: ProviderContext<Settings>): Promise<Outcome<SharePage>>;
    /** Changes what `terms` names, and nothing else. */
    edit?(share: RemoteShare, terms: ShareTerms, ctx: ProviderContext<Settings>): Promise<Outcome<RemoteShare>>;
    /** Whether a link that was made here is one of that list, by its key: others have no terms. Absent: all are. */
    lists?(key: string): boolean;
  };
  /** Absent: the server removes unfinished uploads by itself. */
  readonly leftovers?: {
    /** All of the account's, with those of uploads that are still under way. */
    find(ctx: ProviderContext<Settings>): Promise<Outcome<readonly Leftover[]>>;
    /** The id under which an upload would be found: what is under way here is no leftover. */
    idOf(remote: Remote): string;
    /** Gone already counts as done. */
    clean(leftover: Leftover, ctx: ProviderContext<Settings>): Promise<Outcome<void>>;
  };
}
