/** Done means verified: the length of what the server would give to whoever downloads it. */
import { z } from 'zod';
import { isMoment } from '../../../../preload/bounds.ts';
import { type Problem, problem } from '../../../../preload/problems.ts';
import type { Answer } from '../../http/http.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { Job, ProviderContext, Verified } from '../provider.ts';
import { beside, moment, text } from '../bounds.ts';
import { linkOf } from './address.ts';
import { isBusy } from '../busy.ts';
import { isRefusal, notThisServer, refusal, titles } from './answers.ts';
import type { StendRemote, StendSettings } from './state.ts';

/** protocol: only what is complete has a download. */
const infoSchema = z.looseObject({
  downloadLink: text(4_000).startsWith('/'),
  expireDate: beside(moment),
});
type Info = z.infer<typeof infoSchema>;

/** GET /files/info. Fails with `restart` session-gone where the share is not, or no longer, there. */
export const askInfo = async (shareKey: string, ctx: ProviderContext<StendSettings>): Promise<Outcome<Info>> => {
  const { name: server, address } = ctx.server;
  const url = `${address}/files/info?sharekey=${encodeURIComponent(shareKey)}`;
  const answer = await ctx.http.send({ method: 'GET', url });
  if (!answer.ok) return answer;
  if (isRefusal(answer.value, titles.notUploaded)) return fail('restart', problem('session-gone', { server }));
  if (answer.value.status !== 200) return refusal(answer.value, { server });
  const read = infoSchema.safeParse(answer.value.json);
  return read.success ? ok(read.data) : notThisServer(answer.value, server);
};

/** HEAD on the download. protocol: its tokens die with a restart of the server, so that each try takes a new one. */
export const askStored = async (
  shareKey: string,
  ctx: ProviderContext<StendSettings>,
): Promise<Outcome<{ readonly info: Info; readonly head: Answer }>> => {
  const info = await askInfo(shareKey, ctx);
  if (!info.ok) return info;
  const url = `${ctx.server.address}${info.value.downloadLink}`;
  // A length that compression changed, or took away, would prove nothing.
  const head = await ctx.http.send({ method: 'HEAD', url, headers: { 'accept-encoding': 'identity' } });
  return head.ok ? ok({ info: info.value, head: head.value }) : head;
};

/** See `Provider.verify`. protocol: HEAD tells the stored length on a 200 only; info tells what was declared. */
export const verify = async (
  job: Job,
  remote: StendRemote,
  ctx: ProviderContext<StendSettings>,
): Promise<Outcome<Verified>> => {
  const server = ctx.server.name;
  if (remote.spoilt === true) return fail('restart', problem('cut-spoilt', { server }));
  let asked = await askStored(remote.shareKey, ctx);
  if (asked.ok && asked.value.head.status !== 200 && !isBusy(asked.value.head))
    asked = await askStored(remote.shareKey, ctx);
  if (!asked.ok) return asked;
  const { info, head } = asked.value;
  if (head.status !== 200) {
    // The share was there a moment ago: a refusal of its download, which comes without words, is nothing to give up for.
    return head.status === 400
      ? fail('retry', problem('server-failed', { server, status: head.status, words: 'on-head' }))
      : refusal(head, { server });
  }
  const length = head.headers['content-length'];
  if (length === undefined || !/^\d{1,16}$/.test(length))
    return fail('retry', problem('not-this-server', { server, got: 'download-no-length' }));
  const stored = Number(length);
  if (stored !== job.size) return fail('restart', problem('verify-length', { server, stored, size: job.size }));

  const link = linkOf(remote.shareKey, ctx.server.settings);
  // What an earlier version kept was not looked at.
  const expiresAt = isMoment(remote.expireDate) ? remote.expireDate : info.expireDate;
  const notices: Problem[] = link === undefined ? [problem('web-address-unknown', { server })] : [];
  return ok({
    share: {
      key: remote.shareKey,
      ...(link === undefined ? {} : { link }),
      ...(remote.deleteKey === undefined ? {} : { deleteKey: remote.deleteKey }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    },
    proof: { by: 'stored-length', detail: `Content-Length: ${stored}` },
    notices,
  });
};
