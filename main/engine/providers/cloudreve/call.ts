/** One call of Cloudreve's API. */
import { dateOf } from '../../http/answer.ts';
import { randomUUID } from 'node:crypto';
import { problem } from '../../../../preload/problems.ts';
import type { Body, Request } from '../../http/http.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { learnClock } from '../server-clock.ts';
import { ofAccount } from '../account-tokens.ts';
import { codes, soundsBanned } from './codes.ts';
import { noEnvelope, readEnvelope, type Said } from './envelope.ts';
import { accessToken, renewToken } from './tokens.ts';

type Ctx = ProviderContext<unknown>;

export type Call = {
  readonly method: Request['method'];
  /** Below `/api/v4`, with its query. */
  readonly path: string;
  readonly json?: unknown;
  /** Bytes of a file: such a call is not repeated with another token. */
  readonly body?: Body;
  /** Without a token. */
  readonly open?: boolean;
  readonly signal?: AbortSignal;
  /** Most bytes of the answer. */
  readonly most?: number;
  /** See `Request`. */
  readonly answerMs?: number;
};

/**
 * protocol: an expired, garbage or missing token all answer alike, and by route: 401, in a batch an inner 401, and where
 * the token itself is at fault 40020. What chunks answer (40011) is also said of sessions that are gone.
 */
const tokenAtFault = (said: Said): boolean =>
  said.code === codes.notSignedIn ||
  said.code === codes.tokenRefused ||
  Object.values(said.each).some(({ code }) => code === codes.notSignedIn);

const once = async (ctx: Ctx, call: Call, token: string | undefined): Promise<Outcome<Said>> => {
  const { method, path, json, body, signal, most, answerMs } = call;
  const answer = await ctx.http.send({
    method,
    url: `${ctx.server.address}/api/v4${path}`,
    // protocol: never an Origin, which a site may refuse; the id comes back, and stands in the server's log.
    headers: {
      'x-cr-correlation-id': randomUUID(),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined ? { body } : json === undefined ? {} : { body: { json } }),
    ...(signal === undefined ? {} : { signal }),
    ...(most === undefined ? {} : { most }),
    ...(answerMs === undefined ? {} : { answerMs }),
  });
  if (!answer.ok) return answer;
  const said = readEnvelope(answer.value);
  if (said === undefined) return noEnvelope(answer.value, ctx.server.name, body?.length);
  learnClock(ctx, dateOf(answer.value));
  return ok(said);
};

/** protocol: who is banned gets 50001 from every call: `/user/me` tells that from a database at fault. */
const banned = async (ctx: Ctx, token: string): Promise<boolean> => {
  const me = await once(ctx, { method: 'GET', path: '/user/me' }, token);
  return me.ok && soundsBanned(me.value);
};

/**
 * What the server says, whatever its code; a token that was refused is renewed once, and the call repeated. Fails as
 * `Http.send` does, with server-busy, not-this-server, proxy-limit, or `attention` signed-out and account-banned.
 */
export const call = async (ctx: Ctx, what: Call): Promise<Outcome<Said>> => {
  if (what.open === true) return once(ctx, what, undefined);
  const token = await accessToken(ctx);
  if (!token.ok) return token;
  const said = await once(ctx, what, token.value);
  if (!said.ok) return said;
  if (soundsBanned(said.value) && (await banned(ctx, token.value)))
    return fail('attention', problem('account-banned', { server: ctx.server.name }), ofAccount);
  if (!tokenAtFault(said.value) || what.body !== undefined) return said;
  const other = await renewToken(ctx, token.value);
  return other.ok ? once(ctx, what, other.value) : other;
};
