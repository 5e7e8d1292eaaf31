/** PATCH /files/{file}/uploads/{upload}: a chunk. */
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import { octets } from '../media-type.ts';
import type { Call, Chunk, ChunkBody, Sent } from '../provider.ts';
import { dataOf, isFileMissing, isMissing, notThisServer, refusal, wordsOf } from './answers.ts';
import { call } from './call.ts';
import { gone, pathOf } from './file-call.ts';
import { look } from './look.ts';
import { isCompleted, uploadSchema } from './remote-file.ts';
import type { FilesNestRemote, FilesNestSettings } from './state.ts';

/**
 * See `Provider.send`. What fails here may have been stored: each new attempt begins with a resume, which asks. protocol: the content
 * type has to be exactly this one.
 */
export const send = async (
  { remote, context: ctx }: Call<FilesNestSettings, FilesNestRemote>,
  chunk: Chunk,
  { stream, signal }: ChunkBody,
): Promise<Outcome<Sent<FilesNestRemote>>> => {
  const { name: server } = ctx.server;
  const upload = remote.uploads[chunk.index];
  // The answer that had the chunks' ids was cut: a resume reads them.
  if (upload === undefined) return fail('retry', problem('answer-truncated', { server }));
  const answer = await call(ctx, {
    method: 'PATCH',
    path: `${pathOf(remote.id)}/uploads/${encodeURIComponent(upload)}`,
    body: { length: chunk.size, contentType: octets, stream },
    signal,
  });
  if (!answer.ok) return answer;
  const { status, bodySent } = answer.value;
  if (status === 200) {
    const stored = dataOf(answer.value, uploadSchema, server);
    if (!stored.ok) return stored;
    const { resend, ...rest } = remote;
    if (!bodySent || stored.value.id !== upload || !isCompleted(stored.value))
      return notThisServer(answer.value, server);
    return ok(resend === undefined ? {} : { remote: rest });
  }
  if (isFileMissing(answer.value)) return gone(remote, ctx);
  // protocol: the chunks of a file that is complete are gone.
  if (isMissing(answer.value))
    return fail('retry', problem('server-failed', { server, status, words: wordsOf(answer.value) }));
  if (status === 413) {
    const seen = await look(ctx.server, ctx.http);
    if (!seen.ok) return seen;
    const { uploadMaxSize } = seen.value;
    if (uploadMaxSize > 0 && uploadMaxSize < remote.chunkSize)
      return fail('restart', problem('chunk-limit-lowered', { server, limit: uploadMaxSize }));
  }
  return refusal(answer.value, { server, chunk: chunk.size });
};
