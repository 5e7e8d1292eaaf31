/** Which terms of an upload can still be changed, and why the others cannot. */
import { problem, type Problem } from '../../../preload/problems.ts';
import type { ChangeTerm } from '../../../preload/problems/change.ts';
import { isFinal } from '../../../preload/states.ts';
import type { Engine } from '../engine.ts';
import type { Field, FieldRole } from '../providers/provider.ts';
import { isAtWork } from '../queue/machine.ts';
import { isGoing } from '../queue/order.ts';
import { readRemote } from '../queue/remote.ts';
import type { ServerPort } from '../queue/server-port.ts';
import type { Transfer } from '../store/rows.ts';

/** Whether its server may have something of it: then only what the provider says can be changed in place. */
export const hasBegun = ({ remote, creating }: Transfer): boolean => remote !== undefined || creating;

/** It waits for the user, or failed: what its server has of it can be given up for another server. */
export const isStuck = ({ state }: Transfer): boolean => state === 'attention' || state === 'failed';

/** Why nothing of an upload can be changed any more; `undefined`: something can. */
export const whyOver = (row: Transfer): Problem | undefined => {
  if (isFinal(row.state)) return problem('change-over', { state: row.state });
  if (isGoing(row) || row.undo !== undefined) return problem('change-over', { state: 'cancelled' });
  return row.problem?.code === 'row-damaged' ? row.problem : undefined;
};

const isOfShare = (role: FieldRole | undefined): boolean => role?.startsWith('share') === true;

/** @param field of a term that is one; absent: `server`, `expiry` or `key` */
const nameOf = (term: string, field: Field | undefined): ChangeTerm => {
  if (field === undefined) return term === 'server' || term === 'expiry' || term === 'key' ? term : 'other';
  if (field.type === 'folder') return 'folder';
  if (field.role === 'conflict') return 'conflict';
  return isOfShare(field.role) ? 'share' : 'other';
};

/** With which later step a term goes out. A state of a version that is not known tells of none. */
const laterStep = ({ provider }: ServerPort, row: Transfer, term: string): 'finish' | 'deliver' | undefined => {
  try {
    const remote = row.remote === undefined ? undefined : readRemote(provider, row.remote);
    return row.lost === undefined ? provider.sentWith?.(term, remote) : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Why a term of an upload cannot be changed; `undefined`: it can.
 *
 * @param term `server`, `expiry`, `key`, or the key of a transfer field
 */
export const whyFixed = (engine: Engine, port: ServerPort, row: Transfer, term: string): Problem | undefined => {
  const over = whyOver(row);
  if (over !== undefined) return over;
  // Without one that cannot be uploaded, the group can still get its link.
  if (row.groupId !== undefined && (term === 'key' || (term === 'server' && !isStuck(row))))
    return problem('change-group', { term });
  if (!hasBegun(row) || (term === 'server' && isStuck(row))) return undefined;
  const { name: server } = port.context.server;
  const step = term === 'server' ? undefined : laterStep(port, row, term);
  if (step === undefined) {
    const field = port.provider.transferFields.find(({ key }) => key === term);
    return problem('change-fixed', { server, term: nameOf(term, field) });
  }
  const ends = row.state === 'finishing' || row.state === 'verifying' || isAtWork(row);
  return step === 'finish' && ends && engine.queue.moving.includes(row.id)
    ? problem('change-finishing', { server })
    : undefined;
};

/** The terms of an upload that a person may change, as its server has them. */
export const termsOf = ({ provider }: ServerPort): readonly string[] => [
  'server',
  ...(provider.capabilities.expiry ? ['expiry'] : []),
  ...(provider.capabilities.ownKey ? ['key'] : []),
  ...provider.transferFields.map(({ key }) => key),
];
