/** Sends the files of a drop to the host's inbox: item by item, two files at once, each again where it breaks. */
import type { CallOutput, ProblemView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { HeldItem } from './drop-entries.ts';
import type { Terms } from './drop-terms.ts';

export type Added = CallOutput<'transfers.add'>;

/** What the host answered. Status 0: the connection broke, or there was none. */
export type InboxAnswer = { readonly status: number; readonly body: unknown };

/** The way to the host's inbox. Nothing of it rejects. */
export interface InboxPort {
  announce(body: object, signal: AbortSignal): Promise<InboxAnswer>;
  /** @param onSent bytes of this file that have left, from its start */
  put(way: string, file: File, onSent: (bytes: number) => void, signal: AbortSignal): Promise<InboxAnswer>;
  end(token: string): Promise<void>;
  /** Whether the browser can still read it: it may have been changed or removed since it was given. */
  readable(file: File): Promise<boolean>;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** What hears of the items of a drop, by their places in it. */
export interface ItemWatch {
  /** The host knows it by this. */
  opened(token: string): void;
  /** An item is about to be sent. Returns what ends it alone. */
  begins(item: number): AbortSignal;
  /** How many of its bytes have left, and how many of its files have arrived. Falls where a file starts over. */
  moved(item: number, bytes: number, files: number): void;
  /** It is queued as these transfers, or does not come: then there are none. */
  ended(item: number, ids: readonly number[]): void;
}

export type Missing = {
  readonly name: string;
  readonly why: 'broken' | 'unreadable' | 'refused';
  readonly problem?: ProblemView;
};
export type Outcome = {
  readonly added: readonly number[];
  readonly refused: Added['refused'];
  readonly notices: readonly ProblemView[];
  /** Items that did not come in whole, or were not taken. */
  readonly missing: readonly Missing[];
  /** Items that were not sent because all of it ended. */
  readonly left: number;
  /** Why all of it ended, where the host ended it. */
  readonly stopped?: ProblemView;
  readonly cancelled: boolean;
};

/** Files at once; more would only share the same line. */
const lanes = 2;
/** ms before each further attempt at a file. */
const waits = [1_000, 3_000, 9_000] as const;
/** What the next attempt may change: a broken way, a host or a proxy that was not there, a body that stalled. */
const isPassing = (status: number): boolean => status === 0 || status === 408 || [500, 502, 503, 504].includes(status);
/** What concerns one file or item only; anything else ends the drop. */
const isOfOne = (status: number): boolean => status === 400 || status === 422;

const problemIn = (body: unknown): ProblemView | undefined => (body as { error?: ProblemView } | null)?.error;
type RefusedFile = { readonly item: number; readonly file: number; readonly problem: ProblemView };
const refusedIn = (body: unknown): readonly RefusedFile[] =>
  (body as { refused?: readonly RefusedFile[] } | null)?.refused ?? [];
const queuedIn = (body: unknown): Added | undefined => (body as { queued?: Added } | null)?.queued;

/** A text about a path in the inbox, without the inbox's own folders. */
const asGiven = (token: string, { path, problem }: Added['refused'][number]): Added['refused'][number] => {
  const inbox = new RegExp(`^.*[/\\\\]${token}[/\\\\]\\d+[/\\\\]`).exec(path)?.[0];
  if (inbox === undefined) return { path, problem };
  return { path: path.slice(inbox.length), problem: { ...problem, message: problem.message.replaceAll(inbox, '') } };
};

/**
 * Resolves when all that can arrive has arrived and was queued, or when the host ended it. What did not arrive is removed
 * from the host then.
 *
 * @param signal ends what has not begun
 * @param watch hears of each item. One that it ends counts as left, and the others continue, unless one link is for all
 */
export const upload = async (
  port: InboxPort,
  items: readonly HeldItem[],
  terms: Terms,
  signal: AbortSignal,
  watch: ItemWatch,
): Promise<Outcome> => {
  const added = new Set<number>();
  const refused: Added['refused'] = [];
  const notices = new Map<string, ProblemView>();
  const missing = new Map<number, Missing>();
  let stopped: ProblemView | undefined;
  /** Of the items that have begun. */
  const endings = new Map<number, AbortSignal>();
  const outcome = (left: number): Outcome => ({
    added: [...added],
    refused,
    notices: [...notices.values()],
    missing: [...missing.values()],
    left,
    ...(stopped === undefined ? {} : { stopped }),
    cancelled: signal.aborted || [...endings.values()].some(({ aborted }) => aborted),
  });

  const announcement = {
    items: items.map(({ files }) => ({ files: files.map(({ path, file }) => ({ path, size: file.size })) })),
    options: terms,
  };
  let opened = await port.announce(announcement, signal);
  for (const ms of waits) {
    if (signal.aborted || !isPassing(opened.status)) break;
    await port.wait(ms, signal);
    opened = await port.announce(announcement, signal);
  }
  // Files that their server refuses are not sent to the host at all.
  const isRefused = new Set<File>();
  for (const { item, file, problem } of refusedIn(opened.body)) {
    const held = items[item]?.files[file];
    if (held === undefined) continue;
    isRefused.add(held.file);
    refused.push({ path: held.path, problem });
  }
  const token = (opened.body as { token?: string } | null)?.token;
  if (token === undefined && isRefused.size > 0) return outcome(0);
  if (token === undefined) {
    stopped = problemIn(opened.body);
    if (stopped === undefined && !signal.aborted)
      for (const [nth, { name }] of items.entries()) missing.set(nth, { name, why: 'broken' });
    return outcome(items.length);
  }

  watch.opened(token);
  const sent = items.map(({ files }) => ({ all: 0, whole: 0, each: files.map(() => 0) }));
  const note = (item: number, file: number, bytes: number, whole = false): void => {
    const row = sent[item];
    if (row === undefined) return;
    row.all += bytes - (row.each[file] ?? 0);
    row.each[file] = bytes;
    if (whole) row.whole++;
    watch.moved(item, row.all, row.whole);
  };
  const take = (item: number, queued: Added | undefined): void => {
    if (queued === undefined) return;
    // Where one link is for all, the last item's answer is for all of them.
    for (const nth of terms.group === true ? items.keys() : [item]) watch.ended(nth, queued.added);
    for (const id of queued.added) added.add(id);
    refused.push(...queued.refused.map((one) => asGiven(token, one)));
    for (const notice of queued.notices) notices.set(notice.message, notice);
  };

  const ended = new AbortController();
  const endingOf = (nth: number): AbortSignal => {
    const known = endings.get(nth) ?? AbortSignal.any([ended.signal, watch.begins(nth)]);
    endings.set(nth, known);
    return known;
  };
  const misses = (nth: number, what: Missing): void => {
    missing.set(nth, what);
    watch.ended(nth, []);
  };
  const comes = items.map(({ files }) => files.filter(({ file }) => !isRefused.has(file)).length);
  const toCome = [...comes];
  const sendFile = async (nth: number, at: number, item: HeldItem, file: File): Promise<void> => {
    const ending = endingOf(nth);
    const isOver = (): boolean => ending.aborted;
    const way = `${token}/${nth}/${at}`;
    for (let attempt = 0; !isOver(); attempt++) {
      const { status, body } = await port.put(way, file, (bytes) => note(nth, at, bytes), ending);
      if (status === 200) {
        note(nth, at, file.size, true);
        take(nth, queuedIn(body));
        toCome[nth] = (toCome[nth] ?? 0) - 1;
        return;
      }
      if (isOver()) return;
      const problem = problemIn(body);
      const about = problem === undefined ? {} : { problem };
      note(nth, at, 0);
      if (status === 0 && !(await port.readable(file))) {
        misses(nth, { name: item.name, why: 'unreadable' });
        return;
      }
      const ms = waits[attempt];
      if (isPassing(status) && ms !== undefined) {
        await port.wait(ms, ending);
        continue;
      }
      // A proxy that takes no body of that size says so without words of ours.
      if (!isPassing(status) && !isOfOne(status) && !(status === 413 && problem !== undefined)) {
        stopped = problem ?? { code: 'internal', params: {}, message: m.add_host_refused({ status }) };
        ended.abort();
        return;
      }
      misses(nth, { name: item.name, why: isPassing(status) ? 'broken' : 'refused', ...about });
      return;
    }
  };

  const course = items
    .flatMap((item, nth) => item.files.map(({ file }, at) => ({ item, nth, file, at })))
    .filter(({ file }) => !isRefused.has(file));
  // The progress bar counts them as sent.
  for (const [nth, { files }] of items.entries())
    for (const [at, { file }] of files.entries()) if (isRefused.has(file)) note(nth, at, file.size, true);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let one = course[next++]; one !== undefined && !ended.signal.aborted; one = course[next++]) {
      // What has begun comes whole. The rest of a folder is of no use where one of its files cannot come.
      const isWanted = endings.has(one.nth) || !signal.aborted;
      if (isWanted && !missing.has(one.nth)) await sendFile(one.nth, one.at, one.item, one.file);
      // One link for all is for all or for none.
      const lacks = missing.size > 0 || signal.aborted || endings.get(one.nth)?.aborted === true;
      if (lacks && terms.group === true) ended.abort();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const left = items.filter(
    (_, nth) =>
      (comes[nth] ?? 0) > 0 &&
      !missing.has(nth) &&
      ((toCome[nth] ?? 0) > 0 || (terms.group === true && added.size === 0)),
  ).length;
  if (left > 0 || missing.size > 0) await port.end(token);
  return outcome(left);
};
