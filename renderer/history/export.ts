import { isMoment } from '../../preload/bounds.ts';
import type { HistoryView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import { averageRate } from './rate.ts';
import { outcomeWord } from './words.ts';

/** The titles of an export's columns. */
export const csvHead = (): readonly string[] => [
  m.history_csv_ended(),
  m.history_csv_outcome(),
  m.history_csv_name(),
  m.history_csv_path(),
  m.history_csv_size(),
  m.history_csv_server(),
  m.history_csv_took(),
  m.history_csv_rate(),
  m.history_csv_key(),
  m.history_csv_link(),
  m.history_csv_proof(),
  m.history_csv_problem(),
];

/** An upload as the cells of an export. Times are UTC. */
export const csvCells = (row: HistoryView): readonly (string | number | undefined)[] => {
  const rate = averageRate(row);
  return [
    isMoment(row.at) ? new Date(row.at).toISOString() : undefined,
    outcomeWord(row),
    row.name,
    row.path,
    row.size,
    row.serverName,
    row.took / 1000,
    rate === undefined ? undefined : Math.round(rate),
    row.shareKey,
    row.link,
    row.proof === undefined ? undefined : `${row.proof.by}: ${row.proof.detail}`,
    row.problem?.message,
  ];
};
