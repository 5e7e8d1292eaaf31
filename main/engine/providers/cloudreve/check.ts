/** The round trip that a person asks for: version, account, room, what the storage takes. */
import { z } from 'zod';
import { type Problem, problem } from '../../../../preload/problems.ts';
import { reasonWith } from '../../../../preload/problems/reasons.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { Capacity } from '../account.ts';
import type { Checked, ProviderContext } from '../provider.ts';
import { call } from './call.ts';
import { codes, refusal } from './codes.ts';
import { notThisServer } from './envelope.ts';
import { look } from './look.ts';
import { storeOf } from './policy.ts';
import type { CloudreveSettings } from './state.ts';

type Ctx = ProviderContext<CloudreveSettings>;

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
