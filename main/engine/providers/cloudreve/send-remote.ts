/** Chunks for a node of the site's own: a Cloudreve that only stores. */
import { problem } from '../../../../preload/problems.ts';
import type { Body } from '../../http/http.ts';
import { fail, notStored, ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { bodyOf, type SendChunk } from './chunk-body.ts';
import { codes, refusal } from './codes.ts';
import { noEnvelope, readEnvelope, type Said, wordsOf } from './envelope.ts';
import { unlessDone } from './upload-status.ts';
import type { CloudreveRemote } from './state.ts';
import { rules } from './version.ts';

type Ctx = ProviderContext<unknown>;

/**
 * What the node says to a chunk. protocol: the credential stands in the header as it was told, and no `X-Cr-` header
 * beside it, since those are signed; an index that is missing counts as 0, and overwrites the first chunk.
 */
export const askNode = async (
  remote: CloudreveRemote,
  index: number,
  ctx: Ctx,
  sending?: { readonly body: Body; readonly signal: AbortSignal },
): Promise<Outcome<Said>> => {
  const url = new URL(remote.uploadUrls[0] ?? '');
  url.searchParams.set('chunk', String(index));
  const answer = await ctx.http.send({
    method: 'POST',
    url: url.href,
    headers: { authorization: remote.credential ?? '' },
    ...sending,
  });
  if (!answer.ok) return answer;
  const said = readEnvelope(answer.value);
  return said === undefined ? noEnvelope(answer.value, ctx.server.name, sending?.body.length) : ok(said);
};

/** Whether a node's refusal says that its session is of no use any more. */
export const nodeLost = (said: Said): boolean => {
  const gone: readonly number[] = [
    codes.sessionGone,
    codes.lengthWrong,
    codes.callbackFailed,
    codes.locked,
    codes.lifetimeOver,
    codes.signatureWrong,
    codes.forbidden,
  ];
  return gone.includes(said.code);
};

/**
 * POST to the node. protocol: completion is in the last chunk's own answer. Where the node could not reach the site, every
 * further chunk answers 0 and the file never completes; up to 4.17 the last one again calls again.
 */
export const sendRemote: SendChunk = async (remote, chunk, bytes, ctx) => {
  const { name: server } = ctx.server;
  const body = await bodyOf(remote, chunk, bytes, ctx);
  if (!body.ok) return body;
  const asked = await askNode(remote, chunk.index, ctx, { body: body.value, signal: bytes.signal });
  if (!asked.ok) return asked;
  const said = asked.value;
  if (said.code === codes.done) return ok({});
  if (!nodeLost(said)) return refusal(said, { server, name: remote.name });
  if (said.code !== codes.callbackFailed)
    return unlessDone(remote, ctx, {}, fail('restart', problem('session-gone', { server })));
  const words = wordsOf(said);
  return rules.lastChunkCallsOnce(remote.version)
    ? unlessDone(remote, ctx, {}, notStored(server, words))
    : fail('retry', problem('server-failed', { server, status: said.code, words }));
};
