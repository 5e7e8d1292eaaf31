/** Deleting what an upload left on the server. */
import { problem } from '../../../../preload/problems.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { Call, Cancelled } from '../provider.ts';
import { removeOwn } from './file-call.ts';
import type { FilesNestRemote, FilesNestSettings } from './state.ts';

/** See `Provider.cancel`. Another file of that id is left alone. */
export const cancel = async ({
  remote,
  context: ctx,
}: Call<FilesNestSettings, FilesNestRemote>): Promise<Outcome<Cancelled>> => {
  const removed = await removeOwn(remote, ctx);
  if (removed.ok) return ok({});
  // Signed in as somebody else since: it is out of reach for good, and an unfinished one goes after a day.
  return removed.failure.problem.code === 'not-owner'
    ? ok({ left: problem('not-deletable', { server: ctx.server.name }) })
    : removed;
};
