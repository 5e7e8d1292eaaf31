/** PUT /files/uploadChunk. */
import { z } from 'zod';
import { problem } from '../../../../preload/problems.ts';
import type { Answer } from '../../http/http.ts';
import { type Failure, failed, ok, type Outcome } from '../../outcome.ts';
import { type Chunk, type ChunkBody, FailureError, type ProviderContext, type Sent } from '../provider.ts';
import { maybeMoment, token } from '../bounds.ts';
import { notThisServer, refusal } from './answers.ts';
import { filePart } from './file-part.ts';
import { planBytes } from './open.ts';
import { chunkUrl } from './probe.ts';
import type { StendRemote, StendSettings } from './state.ts';

/**
 * ms without a byte moving on a bare server. A live connection is worth much there: giving it up crashes the server and
 * spoils the file; protocol: the server has no time-out of its own.
 */
const bareStallMs = 20 * 60_000;

/** ms in which a front passes a whole chunk on, before a cut is carried out all the same. */
const passingMs = 5_000;

const completedSchema = z.looseObject({
  uploaded: z.literal(true),
  shareKey: token,
  deleteKey: token.optional(),
  uploadedAt: maybeMoment,
  expireDate: maybeMoment,
});

/**
 * What a chunk's answer says: the upload unchanged (an empty body), or complete. `undefined` where it is no answer of
 * Stend. protocol: the delete key is told here and never again.
 */
export const readStored = (answer: Answer, remote: StendRemote): Sent<StendRemote> | undefined => {
  if (answer.status !== 200) return undefined;
  if (answer.text === '') return {};
  const read = completedSchema.safeParse(answer.json);
  if (!read.success) return undefined;
  const { shareKey, deleteKey, uploadedAt, expireDate } = read.data;
  return {
    remote: { ...remote, shareKey, complete: true, deleteKey, uploadedAt, expireDate },
    ...(deleteKey === undefined ? {} : { told: { shareKey, deleteKey } }),
  };
};

/**
 * See `Provider.send`. Behind a buffering front the length is announced, and a cut harms nothing. A bare server crashes
 * when a body is cut, so that there the body travels in chunked encoding and is always closed: where `ending` or a failing
 * file ends it early, the short chunk is stored and comes back as `short`, with a remote state that can only be cancelled.
 */
export const send = async (
  remote: StendRemote,
  chunk: Chunk,
  body: ChunkBody,
  ctx: ProviderContext<StendSettings>,
): Promise<Outcome<Sent<StendRemote>>> => {
  const { name: server, address } = ctx.server;
  const spoilt: Failure = { behaviour: 'restart', problem: problem('cut-spoilt', { server }) };
  if (remote.spoilt === true) return failed(spoilt);
  const bare = remote.front === 'bare';
  let given = 0;
  let thrown: unknown;
  // protocol: what buffers passes the chunk on as soon as it is whole, and nginx ends that, too, when its client leaves: the
  // server would crash. So a cut that comes between the last byte and the answer leaves time for that.
  const cut = new AbortController();
  let passing: NodeJS.Timeout | undefined;
  const onCut = (): void => {
    passing = setTimeout(() => cut.abort(body.signal.reason), passingMs);
    if (given < chunk.size) cut.abort(body.signal.reason);
  };
  body.signal.addEventListener('abort', onCut);
  if (body.signal.aborted) onCut();
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of body.stream()) {
        given += piece.byteLength;
        yield piece;
      }
    } catch (error) {
      if (!bare) throw error;
      thrown = error;
    }
  };
  const sent = ctx.http.send({
    method: 'PUT',
    url: chunkUrl(address, remote.transferKey, chunk.index),
    body: filePart(bare ? undefined : chunk.size, bytes),
    signal: bare ? body.signal : cut.signal,
    ...(bare ? { stallMs: bareStallMs, finishBody: true } : {}),
    most: planBytes(remote.count),
  });
  const answer = await sent.finally(() => {
    body.signal.removeEventListener('abort', onCut);
    clearTimeout(passing);
  });
  const stored = answer.ok ? readStored(answer.value, remote) : undefined;
  if (stored !== undefined && given === chunk.size) return ok(stored);
  const failure = thrown instanceof FailureError ? thrown.failure : undefined;
  // protocol: what was sent is part of the file now, though it is less than the chunk.
  if (stored !== undefined)
    return ok({ ...stored, remote: { ...(stored.remote ?? remote), spoilt: true }, short: failure ?? spoilt });
  if (failure !== undefined) return failed(failure);
  if (thrown instanceof Error) throw thrown;
  if (!answer.ok) return answer;
  return answer.value.status < 400
    ? notThisServer(answer.value, server)
    : refusal(answer.value, { server, chunk: chunk.size });
};
