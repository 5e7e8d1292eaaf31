import * as fs from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { problem, type Problem } from '../../../preload/problems.ts';
import { abandonedRepository } from './abandoned.ts';
import { makeBackup } from './backup.ts';
import { Connection } from './connection.ts';
import { DiskFullError, isDamage, isDiskFull, StoreClosedError, StoreRefusedError, unwritable } from './errors.ts';
import { privateFile, type StoreFiles, storeFiles, syncFolder } from './files.ts';
import { dropRepository } from './drops.ts';
import { groupRepository } from './groups.ts';
import { historyRepository } from './history.ts';
import { findDamage, inspect, type Inspection } from './integrity.ts';
import { openJournal } from './journal.ts';
import { migrate, migrations, versionOf } from './migrations.ts';
import { restoreStore } from './restore.ts';
import { shareRepository } from './shares.ts';
import type { Store } from './store.ts';
import { transferRepository } from './transfers.ts';

const backupEveryMs = 10 * 60_000;

/**
 * The version and the number of tables of a database file, without changing a byte of it; `undefined`: not there.
 * A file that is no database throws.
 */
const look = (file: string): { readonly version: number; readonly tables: number } | undefined => {
  if (!fs.existsSync(file)) return undefined;
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const row = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get();
    return { version: versionOf(db), tables: Number(row?.['count']) };
  } finally {
    db.close();
  }
};

/** Whether the file can be taken as it is, is new, or must be replaced. Refuses one of a newer version. */
const judge = (files: StoreFiles): 'usable' | 'new' | 'broken' => {
  try {
    const found = look(files.database);
    if (found !== undefined && found.version > migrations.length)
      throw new StoreRefusedError(problem('store-newer', { version: found.version, known: migrations.length }));
    if (found !== undefined && found.version > 0) return found.tables === 0 ? 'broken' : 'usable';
    // Nothing in it, although there once was: emptied, or killed between setting aside and restoring.
    const hadOne = fs.existsSync(files.backup) || fs.existsSync(files.journal);
    return hadOne || (found?.tables ?? 0) > 0 ? 'broken' : 'new';
  } catch (error) {
    if (isDamage(error)) return 'broken';
    throw error;
  }
};

const connect = (files: StoreFiles): DatabaseSync => {
  if (privateFile(files.database)) syncFolder(files.folder);
  const db = new DatabaseSync(files.database, { enableForeignKeyConstraints: true, timeout: 5000 });
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
    throw new StoreRefusedError(problem('profile-unwritable', { path: folder, reason }));
  }
};

/**
 * Opens the store of a profile folder, and makes what is not there (folder 0700, files 0600). The caller holds the
 * profile: there is one store of a folder at a time, in all processes.
 *
 * A database that is broken is set aside and the last backup put in its place: at once where it shows on opening or
 * in a call, else when the integrity check has found it; `notices` tells.
 *
 * Throws `StoreRefusedError` (its `problem` is store-newer or profile-unwritable; nothing was changed) and
 * `DiskFullError`.
 *
 * @param now ms since the epoch
 */
export const openStore = ({ folder, now = Date.now }: { folder: string; now?: () => number }): Store => {
  const files = storeFiles(folder);
  const notices: Problem[] = [];
  let isSound = false;
  let damageMet = false;
  const fullListeners = new Set<() => void>();
  const full = (): void => fullListeners.forEach((listener) => listener());
  const journal = openJournal(files.journal, full);

  const restored = (release: () => void): DatabaseSync => {
    notices.push(restoreStore(files, journal.entries(), now(), release));
    return connect(files);
  };

  const c = opening(folder, () => {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const first = (): DatabaseSync => {
      if (judge(files) === 'broken') return restored(() => undefined);
      try {
        return connect(files);
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
    });
  });

  const replaceDatabase = (): void => {
    const broken = c.db;
    damageMet = false;
    c.use(
      restored(() => {
        broken.close();
      }),
    );
  };

  let closed = false;
  let running: Promise<void> | undefined;
  let saved = -1;
  const written = (): number => (c.get('SELECT total_changes() AS count') as { count: number } | undefined)?.count ?? 0;

  const save = async (): Promise<void> => {
    await sound;
    const count = written();
    await makeBackup(c.db, files);
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
    if (closed || written() !== saved) await backup().catch(() => undefined);
  };

  let inspection: Inspection | undefined;
  const check = async (): Promise<void> => {
    // Where a worker cannot be had, the check is made here: without one, nothing would ever be sent.
    const damage = await Promise.resolve()
      .then(() => (inspection = inspect(files.database)).finding)
      .catch(() => (closed ? undefined : findDamage(c.db)));
    if (closed) throw new StoreClosedError();
    if (damage !== undefined || damageMet) replaceDatabase();
    isSound = true;
  };
  let stopChecking: (reason: StoreClosedError) => void = () => undefined;
  const sound = new Promise<void>((resolve, reject) => {
    stopChecking = reject;
    check().then(resolve, reject);
  });
  sound.then(backupIfChanged, () => undefined);

  const timer = setInterval(() => void backupIfChanged(), backupEveryMs);
  timer.unref();
  const end = async (): Promise<void> => {
    clearInterval(timer);
    // Without a finished check the last backup may be the better one.
    if (isSound) {
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

  return {
    transfers: transferRepository(c, journal, now),
    shares: shareRepository(c),
    history: historyRepository(c),
    groups: groupRepository(c),
    drops: dropRepository(c),
    abandoned: abandonedRepository(c),
    keepTold: ({ shareKey, deleteKey }, serverId, transferId) => {
      const about = c.get('SELECT name, size FROM transfers WHERE id = ?', transferId) as
        { name: string; size: number } | undefined;
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
    toldKey: (serverId, shareKey) => journal.deleteKeyOf(serverId, shareKey),
    path: folder,
    transaction: (work, survives) => c.transaction(work, survives),
    notices,
    sound,
    onDiskFull: (listener) => {
      fullListeners.add(listener);
    },
    backup,
    close: () => (ending ??= end()),
  };
};
