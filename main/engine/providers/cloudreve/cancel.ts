/** Freeing what the server holds of an upload: its session, its placeholder, its room; a finished file of its own too. */
import { problem } from '../../../../preload/problems.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { Cancelled, ProviderContext } from '../provider.ts';
import { dropKey } from './crypt.ts';
import { freeSession, removeFile } from './free.ts';
import { askFile, createdAt, isFolder, isHollow, type RemoteFile, sessionOf } from './remote-file.ts';
import { contentBegun, isFirstContent, isOfSession } from './origin.ts';
import { removeShare } from './share-api.ts';
import type { CloudreveRemote } from './state.ts';
import { standing } from './upload-status.ts';

type Ctx = ProviderContext<unknown>;

/**
 * Whether this upload made the file, and did not find it: only then is it ours to remove. protocol: an upload that takes
 * over a dead one's placeholder keeps the file with its time, so that the content has to be of this session, too.
 */
const isOurs = (file: RemoteFile, remote: CloudreveRemote): boolean => {
  if (isFolder(file) || remote.previous !== undefined || !isOfSession(contentBegun(file), remote)) return false;
  return remote.fileCreated === undefined
    ? isOfSession(createdAt(file), remote) && isFirstContent(file)
    : createdAt(file) === remote.fileCreated && file.primary_entity !== remote.nothing;
};

/** protocol: a cancelled overwrite keeps what was there; of a dead placeholder that was taken over that is nothing. */
const removeHusk = async (husk: RemoteFile, remote: CloudreveRemote, ctx: Ctx): Promise<Outcome<Cancelled>> => {
  if (remote.fileCreated === undefined || remote.previous !== undefined) return ok({});
  if (isFolder(husk) || husk.size !== 0 || sessionOf(husk) !== undefined) return ok({});
  if (remote.nothing === undefined || husk.primary_entity !== remote.nothing) return ok({});
  const removed = await removeFile(remote.uri, ctx);
  return removed.ok ? ok({}) : removed;
};

/** The upload is no longer under way: a file of its own goes, what was there before stays. */
const removeDone = async (file: RemoteFile, remote: CloudreveRemote, ctx: Ctx): Promise<Outcome<Cancelled>> => {
  const { name: server } = ctx.server;
  const ours = isOurs(file, remote);
  if (ours && (file.size === remote.size || isHollow(file, remote.nothing) || file.size === 0)) {
    const removed = await removeFile(remote.uri, ctx);
    return removed.ok ? ok({}) : removed;
  }
  const stays = remote.completed === true && file.size === remote.size && file.primary_entity !== remote.previous;
  return ok(stays ? { left: problem('left-over', { server, name: remote.name }) } : {});
};

/**
 * See `Provider.cancel`. protocol: with the id that stands in the placeholder, and judged by the file, since the answer can
 * be wrong either way. Another upload that holds the name by now is left alone.
 */
export const cancel = async (remote: CloudreveRemote, ctx: Ctx): Promise<Outcome<Cancelled>> => {
  if (remote.share !== undefined) {
    const revoked = await removeShare(remote.share.id, ctx);
    if (!revoked.ok) return revoked;
  }
  const asked = await askFile(remote.uri, ctx, true);
  if (!asked.ok) return asked;
  const file = asked.value;
  await dropKey(remote, ctx);
  if (file === undefined) return ok({});
  const session = sessionOf(file);
  if (session === remote.session) {
    const freed = await freeSession(remote.uri, session, ctx);
    if (!freed.ok) return freed;
    if (freed.value === undefined) return ok({});
    // A store may have told the site between the look and the word.
    return standing(freed.value, remote) === 'done'
      ? removeDone(freed.value, remote, ctx)
      : removeHusk(freed.value, remote, ctx);
  }
  return session === undefined ? removeDone(file, remote, ctx) : ok({});
};
