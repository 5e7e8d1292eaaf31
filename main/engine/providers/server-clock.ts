/** The server's clock: what expires there is judged by it, not by this machine's. */
import type { ProviderContext } from './provider.ts';

type Ctx = Pick<ProviderContext<unknown>, 'server' | 'now'>;

/** ms that a server's clock is ahead of this one, by server. It is not stored: the next answer has it again. */
const ahead = new Map<string, number>();

/** Learns from the moment of an answer (`dateOf`), which is in whole seconds; `undefined` teaches nothing. */
export const learnClock = ({ server, now }: Ctx, at: number | undefined): void => {
  if (at !== undefined) ahead.set(server.id, at + 500 - now());
};

/** ms since the epoch on the server's clock; on this machine's as long as the server has not answered. */
export const serverNow = (ctx: Ctx): number => toServer(ctx, ctx.now());

/** A time of this machine's clock, as the server's had it. */
export const toServer = ({ server }: Ctx, at: number): number => at + (ahead.get(server.id) ?? 0);

/** A time of the server's clock, as this machine's has it. */
export const toLocal = ({ server }: Pick<Ctx, 'server'>, at: number): number => at - (ahead.get(server.id) ?? 0);
