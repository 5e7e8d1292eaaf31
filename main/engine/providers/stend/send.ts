/** PUT /files/uploadChunk. */
import { z } from 'zod';
import { problem } from '../../../../preload/problems.ts';
import type { Answer } from '../../http/http.ts';
import { type Failure, failed, ok, type Outcome } from '../../outcome.ts';
import { type Chunk, type ChunkBody, FailureError, type ProviderContext, type Sent } from '../provider.ts';
import { beside, moment, revealed } from '../bounds.ts';
import { notThisServer, refusal } from './answers.ts';
import { filePart } from './file-part.ts';
import { planBytes } from './open.ts';
import { chunkUrl } from './probe.ts';
import { answerMs, type StendRemote, type StendSettings } from './state.ts';
import { askEveryMs, gaveUpWaiting, untilStored } from './until-stored.ts';

/** protocol: the delete key is in this answer only, ever. */
const completedSchema = z.looseObject({
  deleteKey: beside(revealed()),
  shareKey: beside(revealed()),
  uploaded: beside(z.boolean()),
  uploadedAt: beside(moment),
  expireDate: beside(moment),
});

/** The delete key in an answer that cannot be parsed as a whole: it is cut off, or nested too deeply. One pass over the text. */
const deleteKeyIn = (text: string): Readonly<Record<string, unknown>> | undefined => {
  const deleteKey = /"deleteKey"\s*:\s*"([^"\\]{1,1024})"/.exec(text)?.[1];
  return deleteKey === undefined ? undefined : { deleteKey };
};

/**
 * What a chunk's answer says: the upload unchanged (an empty body), or complete. `undefined` where it is no answer of
 * Stend. protocol: the delete key is told here and never again.
 */
export const readStored = (answer: Answer, remote: StendRemote): Sent<StendRemote> | undefined => {
  if (answer.status !== 200) return undefined;
  if (answer.text === '') return {};
  const read = completedSchema.safeParse(answer.json ?? deleteKeyIn(answer.text));
  if (!read.success) return undefined;
  const { shareKey = remote.shareKey, deleteKey, uploaded, uploadedAt, expireDate } = read.data;
  // A delete key proves the end by itself; without one the answer has to say so.
  if (deleteKey === undefined && uploaded !== true) return undefined;
  return {
    remote: { ...remote, shareKey, complete: true, deleteKey, uploadedAt, expireDate },
    ...(deleteKey === undefined || shareKey === '' ? {} : { told: { shareKey, deleteKey } }),
  };
};

/**
 * See `Provider.send`. Behind a buffering proxy the length is announced, and a cut before the last byte harms nothing. A
 * bare server crashes when a body is cut, so that there the body travels in chunked encoding and is always closed: where `ending` or a failing
 * file ends it early, the short chunk is stored and comes back as `short`, with a remote state that can only be cancelled.
 */
export const send = async (
  remote: StendRemote,
  chunk: Chunk,
  body: ChunkBody,
  ctx: ProviderContext<StendSettings>,
  everyMs = askEveryMs,
): Promise<Outcome<Sent<StendRemote>>> => {
  const { name: server, address } = ctx.server;
  const spoilt: Failure = { behaviour: 'restart', problem: problem('cut-spoilt', { server }) };
  if (remote.spoilt === true) return failed(spoilt);
  const bare = remote.front === 'bare';
  let given = 0;
  let thrown: unknown;
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
  const answer = await ctx.http.send({
    method: 'PUT',
    url: chunkUrl(address, remote.transferKey, chunk.index),
    body: { ...filePart(bare ? undefined : chunk.size, bytes), beforeLast: () => body.lastByte?.() },
    signal: body.signal,
    // On a directly reachable server a live connection is worth much: giving it up crashes the server and spoils the file.
    ...(bare ? { stallMs: answerMs, finishBody: true } : { answerMs }),
    most: planBytes(remote.count),
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
  if (!bare && gaveUpWaiting(answer.value) && given === chunk.size)
    return untilStored(remote, chunk, { answer: answer.value, signal: body.signal }, ctx, everyMs);
  body.refused?.();
  return answer.value.status < 400
    ? notThisServer(answer.value, server)
    : refusal(answer.value, { server, chunk: chunk.size });
};
