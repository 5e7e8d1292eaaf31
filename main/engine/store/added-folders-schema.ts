/** The tables and sums of folders that were added whole. */

/** A condition on a row of `transfers`, by the name under which a trigger knows it. */
type Condition = (row: 'old' | 'new' | 'transfers') => string;

const active = `('preparing', 'opening', 'uploading', 'finishing', 'verifying')`;
const isAtWork: Condition = (r) => `(${r}.state = 'waiting' AND coalesce(${r}.wait_for, '') = 'server-work')`;
const asksForMessage: Condition = (r) => `(coalesce(${r}.delivery_state, '') IN ('unknown', 'failed'))`;

/** What is counted of the files of a folder: each file is in one of them. */
const counted: Readonly<Record<string, Condition>> = {
  asking: (r) => `(${r}.state = 'attention' OR ${asksForMessage(r)})`,
  active: (r) => `(${r}.state IN ${active} OR ${isAtWork(r)})`,
  waiting: (r) => `(${r}.state = 'waiting' AND NOT ${isAtWork(r)})`,
  paused: (r) => `(${r}.state = 'paused')`,
  failed: (r) => `(${r}.state = 'failed')`,
  queued: (r) => `(${r}.state = 'queued')`,
  done: (r) => `(${r}.state = 'done' AND NOT ${asksForMessage(r)})`,
  cancelled: (r) => `(${r}.state = 'cancelled')`,
};

const summed: Readonly<Record<string, Condition>> = {
  count: () => '1',
  bytes: (r) => `${r}.size`,
  acknowledged: (r) => `${r}.acknowledged_bytes`,
  queued_bytes: (r) => `iif(${r}.state = 'queued', ${r}.size, 0)`,
  undoable: (r) => `(${r}.undo IS NOT NULL)`,
  ...counted,
};

const columns = Object.keys(summed);
const changed = (by: (value: Condition, column: string) => string): string =>
  Object.entries(summed)
    .map(([column, value]) => `${column} = ${column} ${by(value, column)}`)
    .join(', ');

/** The last of its files that ended. */
const laterEnd = `ended_at = CASE WHEN new.ended_at IS NULL THEN ended_at ELSE max(coalesce(ended_at, 0), new.ended_at) END`;
const isEarlier = `(count = 0 OR (new.urgency, new.position) < (urgency, position))`;
const joins = `UPDATE added_folders SET ${changed((value) => `+ ${value('new')}`)}, ${laterEnd},
    urgency = CASE WHEN ${isEarlier} THEN new.urgency ELSE urgency END,
    position = CASE WHEN ${isEarlier} THEN new.position ELSE position END
    WHERE id = new.folder_id;`;
const leaves = `UPDATE added_folders SET ${changed((value) => `- ${value('old')}`)} WHERE id = old.folder_id;
  DELETE FROM added_folders WHERE id = old.folder_id AND count = 0;
  UPDATE added_folders SET (urgency, position) = (SELECT urgency, position FROM transfers
    WHERE folder_id = old.folder_id ORDER BY urgency, position LIMIT 1)
    WHERE id = old.folder_id AND (urgency, position) = (old.urgency, old.position);`;

/**
 * Folders that were added whole, each with sums over its files that triggers keep: a page of the queue costs the same for
 * ten files and for a hundred thousand. `pressing`: the state of its files that shows it in the queue. `urgency` and
 * `position` are those of its first file. A folder is gone with its last file; when one file is left, that file stands alone.
 */
export const addedFolders = `
CREATE TABLE added_folders (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  drop_id INTEGER,
  server_id TEXT NOT NULL,
  path TEXT NOT NULL,
  name TEXT NOT NULL,
  folded_name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ${columns.map((column) => `${column} INTEGER NOT NULL DEFAULT 0,`).join('\n  ')}
  urgency INTEGER NOT NULL DEFAULT 0,
  position INTEGER NOT NULL DEFAULT 0,
  ended_at INTEGER,
  pressing TEXT GENERATED ALWAYS AS (CASE
    WHEN count = 0 THEN NULL
    WHEN active > 0 THEN 'active'
    WHEN waiting > 0 THEN 'waiting'
    WHEN queued > 0 THEN 'queued'
    WHEN paused > 0 THEN 'paused'
    WHEN done + cancelled > 0 THEN 'done'
    WHEN asking > 0 THEN 'asking'
    ELSE 'failed' END) VIRTUAL
) STRICT;
CREATE INDEX added_folders_pressing ON added_folders (pressing, urgency, position, id);
CREATE INDEX added_folders_path ON added_folders (path);
CREATE INDEX added_folders_ended ON added_folders (pressing, ended_at, id);

ALTER TABLE transfers ADD COLUMN folder_id INTEGER;
CREATE INDEX transfers_folder ON transfers (folder_id) WHERE folder_id IS NOT NULL;
CREATE INDEX transfers_folder_order ON transfers (folder_id, urgency, position, id, section) WHERE folder_id IS NOT NULL;
CREATE INDEX transfers_alone ON transfers (section, urgency, position, id, server_id) WHERE folder_id IS NULL;
CREATE INDEX transfers_alone_ended ON transfers (section, ended_at, id, server_id)
  WHERE folder_id IS NULL AND ended_at IS NOT NULL;

CREATE TRIGGER added_folders_joined AFTER INSERT ON transfers WHEN new.folder_id IS NOT NULL BEGIN
  ${joins}
END;
CREATE TRIGGER added_folders_left AFTER DELETE ON transfers WHEN old.folder_id IS NOT NULL BEGIN
  ${leaves}
  UPDATE transfers SET folder_id = NULL
    WHERE folder_id = old.folder_id AND (SELECT count FROM added_folders WHERE id = old.folder_id) = 1;
END;
CREATE TRIGGER added_folders_moved AFTER UPDATE OF folder_id ON transfers WHEN new.folder_id IS NOT old.folder_id BEGIN
  ${leaves}
  ${joins}
END;
CREATE TRIGGER added_folders_changed
  AFTER UPDATE OF state, wait_for, delivery, size, acknowledged_bytes, undo, ended_at, folder_id ON transfers
  WHEN new.folder_id = old.folder_id BEGIN
  UPDATE added_folders SET ${changed((value) => `- ${value('old')} + ${value('new')}`)}, ${laterEnd}
    WHERE id = new.folder_id;
END;
CREATE TRIGGER added_folders_ordered AFTER UPDATE OF priority, position ON transfers WHEN new.folder_id IS NOT NULL BEGIN
  UPDATE added_folders SET (urgency, position) = (SELECT urgency, position FROM transfers
    WHERE folder_id = new.folder_id ORDER BY urgency, position LIMIT 1) WHERE id = new.folder_id;
END;
`;

/** Works the sums out from the files, as after a salvage. What was a folder's whose row is gone stands alone. */
export const recountFolders: readonly string[] = [
  `UPDATE transfers SET folder_id = NULL
    WHERE folder_id IS NOT NULL AND folder_id NOT IN (SELECT id FROM added_folders)`,
  `UPDATE added_folders SET ${columns.map((column) => `${column} = 0`).join(', ')}, ended_at = NULL`,
  `UPDATE added_folders SET (${columns.join(', ')}, ended_at, urgency, position) = (
    SELECT ${columns.map((column) => `sum(${summed[column]?.('transfers') ?? '0'})`).join(', ')}, max(ended_at),
      coalesce((SELECT urgency FROM transfers t WHERE t.folder_id = added_folders.id ORDER BY urgency, position LIMIT 1), 0),
      coalesce((SELECT position FROM transfers t WHERE t.folder_id = added_folders.id ORDER BY urgency, position LIMIT 1), 0)
      FROM transfers WHERE transfers.folder_id = added_folders.id)
    WHERE id IN (SELECT folder_id FROM transfers)`,
  'DELETE FROM added_folders WHERE count = 0',
];
