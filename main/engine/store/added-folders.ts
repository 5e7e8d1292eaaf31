/** Folders that were added whole: one row of the queue each, until they are opened. */
import { sectionOf, sections, type Section, type TransferState } from '../../../preload/states.ts';
import type { Connection, Value } from './connection.ts';
import type { FolderCounts, FolderRow, Pressing, SectionFilter, Transfer } from './rows.ts';
import type { FolderRepository, TransferRepository } from './store.ts';
import { readTransfer, type TransferRecord } from './transfer-record.ts';
import { fold, nullable, optional, where, type Where } from './values.ts';

type FolderRecord = FolderCounts & {
  readonly id: number;
  readonly server_id: string;
  readonly path: string;
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
  readonly acknowledged: number;
  readonly undoable: number;
  readonly pressing: Pressing;
  readonly urgency: number;
  readonly position: number;
  readonly created_at: number;
  readonly ended_at: number | null;
};

/** What each count is of, as a state whose section shows it. */
const stateOf: Readonly<Record<Pressing | 'cancelled', TransferState>> = {
  active: 'uploading',
  waiting: 'waiting',
  queued: 'queued',
  paused: 'paused',
  done: 'done',
  cancelled: 'cancelled',
  asking: 'attention',
  failed: 'failed',
};
const countNames = Object.keys(stateOf) as readonly (keyof FolderCounts)[];

/** The section of the queue that shows a folder. */
export const sectionOfFolder = ({ pressing }: Pick<FolderRow, 'pressing'>): Section =>
  sectionOf({ state: stateOf[pressing] });

/** Files of a folder that are rows of their own, whether it is open or not: nothing hides that the user is needed. */
export const alwaysShown: readonly Section[] = ['needs-you', 'failed'];

const numberOf = (section: Section): number => sections.indexOf(section);
/** As literals, because a bound value does not use a partial index. */
const inSection = (section: Section): string => `section = ${numberOf(section)}`;
const shownAlways = `section IN (${alwaysShown.map(numberOf).join(', ')})`;
const pressingIn = (section: Section): string => {
  const all = (Object.keys(stateOf) as (keyof typeof stateOf)[]).filter((one) => one !== 'cancelled');
  const here = all.filter((pressing) => sectionOfFolder({ pressing }) === section);
  return `pressing IN (${here.map((one) => `'${one}'`).join(', ')})`;
};

const readFolder = (r: FolderRecord): FolderRow => ({
  id: r.id,
  serverId: r.server_id,
  path: r.path,
  name: r.name,
  count: r.count,
  bytes: r.bytes,
  acknowledgedBytes: r.acknowledged,
  counts: Object.fromEntries(countNames.map((name) => [name, r[name]])) as FolderCounts,
  undoable: r.undoable,
  pressing: r.pressing,
  createdAt: r.created_at,
  endedAt: optional(r.ended_at),
});

/** How many files of a folder are rows below it while it is open. */
const below = ({ count, counts }: FolderRow): number => count - counts.asking - counts.failed;

type Sum = { count: number; bytes: number; inside: number };

/**
 * The order of a section, and which rows are before a folder in it. `key` is the id of a file, and minus the id of a folder:
 * a folder is before its first file.
 */
const orderOf = (section: Section) =>
  section === 'done'
    ? ({
        columns: 'ended_at AS a, 0 AS b',
        sql: 'a DESC, key DESC',
        before: (key: string) => `(ended_at, ${key}) > (?, ?)`,
        place: (r: FolderRecord): readonly Value[] => [r.ended_at ?? 0, -r.id],
      } as const)
    : ({
        columns: 'urgency AS a, position AS b',
        sql: 'a, b, key',
        before: (key: string) => `(urgency, position, ${key}) < (?, ?, ?)`,
        place: (r: FolderRecord): readonly Value[] => [r.urgency, r.position, -r.id],
      } as const);

const and = (condition: Where, sql: string): string =>
  condition.sql === '' ? ` WHERE ${sql}` : `${condition.sql} AND ${sql}`;

/** Rows of one kind that a section shows beside those of open folders. */
const conditionsOf = (section: Section, { serverId, search, endedAfter }: SectionFilter, what: 'files' | 'folders') => {
  const searched = search === undefined ? undefined : fold(search);
  const given = where([
    ['server_id = ?', serverId],
    ['instr(folded_name, ?) > 0', searched],
    ['ended_at >= ?', section === 'done' ? (endedAfter ?? 0) : undefined],
  ]);
  if (what === 'folders') return { sql: and(given, pressingIn(section)), values: given.values };
  // A search shows every file that matches, in a folder or not.
  const alone = searched !== undefined || alwaysShown.includes(section) ? '' : ' AND folder_id IS NULL';
  return { sql: and(given, `${inSection(section)}${alone}`), values: given.values };
};

/** Files below an open folder: those that are no rows of their own. */
const belowOf = (c: Connection, id: number, { search }: SectionFilter) => {
  const values: readonly Value[] = search === undefined ? [id] : [id, fold(search)];
  const sql = `FROM transfers WHERE folder_id = ? AND NOT ${shownAlways}
    ${search === undefined ? '' : 'AND instr(folded_name, ?) = 0'}`;
  return {
    count: (): number => (c.get(`SELECT count(*) AS count ${sql}`, ...values) as { count: number }).count,
    rows: (skip: number, limit: number): readonly Transfer[] =>
      (
        c.all(
          `SELECT * ${sql} ORDER BY urgency, position, id LIMIT ? OFFSET ?`,
          ...values,
          limit,
          skip,
        ) as readonly TransferRecord[]
      ).map(readTransfer),
  };
};

export const folderRepository = (
  c: Connection,
  transfers: Pick<TransferRepository, 'get' | 'sections'>,
): FolderRepository => {
  const record = (id: number): FolderRecord | undefined =>
    c.get('SELECT * FROM added_folders WHERE id = ? AND count > 0', id) as FolderRecord | undefined;
  const get = (id: number): FolderRow | undefined => {
    const found = record(id);
    return found === undefined ? undefined : readFolder(found);
  };

  /** The open folders that a section shows, with how many rows are before each of them and below it. */
  const openIn = (section: Section, filter: SectionFilter, opened: readonly number[]) => {
    const order = orderOf(section);
    const [files, folders] = (['files', 'folders'] as const).map((what) => conditionsOf(section, filter, what)) as [
      Where,
      Where,
    ];
    const before = (table: string, key: string, { sql, values }: Where, place: readonly Value[]): number =>
      (
        c.get(`SELECT count(*) AS count FROM ${table}${sql} AND ${order.before(key)}`, ...values, ...place) as {
          count: number;
        }
      ).count;
    return opened
      .flatMap((id) => {
        const shown = c.get(`SELECT * FROM added_folders${folders.sql} AND id = ?`, ...folders.values, id) as
          | FolderRecord
          | undefined;
        if (shown === undefined) return [];
        const place = order.place(shown);
        const inside = belowOf(c, id, filter);
        return [
          {
            at: before('transfers', 'id', files, place) + before('added_folders', '-id', folders, place),
            below: filter.search === undefined ? below(readFolder(shown)) : inside.count(),
            rows: inside.rows,
          },
        ];
      })
      .sort((one, other) => one.at - other.at);
  };

  const topRows = (section: Section, filter: SectionFilter, skip: number, limit: number): (Transfer | FolderRow)[] => {
    if (limit <= 0) return [];
    const order = orderOf(section);
    const [files, folders] = [conditionsOf(section, filter, 'files'), conditionsOf(section, filter, 'folders')];
    const places = c.all(
      `SELECT id AS key, ${order.columns} FROM transfers${files.sql}
        UNION ALL SELECT -id, ${order.columns} FROM added_folders${folders.sql}
        ORDER BY ${order.sql} LIMIT ? OFFSET ?`,
      ...files.values,
      ...folders.values,
      limit,
      skip,
    ) as readonly { readonly key: number }[];
    return places.flatMap(({ key }) => (key < 0 ? get(-key) : transfers.get(key)) ?? []);
  };

  return {
    add: ({ dropId, serverId, path, name, createdAt }) =>
      c.run(
        `INSERT INTO added_folders (drop_id, server_id, path, name, folded_name, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
        nullable(dropId),
        serverId,
        path,
        name,
        fold(name),
        createdAt,
      ).id,
    get,
    onServer: (id, serverId) => folderOnServer(c, id, serverId),
    dissolveSmall: (ids) => {
      const list = JSON.stringify(ids);
      c.transaction(() => {
        c.run(
          `UPDATE transfers SET folder_id = NULL WHERE folder_id IN
            (SELECT id FROM added_folders WHERE count = 1 AND id IN (SELECT value FROM json_each(?)))`,
          list,
        );
        c.run('DELETE FROM added_folders WHERE count = 0 AND id IN (SELECT value FROM json_each(?))', list);
      });
    },
    files: (id) =>
      (c.all('SELECT id FROM transfers WHERE folder_id = ?', id) as readonly { readonly id: number }[]).map(
        (row) => row.id,
      ),
    ends: (id) => {
      const end = (order: string): number | undefined =>
        (
          c.get(`SELECT id FROM transfers WHERE folder_id = ? ORDER BY ${order} LIMIT 1`, id) as
            | { readonly id: number }
            | undefined
        )?.id;
      const first = end('urgency, position, id');
      const last = end('urgency DESC, position DESC, id DESC');
      return first === undefined || last === undefined ? undefined : { first, last };
    },
    sections: (filter, opened) => {
      const all = transfers.sections(filter);
      const sums = Object.fromEntries(sections.map((section) => [section, { ...all[section], inside: 0 }])) as Record<
        Section,
        Sum
      >;
      const folders = where([['server_id = ?', filter.serverId]]);
      if (filter.search === undefined) {
        // Files of folders are in the sums of all; what is always shown stays a row.
        const inFolders = c.get(
          `SELECT ${countNames.map((name) => `coalesce(sum(${name}), 0) AS ${name}`).join(', ')}
            FROM added_folders${folders.sql}`,
          ...folders.values,
        ) as FolderCounts;
        for (const name of countNames) {
          const section = sectionOf({ state: stateOf[name] });
          if (!alwaysShown.includes(section)) sums[section].count -= inFolders[name];
        }
        // What is queued of folders that are shown elsewhere is no row of that section.
        const elsewhere = c.get(
          `SELECT coalesce(sum(queued_bytes), 0) AS bytes FROM added_folders${folders.sql === '' ? ' WHERE' : `${folders.sql} AND`}
            pressing IN ('active', 'waiting')`,
          ...folders.values,
        ) as Pick<Sum, 'bytes'>;
        sums.next.bytes -= elsewhere.bytes;
        const done = conditionsOf('done', filter, 'files');
        sums.done.count = (
          c.get(`SELECT count(*) AS count FROM transfers${done.sql}`, ...done.values) as { count: number }
        ).count;
      }
      for (const section of sections) {
        const shown = conditionsOf(section, filter, 'folders');
        const { count } = c.get(`SELECT count(*) AS count FROM added_folders${shown.sql}`, ...shown.values) as Sum;
        sums[section].count += count;
        for (const open of openIn(section, filter, opened)) {
          sums[section].count += open.below;
          sums[section].inside += open.below;
        }
      }
      return sums;
    },
    section: (section, filter, opened, { skip, limit }) => {
      const rows: (Transfer | FolderRow)[] = [];
      /** Rows at the top level, and all rows, that are before what comes next. */
      let [top, all] = [0, 0];
      const end = skip + limit;
      const takeTop = (until: number): void => {
        const count = until - top;
        const from = Math.max(0, skip - all);
        const most = Math.min(count, end - all) - from;
        rows.push(...topRows(section, filter, top + from, most));
        [top, all] = [until, all + count];
      };
      for (const open of openIn(section, filter, opened)) {
        if (all >= end) break;
        takeTop(open.at + 1);
        const from = Math.max(0, skip - all);
        const most = Math.min(open.below, end - all) - from;
        if (most > 0) rows.push(...open.rows(from, most));
        all += open.below;
      }
      if (all < end) takeTop(top + Math.max(0, end - all));
      return rows;
    },
  };
};

/** The same folder of the same batch, for the files that go to another server; made where it is not there. */
const folderOnServer = (c: Connection, id: number, serverId: string): number | undefined => {
  const own = c.get('SELECT server_id FROM added_folders WHERE id = ?', id) as
    | Pick<FolderRecord, 'server_id'>
    | undefined;
  if (own === undefined || own.server_id === serverId) return own === undefined ? undefined : id;
  const there = c.get(
    `SELECT other.id FROM added_folders AS other JOIN added_folders AS own ON own.id = ? AND other.path = own.path
      AND other.created_at = own.created_at AND other.drop_id IS own.drop_id WHERE other.server_id = ?`,
    id,
    serverId,
  ) as { readonly id: number } | undefined;
  return (
    there?.id ??
    c.run(
      `INSERT INTO added_folders (drop_id, server_id, path, name, folded_name, created_at)
        SELECT drop_id, ?, path, name, folded_name, created_at FROM added_folders WHERE id = ?`,
      serverId,
      id,
    ).id
  );
};

/**
 * Files whose server is another from now on, inside the transaction that says so: those of one folder that go to one server
 * are one folder there, whether they go together or one after the other. `dissolveSmall` ends folders with one file.
 */
export const foldersToServer = (c: Connection, ids: readonly number[], serverId: string): void => {
  const list = JSON.stringify(ids);
  const going = c.all(
    `SELECT DISTINCT folder_id AS id FROM transfers
      WHERE id IN (SELECT value FROM json_each(?)) AND folder_id IS NOT NULL`,
    list,
  ) as readonly { readonly id: number }[];
  for (const { id } of going) {
    const there = folderOnServer(c, id, serverId);
    if (there !== id)
      c.run(
        'UPDATE transfers SET folder_id = ? WHERE folder_id = ? AND id IN (SELECT value FROM json_each(?))',
        there ?? null,
        id,
        list,
      );
  }
};
