import type { ProblemView } from '../../preload/contract.ts';

/** What the host answers to a sign-in that it refuses. */
export type Refused = { readonly problem?: ProblemView; readonly password?: boolean };

const address = (): URL => new URL('sign-in', document.baseURI);

const ask = async (body: object): Promise<Refused | undefined> => {
  const answer = await fetch(address(), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.ok) return undefined;
  return (await answer.json().catch(() => ({}))) as Refused;
};

/** Signing this browser in to `stevedore web`: by the secret of a link, or by a password. */
export const signIn = {
  /** Exchanges the secret of a sign-in link for a cookie, and takes it out of the address. */
  byFragment: async (): Promise<void> => {
    const secret = /^#sign-in=(.+)$/.exec(location.hash)?.[1];
    if (secret === undefined) return;
    history.replaceState(null, '', location.pathname + location.search);
    // One that is used or too old shows as a browser that is not signed in.
    await ask({ secret }).catch(() => undefined);
  },
  /** Resolves to `undefined` when it worked, else to what the host says. Rejects where it does not answer. */
  byPassword: (password: string): Promise<Refused | undefined> => ask({ password }),
  /** Whether this browser is signed in; `undefined` where the host does not answer. */
  present: async (): Promise<boolean | undefined> => {
    try {
      const { status } = await fetch(address());
      return status === 401 ? false : status < 300 ? true : undefined;
    } catch {
      return undefined;
    }
  },
  /** Whether the host takes a password. */
  takesPassword: async (): Promise<boolean> => {
    try {
      const answer = await fetch(address());
      return ((await answer.json()) as Refused).password === true;
    } catch {
      return false;
    }
  },
};
