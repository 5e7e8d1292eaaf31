import { unendedGroupStates, unendedStates } from '../../../preload/states.ts';
import type { Connection } from './connection.ts';
import type { DropRow } from './rows.ts';
import type { DropRepository } from './store.ts';
import { readTransfer, type TransferRecord } from './transfer-record.ts';
import { listOf } from './values.ts';

/** States in which a link may still come, as a list that an index can look up one by one. */
const unended = listOf(unendedStates);
const isReady = `taken_at IS NULL AND goes_on = 0
  AND NOT EXISTS (SELECT 1 FROM transfers WHERE drop_id = drops.id AND state IN ${unended})
  AND NOT EXISTS (SELECT 1 FROM groups WHERE state IN ${listOf(unendedGroupStates)}
    AND EXISTS (SELECT 1 FROM transfers WHERE group_id = groups.id AND drop_id = drops.id))`;

/** Drops: what a person added together, whose links they get together. */
export const dropRepository = (c: Connection): DropRepository => {
  const membersOf = (id: number): DropRow['members'] =>
    (c.all('SELECT * FROM transfers WHERE drop_id = ? ORDER BY id', id) as readonly TransferRecord[]).map(readTransfer);
  /** Its members are read when they are asked for: drops that nobody takes are counted many times, and may be large. */
  const whole = (id: number): DropRow => {
    let members: DropRow['members'] | undefined;
    return {
      id,
      get members() {
        return (members ??= membersOf(id));
      },
    };
  };
  return {
    add: (createdAt, goesOn, links = true) =>
      c.run(
        `INSERT INTO drops (goes_on, created_at, taken_at, since)
          VALUES (?, ?, ?, (SELECT coalesce(max(id), 0) FROM history))`,
        goesOn ? 1 : 0,
        createdAt,
        links ? null : createdAt,
      ).id,
    isOpen: (id) => c.get('SELECT 1 FROM drops WHERE id = ? AND taken_at IS NULL', id) !== undefined,
    endAll: () => {
      c.run('UPDATE drops SET goes_on = 0 WHERE goes_on = 1 AND taken_at IS NULL');
    },
    goesOn: (id, goesOn) => {
      c.run('UPDATE drops SET goes_on = ? WHERE id = ?', goesOn ? 1 : 0, id);
    },
    ready: () =>
      (c.all(`SELECT id FROM drops WHERE ${isReady} ORDER BY id LIMIT 20`) as readonly { id: number }[]).map(({ id }) =>
        whole(id),
      ),
    take: (id, at) =>
      c.transaction(() => {
        const taken = c.run(`UPDATE drops SET taken_at = ? WHERE id = ? AND ${isReady}`, at, id).changes;
        return taken === 0 ? undefined : whole(id);
      }),
  };
};
