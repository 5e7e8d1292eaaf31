/** All chunks are there. protocol: newer servers take the checksum now; with older ones the last chunk has started the merge. */
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { Call, Sent } from '../provider.ts';
import { giveChecksum } from './merge.ts';
import type { FilesNestRemote, FilesNestSettings } from './state.ts';

/** See `Provider.finish`. */
export const finish = async ({
  job,
  remote,
  context: ctx,
}: Call<FilesNestSettings, FilesNestRemote>): Promise<Outcome<Sent<FilesNestRemote>>> => {
  const checksum = job.hashes?.sha256;
  if (remote.checksumFirst) return ok({});
  if (checksum === undefined) return fail('retry', problem('internal', { what: 'sha256' }));
  if (remote.checksum === checksum) return ok({});
  const given = await giveChecksum(remote.id, checksum, ctx);
  return given.ok ? ok({ remote: { ...remote, checksum } }) : given;
};
