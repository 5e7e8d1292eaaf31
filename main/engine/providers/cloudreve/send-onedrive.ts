/** Fragments for OneDrive: strictly in order, each where the one before ended. */
import { z } from 'zod';
import { problem } from '../../../../preload/problems.ts';
import { asSaid } from '../../../../preload/problems/reasons.ts';
import type { Answer } from '../../http/http.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { Chunk, ChunkBody, ProviderContext, Sent } from '../provider.ts';
import { bodyOf, type SendChunk } from './chunk-body.ts';
import { seesNone, tellSite } from './complete.ts';
import { notThisServer } from './envelope.ts';
import type { CloudreveRemote } from './state.ts';
import { errorOf, storeRefusal, succeeded } from './store-answers.ts';

type Ctx = ProviderContext<unknown>;

const statusSchema = z.looseObject({ nextExpectedRanges: z.array(z.string()) });

/** Bytes that the store has from the start on; `undefined` where the answer does not tell. */
const storedBytes = (answer: Answer, size: number): number | undefined => {
  const read = statusSchema.safeParse(answer.json);
  if (!read.success) return undefined;
  const [first] = read.data.nextExpectedRanges;
  if (first === undefined) return size;
  const start = Number.parseInt(first, 10);
  return Number.isNaN(start) ? undefined : start;
};

/**
 * GET on the upload's address: how many bytes the store has. Fails with `restart` where it no longer knows the upload,
 * which is also said of one that is whole.
 */
export const askStored = async (remote: CloudreveRemote, ctx: Ctx): Promise<Outcome<number>> => {
  const { name: server } = ctx.server;
  const answer = await ctx.http.send({ method: 'GET', url: remote.uploadUrls[0] ?? '' });
  if (!answer.ok) return answer;
  if (!succeeded(answer.value)) return storeRefusal(answer.value, server, 0);
  const stored = storedBytes(answer.value, remote.size);
  return stored === undefined ? notThisServer(server, 'upload-no-ranges') : ok(stored);
};

const overlaps = (answer: Answer): boolean =>
  answer.status === 416 ||
  (answer.status === 409 && /overlap|range/i.test(answer.text)) ||
  errorOf(answer) === 'fragmentOverlap';

const put = async (
  remote: CloudreveRemote,
  chunk: Chunk,
  skip: number,
  bytes: ChunkBody,
  ctx: Ctx,
): Promise<Outcome<Answer>> => {
  const body = await bodyOf(remote, chunk, bytes, ctx, skip);
  if (!body.ok) return body;
  const from = chunk.offset + skip;
  return ctx.http.send({
    method: 'PUT',
    url: remote.uploadUrls[0] ?? '',
    headers: { 'content-range': `bytes ${from}-${chunk.offset + chunk.size - 1}/${remote.size}` },
    body: body.value,
    signal: bytes.signal,
  });
};

/**
 * OneDrive forgets an upload that is whole, and the last fragment of an attempt that was given up here may have made it so
 * meanwhile: the site, which then looks for the file there, tells.
 */
const unlessWhole = async (
  remote: CloudreveRemote,
  { offset, size }: Chunk,
  ctx: Ctx,
  failure: Outcome<never>,
): Promise<Outcome<Sent<CloudreveRemote>>> => {
  if (failure.ok || failure.failure.behaviour !== 'restart' || offset + size < remote.size) return failure;
  const told = await tellSite(remote, ctx);
  if (told.ok) return ok({});
  return seesNone(told.failure) ? failure : told;
};

/** PUT of a fragment. protocol: no authorization; on `fragmentOverlap` it goes on where the store stands. */
export const sendOneDrive: SendChunk = async (remote, chunk, bytes, ctx) => {
  const { name: server } = ctx.server;
  let answer = await put(remote, chunk, 0, bytes, ctx);
  if (answer.ok && overlaps(answer.value)) {
    const stored = await askStored(remote, ctx);
    if (!stored.ok) return unlessWhole(remote, chunk, ctx, stored);
    const skip = stored.value - chunk.offset;
    if (skip >= chunk.size) return ok({});
    // The store has less than it had acknowledged.
    if (skip < 0) return fail('restart', problem('session-gone', { server }));
    answer = await put(remote, chunk, skip, bytes, ctx);
    // An attempt that was given up here still arrives there: it is asked again when that has ended.
    if (answer.ok && overlaps(answer.value))
      return fail(
        'retry',
        problem('server-failed', { server, status: answer.value.status, words: asSaid('fragmentOverlap') }),
      );
  }
  if (!answer.ok) return answer;
  if (!succeeded(answer.value)) return unlessWhole(remote, chunk, ctx, storeRefusal(answer.value, server, chunk.size));
  return answer.value.html ? notThisServer(server, 'web-page') : ok({});
};
