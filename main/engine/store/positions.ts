/**
 * The order of the queue: whole numbers with gaps, so that moving one transfer writes one row. Where a gap is used
 * up, all are numbered anew.
 */
import { newestChange } from './changes.ts';
import type { Connection } from './connection.ts';
import type { TransferRepository } from './store.ts';

/** 27 halvings between two neighbours; 60 million transfers before the numbers end. */
const gap = 2 ** 27;
const furthest = Number.MAX_SAFE_INTEGER - gap;

const renumber = (c: Connection): void => {
  c.run(
    `UPDATE transfers SET position = nth * ?, change = ? + nth
      FROM (SELECT id AS moved, row_number() OVER (ORDER BY position, id) AS nth FROM transfers) WHERE id = moved`,
    gap,
    newestChange(c),
  );
};

const edge = (c: Connection, which: 'min' | 'max'): number | undefined =>
  (c.get(`SELECT ${which}(position) AS edge FROM transfers`) as { edge: number | null }).edge ?? undefined;

/** Positions for so many new transfers at the end. Inside the caller's transaction. */
export const lastPositions = (c: Connection, count: number): { readonly first: number; readonly step: number } => {
  if ((edge(c, 'max') ?? 0) + count * gap > furthest) renumber(c);
  return { first: (edge(c, 'max') ?? 0) + gap, step: gap };
};

type Place = Parameters<TransferRepository['move']>[1];
type Room = { readonly low: number | undefined; readonly high: number | undefined };

/** The positions that the moved ones come to lie between; `undefined` where the place is unknown. */
const roomAt = (c: Connection, moved: string, to: Place): Room | undefined => {
  const others = 'SELECT position FROM transfers WHERE id NOT IN (SELECT value FROM json_each(?))';
  const position = (sql: string, ...values: readonly number[]): number | undefined =>
    (c.get(`${others} ${sql}`, moved, ...values) as { position: number } | undefined)?.position;
  if (to === 'first') return { low: undefined, high: position('ORDER BY position LIMIT 1') };
  if (to === 'last') return { low: position('ORDER BY position DESC LIMIT 1'), high: undefined };
  const mark = 'before' in to ? to.before : to.after;
  const at = (c.get('SELECT position FROM transfers WHERE id = ?', mark) as { position: number } | undefined)?.position;
  if (at === undefined) return undefined;
  // The mark itself bounds one side, unless it is moved too.
  const [below, above] = 'before' in to ? (['<', '>='] as const) : (['<=', '>'] as const);
  return {
    low: position(`AND position ${below} ? ORDER BY position DESC LIMIT 1`, at),
    high: position(`AND position ${above} ? ORDER BY position LIMIT 1`, at),
  };
};

/** Changes the order: all given, in their present order, to the place. An unknown place changes nothing. */
export const move = (c: Connection, ids: readonly number[], to: Place): void => {
  c.transaction(() => {
    const list = JSON.stringify(ids);
    const moved = c.all(
      'SELECT id FROM transfers WHERE id IN (SELECT value FROM json_each(?)) ORDER BY position, id',
      list,
    ) as readonly { id: number }[];
    const between = (): { readonly start: number; readonly step: number } | undefined => {
      const room = roomAt(c, list, to);
      if (room === undefined) return undefined;
      const { low, high } = room;
      if (low !== undefined && high !== undefined)
        return { start: low, step: Math.floor((high - low) / (moved.length + 1)) };
      if (high !== undefined) return { start: high - gap * (moved.length + 1), step: gap };
      return { start: low ?? 0, step: gap };
    };
    const reaches = (at: { readonly start: number; readonly step: number }): boolean =>
      at.step >= 1 && at.start > -furthest && at.start + at.step * moved.length < furthest;

    let at = between();
    if (at === undefined) return;
    while (!reaches(at)) {
      renumber(c);
      at = between() ?? at;
    }
    let { start: position } = at;
    let change = newestChange(c);
    for (const { id } of moved) {
      position += at.step;
      c.run('UPDATE transfers SET position = ?, change = ? WHERE id = ?', position, ++change, id);
    }
  });
};
