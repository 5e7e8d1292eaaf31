/** Times as a Cloudreve writes them. */
import { isMoment } from '../../../../preload/bounds.ts';

/**
 * A time that the server told, in ms since the epoch. protocol: RFC 3339 in the server's zone, with up to nine
 * decimals; one that is unset is of the year 1. `undefined` for those and for what is no time
 * from 1970 to 9999.
 */
export const timeOf = (told: string | null | undefined): number | undefined => {
  if (told === null || told === undefined || told.length > 64 || told.startsWith('0001-')) return undefined;
  const at = Date.parse(told.replace(/(\.\d{3})\d+/, '$1'));
  return isMoment(at) ? at : undefined;
};
