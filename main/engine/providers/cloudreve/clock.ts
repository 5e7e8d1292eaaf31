/** The server's clock: what expires there is judged by it, not by this machine's. */
import { isMoment } from '../../../../preload/bounds.ts';
import type { Answer } from '../../http/http.ts';
import type { ProviderContext } from '../provider.ts';

type Ctx = Pick<ProviderContext<unknown>, 'server' | 'now'>;

/** ms that a server's clock is ahead of this one, by server. Nothing is lost with it: the next answer tells it again. */
const ahead = new Map<string, number>();

/** Learns from an answer's `Date`. protocol: it is always there, in whole seconds. */
export const learnClock = ({ server, now }: Ctx, answer: Answer): void => {
  const at = Date.parse(answer.headers['date'] ?? '');
  if (isMoment(at)) ahead.set(server.id, at + 500 - now());
};

/** ms since the epoch on the server's clock; on this machine's as long as the server has not answered. */
export const serverNow = (ctx: Ctx): number => toServer(ctx, ctx.now());

/** A time of this machine's clock, as the server's had it. */
export const toServer = ({ server }: Ctx, at: number): number => at + (ahead.get(server.id) ?? 0);

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
