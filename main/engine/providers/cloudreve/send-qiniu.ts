/** Parts for Qiniu. */
import { z } from 'zod';
import { ok } from '../../outcome.ts';
import { revealed } from '../bounds.ts';
import { bodyOf, type SendChunk } from './chunk-body.ts';
import { notThisServer } from './envelope.ts';
import { storeRefusal, succeeded } from './store-answers.ts';

const storedSchema = z.looseObject({ etag: revealed() });

/** PUT to `{url}/{part number}`. protocol: the answer names the part's tag. */
export const sendQiniu: SendChunk = async (remote, chunk, bytes, ctx) => {
  const { name: server } = ctx.server;
  const body = await bodyOf(remote, chunk, bytes, ctx);
  if (!body.ok) return body;
  const answer = await ctx.http.send({
    method: 'PUT',
    url: `${remote.uploadUrls[0] ?? ''}/${chunk.index + 1}`,
    headers: { authorization: `UpToken ${remote.credential ?? ''}` },
    body: body.value,
    signal: bytes.signal,
  });
  if (!answer.ok) return answer;
  if (!succeeded(answer.value)) return storeRefusal(answer.value, server, chunk.size);
  const read = storedSchema.safeParse(answer.value.json);
  return read.success ? ok({ tag: read.data.etag }) : notThisServer(server, 'part-no-tag');
};
