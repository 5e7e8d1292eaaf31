/** What a notification says: only what needs a person, what failed, and what is done; never a start or a retry. */
import type { EventPayload, ProblemView, TransferView } from '../../preload/contract.ts';
import { visible } from '../../preload/bounds.ts';
import { duration } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import { describe } from '../../preload/problems.ts';
import { sectionOf } from '../../preload/states.ts';

export type News = {
  /** The news itself. */
  readonly title: string;
  /** File, server, consequence. */
  readonly body: string;
};

/** The same news of the same server is not said again for so long, ms. */
const quietFor = 10_000;

const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '');

const sentences = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

/** What the user calls a file; the server may have given it a name of its own. */
const nameOf = (row: TransferView | undefined): string => visible(row?.localName ?? row?.name ?? '');

const attentionNews = (rows: readonly TransferView[], problem: ProblemView): News => {
  const { happened, means, todo } = describe(problem);
  const [row] = rows;
  if (rows.length > 1)
    return { title: withoutStop(happened), body: sentences(m.news_uploads_wait({ count: rows.length }), todo) };
  return { title: withoutStop(happened), body: sentences(m.news_of_file({ name: nameOf(row) }), means, todo) };
};

const failureNews = (rows: readonly TransferView[], problem: ProblemView): News => {
  const [row] = rows;
  const title =
    rows.length === 1 ? m.news_failed({ name: nameOf(row) }) : m.news_failed_several({ count: rows.length });
  return { title, body: problem.message };
};

/** Finds what is worth a notification in the events of a queue. */
export class NewsWatch {
  /** Transfers whose question is known already. */
  readonly #asked: Set<number>;
  /** When a failure was told, by transfer. */
  readonly #failed = new Map<number, number>();
  readonly #since: number;
  readonly #saidAt = new Map<string, number>();

  /**
   * @param waiting ids of the transfers that need a person already: no news
   * @param since ms since the epoch; what failed before causes no notification either
   */
  constructor(waiting: readonly number[], since: number) {
    this.#asked = new Set(waiting);
    this.#since = since;
  }

  take({ rows, removed }: EventPayload<'transfers'>, now: number): readonly News[] {
    for (const id of removed) this.#forget(id);
    const fresh = rows.filter((row) => this.#isNew(row));
    const groups = Map.groupBy(fresh, (row) => `${row.state} ${row.serverId} ${row.problem?.code ?? ''}`);
    return [...groups].flatMap(([key, group]) => {
      const problem = group[0]?.problem;
      if (problem === undefined || now - (this.#saidAt.get(key) ?? -Infinity) < quietFor) return [];
      this.#saidAt.set(key, now);
      return [group[0]?.state === 'failed' ? failureNews(group, problem) : attentionNews(group, problem)];
    });
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
  }
}

/** A queue that stopped as a whole: nothing goes on by itself any more. */
export const stopNews = (problem: ProblemView): News => {
  const { happened, means, todo } = describe(problem);
  return { title: withoutStop(happened), body: sentences(means, todo) };
};

export type DropEnd = {
  readonly names: readonly string[];
  readonly serverName: string;
  /** Files of it that are up. */
  readonly done: number;
  /** Names of its files that were not sent, as the person wished where a name is taken. */
  readonly leftOut: readonly string[];
  readonly of: number;
  readonly links: number;
  readonly copied: boolean;
  /** ms until the only file expires; absent for several, or where it stays. */
  readonly expiresIn?: number;
};

/** Nothing is up, and some of it was left out. */
const leftOutNews = (leftOut: readonly string[], serverName: string): News => ({
  title:
    leftOut.length === 1
      ? m.news_left_out({ name: visible(leftOut[0] ?? '') })
      : m.news_left_out_several({ count: leftOut.length }),
  body: m.news_left_out_detail({ count: leftOut.length, server: serverName }),
});

/** What is said when all of a drop has ended; nothing where all of it failed or was cancelled: that is known. */
export const dropNews = (end: DropEnd): News | undefined => {
  const { names, serverName, done, leftOut, links, copied, expiresIn } = end;
  const [first] = names;
  if (done === 0 || first === undefined) return leftOut.length === 0 ? undefined : leftOutNews(leftOut, serverName);
  const name = visible(first);
  const of = end.of - leftOut.length;
  if (end.of === 1) {
    const expires = expiresIn === undefined || expiresIn <= 0 ? '' : m.news_expires({ time: duration(expiresIn) });
    const title = copied && links > 0 ? m.news_link_copied() : m.news_done_one({ name });
    return { title, body: sentences(m.news_verified_one({ name, server: serverName }), expires) };
  }
  const title =
    done < of
      ? m.news_done_part({ done, all: of })
      : done === 1
        ? m.news_done_one({ name })
        : m.news_done_all({ count: done });
  const verified = m.news_verified({ count: done, server: serverName });
  const out = leftOut.length === 0 ? '' : m.news_drop_left_out({ count: leftOut.length });
  const linked = m.news_links_copied({ count: links });
  return { title, body: sentences(verified, out, copied && links > 0 ? linked : '') };
};
