/** Notes every change of a transfer's state, whichever statement writes it, and gives the notes out once they are committed. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Log, LogEntry } from '../log.ts';
import type { ConnectionEvents } from './connection.ts';

/** Of one note: `removed` is no state, but the end of its row. */
type Note = {
  readonly transfer: number;
  readonly name: string;
  readonly server: string;
  readonly from: string | undefined;
  readonly to: string;
  readonly waitFor: string | undefined;
  readonly problem: string | undefined;
};

/** Transfers in one entry. */
const idsMost = 200;

// Temporary triggers belong to this connection, and change nothing in the file.
const triggers = `
  CREATE TEMP TRIGGER note_added AFTER INSERT ON main.transfers BEGIN
    SELECT note_state(new.id, new.name, new.server_id, NULL, new.state, NULL, NULL);
  END;
  CREATE TEMP TRIGGER note_changed AFTER UPDATE OF state ON main.transfers WHEN old.state IS NOT new.state BEGIN
    SELECT note_state(new.id, new.name, new.server_id, old.state, new.state, new.wait_for, new.problem);
  END;
  CREATE TEMP TRIGGER note_removed AFTER DELETE ON main.transfers BEGIN
    SELECT note_state(old.id, old.name, old.server_id, old.state, 'removed', NULL, NULL);
  END`;

const text = (value: SQLOutputValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/** The code of a problem as it is stored. A column may be damaged; a throw in a trigger would undo the write. */
const codeOf = (stored: string | undefined): string | undefined => {
  if (stored === undefined) return undefined;
  try {
    const { code } = JSON.parse(stored) as { readonly code?: unknown };
    return typeof code === 'string' && /^[a-z][a-z0-9-]{0,60}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
};

const sameChange = (a: Note, b: Note): boolean =>
  a.server === b.server && a.from === b.from && a.to === b.to && a.waitFor === b.waitFor && a.problem === b.problem;

/** Notes as entries: those that follow each other and differ in the transfer alone are one. */
const entriesOf = (notes: readonly Note[]): readonly LogEntry[] => {
  const runs: { readonly first: Note; readonly transfers: number[] }[] = [];
  for (const note of notes) {
    const last = runs.at(-1);
    if (last !== undefined && last.transfers.length < idsMost && sameChange(last.first, note))
      last.transfers.push(note.transfer);
    else runs.push({ first: note, transfers: [note.transfer] });
  }
  return [
    ...runs.map(({ first: { server, from, to, waitFor, problem }, transfers }) => ({
      event: 'state' as const,
      transfers,
      server,
      from,
      to,
      waitFor,
      problem,
    })),
    ...notes
      .filter(({ from }) => from === undefined)
      .map(({ transfer, name }) => ({ event: 'file' as const, transfer, name })),
  ];
};

export type StateNotes = {
  /** Has a database note its changes; for each one that is opened. */
  readonly watch: (db: DatabaseSync) => void;
  /** What the connection to it has to report. */
  readonly events: Pick<ConnectionEvents, 'committed' | 'noted' | 'undone'>;
};

/** Writes each committed change of a state to the log. What is undone is never written. */
export const stateNotes = (log: Log): StateNotes => {
  let notes: Note[] = [];
  return {
    watch: (db) => {
      db.function('note_state', { varargs: true }, (...values: SQLOutputValue[]) => {
        const [transfer, name, server, from, to, waitFor, problem] = values;
        notes.push({
          transfer: Number(transfer),
          name: String(name),
          server: String(server),
          from: text(from),
          to: String(to),
          waitFor: text(waitFor),
          problem: codeOf(text(problem)),
        });
        return null;
      });
      db.exec(triggers);
    },
    events: {
      noted: () => notes.length,
      undone: (noted) => {
        notes.length = noted;
      },
      committed: () => {
        if (notes.length === 0) return;
        const committed = notes;
        notes = [];
        for (const entry of entriesOf(committed)) log.write(entry);
      },
    },
  };
};
