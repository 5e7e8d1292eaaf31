import { rmSync } from 'node:fs';
import { Refusal, refuse } from './answer.ts';
import { type Call, readJson } from './call.ts';
import { SESSION_MARK, withoutMark } from './files.ts';
import { discard } from './folders.ts';
import { find, ownPlace } from './places.ts';
import { type UploadSession, dropSession, sessionById } from './session.ts';
import type { Site } from './site.ts';

/**
 * Cancels an upload: the placeholder goes, or the old content stays. With an id that is not the file's, and no lock in
 * the way, only the mark goes: what is left holds its space and its name.
 */
export async function cancel(call: Call): Promise<unknown> {
  const { site } = call;
  const asked = await readJson(call, {
    id: { type: 'text', name: 'ID', required: true },
    uri: { type: 'text', name: 'Uri', required: true },
  });
  const place = ownPlace(call, asked.uri);
  if (place.uri.segments.length === 0) throw refuse.unsupported();
  const file = find(call, place);
  const session = sessionById(site, asked.id);
  if (session && (session.user !== place.owner.id || session.file !== file.id))
    throw new Refusal(404, 'Upload session not found');
  site.locks.check(place.owner.id, place.uri.segments, session?.lock);

  const left = site.files.entitiesOf(file.id).filter((entity) => entity.session === asked.id);
  for (const entity of left) site.files.removeEntity(entity);
  discard(site, left);
  if (file.primary === 0 && left.length > 0 && site.files.entitiesOf(file.id).length === 0) site.files.remove(file);
  else if (SESSION_MARK in file.metadata) site.files.put({ ...file, metadata: withoutMark(file.metadata) });
  site.log.noteSite('cancelled');
  if (session) await giveUp(site, session);
  return undefined;
}

/** Tells the store. Where that fails the answer is -1 and the session stays, though the placeholder is gone. */
async function giveUp(site: Site, session: UploadSession): Promise<void> {
  site.locks.release(session.lock);
  const { type, relay } = site.settings.policy;
  if (type === 's3' && relay) throw refuse.nothing();
  if (session.direct) {
    let knew: boolean;
    try {
      knew = await site.store.abort(session.id);
    } catch {
      throw refuse.nothing();
    }
    // a node that has forgotten the session has nothing against it
    if (!knew && type !== 'remote') throw refuse.nothing();
  }
  rmSync(site.pathOf(session.id), { force: true });
  dropSession(site, session);
}
