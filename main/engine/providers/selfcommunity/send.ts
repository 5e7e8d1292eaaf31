/** A chunk, or a file in one request. */
import { problem } from '../../../../preload/problems.ts';
import type { Answer } from '../../http/http.ts';
import { multipartFile } from '../../http/multipart.ts';
import { fail, failed, notStored, ok, outcomeUnknown, type Outcome } from '../../outcome.ts';
import { mediaType } from '../media-type.ts';
import type { Call, Chunk, ChunkBody, Sent } from '../provider.ts';
import { isUnclear, mayHaveActed, notThisServer, prefixOf, readBody, refusal } from './answers.ts';
import { named, post, probe, uploadPath } from './call.ts';
import type { SelfCommunityRemote, SelfCommunitySettings } from './state.ts';

type ThisCall = Call<SelfCommunitySettings, SelfCommunityRemote>;

/**
 * protocol: `partindex` and `totalparts` are required, and the uuid that the answer to chunk 0 gave from chunk 1 on; the others are
 * optional. A file in one request has no fields of parts.
 */
const fieldsOf = ({ job, remote }: ThisCall, { index, offset, size }: Chunk): Readonly<Record<string, string>> => ({
  ...(remote.count === 1
    ? {}
    : {
        ...(index === 0 || remote.uuid === undefined ? {} : { uuid: remote.uuid }),
        partindex: String(index),
        totalparts: String(remote.count),
        partbyteoffset: String(offset),
        chunksize: String(size),
      }),
  filetype: mediaType(job.name),
  totalfilesize: String(job.size),
  filename: job.name,
});

/**
 * What it means that nobody knows whether a chunk arrived. protocol: a last chunk that is sent again may be appended, so that the file
 * starts over under another uuid; any other may be sent again. A file in one request may be stored.
 */
export const unsure = (remote: SelfCommunityRemote, index: number, server: string): Outcome<never> | undefined => {
  if (remote.count === 1) return outcomeUnknown(server);
  return index === remote.count - 1 ? fail('restart', problem('last-chunk-unsure', { server })) : undefined;
};

/** protocol: a server that forgot an upload refuses the first chunk after an interruption: it starts over once. */
const isForgotten = ({ resumed }: SelfCommunityRemote, { status }: Answer): boolean =>
  resumed === true && status >= 400 && status < 500 && ![401, 403, 408, 413, 425, 429].includes(status);

/** See `Provider.send`. */
export const send = async (
  call: ThisCall,
  chunk: Chunk,
  body: ChunkBody,
): Promise<Outcome<Sent<SelfCommunityRemote>>> => {
  const { job, remote, context: ctx } = call;
  const { name: server } = ctx.server;
  const { dialect } = ctx.server.settings;
  // What the first chunk's answer named is lost with that answer.
  if (chunk.index > 0 && remote.uuid === undefined) return fail('restart', problem('session-gone', { server }));
  const sent = { whole: false };
  const form = multipartFile({
    field: `${prefixOf[dialect]}file`,
    filename: job.name,
    contentType: mediaType(job.name),
    size: chunk.size,
    stream: body.stream,
    fields: named(dialect, fieldsOf(call, chunk)),
  });
  const answer = await post(ctx, {
    path: uploadPath,
    once: true,
    onRefused: () => {
      body.refused?.();
      sent.whole = false;
    },
    signal: body.signal,
    body: {
      ...form,
      beforeLast: () => {
        body.lastByte?.();
        sent.whole = true;
      },
    },
  });
  if (!answer.ok) {
    const inDoubt = sent.whole && mayHaveActed(answer.failure) ? unsure(remote, chunk.index, server) : undefined;
    return inDoubt ?? answer;
  }
  const said = readBody(answer.value);
  if (said?.is === 'taken' && sent.whole) return taken(remote, chunk.index, said, server);
  if (sent.whole && isUnclear(answer.value)) {
    const inDoubt = unsure(remote, chunk.index, server);
    if (inDoubt !== undefined) return inDoubt;
  }
  body.refused?.();
  if (said?.is === 'reset') return fail('restart', problem('session-gone', { server }));
  if (said?.is === 'refused')
    return fail('fatal', problem('server-refused', { server, status: answer.value.status, words: said.words }));
  if (said?.is === 'failed')
    return failed({
      behaviour: 'retry',
      problem: problem('server-failed', { server, status: answer.value.status, words: said.words }),
    });
  if (isForgotten(remote, answer.value)) return fail('restart', problem('session-gone', { server }));
  if (answer.value.status === 401) {
    // The token has been renewed: the next attempt has the new one, unless the server refuses that, too.
    const stands = await probe(ctx);
    if (!stands.ok) return stands;
    return failed({ behaviour: 'retry', problem: problem('token-renewed', { server }), afterMs: 0 });
  }
  if (answer.value.status < 400) return notThisServer(answer.value, server);
  return refusal(answer.value, { server, chunk: chunk.size, dialect });
};

/** The upload after a chunk that was taken. */
const taken = (
  remote: SelfCommunityRemote,
  index: number,
  { uuid, url }: { readonly uuid: string | undefined; readonly url: string | undefined },
  server: string,
): Outcome<Sent<SelfCommunityRemote>> => {
  const { resumed: _, ...before } = remote;
  // The server no longer has the upload, and took the chunk for a part of another: the rest would complete a file with a hole.
  if (index > 0 && uuid !== undefined && uuid !== remote.uuid)
    return fail('restart', problem('session-gone', { server }));
  const next = { ...before, ...(uuid === undefined ? {} : { uuid }) };
  if (remote.count > 1) return next.uuid === undefined ? notStored(server) : ok({ remote: next });
  return ok({ remote: { ...next, ...(url === undefined ? {} : { url }), finish: 'answered' } });
};
