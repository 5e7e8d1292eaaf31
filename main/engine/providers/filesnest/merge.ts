/** The server joins the chunks by itself, once it has all of them and the checksum. Its worker may be slow, or stand still. */
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, pending, type Outcome } from '../../outcome.ts';
import type { Call, ProviderContext } from '../provider.ts';
import { serverNow } from '../server-clock.ts';
import { dataOf, isMissing, isRefusal, notThisServer, refusal } from './answers.ts';
import { call } from './call.ts';
import { pathOf } from './file-call.ts';
import { fileSchema } from './remote-file.ts';
import type { FilesNestRemote, FilesNestSettings } from './state.ts';

type ThisCall = Call<FilesNestSettings, FilesNestRemote>;

/** ms after which a merge that did not come about is started again, once each. */
const againAfterMs = [2 * 60_000, 10 * 60_000];
/** ms after which the user is asked. */
const patienceMs = 30 * 60_000;

type Merge = NonNullable<FilesNestRemote['merge']>;

/** A merge as it is watched from now on; a server's clock may be put back. */
const watched = ({ merge }: FilesNestRemote, now: number): Merge =>
  merge === undefined
    ? { since: now, started: now, again: 0 }
    : { ...merge, since: Math.min(merge.since, now), started: Math.min(merge.started, now) };

/**
 * Waits for the merge, longer each time. Fails with `pending`, and with `attention` merge-slow after half an hour.
 *
 * @param startAgain starts the merge again, and gives what changes in the stored upload. Absent: nothing can be started now
 */
export const waitForMerge = async (
  { context: ctx, remember }: Pick<ThisCall, 'context' | 'remember'>,
  remote: FilesNestRemote,
  startAgain?: () => Promise<Outcome<Partial<FilesNestRemote>>>,
): Promise<Outcome<never>> => {
  const { name: server } = ctx.server;
  const now = serverNow(ctx);
  const merge = watched(remote, now);
  const passed = now - merge.since;
  if (passed >= patienceMs) {
    const { merge: _, ...rest } = remote;
    // When the user retries, the wait starts again.
    remember(rest);
    return fail('attention', problem('merge-slow', { server, waitedMs: passed }));
  }
  if (startAgain === undefined || passed < (againAfterMs[merge.again] ?? Infinity)) {
    remember({ ...remote, merge });
    return pending(server, (now - merge.started) / 2);
  }
  const started = await startAgain();
  if (!started.ok) return started;
  remember({ ...remote, ...started.value, merge: { ...merge, started: now, again: merge.again + 1 } });
  return pending(server, 0);
};

/** PATCH /files/{file}: gives the checksum, which starts the merge. protocol: a file that is complete is not changed: 400. */
export const giveChecksum = async (
  id: string,
  checksum: string,
  ctx: ProviderContext<unknown>,
): Promise<Outcome<void>> => {
  const { name: server } = ctx.server;
  const answer = await call(ctx, { method: 'PATCH', path: pathOf(id), body: { json: { checksum } } });
  if (!answer.ok) return answer;
  if (answer.value.status === 200) {
    const file = dataOf(answer.value, fileSchema, server);
    if (!file.ok) return file;
    return file.value.checksum === checksum ? ok(undefined) : notThisServer(answer.value, server);
  }
  if (answer.value.status === 400 && isRefusal(answer.value)) return ok(undefined);
  // A resume tells why it is gone.
  if (isMissing(answer.value)) return fail('retry', problem('session-gone', { server }));
  return refusal(answer.value, { server });
};
