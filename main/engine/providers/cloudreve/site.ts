/** The site as it is now: its version, what the account's storage takes, what the account may. */
import { z } from 'zod';
import { type Problem, problem } from '../../../../preload/problems.ts';
import { reasonWith } from '../../../../preload/problems/reasons.ts';
import type { Answer, Http } from '../../http/http.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { Capacity } from '../account.ts';
import type { Checked, ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';
import { call } from './call.ts';
import { codes, refusal } from './codes.ts';
import { noEnvelope, notThisServer, readEnvelope } from './envelope.ts';
import { storeOf } from './policy.ts';
import { fileSchema } from './remote-file.ts';
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
  const first = `/file?uri=${encodeURIComponent(uriOf(path))}&page_size=10`;
  const told = await ask(ctx, first, listSchema, codes.pathMissing, 'folder-no-facts');
  if (!told.ok) return told;
  if (told.value === undefined) return ok(undefined);
  const { storage_policy: policy, parent } = told.value;
  const nothing = parent?.primary_entity;
  return ok({
    ...(policy === undefined || policy === null ? {} : { policy }),
    // protocol: folders carry the constant of nothing.
    ...(nothing === undefined || nothing === null || nothing === '' ? {} : { nothing }),
  });
};

/** The constant of nothing; asked for where it is not known yet. */
export const nothingOf = async (
  known: string | undefined,
  ctx: ProviderContext<unknown>,
): Promise<Outcome<string | undefined>> => {
  if (known !== undefined) return ok(known);
  const root = await policyOf('/', ctx);
  return root.ok ? ok(root.value?.nothing) : root;
};

/** ms that what was seen is trusted without looking again. */
const freshMs = 600_000;

/** The settings of today: version, policy, the constant of nothing. Fails as `call` does. */
const look = async (ctx: Ctx): Promise<Outcome<CloudreveSettings>> => {
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

const groupSchema = z.looseObject({
  permission: z.string().optional(),
  /** protocol: absent: no direct links. */
  direct_link_batch_size: z.number().default(0),
});
const meSchema = z.looseObject({ group: groupSchema.nullish() });
const capacitySchema = z.looseObject({ total: z.number(), used: z.number() });

/** protocol: a base64 bitset, least significant bit first in each byte. */
export const hasBit = (bitset: string, bit: number): boolean =>
  (((Buffer.from(bitset, 'base64')[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;

const sharingBit = 2;

/** GET /user/capacity. protocol: counts from the creation of a session, and what lies in the bin. */
export const askCapacity = async (ctx: ProviderContext<unknown>): Promise<Outcome<Capacity | undefined>> => {
  const said = await call(ctx, { method: 'GET', path: '/user/capacity' });
  if (!said.ok) return said;
  if (said.value.code === codes.noScope) return ok(undefined);
  if (said.value.code !== codes.done) return refusal(said.value, { server: ctx.server.name });
  const read = capacitySchema.safeParse(said.value.data);
  return read.success
    ? ok({ total: read.data.total, used: read.data.used })
    : notThisServer(ctx.server.name, 'capacity-no-numbers');
};

/** What the account may; nothing where that is not told. */
const askRights = async (ctx: Ctx): Promise<Outcome<Pick<CloudreveSettings, 'mayShare' | 'mayLink'>>> => {
  const said = await call(ctx, { method: 'GET', path: '/user/me' });
  if (!said.ok) return said;
  if (said.value.code === codes.noScope) return ok({});
  if (said.value.code !== codes.done) return refusal(said.value, { server: ctx.server.name });
  const group = meSchema.safeParse(said.value.data).data?.group;
  if (group?.permission === undefined) return ok({});
  return ok({ mayShare: hasBit(group.permission, sharingBit), mayLink: group.direct_link_batch_size > 0 });
};

/** See `Provider.check`. */
export const check = async (ctx: Ctx): Promise<Outcome<Checked<CloudreveSettings>>> => {
  const seen = await look(ctx);
  if (!seen.ok) return seen;
  const rights = await askRights(ctx);
  if (!rights.ok) return rights;
  const capacity = await askCapacity(ctx);
  if (!capacity.ok) return capacity;
  const server = ctx.server.name;
  const { policy } = seen.value;
  const notices: Problem[] = [];
  if (policy !== undefined && storeOf(policy) === undefined)
    notices.push(
      problem('policy-unusable', { server, policy: policy.name, why: reasonWith('policy-kind', policy.type) }),
    );
  if (capacity.value !== undefined && capacity.value.total <= capacity.value.used)
    notices.push(problem('quota-full', { server, size: 0 }));
  return ok({
    settings: {
      ...seen.value,
      ...(capacity.value === undefined ? {} : { capacity: capacity.value }),
      ...rights.value,
    },
    notices,
  });
};
