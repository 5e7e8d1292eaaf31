import { safeLink } from '../../preload/bounds.ts';

/** The address of a share as one that a browser may be sent to: http and https only. */
export const webLink = (link: string | undefined): URL | undefined => {
  const safe = safeLink(link);
  return safe === undefined ? undefined : (URL.parse(safe) ?? undefined);
};
