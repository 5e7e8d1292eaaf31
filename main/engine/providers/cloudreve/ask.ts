/** Calls of Cloudreve's API that several of its parts make alike. */
import type { z } from 'zod';
import type { ReasonCode } from '../../../../preload/problems/reasons.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { call, type Call } from './call.ts';
import { codes, refusal } from './codes.ts';
import { notThisServer, type Said } from './envelope.ts';

type Ctx = ProviderContext<unknown>;

/**
 * What the server has at a path. Fails as `call` and `refusal` do, and with not-this-server.
 *
 * @param absent the code that says that there is nothing
 * @param misfit says what was there in place of what the schema wants
 * @returns `undefined` where there is nothing
 */
export const ask = async <T>(
  ctx: Ctx,
  path: string,
  schema: z.ZodType<T>,
  absent: number,
  misfit: ReasonCode,
): Promise<Outcome<T | undefined>> => {
  const said = await call(ctx, { method: 'GET', path });
  if (!said.ok) return said;
  const { name: server } = ctx.server;
  if (said.value.code === absent) return ok(undefined);
  if (said.value.code !== codes.done) return refusal(said.value, { server });
  const read = schema.safeParse(said.value.data);
  return read.success ? ok(read.data) : notThisServer(server, misfit);
};

/** Deletes what is at a path; gone already counts as done. Fails as `call` and `refusal` do. */
export const remove = async (ctx: Ctx, path: string): Promise<Outcome<void>> => {
  const said = await call(ctx, { method: 'DELETE', path });
  if (!said.ok) return said;
  if (said.value.code === codes.done || said.value.code === codes.notFound) return ok(undefined);
  return refusal(said.value, { server: ctx.server.name });
};

/**
 * The same as `call`, where a token that ended is answered with a code that means something else, too: it is renewed,
 * and the call repeated once.
 *
 * @param code that code
 */
export const callRenewed = async (ctx: Ctx, what: Call, code: number): Promise<Outcome<Said>> => {
  const said = await call(ctx, what);
  if (!said.ok || said.value.code !== code) return said;
  // protocol: asking who one is renews the token.
  const me = await call(ctx, { method: 'GET', path: '/user/me' });
  return me.ok ? call(ctx, what) : me;
};
