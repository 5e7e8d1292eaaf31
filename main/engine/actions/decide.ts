/** Carries out what a person decides about a transfer that needs attention. */
import { problem, type Problem } from '../../../preload/problems.ts';
import { takenBy, type Decision, type DecisionNeeds } from '../../../preload/decisions.ts';
import { changeBatch } from './change-batch.ts';
import { conflictOf, decisionsFor } from './decisions.ts';
import type { Engine } from '../engine.ts';
import { fieldOf } from '../field-values.ts';
import { assertNever, fail, ok, type Outcome } from '../outcome.ts';
import { decideMessage } from './decide-message.ts';
import { plannedDelivery } from '../queue/deliveries.ts';
import { sendNew } from './send-new.ts';
import type { Transfer } from '../store/rows.ts';
import { testServer } from './test-server.ts';

/** `value`: what the decision needs. `valueIs`: the kind of value that it was given as; absent: the one that is needed. */
export type Choice = {
  readonly decision: string;
  readonly value?: string | undefined;
  readonly valueIs?: DecisionNeeds | undefined;
};

/** What the server said of itself, where the decision tested it. */
type Decided = Outcome<readonly Problem[]>;

const done: Decided = ok([]);

/**
 * Carries out a decision about a transfer. Fails with decision-unavailable, decision-needs, decision-value, not-now, or as
 * what the decision does fails; the transfer stays as it is then.
 */
export const decide = async (engine: Engine, row: Transfer, choice: Choice): Promise<Decided> => {
  const possible = decisionsFor(engine, row);
  const wanted = possible.find(({ id }) => id === choice.decision);
  if (wanted === undefined) {
    const ids = possible.map(({ id }) => id).join(', ');
    return fail('fatal', problem('decision-unavailable', { decision: choice.decision, possible: ids }));
  }
  const { needs } = wanted;
  if (needs === 'account')
    return fail('attention', problem('sign-in-asked', { server: engine.servers.nameOf(row.serverId) }));
  if (needs !== undefined && choice.value === undefined)
    return fail('fatal', problem('decision-needs', { decision: wanted.id, needs }));
  const takes = takenBy(wanted);
  if (choice.value !== undefined && (takes === undefined || (choice.valueIs ?? takes) !== takes))
    return fail('fatal', problem('decision-value', { decision: wanted.id, ...(takes === undefined ? {} : { takes }) }));
  return await carryOut(engine, row, wanted, choice.value ?? '');
};

const carryOut = async (engine: Engine, row: Transfer, wanted: Decision, value: string): Promise<Decided> => {
  const { queue } = engine;
  switch (wanted.role) {
    case 'retry':
      await queue.wish({ ids: [row.id] }, 'retry');
      return done;
    case 'send-again':
    case 'mark-sent':
    case 'send-to':
    case 'not-send':
      return decideMessage(engine, row, wanted.role, value);
    case 'remove':
      await queue.wish({ ids: [row.id] }, 'remove');
      return done;
    case 'upload-again':
      // What the server has of it is deleted first: it may hold the name of the next one.
      if (row.remote !== undefined) engine.store.transfers.update(row.id, { lost: row.problem });
      await queue.wish({ ids: [row.id] }, 'retry');
      return done;
    case 'mark-uploaded':
      return markUploaded(engine, row);
    case 'upload-changed': {
      const sent = await sendNew(engine, row);
      return sent.ok ? done : sent;
    }
    case 'skip': {
      // Needs no server: nothing was sent, and the existing file stays as it is.
      const { problem: asked } = row;
      const why = asked?.code === 'name-exists' ? problem('name-skipped', asked.params) : undefined;
      await queue.wish({ ids: [row.id] }, 'cancel', why);
      return done;
    }
    case 'new-version':
    case 'rename':
      return value === '' ? await storeOtherwise(engine, row, wanted) : await rename(engine, row, value);
    case 'trust-certificate':
      return await trust(engine, row, value);
    case 'test-server': {
      const tested = await testServer(engine, row.serverId);
      if (!tested.ok) return tested;
      await queue.wish({ ids: [row.id] }, 'retry');
      return ok(tested.value.notices);
    }
    case 'other-server': {
      const { unchanged, notices } = await changeBatch(engine, { ids: [row.id] }, { serverId: value });
      const [refused] = unchanged;
      return refused === undefined ? ok(notices) : fail('fatal', refused.problem);
    }
    case 'sign-in':
      return fail('attention', problem('sign-in-asked', { server: engine.servers.nameOf(row.serverId) }));
    default:
      return assertNever(wanted.role);
  }
};

/**
 * What the server has of the upload is deleted there as soon as it answers: while the next one is sent, or before that is
 * opened with the same own key.
 */
const giveUp = ({ store }: Engine, { id, remote, problem: reason }: Transfer): void => {
  if (remote !== undefined && reason !== undefined) store.transfers.sessionLost(id, reason, false, Date.now());
};

/** The file is uploaded with another choice for its existing name. */
const storeOtherwise = async (engine: Engine, row: Transfer, wanted: Decision): Promise<Decided> => {
  const port = engine.servers.port(row.serverId);
  if (!port.ok) return port;
  const field = fieldOf(port.value.provider.transferFields, 'conflict');
  const conflict = conflictOf(wanted);
  if (field !== undefined && conflict !== undefined)
    engine.store.transfers.update(row.id, {
      options: { ...row.options, extra: { ...row.options.extra, [field.key]: conflict } },
    });
  await engine.queue.wish({ ids: [row.id] }, 'retry');
  return done;
};

/** The file is uploaded under another name, where its server takes that. What the server has of it is deleted first. */
const rename = async (engine: Engine, row: Transfer, name: string): Promise<Decided> => {
  const { store, servers, queue } = engine;
  const port = servers.port(row.serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  const file = { name, folder: row.folder, size: row.size, path: row.path };
  const admission = provider.admit(file, row.options, context.server);
  if ('refused' in admission) return fail('fatal', admission.refused);
  store.transaction(() => {
    giveUp(engine, row);
    // Its place under the new name is worked out before it is opened.
    store.transfers.update(row.id, { name: admission.name, place: provider.naming === undefined ? undefined : '' });
  });
  await queue.wish({ ids: [row.id] }, 'retry');
  return done;
};

/** The certificate that the person saw is trusted for this server only, and what waited there continues. */
const trust = async (engine: Engine, row: Transfer, fingerprint: string): Promise<Decided> => {
  const { servers, settings, queue } = engine;
  const saved = servers.get(row.serverId);
  const shown = row.delivery?.problem ?? row.problem;
  if (saved === undefined || shown === undefined || !('fingerprint' in shown.params))
    return fail('fatal', problem('not-now', { what: 'decided', state: row.state }));
  // The server may show another one by now, which nobody has looked at.
  if (shown.params.fingerprint !== fingerprint) return fail('attention', shown);
  settings.saveServer({ ...saved, pin: fingerprint });
  servers.refresh(saved.id);
  queue.revive(saved.id);
  await queue.wish({ serverId: saved.id, states: ['attention'] }, 'retry');
  return done;
};

/** The person saw the file on the server. It counts as completed; nothing was verified, and the log says so. */
const markUploaded = (engine: Engine, row: Transfer): Decided => {
  const { queue, servers, store, vaults } = engine;
  const server = servers.nameOf(row.serverId);
  const port = servers.port(row.serverId);
  store.transfers.end(row.id, 'done', Date.now(), server, {
    proof: { by: 'person', detail: '' },
    notices: [problem('marked-uploaded', { server })],
    ...(port.ok ? { delivery: plannedDelivery(port.value, row, Date.now()) } : {}),
  });
  void vaults.uploads.forgetTransfer(row.id);
  queue.touched();
  return done;
};
