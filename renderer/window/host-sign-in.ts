import type { ProblemView } from '../../preload/contract.ts';

/** What the host answers to a sign-in that it refuses. */
export type Refused = { readonly problem?: ProblemView };
/** Whether this browser is signed in, and whether the host takes a password. */
type Standing = { readonly signedIn: boolean; readonly password: boolean };

let refusedLink: ProblemView | undefined;

/** ms to wait for an answer about the sign-in: the socket is tried again only after it. */
const answerWithin = 10_000;

const address = (): URL => new URL('sign-in', document.baseURI);

const ask = async (body: object): Promise<Refused | undefined> => {
  const answer = await fetch(address(), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.ok) return undefined;
  // A proxy that answers in the host's place says nothing that could be shown.
  const { error } = (await answer.json().catch(() => ({}))) as { readonly error?: ProblemView };
  return error === undefined ? {} : { problem: error };
};

const standing = async (): Promise<Standing | undefined> => {
  try {
    const answer = await fetch(address(), { signal: AbortSignal.timeout(answerWithin) });
    return answer.ok ? ((await answer.json()) as Standing) : undefined;
  } catch {
    return undefined;
  }
};

/** Signing this browser in to `stevedore web`: by the secret of a link, or by a password. */
export const signIn = {
  /** Exchanges the secret of a sign-in link for a cookie, and takes it out of the address. */
  byFragment: async (): Promise<void> => {
    const secret = /^#sign-in=(.+)$/.exec(location.hash)?.[1];
    if (secret === undefined) return;
    history.replaceState(null, '', location.pathname + location.search);
    // One that is used or too old shows as a browser that is not signed in.
    refusedLink = (await ask({ secret }).catch(() => undefined))?.problem;
  },
  /** Why the link that this page was opened with did not sign in. */
  linkProblem: (): ProblemView | undefined => refusedLink,
  /** Resolves to `undefined` when it worked, else to what the host says. Rejects where it does not answer. */
  byPassword: (password: string): Promise<Refused | undefined> => ask({ password }),
  /** Whether this browser is signed in; `undefined` where the host does not answer. */
  present: async (): Promise<boolean | undefined> => (await standing())?.signedIn,
  /** Whether the host takes a password. */
  takesPassword: async (): Promise<boolean> => (await standing())?.password === true,
};
