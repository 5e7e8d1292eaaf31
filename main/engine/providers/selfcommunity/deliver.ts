/** The private message that has an uploaded file. protocol: POST /api/v2/pm/ (recipient, message, file_uuid). */
import { problem } from '../../../../preload/problems.ts';
import { fail, failed, ok, type Outcome } from '../../outcome.ts';
import { isBusy, waitOf } from '../busy.ts';
import type { DeliveryCall, Message } from '../provider.ts';
import { isRefusal, readBody, wordsOf } from './answers.ts';
import { post, probe } from './call.ts';
import type { SelfCommunityRemote, SelfCommunitySettings } from './state.ts';

const nothingSent = { nothingMade: true } as const;

/** See `Provider.deliver`. */
export const deliver = async (
  { remote, context: ctx }: DeliveryCall<SelfCommunitySettings, SelfCommunityRemote>,
  { recipient, text }: Message,
): Promise<Outcome<void>> => {
  const { name: server } = ctx.server;
  if (remote.uuid === undefined)
    return fail('attention', problem('message-refused', { server, words: 'file-no-id' }), { scope: 'transfer' });
  // What breaks here sent nothing: a connection that was kept open may have ended unnoticed.
  const stands = await probe(ctx);
  if (!stands.ok) return failed({ ...stands.failure, ...nothingSent });
  const json = { recipient, file_uuid: remote.uuid, ...(text === undefined ? {} : { message: text }) };
  const course = { refused: false };
  const onRefused = (): void => void (course.refused = true);
  const answer = await post(ctx, { path: '/api/v2/pm/', body: { json }, once: true, onRefused });
  if (!answer.ok) return course.refused ? failed({ ...answer.failure, ...nothingSent }) : answer;
  const { status } = answer.value;
  // protocol: the body of a 200 may report a failure.
  const said = readBody(answer.value);
  if (said !== undefined && said.is !== 'taken')
    return fail('attention', problem('message-refused', { server, words: said.words }), {
      scope: 'transfer',
      ...nothingSent,
    });
  if (status >= 200 && status < 300 && !answer.value.html) return ok(undefined);
  if (status === 429)
    return failed({
      behaviour: 'server-busy',
      problem: problem('server-busy', { server, status }),
      ...nothingSent,
      ...waitOf(answer.value),
    });
  // The token has been renewed. If it is refused again, the probe of the next attempt says so.
  if (status === 401)
    return failed({ behaviour: 'retry', problem: problem('token-renewed', { server }), afterMs: 0, ...nothingSent });
  if (status >= 400 && status < 500 && isRefusal(answer.value))
    return fail('attention', problem('message-refused', { server, words: wordsOf(answer.value) }), {
      scope: 'transfer',
      ...nothingSent,
    });
  // A proxy, or the server, failed on the way: it may have been sent.
  const failure = isBusy(answer.value)
    ? problem('server-busy', { server, status })
    : problem('server-failed', { server, status, words: wordsOf(answer.value) });
  return fail('retry', failure, { nothingMade: false });
};
