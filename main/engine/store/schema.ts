/**
 * The tables, as each version of the store brought them. What is released is never edited: a change is a new version.
 *
 * JSON columns hold whole values and are written back whole, so that fields of another version stay. Columns that are
 * GENERATED follow from others by rule, so that no write can forget them; indexes use them.
 */

/** Version 1: the queue. */
export const queueTables = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;

CREATE TABLE groups (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  server_id TEXT NOT NULL,
  options TEXT NOT NULL,
  count INTEGER NOT NULL,
  state TEXT NOT NULL,
  share TEXT,
  problem TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX groups_unfinished ON groups (id) WHERE state IN ('open', 'merging');

CREATE TABLE transfers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  server_id TEXT NOT NULL,
  state TEXT NOT NULL,
  wish TEXT NOT NULL,
  wait_for TEXT,
  wait_until INTEGER,
  path TEXT NOT NULL,
  name TEXT NOT NULL,
  folded_name TEXT NOT NULL,
  folder TEXT NOT NULL,
  size INTEGER NOT NULL,
  identity TEXT NOT NULL,
  options TEXT NOT NULL,
  group_id INTEGER REFERENCES groups (id),
  priority INTEGER NOT NULL,
  position INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  restarts INTEGER NOT NULL DEFAULT 0,
  mismatches INTEGER NOT NULL DEFAULT 0,
  creating INTEGER NOT NULL DEFAULT 0,
  remote TEXT,
  remote_version INTEGER,
  chunk_size INTEGER,
  acknowledged_bytes INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  share TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  change INTEGER NOT NULL,
  -- The place in the list: 0 active, 1 to come, 2 ended; then the urgent ones.
  rank INTEGER GENERATED ALWAYS AS (CASE
    WHEN state IN ('preparing', 'opening', 'uploading', 'finishing', 'verifying') THEN 0
    WHEN state IN ('done', 'failed', 'cancelled') THEN 2
    ELSE 1 END) VIRTUAL,
  urgency INTEGER GENERATED ALWAYS AS (-priority) VIRTUAL,
  -- Who is next: 0 to be cancelled, 1 left by a stop, 2 waiting, 3 queued; NULL: not by itself.
  turn INTEGER GENERATED ALWAYS AS (CASE
    WHEN wish = 'remove' OR (wish = 'cancel' AND state NOT IN ('done', 'failed', 'cancelled')) THEN 0
    WHEN wish <> 'run' THEN NULL
    WHEN state IN ('preparing', 'opening', 'uploading', 'finishing', 'verifying') THEN 1
    WHEN state = 'waiting' THEN 2
    WHEN state = 'queued' THEN 3
    END) VIRTUAL,
  -- When a waiting one may go on; NULL: when something happens that has no time.
  due_at INTEGER GENERATED ALWAYS AS (CASE
    WHEN state = 'waiting' AND wish = 'run' THEN CASE WHEN wait_for IS NULL THEN 0 ELSE wait_until END
    END) VIRTUAL
) STRICT;
CREATE INDEX transfers_order ON transfers (rank, urgency, position, id, state, server_id);
CREATE INDEX transfers_turn ON transfers (server_id, turn, urgency, position, due_at) WHERE turn IS NOT NULL;
CREATE INDEX transfers_due ON transfers (due_at, server_id) WHERE due_at IS NOT NULL;
CREATE INDEX transfers_position ON transfers (position);
CREATE INDEX transfers_change ON transfers (change);
CREATE INDEX transfers_group ON transfers (group_id, state) WHERE group_id IS NOT NULL;

CREATE TABLE chunks (
  transfer_id INTEGER NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL,
  size INTEGER NOT NULL,
  begun INTEGER NOT NULL,
  written INTEGER NOT NULL,
  tag TEXT,
  PRIMARY KEY (transfer_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  transfer_id INTEGER NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  problem TEXT NOT NULL
) STRICT;
CREATE INDEX log_transfer ON log (transfer_id, id);

CREATE TABLE removed (change INTEGER PRIMARY KEY, id INTEGER NOT NULL) STRICT;
`;

/** Version 2: what stays after a transfer: history, shares, sessions still to be freed. */
export const afterwardsTables = `
CREATE TABLE history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  transfer_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  name TEXT NOT NULL,
  folded_name TEXT NOT NULL,
  path TEXT NOT NULL,
  size INTEGER NOT NULL,
  server_id TEXT NOT NULL,
  server_name TEXT NOT NULL,
  took INTEGER NOT NULL,
  share_key TEXT,
  link TEXT,
  proof TEXT,
  problem TEXT
) STRICT;

CREATE TABLE shares (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  transfer_id INTEGER,
  server_id TEXT NOT NULL,
  key TEXT NOT NULL,
  share TEXT NOT NULL,
  name TEXT NOT NULL,
  folded_name TEXT NOT NULL,
  size INTEGER NOT NULL,
  is_group INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE INDEX shares_key ON shares (key);

CREATE TABLE abandoned (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  transfer_id INTEGER,
  server_id TEXT NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  options TEXT NOT NULL,
  chunk_size INTEGER NOT NULL,
  remote TEXT NOT NULL,
  remote_version INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL
) STRICT;
CREATE INDEX abandoned_next ON abandoned (next_at);
`;

/** Version 3: sums kept by triggers, so that totals cost the same for ten transfers and for a hundred thousand. */
export const totalsTable = `
CREATE TABLE totals (
  server_id TEXT NOT NULL,
  state TEXT NOT NULL,
  count INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL,
  PRIMARY KEY (server_id, state)
) STRICT, WITHOUT ROWID;
INSERT INTO totals
  SELECT server_id, state, count(*), sum(size), sum(acknowledged_bytes) FROM transfers GROUP BY server_id, state;

CREATE TRIGGER totals_added AFTER INSERT ON transfers BEGIN
  INSERT INTO totals VALUES (new.server_id, new.state, 1, new.size, new.acknowledged_bytes)
    ON CONFLICT (server_id, state) DO UPDATE SET
      count = count + 1, bytes = bytes + excluded.bytes, acknowledged = acknowledged + excluded.acknowledged;
END;
CREATE TRIGGER totals_removed AFTER DELETE ON transfers BEGIN
  UPDATE totals SET count = count - 1, bytes = bytes - old.size, acknowledged = acknowledged - old.acknowledged_bytes
    WHERE server_id = old.server_id AND state = old.state;
END;
CREATE TRIGGER totals_changed AFTER UPDATE OF server_id, state, size, acknowledged_bytes ON transfers BEGIN
  UPDATE totals SET count = count - 1, bytes = bytes - old.size, acknowledged = acknowledged - old.acknowledged_bytes
    WHERE server_id = old.server_id AND state = old.state;
  INSERT INTO totals VALUES (new.server_id, new.state, 1, new.size, new.acknowledged_bytes)
    ON CONFLICT (server_id, state) DO UPDATE SET
      count = count + 1, bytes = bytes + excluded.bytes, acknowledged = acknowledged + excluded.acknowledged;
END;
`;

/** Version 5: the sections of a window, each in its order, and drops: what was added together, whose links go out together. */
export const sectionsAndDrops = `
ALTER TABLE transfers ADD COLUMN section INTEGER GENERATED ALWAYS AS (CASE
  WHEN state = 'attention' THEN 0
  WHEN state IN ('preparing', 'opening', 'uploading', 'finishing', 'verifying') THEN 1
  WHEN state IN ('waiting', 'paused') THEN 2
  WHEN state = 'failed' THEN 3
  WHEN state = 'queued' THEN 4
  ELSE 5 END) VIRTUAL;
CREATE INDEX transfers_section ON transfers (section, urgency, position, id, server_id);
CREATE INDEX transfers_ended ON transfers (section, ended_at, id, server_id, size) WHERE section = 5;

CREATE TABLE drops (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  goes_on INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  taken_at INTEGER
) STRICT;
CREATE INDEX drops_open ON drops (id) WHERE taken_at IS NULL;
ALTER TABLE transfers ADD COLUMN drop_id INTEGER;
CREATE INDEX transfers_drop ON transfers (drop_id, state) WHERE drop_id IS NOT NULL;
`;

/** Version 6: a session that is being given up is known as such before freeing it begins. */
export const lostSessions = `
ALTER TABLE transfers ADD COLUMN lost TEXT;
`;

/** The digest of each chunk as it was sent: see `ChunkRow.digest`. */
export const chunkDigests = `
ALTER TABLE chunks ADD COLUMN digest TEXT;
`;

/** The last session that was abandoned: what is left of it on its server can be recognised. */
export const earlierSessions = `
ALTER TABLE transfers ADD COLUMN earlier TEXT;
ALTER TABLE transfers ADD COLUMN earlier_version INTEGER;
`;

/** Finds what is on its way already when a file is added again. */
export const pathIndex = `
CREATE INDEX transfers_path ON transfers (path, server_id) WHERE state NOT IN ('done', 'cancelled');
`;

/**
 * When the last bytes of a chunk were about to be handed over, ms since the epoch; NULL: they have not been. `kept_back`: the
 * very last one has not been, as far as a kill can tell; a power loss may have taken a later 0.
 */
export const chunkCompleteAt = `
ALTER TABLE chunks ADD COLUMN complete_at INTEGER;
ALTER TABLE chunks ADD COLUMN kept_back INTEGER NOT NULL DEFAULT 0;
`;

/**
 * Places: which name on its server each upload has, so that no two of ours meet under one. `place` is the provider's text for
 * it; NULL: its server has no places, '' : written before there were places, and worked out by the queue. `held`: 1 while the
 * upload needs its place, 2 once it stored a file there for its batch. `history.place`: where a file was stored. `drops.since`:
 * the last of the history when the batch began; what is stored after that was not on the server before.
 */
export const places = `
ALTER TABLE transfers ADD COLUMN place TEXT;
ALTER TABLE transfers ADD COLUMN held INTEGER GENERATED ALWAYS AS (CASE
  WHEN state = 'done' THEN CASE WHEN drop_id IS NOT NULL THEN 2 END
  WHEN state = 'cancelled' THEN NULL
  WHEN state = 'failed' THEN CASE WHEN chunk_size IS NOT NULL OR creating = 1 THEN 1 END
  ELSE 1 END) VIRTUAL;
UPDATE transfers SET place = '';
CREATE INDEX transfers_place ON transfers (server_id, place, held, drop_id)
  WHERE place IS NOT NULL AND held IS NOT NULL;
CREATE INDEX transfers_unplaced ON transfers (server_id, held DESC, (chunk_size IS NULL AND creating = 0), id)
  WHERE place = '' AND held IS NOT NULL;
ALTER TABLE history ADD COLUMN place TEXT;
CREATE INDEX history_place ON history (server_id, place) WHERE place IS NOT NULL;
ALTER TABLE drops ADD COLUMN since INTEGER;
ALTER TABLE abandoned ADD COLUMN place TEXT;
CREATE INDEX abandoned_place ON abandoned (server_id, place) WHERE place IS NOT NULL;
`;

/** When a wait began, so that one that was written by a clock that was wrong is known by its length. ms since the epoch */
export const waitBeginnings = `
ALTER TABLE transfers ADD COLUMN wait_since INTEGER;
`;

/** Cancels that can still be undone, by the end of their time. */
export const undoableCancels = `
ALTER TABLE transfers ADD COLUMN undo TEXT;
ALTER TABLE transfers ADD COLUMN undo_until INTEGER GENERATED ALWAYS AS (
  CASE WHEN json_valid(undo) THEN json_extract(undo, '$.until') END) VIRTUAL;
CREATE INDEX transfers_undo ON transfers (undo_until) WHERE undo_until IS NOT NULL;
`;

/**
 * Hashes of whole files as they were at a ctime: see `HashRepository`. `transfers.hashes`: those that the session of an
 * upload was opened with. What a server works on (`wait_for = 'server-work'`) is active.
 */
export const hashesAndServerWork = `
CREATE TABLE hashes (
  path TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns TEXT NOT NULL,
  inode TEXT NOT NULL,
  ctime_ns TEXT NOT NULL,
  hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (path, algorithm)
) STRICT, WITHOUT ROWID;
CREATE INDEX hashes_at ON hashes (at);
ALTER TABLE transfers ADD COLUMN hashes TEXT;

DROP INDEX transfers_order;
DROP INDEX transfers_section;
DROP INDEX transfers_ended;
ALTER TABLE transfers DROP COLUMN rank;
ALTER TABLE transfers DROP COLUMN section;
ALTER TABLE transfers ADD COLUMN rank INTEGER GENERATED ALWAYS AS (CASE
  WHEN state IN ('preparing', 'opening', 'uploading', 'finishing', 'verifying') THEN 0
  WHEN state = 'waiting' AND wait_for = 'server-work' THEN 0
  WHEN state IN ('done', 'failed', 'cancelled') THEN 2
  ELSE 1 END) VIRTUAL;
ALTER TABLE transfers ADD COLUMN section INTEGER GENERATED ALWAYS AS (CASE
  WHEN state = 'attention' THEN 0
  WHEN state IN ('preparing', 'opening', 'uploading', 'finishing', 'verifying') THEN 1
  WHEN state = 'waiting' AND wait_for = 'server-work' THEN 1
  WHEN state IN ('waiting', 'paused') THEN 2
  WHEN state = 'failed' THEN 3
  WHEN state = 'queued' THEN 4
  ELSE 5 END) VIRTUAL;
CREATE INDEX transfers_order ON transfers (rank, urgency, position, id, state, server_id);
CREATE INDEX transfers_section ON transfers (section, urgency, position, id, server_id);
CREATE INDEX transfers_ended ON transfers (section, ended_at, id, server_id, size) WHERE section = 5;
CREATE INDEX transfers_server_work ON transfers (server_id, wait_until, size)
  WHERE state = 'waiting' AND wait_for = 'server-work';
`;

/**
 * The message about an upload that is done: see `Delivery`. One that cannot be read counts as unknown, because it may have
 * been sent. A completed upload whose message needs the user is in the section of what needs them.
 */
export const deliveries = `
ALTER TABLE transfers ADD COLUMN delivery TEXT;
ALTER TABLE transfers ADD COLUMN delivery_state TEXT GENERATED ALWAYS AS (CASE
  WHEN delivery IS NULL THEN NULL
  WHEN json_valid(delivery) THEN coalesce(json_extract(delivery, '$.state'), 'unknown')
  ELSE 'unknown' END) VIRTUAL;
CREATE INDEX transfers_delivery ON transfers (delivery_state, server_id, id)
  WHERE delivery_state IS NOT NULL;
ALTER TABLE history ADD COLUMN delivery TEXT;

DROP INDEX transfers_section;
DROP INDEX transfers_ended;
ALTER TABLE transfers DROP COLUMN section;
ALTER TABLE transfers ADD COLUMN section INTEGER GENERATED ALWAYS AS (CASE
  WHEN state = 'attention' THEN 0
  WHEN delivery_state IN ('unknown', 'failed') THEN 0
  WHEN state IN ('preparing', 'opening', 'uploading', 'finishing', 'verifying') THEN 1
  WHEN state = 'waiting' AND wait_for = 'server-work' THEN 1
  WHEN state IN ('waiting', 'paused') THEN 2
  WHEN state = 'failed' THEN 3
  WHEN state = 'queued' THEN 4
  ELSE 5 END) VIRTUAL;
CREATE INDEX transfers_section ON transfers (section, urgency, position, id, server_id);
CREATE INDEX transfers_ended ON transfers (section, ended_at, id, server_id, size) WHERE section = 5;
`;

/** What a person was notified of about a share: the end it was warned of (ms since the epoch), and the downloads counted last. */
export const shareNotices = `
ALTER TABLE shares ADD COLUMN warned_end INTEGER;
ALTER TABLE shares ADD COLUMN downloads INTEGER;
`;

/** What is paused is a section of its own, before what is done: the number of `done` is another. */
export const pausedSection = `
DROP INDEX transfers_section;
DROP INDEX transfers_ended;
ALTER TABLE transfers DROP COLUMN section;
ALTER TABLE transfers ADD COLUMN section INTEGER GENERATED ALWAYS AS (CASE
  WHEN state = 'attention' THEN 0
  WHEN delivery_state IN ('unknown', 'failed') THEN 0
  WHEN state IN ('preparing', 'opening', 'uploading', 'finishing', 'verifying') THEN 1
  WHEN state = 'waiting' AND wait_for = 'server-work' THEN 1
  WHEN state = 'waiting' THEN 2
  WHEN state = 'failed' THEN 3
  WHEN state = 'queued' THEN 4
  WHEN state = 'paused' THEN 5
  ELSE 6 END) VIRTUAL;
CREATE INDEX transfers_section ON transfers (section, urgency, position, id, server_id);
CREATE INDEX transfers_ended ON transfers (section, ended_at, id, server_id, size) WHERE section = 6;
`;

/**
 * What was uploaded, so that it is recognised when it is added again: see `UploadedRepository`. Independent of transfers and
 * history. `remote`: the provider's state of the upload, which it asks the server about. Older profiles: completed uploads
 * that are still in the queue, whose file is known with its ctime, and whose share was not revoked. The history alone does not
 * hold enough of a file.
 */
export const uploadedFiles = `
CREATE TABLE uploaded (
  id INTEGER PRIMARY KEY,
  server_id TEXT NOT NULL,
  path TEXT NOT NULL,
  name TEXT NOT NULL,
  folder TEXT NOT NULL,
  options TEXT NOT NULL,
  identity TEXT NOT NULL,
  hashes TEXT,
  remote TEXT NOT NULL,
  remote_version INTEGER NOT NULL,
  share_key TEXT,
  link TEXT,
  proof TEXT,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX uploaded_path ON uploaded (server_id, path);
CREATE INDEX uploaded_share ON uploaded (share_key, server_id) WHERE share_key IS NOT NULL;
CREATE TRIGGER uploaded_revoked AFTER UPDATE OF state ON shares WHEN new.state = 'revoked' BEGIN
  DELETE FROM uploaded WHERE share_key = new.key AND server_id = new.server_id;
END;
INSERT INTO uploaded (server_id, path, name, folder, options, identity, hashes, remote, remote_version, share_key, link,
  proof, at)
SELECT server_id, path, name, folder, options, identity, hashes, remote, remote_version,
  CASE WHEN json_valid(share) THEN json_extract(share, '$.key') END,
  CASE WHEN json_valid(share) THEN json_extract(share, '$.link') END,
  (SELECT proof FROM history h WHERE h.transfer_id = t.id AND h.outcome = 'done' ORDER BY h.id DESC LIMIT 1),
  coalesce(ended_at, created_at)
FROM transfers t
WHERE state = 'done' AND group_id IS NULL AND remote IS NOT NULL AND remote_version IS NOT NULL
  AND CASE WHEN json_valid(identity) THEN json_extract(identity, '$.ctimeNs') END IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM shares s WHERE s.transfer_id = t.id AND s.state = 'revoked');
`;
