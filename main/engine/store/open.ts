import * as fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { problem, type Problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import type { Log } from '../log.ts';
import { abandonedRepository } from './abandoned.ts';
import { makeBackup } from './backup.ts';
import { renewChanges } from './changes.ts';
import { Connection } from './connection.ts';
import { countIn, missingIn, raiseCount, readCounter, writeCounter } from './counter.ts';
import { isDamage } from './damage.ts';
import {
  DiskFullError,
  isDiskFull,
  StoreClosedError,
  StoreLostError,
  StoreRefusedError,
  unwritable,
} from './errors.ts';
import { asidePath, fileAt, privateFile, type StoreFiles, storeFiles, syncFolder } from './files.ts';
import { folderRepository } from './added-folders.ts';
import { dropRepository } from './drops.ts';
import { groupRepository } from './groups.ts';
import { historyRepository } from './history.ts';
import { hashRepository } from './hashes.ts';
import { hasDamage, inspect as inspectApart, type Inspection } from './integrity.ts';
import { openJournal } from './journal.ts';
import { keysOfShares, mergedUpTo, mergeJournal, recoveredKeys, setMergedUpTo } from './merge.ts';
import { migrate, migrations, versionOf } from './migrations.ts';
import { generationOf, restoreStore } from './restore.ts';
import { shareRepository } from './shares.ts';
import type { RecoveredKey, Store } from './store.ts';
import { stateNotes } from './state-notes.ts';
import { transferRepository } from './transfers.ts';
import { uploadedRepository } from './uploaded.ts';

const backupEveryMs = 10 * 60_000;
/** How long a database that another process uses is waited for, ms. */
const busyMs = 5_000;

/**
 * The version and the number of tables of a database file, without changing a byte of it; `undefined`: not there.
 * A file that is no database throws.
 */
const look = (file: string): { readonly version: number; readonly tables: number } | undefined => {
  if (!fs.existsSync(file)) return undefined;
  const db = new DatabaseSync(file, { readOnly: true, timeout: busyMs });
  try {
    const { tables } = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { readonly tables: number };
    return { version: versionOf(db), tables };
  } finally {
    db.close();
  }
};

/** Whether the database must be replaced: it is neither usable nor new. Refuses one of a newer version. */
const isBroken = (files: StoreFiles): boolean => {
  try {
    const found = look(files.database);
    if (found !== undefined && found.version > migrations.length)
      throw new StoreRefusedError(problem('store-newer', { version: found.version, known: migrations.length }));
    if (found !== undefined && found.version > 0) return found.tables === 0;
    // Nothing in it, although there once was: emptied, or killed between setting aside and restoring.
    const hadOne = [files.backup, files.journal, files.counter].some((file) => fs.existsSync(file));
    return hadOne || (found?.tables ?? 0) > 0;
  } catch (error) {
    if (isDamage(error)) return true;
    throw error;
  }
};

const connect = (files: StoreFiles): DatabaseSync => {
  if (privateFile(files.database)) syncFolder(files.folder);
  const db = new DatabaseSync(files.database, { enableForeignKeyConstraints: true, timeout: busyMs });
  try {
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 16777216; PRAGMA trusted_schema = OFF`);
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/** Turns what opening can meet into the errors of errors.ts. */
const opening = <T>(folder: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (isDiskFull(error)) throw error instanceof DiskFullError ? error : new DiskFullError(folder);
    const reason = unwritable(error);
    if (reason === undefined) throw error;
    throw new StoreRefusedError(problem('profile-unwritable', { path: folder, reason: asSaid(reason) }));
  }
};

export type StoreOptions = {
  readonly folder: string;
  /** ms since the epoch */
  readonly now?: () => number;
  /** Why this process may not write to the profile any more; `undefined`: it may. Asked before each write. */
  readonly lost?: () => Problem | undefined;
  /** Gets every change of a transfer's state. */
  readonly log?: Log;
  /** Checks a database file; default: in a worker of its own. */
  readonly inspect?: (file: string) => Inspection;
};

/**
 * Opens the store of a profile folder, and makes what is not there (folder 0700, files 0600). The caller holds the
 * profile: there is one store of a folder at a time, in all processes.
 *
 * A database that is broken is set aside and the last backup put in its place: at once where it shows on opening or
 * in a call, else when the integrity check has found it. One that has gone back in time is reported. At every opening
 * the database is compared with the journal of delete keys. `notices` says what was found.
 *
 * Throws `StoreRefusedError` (its `problem` is store-newer or profile-unwritable; nothing was changed) and
 * `DiskFullError`.
 */
export const openStore = ({
  folder,
  now = Date.now,
  lost = () => undefined,
  log,
  inspect = inspectApart,
}: StoreOptions): Store => {
  const files = storeFiles(folder);
  const notices: Problem[] = [];
  const states = log === undefined ? undefined : stateNotes(log);
  const noticeListeners = new Set<(notice: Problem) => void>();
  const notify = (notice: Problem): void => {
    notices.push(notice);
    noticeListeners.forEach((listener) => listener(notice));
  };
  let isSound = false;
  let damageMet = false;
  const fullListeners = new Set<() => void>();
  const full = (): void => fullListeners.forEach((listener) => listener());
  const journal = openJournal(files.journal, full);
  /** The files that the database is open from. */
  let present: string | undefined;
  let presentLog: string | undefined;

  const connected = (): DatabaseSync => {
    const db = connect(files);
    states?.watch(db);
    present = fileAt(files.database);
    presentLog = fileAt(`${files.database}-wal`);
    return db;
  };
  const restored = (release: () => void): DatabaseSync => {
    notify(restoreStore(files, now(), release));
    return connected();
  };

  /** Throws `StoreLostError` where the profile has another owner, whose work a write could undo. */
  const checkOwner = (): void => {
    const reason = lost();
    if (reason !== undefined) throw new StoreLostError(reason);
  };
  /** The same where the database was removed: what is on its way is still written, and saved with the next backup. */
  const check = (): void => {
    checkOwner();
    if (process.platform === 'win32') return;
    if (fileAt(files.database) !== present)
      throw new StoreLostError(problem('database-gone', { path: files.database }));
    keepLog();
  };

  const c = opening(folder, () => {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const first = (): DatabaseSync => {
      if (isBroken(files)) return restored(() => undefined);
      try {
        return connected();
      } catch (error) {
        if (!isDamage(error)) throw error;
        return restored(() => undefined);
      }
    };
    return new Connection(first(), files.database, {
      full,
      damaged: () => {
        // While the check has the file open it cannot be renamed everywhere; the check's end replaces it then.
        damageMet = true;
        if (isSound) replaceDatabase();
      },
      counted: (adds) => {
        writeCounter(files.counter, countIn(c));
        // What was added is in the database itself then, and does not depend on the write-ahead log.
        if (adds) checkpoint();
      },
      writing: checkOwner,
      ...states?.events,
    });
  });
  /** A write-ahead log that was removed while it is open: what it holds goes to the database, and a new one begins. */
  const keepLog = (): void => {
    const log = fileAt(`${files.database}-wal`);
    presentLog ??= log;
    if (log === presentLog || c.db.isTransaction) return;
    const done = c.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    // Another connection of this process reads: the next look does it.
    if (done?.['busy'] !== 0) return;
    c.db.close();
    c.use(connected());
  };
  const checkpoint = (): void => {
    try {
      c.db.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // What it meets is met again by the next write, which has a caller to tell.
    }
  };

  /** Whether the database is older than what was written to it last, and if so, how far that had come. */
  const behind = (): ReturnType<typeof readCounter> => {
    const [is, was] = [countIn(c), readCounter(files.counter)];
    if (was !== undefined && was.generation > is.generation) return was;
    if (is.generation > (was?.generation ?? 0)) writeCounter(files.counter, is);
    return undefined;
  };
  let recovered: readonly RecoveredKey[] = [];
  /** Brings the journal and the database together. Returns how many keys were missing in the list of shares. */
  const mergeKeys = (isBehind: boolean): number => {
    const hadJournal = fs.existsSync(files.journal);
    const since = isBehind ? '' : mergedUpTo(c);
    const state = journal.read(since);
    const merged = c.transaction(() => mergeJournal(c, state, isBehind));
    ({ recovered } = merged);
    if (state.bad > 0) {
      const aside = journal.setBadAside(asidePath(folder, now(), 'delete-keys.damaged', '.ndjson'));
      notify(problem('journal-damaged', { lines: state.bad, path: aside ?? files.journal }));
    }
    if (state.bad > 0 || !hadJournal) {
      const known = new Set(journal.read().entries.map((entry) => entry.deleteKey));
      const lacking = keysOfShares(c).filter((entry) => !known.has(entry.deleteKey));
      for (let n = 0; n < lacking.length; n += 1000) journal.append(...lacking.slice(n, n + 1000));
    } else if (merged.isSettled && state.end !== since) setMergedUpTo(c, state.end);
    return recovered.filter(({ shareId }) => shareId !== undefined).length;
  };
  /** What every opening of a database begins with. */
  const reconcile = (): void => {
    try {
      if ((behind()?.generation ?? 0) > 0 && (generationOf(files.backup) ?? -1) > countIn(c).generation)
        c.use(restored(() => c.db.close()));
      const was = behind();
      const added = was === undefined ? 0 : missingIn(countIn(c), was);
      if (was !== undefined)
        c.transaction(() => {
          raiseCount(c, was);
          renewChanges(c, now());
        });
      const keys = mergeKeys(was !== undefined);
      if (was !== undefined) notify(problem('store-behind', { added, keys }));
      else if (keys > 0) notify(problem('keys-recovered', { count: keys }));
    } catch (error) {
      // Damage is dealt with by the check. On a full disk the next start does it.
      if (!isDamage(error) && !isDiskFull(error) && !(error instanceof DiskFullError)) throw error;
    }
  };
  opening(folder, reconcile);

  const replaceDatabase = (): void => {
    check();
    const broken = c.db;
    c.use(
      restored(() => {
        broken.close();
      }),
    );
    reconcile();
  };

  let closed = false;
  let running: Promise<void> | undefined;
  let saved = -1;
  const written = (): number => (c.get('SELECT total_changes() AS count') as { count: number }).count;

  const save = async (): Promise<void> => {
    await sound;
    checkOwner();
    const count = written();
    await makeBackup(c.db, files, inspect);
    saved = count;
  };
  const backup = (): Promise<void> => {
    running ??= save().finally(() => {
      running = undefined;
    });
    return running;
  };
  /** Where a backup does not succeed the last one stands, and the next round tries again. */
  const backupIfChanged = async (): Promise<void> => {
    if (!closed && written() !== saved) await backup().catch(() => undefined);
  };

  let inspection: Inspection | undefined;
  const inspectAll = async (): Promise<void> => {
    // Where a worker cannot be had, the check is made here: without one, nothing would ever be sent.
    const isDamaged = await Promise.resolve()
      .then(() => (inspection = inspect(files.database)).finding)
      .catch(() => !closed && hasDamage(c.db));
    if (closed) throw new StoreClosedError();
    if (isDamaged || damageMet) replaceDatabase();
    isSound = true;
  };
  let stopChecking: (reason: StoreClosedError) => void = () => undefined;
  const sound = new Promise<void>((resolve, reject) => {
    stopChecking = reject;
    inspectAll().then(resolve, reject);
  });
  sound.then(backupIfChanged, () => undefined);

  const timer = setInterval(() => void backupIfChanged(), backupEveryMs);
  timer.unref();
  const end = async (): Promise<void> => {
    clearInterval(timer);
    // Without a finished check the last backup may be the better one.
    if (isSound && lost() === undefined) {
      await running?.catch(() => undefined);
      await backupIfChanged();
    }
    closed = true;
    stopChecking(new StoreClosedError());
    await inspection?.stop();
    journal.close();
    c.db.close();
  };
  /** Who is told to end at once, while they end in order, ends twice. */
  let ending: Promise<void> | undefined;

  const transfers = transferRepository(c, journal, now, files.folder);
  return {
    transfers,
    folders: folderRepository(c, transfers),
    shares: shareRepository(c, journal, now),
    history: historyRepository(c),
    groups: groupRepository(c),
    drops: dropRepository(c),
    abandoned: abandonedRepository(c, journal, now),
    hashes: hashRepository(c),
    uploaded: uploadedRepository(c),
    recovered: recoveredKeys(c, journal, now, () => recovered),
    keepTold: ({ shareKey, deleteKey }, serverId, transferId) => {
      let about: { readonly name: string; readonly size: number } | undefined;
      try {
        about = c.get('SELECT name, size FROM transfers WHERE id = ?', transferId) as typeof about;
      } catch {
        // The key is worth more than what the file is called.
      }
      journal.append({
        at: now(),
        serverId,
        transferId,
        shareKey,
        deleteKey,
        name: about?.name ?? shareKey,
        size: about?.size ?? 0,
      });
    },
    toldKey: (serverId, shareKey, transferId) => journal.deleteKeyOf(serverId, shareKey, transferId),
    path: folder,
    transaction: (work, survives) => c.transaction(work, survives),
    notices,
    onNotice: (listener) => {
      noticeListeners.add(listener);
    },
    check,
    sound,
    onDiskFull: (listener) => {
      fullListeners.add(listener);
    },
    backup,
    close: () => (ending ??= end()),
  };
};
