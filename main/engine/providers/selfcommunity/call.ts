/** One call of SelfCommunity's API. */
import { dateOf } from '../../http/answer.ts';
import type { Answer, Body, Http, Request } from '../../http/http.ts';
import { multipartFields } from '../../http/multipart.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { learnClock } from '../server-clock.ts';
import { otherDialect, prefixOf, refusal } from './answers.ts';
import type { Dialect, SelfCommunitySettings } from './state.ts';
import { accessToken, renewToken } from './tokens.ts';

type Ctx = ProviderContext<unknown>;

/** protocol: chunks, files in one request and the step that completes a file all go here. */
export const uploadPath = '/api/v2/pm/upload/';
/**
 * protocol: a form without a file is refused for its missing field, and changes nothing. What is behind the `?` is read by nobody:
 * it tells these requests from uploads in a server's log.
 */
const probePath = `${uploadPath}?probe`;

/** The names of a form's fields in a dialect. */
export const named = (dialect: Dialect, fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [prefixOf[dialect] + name, value]));

export type Post = {
  /** Below the server's address, with its query. */
  readonly path: string;
  readonly body: Body | { readonly json: unknown };
  readonly signal?: AbortSignal;
  /** The body is a file's, which is given once: such a call is not repeated with another token. */
  readonly once?: boolean;
  /** The server refused the token, and did nothing. What fails afterwards is the renewal. */
  readonly onRefused?: () => void;
};

const request = (address: string, { path, body, signal }: Post, token: string): Request => ({
  method: 'POST',
  url: address + path,
  headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  body,
  ...(signal === undefined ? {} : { signal }),
});

const send = async (ctx: Ctx, what: Post, token: string): Promise<Outcome<Answer>> => {
  const answer = await ctx.http.send(request(ctx.server.address, what, token));
  if (answer.ok) learnClock(ctx, dateOf(answer.value));
  return answer;
};

/**
 * Any answer but that of a token which is over: that is renewed once, and the call repeated unless its body is given once.
 * Fails as `Http.send` does, and with `attention` signed-out.
 */
export const post = async (ctx: Ctx, what: Post): Promise<Outcome<Answer>> => {
  const token = await accessToken(ctx);
  if (!token.ok) return token;
  const answer = await send(ctx, what, token.value);
  if (!answer.ok || answer.value.status !== 401) return answer;
  what.onRefused?.();
  const other = await renewToken(ctx, token.value);
  if (!other.ok) return other;
  return what.once === true ? answer : send(ctx, what, other.value);
};

const probing = (dialect: Dialect): Post => ({
  path: probePath,
  body: multipartFields(named(dialect, { filename: 'probe' })),
});

/** What the answer to a probe means. protocol: 400 for the file that is not there. */
const readProbe = (answer: Answer, server: string, dialect: Dialect): Outcome<void> =>
  answer.status === 400 && otherDialect(answer, dialect) === undefined
    ? ok(undefined)
    : refusal(answer, { server, dialect });

/**
 * Asks whether the server takes uploads of this account in this dialect, and changes nothing there. It also shows that the
 * connection stands, right before a request that must not be repeated. Fails as `post` and `refusal` do.
 */
export const probe = async (ctx: ProviderContext<SelfCommunitySettings>): Promise<Outcome<void>> => {
  const { name: server, settings } = ctx.server;
  const answer = await post(ctx, probing(settings.dialect));
  return answer.ok ? readProbe(answer.value, server, settings.dialect) : answer;
};

/** The same with a token that is not kept yet; `attention` signed-out where the server does not take it. */
export const probeWith = async (
  token: string,
  server: { readonly name: string; readonly address: string; readonly settings: SelfCommunitySettings },
  http: Http,
): Promise<Outcome<void>> => {
  const { dialect } = server.settings;
  const answer = await http.send(request(server.address, probing(dialect), token));
  return answer.ok ? readProbe(answer.value, server.name, dialect) : answer;
};
