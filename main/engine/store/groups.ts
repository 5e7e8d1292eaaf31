import { endedStates, unendedGroupStates, type GroupState } from '../../../preload/states.ts';
import type { Connection, Value } from './connection.ts';
import type { GroupRow } from './rows.ts';
import type { GroupRepository } from './store.ts';
import { listOf, maybeJson, toJson } from './values.ts';

type GroupRecord = {
  readonly id: number;
  readonly server_id: string;
  readonly options: string;
  readonly count: number;
  readonly state: GroupState;
  readonly share: string | null;
  readonly problem: string | null;
  readonly created_at: number;
};

const read = (r: GroupRecord): GroupRow => ({
  id: r.id,
  serverId: r.server_id,
  // A group whose options are damaged holds up no other one: it is joined without them.
  options: maybeJson(r.options) ?? {},
  count: r.count,
  state: r.state,
  share: maybeJson(r.share) as NonNullable<GroupRow['share']> | undefined,
  problem: maybeJson(r.problem) as NonNullable<GroupRow['problem']> | undefined,
  createdAt: r.created_at,
});

/** Groups. One is added in the same transaction as its members: without members it counts as ready. */
export const groupRepository = (c: Connection): GroupRepository => ({
  add: (group) =>
    c.run(
      `INSERT INTO groups (server_id, options, count, state, created_at) VALUES (?, ?, ?, 'open', ?)`,
      group.serverId,
      JSON.stringify(group.options),
      group.count,
      group.createdAt,
    ).id,
  get: (id) => {
    const row = c.get('SELECT * FROM groups WHERE id = ?', id) as GroupRecord | undefined;
    return row === undefined ? undefined : read(row);
  },
  recent: (limit) =>
    (c.all('SELECT * FROM groups ORDER BY id DESC LIMIT ?', limit) as readonly GroupRecord[]).map(read),
  ready: () =>
    (
      c.all(
        `SELECT * FROM groups WHERE state IN ${listOf(unendedGroupStates)} AND NOT EXISTS (SELECT 1 FROM transfers
          WHERE group_id = groups.id AND transfers.state NOT IN ${listOf(endedStates)}) ORDER BY id`,
      ) as readonly GroupRecord[]
    ).map(read),
  update: (id, patch) => {
    const sets: Record<string, Value> = {};
    if (patch.state !== undefined) sets['state'] = patch.state;
    if (patch.count !== undefined) sets['count'] = patch.count;
    if ('share' in patch) sets['share'] = toJson(patch.share);
    if ('problem' in patch) sets['problem'] = toJson(patch.problem);
    const columns = Object.keys(sets).map((column) => `${column} = ?`);
    if (columns.length === 0) return;
    c.run(`UPDATE groups SET ${columns.join(', ')} WHERE id = ?`, ...Object.values(sets), id);
  },
});
