import { askingDeliveries, sectionOf, sections, type Section, type TransferState } from '../../../preload/states.ts';
import type { Connection } from './connection.ts';
import type { TransferRepository } from './store.ts';
import { readTransfer, type TransferRecord } from './transfer-record.ts';
import { fold, listOf, where } from './values.ts';

/** Where a section is in the column `section`: as a literal, because a bound value does not use a partial index. */
const inSection = (section: Section): string => `section = ${sections.indexOf(section)}`;

type Sums = Record<Section, { count: number; bytes: number }>;

/** What is shown in another section than its state alone says. */
const move = (sums: Sums, from: Section, to: Section, { count, bytes }: Sum): void => {
  sums[from].count -= count;
  sums[from].bytes -= bytes;
  sums[to].count += count;
  sums[to].bytes += bytes;
};

type Sum = { readonly count: number; readonly bytes: number };

/** The queue as a window shows it. An index has each section in its order, so that a page costs what it shows. */
export const sectionMethods = (c: Connection): Pick<TransferRepository, 'section' | 'sections'> => ({
  sections: ({ serverId, search, endedAfter }) => {
    const folded = search === undefined ? undefined : fold(search);
    const { sql, values } = where([
      ['server_id = ?', serverId],
      ['instr(folded_name, ?) > 0', folded],
    ]);
    // Without a search the sums are kept; with one every name is looked at.
    const rows = c.all(
      search === undefined
        ? `SELECT state, sum(count) AS count, sum(bytes) AS bytes FROM totals${sql} GROUP BY state`
        : `SELECT state, count(*) AS count, sum(size) AS bytes FROM transfers${sql} GROUP BY state`,
      ...values,
    ) as readonly (Sum & { readonly state: TransferState })[];
    const sums = Object.fromEntries(sections.map((section) => [section, { count: 0, bytes: 0 }])) as Sums;
    for (const { state, count, bytes } of rows) {
      const sum = sums[sectionOf({ state })];
      sum.count += count;
      sum.bytes += bytes;
    }
    const sumOf = (condition: string): Sum =>
      c.get(
        `SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM transfers${sql === '' ? ' WHERE' : `${sql} AND`}
          ${condition}`,
        ...values,
      ) as Sum;
    move(sums, 'waiting', 'under-way', sumOf(`state = 'waiting' AND wait_for = 'server-work'`));
    move(sums, 'done', 'needs-you', sumOf(`delivery_state IN ${listOf(askingDeliveries)}`));
    if (endedAfter === undefined) return sums;
    const recent = where([
      ['server_id = ?', serverId],
      ['ended_at >= ?', endedAfter],
      ['instr(folded_name, ?) > 0', folded],
    ]);
    const done = c.get(
      `SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM transfers${recent.sql} AND ${inSection('done')}`,
      ...recent.values,
    ) as Sum;
    return { ...sums, done };
  },

  section: (section, { serverId, search, endedAfter }, { skip, limit }) => {
    const { sql, values } = where([
      ['server_id = ?', serverId],
      ['instr(folded_name, ?) > 0', search === undefined ? undefined : fold(search)],
      ['ended_at >= ?', section === 'done' ? endedAfter : undefined],
    ]);
    const order = section === 'done' ? 'ended_at DESC, id DESC' : 'urgency, position, id';
    const chosen = `${sql === '' ? ' WHERE' : `${sql} AND`} ${inSection(section)}`;
    return (
      c.all(
        `SELECT * FROM transfers${chosen} ORDER BY ${order} LIMIT ? OFFSET ?`,
        ...values,
        limit,
        skip,
      ) as readonly TransferRecord[]
    ).map(readTransfer);
  },
});
