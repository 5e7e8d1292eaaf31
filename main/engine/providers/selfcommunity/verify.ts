/** Done means verified: the length of what the file's address gives to anybody. */
import { safeLink } from '../../../../preload/bounds.ts';
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { Call, Share, Verified } from '../provider.ts';
import { isBusy } from '../busy.ts';
import type { SelfCommunityRemote, SelfCommunitySettings } from './state.ts';

/** How often an address is tried that cannot be asked: it may be of another server, which nobody here reaches. */
const looksMost = 3;

/** protocol: `file_uuid` and `file_url`. */
const shareOf = ({ uuid, url }: SelfCommunityRemote, link: string | undefined): Share | undefined => {
  const key = uuid ?? url;
  return key === undefined ? undefined : { key, ...(link === undefined ? {} : { link }) };
};

/** The address of the file, which may be told without its origin. */
export const linkOf = (url: string | undefined, address: string): string | undefined =>
  url === undefined ? undefined : safeLink(URL.parse(url, address)?.href ?? '');

/** See `Provider.verify`. Its request has no token: the address may be of another server. */
export const verify = async (call: Call<SelfCommunitySettings, SelfCommunityRemote>): Promise<Outcome<Verified>> => {
  const { job, remote, context: ctx } = call;
  const { name: server, address } = ctx.server;
  if (remote.finish !== 'answered') return fail('retry', problem('answer-truncated', { server }));
  const link = linkOf(remote.url, address);
  const share = shareOf(remote, link);
  const shared = share === undefined ? {} : { share };
  const confirmed: Outcome<Verified> = ok({
    ...shared,
    proof: { by: 'server-answer', detail: `file_uuid: ${remote.uuid ?? ''}` },
    notices: [],
  });
  if (link === undefined) return confirmed;
  // A length that compression changed, or took away, would prove nothing.
  const head = await ctx.http.send({ method: 'HEAD', url: link, headers: { 'accept-encoding': 'identity' } });
  // Without a network nobody can be asked; that says nothing about the address.
  if (!head.ok && head.failure.behaviour === 'offline') return head;
  // A reverse proxy may refuse a request that the server itself would answer.
  if (!head.ok || isBusy(head.value) || head.value.status >= 500 || head.value.status === 413) {
    const looks = (remote.looks ?? 0) + 1;
    if (looks >= looksMost) return confirmed;
    call.remember({ ...remote, looks });
    if (!head.ok) return fail('retry', head.failure.problem);
    return fail('retry', problem('server-failed', { server, status: head.value.status, words: 'on-head' }));
  }
  const { status, headers } = head.value;
  if (status === 404 || status === 410) return fail('attention', problem('stored-missing', { server }));
  const length = headers['content-length'];
  const compressed = (headers['content-encoding'] ?? 'identity') !== 'identity';
  // What wants a token, or tells no length of the file, cannot be asked.
  if (status !== 200 || compressed || length === undefined || !/^\d{1,16}$/.test(length)) return confirmed;
  const stored = Number(length);
  if (stored !== job.size) return fail('attention', problem('stored-differs', { server, stored, size: job.size }));
  return ok({ ...shared, proof: { by: 'stored-length', detail: `Content-Length: ${stored}` }, notices: [] });
};
