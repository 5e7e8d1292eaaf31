/** What a person wants of queued transfers: pause, resume, retry, cancel, remove, move, priority. */
import type { CallInput, Client, TransferView } from '../../../preload/contract.ts';
import { describe, problem } from '../../../preload/problems.ts';
import { m } from '../../../preload/paraglide/messages.js';
import { countIn, finalStates, isFinal } from '../../../preload/states.ts';
import type { ReasonCode } from '../../../preload/problems/reasons.ts';
import { exits, UsageError } from '../exits.ts';
import { confirm } from '../password.ts';
import { wordsError } from '../problem-error.ts';
import { parseWhole } from '../quantities.ts';
import {
  runPassword,
  tellNotice,
  tellRefused,
  withSession,
  type Host,
  type SecretOptions,
  type Session,
} from '../session.ts';
import { sentence } from '../words.ts';
import {
  checkTargets,
  eachTransfer,
  filterOf,
  findServer,
  parseIds,
  type Filter,
  type TargetOptions,
} from '../targets.ts';

export type Wish = Exclude<CallInput<'transfers.wish'>['wish'], 'undo'>;
/** What `retry --conflict` means, which is older than `decide`. */
const ofConflict = { skip: 'skip', rename: 'rename', version: 'new-version' } as const;
export type WishOptions = SecretOptions &
  TargetOptions & { readonly yes?: boolean; readonly sendNew?: boolean; readonly conflict?: keyof typeof ofConflict };

const done = {
  pause: 'paused',
  resume: 'resumed',
  retry: 'retried',
  cancel: 'cancelled',
  remove: 'removed',
} as const satisfies Readonly<Record<Wish, ReasonCode>>;

/** Longest that a cancel is waited for: the server is freed meanwhile. ms */
const patience = 120_000;

/** Asks before many go. Where nobody can answer, `--yes` has to be there. */
const sure = async (
  { host, client, out }: Session,
  wish: Wish,
  filter: Filter,
  options: WishOptions,
): Promise<boolean> => {
  if (options.yes === true || filter.ids !== undefined || (wish !== 'cancel' && wish !== 'remove')) return true;
  if (out.json || !host.io.stdin.isTTY) throw new UsageError(m.usage_yes({ wish }));
  const { totals } = await client.call('transfers.list', { filter, limit: 1 });
  // What has ended is not cancelled any more.
  const ended = wish === 'cancel' ? countIn(totals.byState, finalStates) : 0;
  const count = totals.count - ended;
  return await confirm(host.io, wish === 'cancel' ? m.ask_cancel({ count }) : m.ask_remove({ count }));
};

/** `pause|resume|retry|cancel|remove` of ids, all, or those of a server. */
export const wishFor = async (
  host: Host,
  wish: Wish,
  ids: readonly string[],
  options: WishOptions,
): Promise<number> => {
  checkTargets(ids, options);
  const password = await runPassword(host, options);
  return await withSession(host, options, { serve: false, ...password }, async (session) => {
    const { client, out } = session;
    const filter = await filterOf(client, ids, options);
    if (!(await sure(session, wish, filter, options))) return exits.usage;
    if (options.sendNew === true) return await decideFor(session, filter, 'upload-changed');
    if (options.conflict !== undefined) return await decideFor(session, filter, ofConflict[options.conflict]);
    const ending = wish === 'cancel' || wish === 'remove' ? watchEndings(client) : undefined;
    const { changed, refused } = await client.call('transfers.wish', { filter, wish });
    // Of many, those that are done already are no failure.
    if (filter.ids !== undefined)
      for (const { id, state } of refused) {
        const { problem: why } = wordsError(problem('not-now', { what: done[wish], state }));
        if (out.json) tellRefused(out, { id }, why);
        else out.aside(`${id}: ${sentence(why)}`, 'failed');
      }
    await ending?.until(changed);
    tellChanged(session, changed, done[wish]);
    if (wish === 'cancel') await tellLeft(session, changed);
    if ((wish === 'resume' || wish === 'retry') && changed.length > 0) tellNotSent(session);
    return filter.ids !== undefined && refused.length > 0 ? exits.failed : exits.done;
  });
};

/** What was done to transfers, as programs are told it; its words are in the catalogue. */
type Change =
  | (typeof done)[Wish]
  | 'left out'
  | 'marked as uploaded'
  | 'message marked as sent'
  | 'message not sent'
  | 'moved';

const tellChanged = ({ out }: Session, ids: readonly number[], what: Change): void => {
  if (out.json) out.object({ event: 'changed', what, ids });
  else out.line(m.terminal_changed({ what, id: ids[0] ?? '', count: ids.length }));
};

/** Says how to send what was queued, where no process is sending. */
const tellNotSent = ({ connection, out }: Session): void => {
  if (connection.owns() && !out.json) out.aside(m.terminal_not_sent_yet(), 'note');
};

export type DecideOptions = SecretOptions &
  TargetOptions & {
    /** The code of their problem. */
    readonly cause?: string;
    readonly name?: string;
    readonly to?: string;
    readonly fingerprint?: string;
    readonly recipient?: string;
  };

/** `decide [ID…] DECISION`: a decision of transfers that need attention, by its id. */
export const decide = (host: Host, words: readonly string[], options: DecideOptions): Promise<number> => {
  const ids = words.slice(0, -1);
  const decision = words.at(-1) ?? '';
  const { name, to, fingerprint, recipient } = options;
  const given = (
    [
      ['name', name],
      ['server', to],
      ['fingerprint', fingerprint],
      ['recipient', recipient],
    ] as const
  ).flatMap(([valueIs, value]) => (value === undefined ? [] : [{ valueIs, value }]));
  if (given.length > 1) throw new UsageError(m.usage_decision_values());
  checkTargets(ids, options);
  if (options.cause !== undefined && ids.length > 0) throw new UsageError(m.usage_targets_both());
  return withSession(host, options, { serve: false }, async (session) => {
    const filter = await filterOf(session.client, ids, options);
    const [value] = given;
    const server = to === undefined ? {} : { value: (await findServer(session.client, to)).id };
    return await decideFor(session, filter, decision, value && { ...value, ...server }, options.cause);
  });
};

/** Decisions after which nothing is uploaded. */
const decidedAs: Readonly<Partial<Record<string, Change>>> = {
  skip: 'left out',
  remove: 'removed',
  'mark-uploaded': 'marked as uploaded',
  'mark-sent': 'message marked as sent',
  'not-send': 'message not sent',
};

/** Decisions about the message of an upload that is done. */
const ofMessages: readonly string[] = ['send-again', 'mark-sent', 'send-to', 'not-send'];

/** The states in which a transfer may offer a decision. */
const statesOf = (decision: string): readonly TransferView['state'][] =>
  ofMessages.includes(decision) ? ['done'] : ['attention', 'failed'];

/** Decides for the transfers meant; of all, for those that offer it. */
const decideFor = async (
  session: Session,
  filter: Filter,
  decision: string,
  given?: Pick<CallInput<'transfers.decide'>, 'value' | 'valueIs'>,
  cause?: string,
): Promise<number> => {
  const { client, out } = session;
  const ids = filter.ids ?? [];
  if (filter.ids === undefined)
    for await (const row of eachTransfer(client, { ...filter, states: [...statesOf(decision)] }, 'queue'))
      if (
        row.decisions?.some(({ id }) => id === decision) === true &&
        (cause === undefined || row.problem?.code === cause)
      )
        ids.push(row.id);
  const changed: number[] = [];
  let refusals = 0;
  for (let from = 0; from < ids.length; from += 10_000) {
    const part = ids.slice(from, from + 10_000);
    const answer = await client.call('transfers.decide', { ids: part, decision, ...given });
    changed.push(...answer.changed);
    refusals += answer.refused.length;
    for (const { id, problem: why } of answer.refused) tellRefused(out, { id }, why);
    for (const notice of answer.notices) tellNotice(out, notice);
  }
  const what = decidedAs[decision];
  tellChanged(session, changed, what ?? 'retried');
  if (changed.length > 0 && what === undefined) tellNotSent(session);
  return refusals > 0 ? exits.failed : exits.done;
};

/** Listens from before a cancel until those it changed have ended or are gone. */
const watchEndings = (client: Client): { readonly until: (ids: readonly number[]) => Promise<void> } => {
  const over = new Set<number>();
  let look = (): void => undefined;
  const stop = client.on('transfers', ({ rows, removed }) => {
    for (const row of rows) if (row.state === 'cancelled') over.add(row.id);
    for (const id of removed) over.add(id);
    look();
  });
  const isOver = async (id: number): Promise<boolean> => {
    const row = await client.call('transfers.list', { filter: { ids: [id] }, limit: 1 });
    return row.rows[0] === undefined || isFinal(row.rows[0].state);
  };
  return {
    until: async (ids) => {
      const waiting = new Set(ids.slice(0, 10_000));
      for (const id of waiting) if (over.has(id) || (await isOver(id))) waiting.delete(id);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patience);
        look = () => {
          for (const id of waiting) if (over.has(id)) waiting.delete(id);
          if (waiting.size > 0) return;
          clearTimeout(timer);
          resolve();
        };
        look();
      });
      stop();
    },
  };
};

/** What a cancel could not free on the server, in words. */
const tellLeft = async ({ client, out }: Session, ids: readonly number[]): Promise<void> => {
  for (const id of ids.slice(0, 100)) {
    const { log } = await client.call('transfers.get', { id });
    const left = log.findLast((entry) => describe(entry.problem).leaves === true);
    if (left !== undefined) tellNotice(out, left.problem);
  }
};

export type MoveOptions = SecretOptions & {
  readonly first?: boolean;
  readonly last?: boolean;
  readonly before?: string;
  readonly after?: string;
};

/** `move ID… --first|--last|--before ID|--after ID` */
export const move = (host: Host, ids: readonly string[], options: MoveOptions): Promise<number> => {
  const moved = parseIds(ids);
  const places = [
    options.first === true ? ('first' as const) : undefined,
    options.last === true ? ('last' as const) : undefined,
    options.before === undefined ? undefined : { before: parseIds([options.before])[0] ?? 0 },
    options.after === undefined ? undefined : { after: parseIds([options.after])[0] ?? 0 },
  ].filter((place) => place !== undefined);
  const [to] = places;
  if (to === undefined || places.length > 1) throw new UsageError(m.usage_move_target());
  return withSession(host, options, { serve: false }, async (session) => {
    await session.client.call('transfers.move', { ids: moved, to });
    tellChanged(session, moved, 'moved');
    return exits.done;
  });
};

/** `priority NUMBER ID…` */
export const priority = (host: Host, value: string, ids: readonly string[], options: WishOptions): Promise<number> => {
  const wanted = parseWhole(value, 'priority', -100, 100);
  checkTargets(ids, options);
  return withSession(host, options, { serve: false }, async (session) => {
    const filter = await filterOf(session.client, ids, options);
    const { changed } = await session.client.call('transfers.priority', { filter, priority: wanted });
    if (session.out.json) session.out.object({ event: 'changed', what: `priority ${wanted} for`, ids: changed });
    else
      session.out.line(m.terminal_priority_changed({ priority: wanted, id: changed[0] ?? '', count: changed.length }));
    return exits.done;
  });
};
