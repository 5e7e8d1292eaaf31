/** What the server has of an upload after an interruption. */
import { problem } from '../../../../preload/problems.ts';
import { asSaid } from '../../../../preload/problems/reasons.ts';
import { fail, notStored, ok, type Outcome } from '../../outcome.ts';
import type { Call, Progress, Resumed } from '../provider.ts';
import { plainWords } from '../plain-words.ts';
import { ownFile, uploadsOf } from './file-call.ts';
import { waitForMerge } from './merge.ts';
import { isCompleted, isFailed } from './remote-file.ts';
import type { FilesNestRemote, FilesNestSettings } from './state.ts';

const unacknowledged = ({ count, acknowledged }: Progress): readonly number[] =>
  Array.from({ length: count }, (_, index) => index).filter((index) => !acknowledged(index));

/** See `Provider.resume`. */
export const resume = async (
  call: Call<FilesNestSettings, FilesNestRemote>,
): Promise<Outcome<Resumed<FilesNestRemote, FilesNestSettings>>> => {
  const { remote, progress, context: ctx } = call;
  const { name: server } = ctx.server;
  const asked = await ownFile(remote, ctx);
  if (!asked.ok) return asked;
  const file = asked.value;
  const { resend, checksum: _, ...rest } = remote;
  const now = { ...rest, ...(file.checksum === undefined ? {} : { checksum: file.checksum }) };
  const missing = unacknowledged(progress);
  // protocol: a file that is complete has no chunks any more; without that status an empty list says nothing.
  if (isCompleted(file)) return ok({ remote: now, stored: missing, notices: [] });
  if (isFailed(file)) return notStored(server, asSaid(plainWords(file.status_name ?? '')));
  const uploads = await uploadsOf(file, remote.count, ctx);
  if (!uploads.ok) return uploads;
  if (uploads.value === undefined)
    return missing.length === 0
      ? waitForMerge(call, { ...remote, ...now })
      : fail('restart', problem('session-gone', { server }));
  const uploaded = uploads.value;
  const has = (index: number): boolean => {
    const upload = uploaded[index];
    return upload !== undefined && isCompleted(upload);
  };
  // It has lost what it acknowledged.
  if (uploaded.some((_upload, index) => progress.acknowledged(index) && !has(index)))
    return fail('restart', problem('session-gone', { server }));
  return ok({
    remote: { ...now, uploads: uploaded.map(({ id }) => id), ...(resend === undefined ? {} : { resend }) },
    stored: missing.filter((index) => has(index) && index !== resend),
    ...(resend === undefined || !progress.acknowledged(resend) ? {} : { again: [resend] }),
    notices: [],
  });
};
