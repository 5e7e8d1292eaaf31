/** What can be decided about a transfer now: what its problem offers, as far as its server can do it. */
import { decision, type Decision, type DecisionRole } from '../../../preload/decisions.ts';
import { decisionsOf } from '../../../preload/problem-decisions.ts';
import { isLeftOut } from '../../../preload/problems.ts';
import type { Engine } from '../engine.ts';
import type { Conflict } from '../providers/account.ts';
import type { Delivery, Transfer } from '../store/rows.ts';

/** The choice for an existing name that a decision makes. */
export const conflictOf = ({ role, needs }: Decision): Exclude<Conflict, 'ask'> | undefined => {
  if (role === 'skip') return 'skip';
  if (role === 'new-version') return 'version';
  return role === 'rename' && needs === undefined ? 'rename' : undefined;
};

/** Whether a transfer waits for a person, or failed, or was skipped: only then something can be decided. */
const isOpen = ({ state, wish, undo, problem }: Transfer): boolean =>
  undo === undefined &&
  (isLeftOut(state, problem) ||
    ((state === 'attention' || state === 'failed') && (wish === 'run' || wish === 'pause')));

/** What can be done about a message that was not sent, beside what its own problems say. */
const aboutMessages: ReadonlySet<DecisionRole> = new Set([
  'mark-sent',
  'send-again',
  'send-to',
  'not-send',
  'retry',
  'sign-in',
  'test-server',
  'trust-certificate',
]);

/** What can be decided about the message of an upload that is done. */
const decisionsOfDelivery = ({ state, problem }: Delivery): readonly Decision[] => {
  const notSend = decision('not-send');
  if (state === 'waiting') return [notSend];
  if (state === 'unknown') return [decision('mark-sent'), decision('send-again')];
  if (state !== 'failed') return [];
  const offered = (problem === undefined ? [] : decisionsOf(problem)).filter(
    ({ role }) => aboutMessages.has(role) && role !== 'not-send',
  );
  return [notSend, ...(offered.length === 0 ? [decision('retry')] : offered)];
};

/** The decisions that a transfer offers, the preferred one last. Empty: it needs no decision. */
export const decisionsFor = (engine: Engine, row: Transfer): readonly Decision[] => {
  if (row.state === 'done') return row.delivery === undefined ? [] : decisionsOfDelivery(row.delivery);
  if (!isOpen(row)) return [];
  const port = engine.servers.port(row.serverId);
  const conflicts = port.ok ? port.value.provider.capabilities.conflict : [];
  const offered = row.problem === undefined ? [] : decisionsOf(row.problem);
  const possible = offered.filter((one) => {
    const conflict = conflictOf(one);
    if (conflict !== undefined) return conflicts.includes(conflict);
    if (one.role === 'other-server') return engine.servers.all().some(({ id }) => id !== row.serverId);
    // Its share is to be joined with the others': without it the group cannot be.
    return one.role !== 'mark-uploaded' || row.groupId === undefined;
  });
  return possible.length > 0 || row.state === 'cancelled' ? possible : [decision('retry')];
};
