/** Freeing what the server holds of an upload, and the share key with it. */
import { problem } from '../../../../preload/problems.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { Cancelled, Job, Progress, ProviderContext } from '../provider.ts';
import { isRefusal, notThisServer, refusal, titles } from './answers.ts';
import { emptyPart } from './file-part.ts';
import { planBytes } from './open.ts';
import { chunkUrl, findWanted, probeUpload } from './probe.ts';
import { remove } from './remove.ts';
import { readStored } from './send.ts';
import { answerMs, type StendRemote, type StendSettings } from './state.ts';
import { askInfo } from './verify.ts';

type Ctx = ProviderContext<StendSettings>;

/** The upload is complete, but its delete key went with a lost answer: it stays until it expires. */
const leave = async (remote: StendRemote, ctx: Ctx): Promise<Outcome<Cancelled>> => {
  const info = remote.expireDate === undefined ? await askInfo(remote.shareKey, ctx) : undefined;
  if (info?.ok === false) return info.failure.behaviour === 'restart' ? ok({}) : info;
  const until = remote.expireDate ?? info?.value.expireDate ?? ctx.now() + remote.expireTime * 1000;
  return ok({ left: problem('left-on-server', { server: ctx.server.name, until }) });
};

const removeComplete = async (remote: StendRemote, ctx: Ctx): Promise<Outcome<Cancelled>> => {
  if (remote.deleteKey === undefined) return leave(remote, ctx);
  const removed = await remove(remote.shareKey, remote.deleteKey, ctx);
  if (!removed.ok) return removed;
  return removed.value === 'removed' ? ok({}) : leave(remote, ctx);
};

/**
 * protocol: an unfinished upload cannot be deleted, but chunks of zero bytes complete it, which gives its delete key.
 * Sends those from `next` on; the upload as it then is, `undefined` where it is gone.
 */
const completeEmpty = async (
  remote: StendRemote,
  next: number,
  ctx: Ctx,
): Promise<Outcome<StendRemote | undefined>> => {
  const { name: server, address } = ctx.server;
  for (let index = next; index < remote.count; index++) {
    const answer = await ctx.http.send({
      method: 'PUT',
      url: chunkUrl(address, remote.transferKey, index),
      body: emptyPart(),
      finishBody: true,
      // The answer to the last one has the delete key, once.
      answerMs,
      most: planBytes(remote.count),
    });
    if (!answer.ok) return answer;
    const stored = readStored(answer.value, remote);
    if (stored?.remote !== undefined) return ok(stored.remote);
    if (stored !== undefined || isRefusal(answer.value, titles.chunkStored)) continue;
    if (isRefusal(answer.value, titles.transferKeyInvalid)) return ok(undefined);
    if (isRefusal(answer.value, titles.alreadyComplete)) return ok({ ...remote, complete: true });
    return answer.value.status < 400 ? notThisServer(answer.value, server) : refusal(answer.value, { server });
  }
  return ok({ ...remote, complete: true });
};

/**
 * See `Provider.cancel`. The delete key of an upload that was completed for its removal is remembered before the removal,
 * so that a kill in between leaves nothing.
 */
export const cancel = async (
  remote: StendRemote,
  progress: Progress,
  ctx: Ctx,
  remember: (remote: StendRemote) => void,
  deleteKeyOf: Job['deleteKeyOf'] = () => undefined,
): Promise<Outcome<Cancelled>> => {
  const complete = (): Promise<Outcome<Cancelled>> =>
    removeComplete({ ...remote, complete: true, deleteKey: remote.deleteKey ?? deleteKeyOf(remote.shareKey) }, ctx);
  if (remote.complete) return complete();
  const upload = await probeUpload(ctx, remote.transferKey);
  if (!upload.ok) return upload;
  if (upload.value === 'gone') return ok({});
  if (upload.value === 'complete') return complete();
  let first = 0;
  while (first < remote.count && progress.acknowledged(first)) first++;
  const next = await findWanted(ctx, remote, first);
  if (!next.ok) return next;
  if (next.value === 'gone') return ok({});
  if (next.value === 'complete') return complete();
  const completed = await completeEmpty(remote, next.value, ctx);
  if (!completed.ok) return completed;
  if (completed.value === undefined) return ok({});
  remember(completed.value);
  return removeComplete(completed.value, ctx);
};
