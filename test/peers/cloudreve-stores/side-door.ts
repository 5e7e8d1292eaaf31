import { type Ask, json, type Reply, readText } from './http.ts';
import type { SessionWish, Store } from './store.ts';

/** Paths that no real store has. */
export const SIDE_DOOR = '/__peer/';

/**
 * For who has the store as a program of its own: POST `/__peer/sessions` (a session's wish) answers the grant, GET
 * `/__peer/report` and `/__peer/object?key=` what arrived.
 */
export async function sideDoor(store: Store, ask: Ask): Promise<Reply> {
  switch (`${ask.method} ${ask.path}`) {
    case 'POST /__peer/sessions':
      return json(200, await store.open(JSON.parse(await readText(ask)) as SessionWish));
    case 'GET /__peer/report':
      return json(200, store.report());
    case 'GET /__peer/object':
      return json(200, (await store.uploaded(ask.query.get('key') ?? '')) ?? null);
    default:
      return json(404, null);
  }
}
