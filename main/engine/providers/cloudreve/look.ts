/** The server as it is now: its version, and what the account's storage takes. */
import { z } from 'zod';
import type { Answer, Http } from '../../http/http.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { call } from './call.ts';
import { codes, refusal } from './codes.ts';
import { noEnvelope, notThisServer, readEnvelope } from './envelope.ts';
import { fileSchema } from './info.ts';
import { type CloudreveSettings, type Policy, toldPolicy } from './state.ts';
import { uriOf } from './uri.ts';

type Ctx = ProviderContext<CloudreveSettings>;

const askPing = (origin: string, http: Http): Promise<Outcome<Answer>> =>
  http.send({ method: 'GET', url: `${origin}/api/v4/site/ping` });

/** protocol: data is `"4.18.0"` or `"4.18.0-pro"`. */
const versionIn = (answer: Answer): string | undefined => {
  const said = readEnvelope(answer);
  if (said?.code !== codes.done || typeof said.data !== 'string') return undefined;
  return /^v?\d{1,6}\.\d{1,6}[\w.+-]{0,60}$/.test(said.data) ? said.data : undefined;
};

/** The version at an origin; `undefined` where no Cloudreve answers. */
export const ping = async (origin: string, http: Http): Promise<Outcome<string | undefined>> => {
  const answer = await askPing(origin, http);
  return answer.ok ? ok(versionIn(answer.value)) : answer;
};

const listSchema = z.looseObject({
  parent: fileSchema.nullish(),
  storage_policy: toldPolicy.nullish(),
});

/** The storage policy of a folder; `undefined` where there is no such folder, or nothing is told. */
export const policyOf = async (
  path: string,
  ctx: ProviderContext<unknown>,
): Promise<Outcome<{ readonly policy?: Policy; readonly nothing?: string } | undefined>> => {
  const said = await call(ctx, { method: 'GET', path: `/file?uri=${encodeURIComponent(uriOf(path))}&page_size=10` });
  if (!said.ok) return said;
  const { name: server } = ctx.server;
  if (said.value.code === codes.pathMissing) return ok(undefined);
  if (said.value.code !== codes.done) return refusal(said.value, { server });
  const read = listSchema.safeParse(said.value.data);
  if (!read.success) return notThisServer(server, 'folder-no-facts');
  const { storage_policy: policy, parent } = read.data;
  const nothing = parent?.primary_entity;
  return ok({
    ...(policy === undefined || policy === null ? {} : { policy }),
    // protocol: folders carry the constant of nothing.
    ...(nothing === undefined || nothing === null || nothing === '' ? {} : { nothing }),
  });
};

/** ms that what was seen is trusted without looking again. */
const freshMs = 600_000;

/** The settings of today: version, policy, the constant of nothing. Fails as `call` does. */
export const look = async (ctx: Ctx): Promise<Outcome<CloudreveSettings>> => {
  const { server, http } = ctx;
  const answer = await askPing(server.address, http);
  if (!answer.ok) return answer;
  const version = versionIn(answer.value);
  if (version === undefined)
    return readEnvelope(answer.value) === undefined
      ? noEnvelope(answer.value, server.name)
      : notThisServer(server.name, 'version-none');
  const root = await policyOf('/', ctx);
  if (!root.ok) return root;
  return ok({ ...server.settings, ...root.value, version, checkedAt: ctx.now() });
};

/** The settings, looked at again where they are old. */
export const current = async (
  ctx: Ctx,
): Promise<Outcome<{ readonly settings: CloudreveSettings; readonly changed: boolean }>> => {
  const { settings } = ctx.server;
  const age = ctx.now() - settings.checkedAt;
  if (settings.policy !== undefined && settings.nothing !== undefined && age >= 0 && age < freshMs)
    return ok({ settings, changed: false });
  const seen = await look(ctx);
  return seen.ok ? ok({ settings: seen.value, changed: true }) : seen;
};
