/** What a notification says, what can be done in it, and when it is shown: never for a start, a retry or a resume. */
import type { EventPayload, ProblemView, TransferView } from '../../preload/contract.ts';
import { visible } from '../../preload/bounds.ts';
import { decisionText } from '../../preload/decisions.ts';
import { m } from '../../preload/paraglide/messages.js';
import { describe } from '../../preload/problems.ts';
import { sectionOf } from '../../preload/states.ts';

/** Each kind can be switched off, but for `stopped`: nothing is uploaded any more. */
export type NewsKind = 'done' | 'attention' | 'failed' | 'expiring' | 'downloaded' | 'stopped';

/** What a click does. */
export type NewsAct =
  | { readonly does: 'copy'; readonly text: string }
  | { readonly does: 'open'; readonly link: string }
  | { readonly does: 'decide'; readonly ids: readonly number[]; readonly decision: string }
  | { readonly does: 'extend'; readonly shareId: number }
  | { readonly does: 'show'; readonly view: 'queue' | 'shares' };

export type NewsAction = { readonly label: string; readonly act: NewsAct };

export type News = {
  readonly kind: NewsKind;
  /** The news itself. */
  readonly title: string;
  /** File, server, consequence. */
  readonly body: string;
  /** The one that most people want first. */
  readonly actions: readonly NewsAction[];
  /** Where the window shows it. */
  readonly view: 'queue' | 'shares';
};

/** What happened within this time, ms, is one piece of news. */
const together = 10_000;

export const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '');

export const sentences = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

/** What the user calls a file; the server may have given it a name of its own. */
const nameOf = (row: TransferView | undefined): string => visible(row?.localName ?? row?.name ?? '');

/** The decision that is preferred, for all rows that have it. What it needs beside a click is asked for in the window. */
const decisionAction = (rows: readonly TransferView[]): readonly NewsAction[] => {
  const preferred = rows[0]?.decisions?.at(-1);
  if (preferred === undefined) return [];
  const label = decisionText(preferred.label);
  if (preferred.needs !== undefined)
    return [{ label: label.endsWith('…') ? label : `${label}…`, act: { does: 'show', view: 'queue' } }];
  const ids = rows.filter((row) => row.decisions?.some(({ id }) => id === preferred.id) === true).map(({ id }) => id);
  return [{ label, act: { does: 'decide', ids, decision: preferred.id } }];
};

const attentionNews = (rows: readonly TransferView[], problem: ProblemView): News => {
  const { happened, means, todo } = describe(problem);
  const body =
    rows.length > 1
      ? sentences(m.news_uploads_wait({ count: rows.length }), todo)
      : sentences(m.news_of_file({ name: nameOf(rows[0]) }), means, todo);
  return { kind: 'attention', title: withoutStop(happened), body, actions: decisionAction(rows), view: 'queue' };
};

const failureNews = (rows: readonly TransferView[], problem: ProblemView): News => ({
  kind: 'failed',
  title: rows.length === 1 ? m.news_failed({ name: nameOf(rows[0]) }) : m.news_failed_several({ count: rows.length }),
  body: problem.message,
  actions: decisionAction(rows),
  view: 'queue',
});

const newsOf = (rows: readonly TransferView[]): readonly News[] => {
  const [first] = rows;
  if (first?.problem === undefined) return [];
  return [first.state === 'failed' ? failureNews(rows, first.problem) : attentionNews(rows, first.problem)];
};

/** Of one server and cause: when it was said last, and what has happened since. */
type Group = { saidAt: number; rows: Map<number, TransferView> };

/** Finds what is worth a notification in the events of a queue. */
export class NewsWatch {
  /** Transfers whose question is known already. */
  readonly #asked: Set<number>;
  /** When a failure was told, by transfer. */
  readonly #failed = new Map<number, number>();
  readonly #since: number;
  readonly #groups = new Map<string, Group>();

  /**
   * @param waiting ids of the transfers that need a person already: no news
   * @param since ms since the epoch; what failed before causes no notification either
   */
  constructor(waiting: readonly number[], since: number) {
    this.#asked = new Set(waiting);
    this.#since = since;
  }

  /** News to show at once. More of the same server and cause is collected for `due`. `now`: ms of any clock. */
  take({ rows, removed }: EventPayload<'transfers'>, now: number): readonly News[] {
    for (const id of removed) this.#forget(id);
    for (const row of rows) this.#answered(row);
    const fresh = rows.filter((row) => this.#isNew(row));
    const byCause = Map.groupBy(fresh, (row) => `${row.state} ${row.serverId} ${row.problem?.code ?? ''}`);
    return [
      ...this.due(now),
      ...[...byCause].flatMap(([cause, group]) => {
        const known = this.#groups.get(cause);
        if (known !== undefined) {
          for (const row of group) known.rows.set(row.id, row);
          return [];
        }
        this.#groups.set(cause, { saidAt: now, rows: new Map() });
        return newsOf(group);
      }),
    ];
  }

  /** Collected news whose time has come. */
  due(now: number): readonly News[] {
    const said: News[] = [];
    for (const [cause, group] of this.#groups) {
      if (now - group.saidAt < together) continue;
      said.push(...newsOf([...group.rows.values()]));
      if (group.rows.size === 0) this.#groups.delete(cause);
      else this.#groups.set(cause, { saidAt: now, rows: new Map() });
    }
    return said;
  }

  /** ms until collected news is due; `undefined`: nothing was collected. */
  nextDue(now: number): number | undefined {
    const waiting = [...this.#groups.values()].filter(({ rows }) => rows.size > 0);
    if (waiting.length === 0) return undefined;
    return Math.max(0, Math.min(...waiting.map(({ saidAt }) => saidAt)) + together - now);
  }

  /** What does not ask any more, or did not stay failed, is no news when its time comes. */
  #answered(row: TransferView): void {
    if (sectionOf(row) === 'needs-you' || row.state === 'failed') return;
    for (const { rows } of this.#groups.values()) rows.delete(row.id);
  }

  #isNew(row: TransferView): boolean {
    if (sectionOf(row) === 'needs-you') {
      if (this.#asked.has(row.id)) return false;
      this.#asked.add(row.id);
      return true;
    }
    this.#asked.delete(row.id);
    if (row.state !== 'failed' || row.endedAt === undefined || row.endedAt < this.#since) return false;
    if (this.#failed.get(row.id) === row.endedAt) return false;
    this.#failed.set(row.id, row.endedAt);
    return true;
  }

  #forget(id: number): void {
    this.#asked.delete(id);
    this.#failed.delete(id);
    for (const { rows } of this.#groups.values()) rows.delete(id);
  }
}

/** A queue that stopped as a whole: nothing resumes automatically any more. */
export const stopNews = (problem: ProblemView): News => {
  const { happened, means, todo } = describe(problem);
  return { kind: 'stopped', title: withoutStop(happened), body: sentences(means, todo), actions: [], view: 'queue' };
};
