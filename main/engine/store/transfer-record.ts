/** A transfer as its table holds it, and the way between the two. */
import { problem } from '../../../preload/problems.ts';
import { hasEnded } from '../../../preload/states.ts';
import type { Delivery, RemoteState, Transfer, TransferPatch } from './rows.ts';
import type { Value } from './connection.ts';
import { fold, fromJson, maybeJson, nullable, optional, optionalJson, toJson } from './values.ts';

export type TransferRecord = {
  readonly id: number;
  readonly server_id: string;
  readonly state: Transfer['state'];
  readonly wish: Transfer['wish'];
  readonly undo: string | null;
  readonly wait_for: NonNullable<Transfer['waitFor']> | null;
  readonly wait_until: number | null;
  readonly path: string;
  readonly name: string;
  readonly folder: string;
  readonly size: number;
  readonly identity: string;
  readonly options: string;
  readonly group_id: number | null;
  readonly drop_id: number | null;
  readonly folder_id: number | null;
  readonly place: string | null;
  readonly priority: number;
  readonly position: number;
  readonly attempts: number;
  readonly restarts: number;
  readonly mismatches: number;
  readonly creating: number;
  readonly remote: string | null;
  readonly remote_version: number | null;
  readonly lost: string | null;
  readonly earlier: string | null;
  readonly earlier_version: number | null;
  readonly hashes: string | null;
  readonly chunk_size: number | null;
  readonly acknowledged_bytes: number;
  readonly problem: string | null;
  readonly share: string | null;
  readonly delivery: string | null;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly change: number;
  readonly rank: number;
  readonly urgency: number;
};

/** A message whose column is damaged may have been sent: the user is asked. */
export const readDelivery = (text: string | null): Delivery | undefined => {
  const delivery = maybeJson(text) as Delivery | undefined;
  if (text === null) return undefined;
  return typeof delivery?.state === 'string' ? delivery : { state: 'unknown', problem: problem('row-damaged') };
};

export const readRemote = (remote: string | null, version: number | null): RemoteState | undefined =>
  remote === null || version === null ? undefined : { version, value: fromJson(remote) as RemoteState['value'] };

/**
 * A transfer from its row. A column that is damaged never hides the other rows: the transfer says what is wrong, waits for
 * the person, and can be removed.
 */
export const readTransfer = (r: TransferRecord): Transfer => {
  try {
    return readWhole(r);
  } catch {
    const whole = { ...r, folder: '[]', identity: '{}', options: '{}', remote: null, lost: null, share: null };
    const row = readWhole({ ...whole, problem: JSON.stringify(problem('row-damaged')) });
    return hasEnded(row.state) ? row : { ...row, state: 'attention' };
  }
};

const readWhole = (r: TransferRecord): Transfer => ({
  id: r.id,
  serverId: r.server_id,
  state: r.state,
  wish: r.wish,
  undo: maybeJson(r.undo) as Transfer['undo'],
  waitFor: optional(r.wait_for),
  waitUntil: optional(r.wait_until),
  path: r.path,
  name: r.name,
  folder: fromJson(r.folder) as Transfer['folder'],
  size: r.size,
  identity: fromJson(r.identity) as Transfer['identity'],
  options: fromJson(r.options) as Transfer['options'],
  groupId: optional(r.group_id),
  dropId: optional(r.drop_id),
  folderId: optional(r.folder_id),
  place: optional(r.place),
  priority: r.priority,
  position: r.position,
  attempts: r.attempts,
  restarts: r.restarts,
  mismatches: r.mismatches,
  creating: r.creating !== 0,
  remote: readRemote(r.remote, r.remote_version),
  lost: optionalJson(r.lost) as NonNullable<Transfer['lost']> | undefined,
  earlier: maybeJson(r.earlier) === undefined ? undefined : readRemote(r.earlier, r.earlier_version),
  hashes: maybeJson(r.hashes) as Transfer['hashes'],
  chunkSize: optional(r.chunk_size),
  acknowledgedBytes: r.acknowledged_bytes,
  problem: optionalJson(r.problem) as NonNullable<Transfer['problem']> | undefined,
  share: optionalJson(r.share) as NonNullable<Transfer['share']> | undefined,
  delivery: readDelivery(r.delivery),
  createdAt: r.created_at,
  startedAt: optional(r.started_at),
  endedAt: optional(r.ended_at),
  change: r.change,
});

type Columns = Readonly<Record<string, Value>>;

/** How each key of a patch is written. */
const columnsOf: { readonly [K in keyof TransferPatch]-?: (value: TransferPatch[K]) => Columns } = {
  state: (v) => ({ state: nullable(v) }),
  wish: (v) => ({ wish: nullable(v) }),
  undo: (v) => ({ undo: toJson(v) }),
  waitFor: (v) => ({ wait_for: nullable(v) }),
  waitUntil: (v) => ({ wait_until: nullable(v) }),
  waitSince: (v) => ({ wait_since: nullable(v) }),
  name: (v) => ({ name: nullable(v), folded_name: v === undefined ? null : fold(v) }),
  folder: (v) => ({ folder: JSON.stringify(v ?? []) }),
  place: (v) => ({ place: nullable(v) }),
  size: (v) => ({ size: nullable(v) }),
  identity: (v) => ({ identity: toJson(v) }),
  options: (v) => ({ options: toJson(v) }),
  priority: (v) => ({ priority: nullable(v) }),
  attempts: (v) => ({ attempts: nullable(v) }),
  mismatches: (v) => ({ mismatches: nullable(v) }),
  creating: (v) => ({ creating: v === true ? 1 : 0 }),
  remote: (v) => ({ remote: toJson(v?.value), remote_version: nullable(v?.version) }),
  lost: (v) => ({ lost: toJson(v) }),
  hashes: (v) => ({ hashes: toJson(v) }),
  chunkSize: (v) => ({ chunk_size: nullable(v) }),
  problem: (v) => ({ problem: toJson(v) }),
  dropId: (v) => ({ drop_id: nullable(v) }),
  share: (v) => ({ share: toJson(v) }),
  // A place, and what was held there, is one of its server.
  serverId: (v) => ({ server_id: nullable(v), place: '', earlier: null, earlier_version: null }),
  startedAt: (v) => ({ started_at: nullable(v) }),
  endedAt: (v) => ({ ended_at: nullable(v) }),
};

/** The columns that a patch writes; keys that no patch has are ignored. */
export const patchColumns = (patch: TransferPatch): Columns => {
  const columns: Record<string, Value> = {};
  for (const key of Object.keys(columnsOf) as readonly (keyof TransferPatch)[]) {
    if (key in patch) Object.assign(columns, (columnsOf[key] as (value: unknown) => Columns)(patch[key]));
  }
  return columns;
};
