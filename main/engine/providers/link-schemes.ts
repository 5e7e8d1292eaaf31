/** Schemes of the links that this program opens, apart from the providers: a start must not load those to know them. */

/** Our own. */
export const ownScheme = 'stevedore';

/** Declared by the providers (`Provider.links`). */
export const providerSchemes: readonly string[] = ['stend'];

/** All of them, in lower case. */
export const linkSchemes: readonly string[] = [ownScheme, ...providerSchemes];
