/** Tests a saved server: a real round trip, whose findings are kept. */
import { problem, type Problem } from '../../../preload/problems.ts';
import type { Engine } from '../engine.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import type { SavedServer } from '../profile/settings.ts';

/** Fails with server-unknown, or with what the test met. */
export const testServer = async (
  engine: Engine,
  id: string,
): Promise<Outcome<{ readonly saved: SavedServer; readonly notices: readonly Problem[] }>> => {
  const { servers, settings, queue } = engine;
  const unknown = fail('fatal', problem('server-unknown', { name: id }));
  const saved = servers.get(id);
  if (saved === undefined) return unknown;
  const http = servers.connect(saved.name, saved);
  try {
    const checked = await servers.check(saved, undefined, http);
    if (!checked.ok) return checked;
    // It may have been changed, or removed, while it was asked.
    const now = servers.get(id);
    if (now === undefined) return unknown;
    const learnt = servers.tested(now, checked.value.saved);
    settings.saveServer(learnt);
    queue.pump();
    return ok({ saved: learnt, notices: checked.value.notices });
  } finally {
    http.close();
  }
};
