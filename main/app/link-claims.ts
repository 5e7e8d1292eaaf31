/** Which kinds of links the system should open with this app. */
import { linkSchemes, ownScheme } from '../engine/providers/link-schemes.ts';

/** What the system knows of a scheme. */
type SchemeState = {
  /** Whether its links open with this app already. */
  readonly ours: boolean;
  /** Whether some program opens them. */
  readonly taken: boolean;
};

/** Our own scheme is ours. One of a provider belongs to that provider's own program where there is one. */
export const schemesToClaim = (stateOf: (scheme: string) => SchemeState): readonly string[] =>
  linkSchemes.filter((scheme) => {
    const { ours, taken } = stateOf(scheme);
    return !ours && (scheme === ownScheme || !taken);
  });
