import { Refusal, refuse } from './answer.ts';
import { isSince } from './config.ts';
import { type FileRow, withoutMark } from './files.ts';
import { discard } from './folders.ts';
import { type UploadSession, dropSession } from './session.ts';
import type { Site } from './site.ts';

/** The first moment that the database of the real server cannot hold: the year 10000. */
const TOO_LATE = Date.UTC(10000, 0);

/** Makes the file what was uploaded. Refused where the placeholder or its lock is gone. */
export function complete(site: Site, session: UploadSession): void {
  const { files, locks } = site;
  checkHold(site, session);
  const file = files.get(session.file);
  const entity = files.entity(session.entity);
  if (!file || !entity) throw refuse.lockLost();
  if (session.lastModified >= TOO_LATE) throw new Refusal(50001, 'Failed to update placeholder file');

  const heedsTime = session.lastModified > 0 && isSince(site.settings.version, 4, 4);
  const metadata = withoutMark({ ...file.metadata, ...session.metadata });
  files.putEntity({ ...entity, session: '' });
  const isContent = entity.type === 0;
  const done = files.put({
    ...file,
    ...(isContent && { primary: entity.id, size: entity.size }),
    updatedAt: heedsTime ? session.lastModified : site.now(),
    metadata,
  });
  if (isContent) dropOldVersions(site, done);
  locks.release(session.lock);
  dropSession(site, session);
  site.log.noteSite('completed');
}

/** Refused where nothing is at the session's path any more. */
export function checkPlace(site: Site, session: UploadSession): void {
  const root = site.files.get(site.users.get(session.user)?.root ?? 0);
  if (!root || site.files.walk(root, session.segments).left.length > 0) throw refuse.noPath();
}

/** Refused there, and where the session's lock is lost. */
export function checkHold(site: Site, session: UploadSession): void {
  checkPlace(site, session);
  if (!site.locks.holds(session.lock)) throw refuse.lockLost();
}

/** Keeps as many versions as the owner wants; the present one is one of them. */
function dropOldVersions(site: Site, file: FileRow): void {
  const owner = site.users.get(file.owner);
  const kept = owner?.keepVersions ? Math.max(1, owner.maxVersions) : 1;
  const versions = site.files.entitiesOf(file.id).filter(({ type, session }) => type === 0 && session === '');
  const dropped = versions.slice(kept);
  for (const entity of dropped) site.files.removeEntity(entity);
  discard(site, dropped);
}
