/** The whole file for Upyun, in one form. */
import { multipartFile } from '../../http/multipart.ts';
import { fail, ok } from '../../outcome.ts';
import { problem } from '../../../../preload/problems.ts';
import { octets } from '../media-type.ts';
import { bodyOf, type SendChunk } from './chunk-body.ts';
import { notThisServer } from './envelope.ts';
import { unlessDone } from './upload-status.ts';
import { storeRefusal, succeeded } from './store-answers.ts';

/** POST of a form whose file comes last. protocol: Upyun then calls the site, which completes the file. */
export const sendUpyun: SendChunk = async (remote, chunk, bytes, ctx) => {
  const { name: server } = ctx.server;
  const body = await bodyOf(remote, chunk, bytes, ctx);
  if (!body.ok) return body;
  const type = remote.mimeType ?? octets;
  const answer = await ctx.http.send({
    method: 'POST',
    url: remote.uploadUrls[0] ?? '',
    body: multipartFile({
      field: 'file',
      filename: remote.name,
      contentType: type,
      size: chunk.size,
      stream: body.value.stream,
      fields: {
        policy: remote.uploadPolicy ?? '',
        authorization: remote.credential ?? '',
        'content-type': type,
      },
    }),
    signal: bytes.signal,
  });
  if (!answer.ok) return answer;
  if (succeeded(answer.value)) return answer.value.html ? notThisServer(server, 'web-page') : ok({});
  const refused = storeRefusal(answer.value, server, chunk.size);
  // What it stored while its word to the site was refused is of no use; what completed all the same is.
  if (answer.value.status < 500 && answer.value.status !== 403) return refused;
  return unlessDone(remote, ctx, {}, refused.ok ? fail('retry', problem('answer-truncated', { server })) : refused);
};
