/** POST /files/merge: several shares under one key. */
import { z } from 'zod';
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { Opened, ProviderContext, Share, TransferOptions } from '../provider.ts';
import { beside, revealed } from '../bounds.ts';
import { linkOf } from './address.ts';
import { normaliseKey } from './admit.ts';
import { isBusy } from '../busy.ts';
import { isRefusal, notThisServer, refusal, titles } from './answers.ts';
import { signIn } from './password.ts';
import type { StendSettings } from './state.ts';

/** protocol: a key of the server's own choice is revealed here only. */
const groupSchema = z.looseObject({ shareKey: revealed(), isGroup: beside(z.boolean()) });
const knownGroupSchema = z.looseObject({ groups: z.array(z.string()) });

/** Whether a key is that of a group of just these shares. */
const isGroupOf = async (
  key: string,
  shares: readonly Share[],
  ctx: ProviderContext<StendSettings>,
): Promise<Outcome<boolean>> => {
  const url = `${ctx.server.address}/files/info?sharekey=${encodeURIComponent(key)}`;
  const answer = await ctx.http.send({ method: 'GET', url });
  if (!answer.ok) return answer;
  const read = knownGroupSchema.safeParse(answer.value.json);
  if (!read.success) return isBusy(answer.value) ? refusal(answer.value, { server: ctx.server.name }) : ok(false);
  // In any order: the queue's may have changed since.
  const sorted = (keys: readonly string[]): string => [...keys].sort().join(',');
  return ok(sorted(read.data.groups) === sorted(shares.map((share) => share.key)));
};

/**
 * See `Provider.group`. protocol: a group has no delete key; it goes when its files have gone. Not idempotent: without an own
 * key, a lost answer leaves a group that nobody knows.
 */
export const group = async (
  shares: readonly Share[],
  options: TransferOptions & { readonly inDoubt: boolean },
  ctx: ProviderContext<StendSettings>,
): Promise<Outcome<Opened<Share>>> => {
  const { name: server, address, settings } = ctx.server;
  const count = shares.length;
  if (count < 2) return fail('fatal', problem('group-too-small', { count }));
  const limit = settings.maxTransfersInMerge;
  if (count > limit) return fail('fatal', problem('group-too-large', { count, limit, server }));
  const key = options.key === undefined ? undefined : normaliseKey(options.key);
  if (key === '') return fail('fatal', problem('key-invalid', { wanted: options.key ?? '' }));
  const grouped = (got: string): Outcome<Opened<Share>> => {
    const link = linkOf(got, settings);
    const expiries = shares.flatMap((share) => share.expiresAt ?? []);
    return ok({
      remote: {
        key: got,
        ...(link === undefined ? {} : { link }),
        ...(expiries.length === 0 ? {} : { expiresAt: Math.min(...expiries) }),
      },
      notices: key === undefined || key === got ? [] : [problem('key-taken', { wanted: key, got })],
    });
  };
  if (options.inDoubt && key !== undefined) {
    const made = await isGroupOf(key, shares, ctx);
    if (!made.ok) return made;
    if (made.value) return grouped(key);
  }
  const signed = await signIn(ctx);
  if (!signed.ok) return signed;
  const sharekeys = shares.map((share) => share.key).join(',');
  const answer = await ctx.http.send({
    method: 'POST',
    url: `${address}/files/merge`,
    headers: signed.value.headers,
    body: { json: { sharekeys, ...(key === undefined ? {} : { sharekey: key }) } },
  });
  if (!answer.ok) return answer;
  // One of them has expired, or was removed: no new session could help.
  if (isRefusal(answer.value, titles.shareKeyInvalid) || isRefusal(answer.value, titles.notUploaded))
    return fail('fatal', problem('server-refused', { server, status: 400, words: 'group-file-gone' }));
  if (answer.value.status !== 200) return refusal(answer.value, { server, signedIn: signed.value.signedIn });
  const read = groupSchema.safeParse(answer.value.json);
  if (!read.success) return notThisServer(answer.value, server);
  return grouped(read.data.shareKey);
};
