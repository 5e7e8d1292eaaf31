/** One call of FilesNest's API. */
import { dateOf } from '../../http/answer.ts';
import type { Answer, Body, Http, Request } from '../../http/http.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { learnClock } from '../server-clock.ts';
import { isForbidden, refusal, signedOut } from './answers.ts';

type Ctx = ProviderContext<unknown>;

export type Call = {
  readonly method: Request['method'];
  /** Below `/api`, with its query. */
  readonly path: string;
  readonly body?: Body | { readonly json: unknown };
  readonly signal?: AbortSignal;
};

/** protocol: without `Accept`, errors are pages. */
const accept = { accept: 'application/json' } as const;

/** A request without a token. */
export const ask = (http: Http, address: string, path: string): Promise<Outcome<Answer>> =>
  http.send({ method: 'GET', url: `${address}/api${path}`, headers: accept });

const send = async (ctx: Ctx, { method, path, body, signal }: Call, token: string): Promise<Outcome<Answer>> => {
  const answer = await ctx.http.send({
    method,
    url: `${ctx.server.address}/api${path}`,
    headers: { ...accept, authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.ok) learnClock(ctx, dateOf(answer.value));
  return answer;
};

/** Changes nothing, and needs nothing but a token that counts. */
const own: Call = { method: 'GET', path: '/files?limit=1' };

/**
 * Any answer. Fails as `Http.send` does, and with `attention` signed-out. protocol: 403 says that nobody is signed in, and that a
 * file is another user's: the list of files tells the two apart.
 */
export const call = async (ctx: Ctx, what: Call): Promise<Outcome<Answer>> => {
  const { name: server } = ctx.server;
  const secret = await ctx.secret();
  if (!secret.ok) return secret;
  const token = secret.value ?? '';
  if (token === '') return signedOut(server);
  const answer = await send(ctx, what, token);
  if (!answer.ok || !isForbidden(answer.value)) return answer;
  const listed = await send(ctx, own, token);
  if (!listed.ok) return listed;
  if (isForbidden(listed.value)) return signedOut(server);
  return listed.value.status === 200 ? answer : refusal(listed.value, { server });
};

/** Whether a token signs in; any answer but a 200 and a 403 is a failure. */
export const tokenWorks = async (
  token: string,
  { name, address }: { readonly name: string; readonly address: string },
  http: Http,
): Promise<Outcome<boolean>> => {
  const answer = await http.send({
    method: own.method,
    url: `${address}/api${own.path}`,
    headers: { ...accept, authorization: `Bearer ${token}` },
  });
  if (!answer.ok) return answer;
  if (isForbidden(answer.value)) return ok(false);
  return answer.value.status === 200 && Array.isArray((answer.value.json as { data?: unknown } | undefined)?.data)
    ? ok(true)
    : refusal(answer.value, { server: name });
};
