/** Done means verified: the server has joined the chunks, and the checksum that it has compared is this file's. */
import { problem } from '../../../../preload/problems.ts';
import { asSaid } from '../../../../preload/problems/reasons.ts';
import { fail, notStored, ok, type Outcome } from '../../outcome.ts';
import type { Call, Verified } from '../provider.ts';
import { plainWords } from '../plain-words.ts';
import { ownFile, uploadsOf } from './file-call.ts';
import { giveChecksum, waitForMerge } from './merge.ts';
import { isCompleted, isFailed } from './remote-file.ts';
import type { FilesNestRemote, FilesNestSettings } from './state.ts';

/** See `Provider.verify`. */
export const verify = async (call: Call<FilesNestSettings, FilesNestRemote>): Promise<Outcome<Verified>> => {
  const { job, remote, context: ctx } = call;
  const { name: server } = ctx.server;
  const checksum = job.hashes?.sha256 ?? remote.checksum;
  const asked = await ownFile(remote, ctx);
  if (!asked.ok) return asked;
  const file = asked.value;
  if (isCompleted(file))
    return checksum !== undefined && file.checksum === checksum
      ? ok({
          share: { key: file.id, path: remote.name },
          proof: { by: 'hash', detail: `sha256: ${checksum}` },
          notices: [],
        })
      : fail('restart', problem('verify-hash', { server }));
  if (isFailed(file)) return notStored(server, asSaid(plainWords(file.status_name ?? '')));
  const uploads = await uploadsOf(file, remote.count, ctx);
  if (!uploads.ok) return uploads;
  // Being deleted after the merge.
  if (uploads.value === undefined) return waitForMerge(call, remote);
  if (!uploads.value.every(isCompleted)) return fail('retry', problem('session-gone', { server }));
  const startAgain = async (): Promise<Outcome<Partial<FilesNestRemote>>> => {
    // protocol: a chunk that is sent once more starts the merge again, and so does the checksum on newer servers.
    if (remote.checksumFirst || checksum === undefined) return ok({ resend: remote.count - 1 });
    const given = await giveChecksum(remote.id, checksum, ctx);
    return given.ok ? ok({}) : given;
  };
  return waitForMerge(call, remote, startAgain);
};
