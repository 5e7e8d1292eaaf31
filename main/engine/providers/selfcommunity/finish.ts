/** The step that completes a file of several chunks. protocol: sent twice, it truncates the finished file or fails. */
import { multipartFields } from '../../http/multipart.ts';
import { fail, failed, notStored, ok, outcomeUnknown, type Outcome } from '../../outcome.ts';
import { problem } from '../../../../preload/problems.ts';
import { mediaType } from '../media-type.ts';
import type { Call, Sent } from '../provider.ts';
import { isUnclear, mayHaveActed, readBody, refusal, wordsOf } from './answers.ts';
import { named, post, probe, uploadPath } from './call.ts';
import type { SelfCommunityRemote, SelfCommunitySettings } from './state.ts';

/** protocol: `?done`, without a slash: the documents say both, and servers take `?done/` for an upload. */
const donePath = `${uploadPath}?done`;

/** See `Provider.finish`. */
export const finish = async (
  call: Call<SelfCommunitySettings, SelfCommunityRemote>,
): Promise<Outcome<Sent<SelfCommunityRemote>>> => {
  const { job, remote, context: ctx } = call;
  const { name: server } = ctx.server;
  const { uuid, count } = remote;
  const { dialect } = ctx.server.settings;
  if (remote.finish === 'answered') return ok({});
  if (remote.finish === 'leaving') return outcomeUnknown(server);
  if (uuid === undefined) return fail('restart', problem('session-gone', { server }));
  // What breaks here completed nothing: a connection that was kept open may have ended unnoticed.
  const stands = await probe(ctx);
  if (!stands.ok) return stands;
  call.remember({ ...remote, finish: 'leaving' });
  const { md5 } = job.hashes ?? {};
  const fields = {
    uuid,
    filename: job.name,
    totalparts: String(count),
    ...(md5 === undefined ? {} : { md5 }),
    filetype: mediaType(job.name),
    totalfilesize: String(job.size),
  };
  const course = { refused: false };
  const answer = await post(ctx, {
    path: donePath,
    once: true,
    onRefused: () => (course.refused = true),
    body: multipartFields(named(dialect, fields)),
  });
  if (!answer.ok) {
    if (!course.refused && mayHaveActed(answer.failure)) return outcomeUnknown(server);
    call.remember(remote);
    return answer;
  }
  const said = readBody(answer.value);
  if (said?.is === 'taken') {
    const done: SelfCommunityRemote = {
      ...remote,
      uuid: said.uuid ?? uuid,
      ...(said.url === undefined ? {} : { url: said.url }),
      finish: 'answered',
    };
    call.remember(done);
    return ok({ remote: done });
  }
  // It says itself that it did not complete the file.
  if (said !== undefined) return notStored(server, said.words);
  if (isUnclear(answer.value)) return outcomeUnknown(server);
  const { status } = answer.value;
  // protocol: a chunk that is missing, or another md5. A second request could do harm where the first did a part.
  if ([400, 404, 406, 409, 410, 422].includes(status)) return notStored(server, wordsOf(answer.value));
  call.remember(remote);
  if (status === 401) return failed({ behaviour: 'retry', problem: problem('token-renewed', { server }), afterMs: 0 });
  return refusal(answer.value, { server, dialect });
};
