import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext, Stored } from '../provider.ts';
import { askFile, isOurs } from './file-call.ts';
import { isCompleted } from './remote-file.ts';
import type { FilesNestRemote } from './state.ts';

/** See `Provider.stillHas`. protocol: the server does not say a length; the checksum that it has compared is the file's. */
export const stillHas = async (
  { remote, hashes }: Stored<FilesNestRemote>,
  ctx: ProviderContext<unknown>,
): Promise<Outcome<boolean>> => {
  const asked = await askFile(remote.id, ctx);
  if (!asked.ok) return asked;
  const file = asked.value;
  const checksum = hashes?.sha256 ?? remote.checksum;
  return ok(
    file !== undefined &&
      isOurs(file, remote) &&
      isCompleted(file) &&
      checksum !== undefined &&
      file.checksum === checksum,
  );
};
