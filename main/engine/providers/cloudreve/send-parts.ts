/** Parts for S3 and its kin, each to an address that is signed for it. */
import { problem } from '../../../../preload/problems.ts';
import { fail, ok } from '../../outcome.ts';
import { bodyOf, type SendChunk } from './chunk-body.ts';
import { notThisServer } from './envelope.ts';
import { storeRefusal, succeeded } from './store-answers.ts';

/** PUT to the part's address. protocol: its length is signed; the account's token has no business there. */
export const sendPart: SendChunk = async (remote, chunk, bytes, ctx) => {
  const { name: server } = ctx.server;
  const url = remote.uploadUrls[chunk.index];
  if (url === undefined) return fail('restart', problem('session-gone', { server }));
  const body = await bodyOf(remote, chunk, bytes, ctx);
  if (!body.ok) return body;
  const answer = await ctx.http.send({ method: 'PUT', url, body: body.value, signal: bytes.signal });
  if (!answer.ok) return answer;
  if (!succeeded(answer.value)) return storeRefusal(answer.value, server, chunk.size);
  const tag = answer.value.headers['etag'];
  // Without its tag the part could never be completed; a sign-in page has none.
  if (tag === undefined || answer.value.html) return notThisServer(server, 'part-no-tag');
  return ok({ tag });
};
