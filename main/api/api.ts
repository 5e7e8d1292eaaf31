/**
 * The contract, answered by an engine, for any transport: parses every input, turns every failure into words, and
 * tells what changed at a calm pace. A transport knows no method's name.
 */
import { z } from 'zod';
import { calls, type CallName, type EventName, type EventPayload, type ProblemView } from '../../preload/contract.ts';
import { Later } from '../../preload/later.ts';
import { problem } from '../../preload/problems.ts';
import { invalidInput } from '../../preload/problems/invalid-input.ts';
import { problemView } from '../../preload/problem-view.ts';
import type { Engine } from '../engine/engine.ts';
import { Revocations } from '../engine/actions/revoke-shares.ts';
import { faults } from '../engine/faults.ts';
import { DiskFullError, StoreRefusedError } from '../engine/store/errors.ts';
import { tellAll } from '../last-net.ts';
import { Adding } from './adding.ts';
import { foldersPart } from './folder-views.ts';
import { createHandlers } from './handlers.ts';
import type { Host } from './handling.ts';
import { ProblemError } from './handling.ts';
import { SignIns } from './sign-ins.ts';
import { dropView, groupView, serverView, settingsView, totalsView, transferView } from './views.ts';

export type Reply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ProblemView };

export type Api = {
  /** Answers one call; never rejects. `name` and `input` come from outside and are not trusted. */
  readonly answer: (name: string, input: unknown, signal?: AbortSignal) => Promise<Reply>;
  /** Tells events to a listener; returns the way to stop. */
  readonly listen: (listener: Listener) => () => void;
  /** Tells what has changed now, and not with the next message. */
  readonly flush: () => void;
  readonly close: () => void;
};

export type Listener = <E extends EventName>(event: E, payload: EventPayload<E>) => void;

/** Messages are that far apart, ms: at most 10 a second, whatever the queue's length. */
const messageEvery = 110;
/** Rows in one message; more come with the next. */
const rowsMost = 200;

const whyNot = (error: unknown): ProblemView => {
  if (error instanceof ProblemError || error instanceof DiskFullError || error instanceof StoreRefusedError)
    return problemView(error.problem);
  faults.publish(error);
  // Its name says where to look; a message may hold what a person typed.
  const what = error instanceof Error ? error.name : 'unknown';
  return problemView(problem('internal', { what }));
};

export const createApi = (engine: Engine, host: Host): Api => {
  const signIns = new SignIns(engine, host.signInPort);
  const revocations = new Revocations(engine);
  const adding = new Adding((found) => tell('adding', found));
  const handlers = createHandlers(engine, host, { signIns, revocations, adding }) as Readonly<
    Record<CallName, (input: unknown, signal: AbortSignal) => unknown>
  >;
  const closing = new AbortController();

  const answer = async (name: string, input: unknown, given?: AbortSignal): Promise<Reply> => {
    if (!Object.hasOwn(calls, name))
      return { ok: false, error: problemView(problem('method-unknown', { method: name.slice(0, 100) })) };
    const call = name as CallName;
    const parsed = z.safeParse(calls[call].input, input);
    if (!parsed.success) {
      return { ok: false, error: problemView(invalidInput(parsed.error)) };
    }
    const signal = given === undefined ? closing.signal : AbortSignal.any([given, closing.signal]);
    try {
      return { ok: true, value: await handlers[call](parsed.data, signal) };
    } catch (error) {
      // Nobody hears the answer.
      if (signal.aborted) return { ok: false, error: problemView(problem('internal', { what: 'the call ended' })) };
      if (process.env['STEVEDORE_DEBUG'] === '1') console.error(error);
      return { ok: false, error: whyNot(error) };
    }
  };

  const listeners = new Set<Listener>();
  const tell: Listener = (event, payload) => {
    tellAll(listeners, (listener) => listener(event, payload));
  };
  const { queue, store, servers, settings } = engine;
  let told = store.transfers.change();
  let closed = false;
  let settingsChanged = false;
  let lastQueue = '';
  let lastGroups = '';
  let lastDrops = '';

  /** What cannot be read now, from a store that was damaged or closed, is told with the next message. */
  const message = (): void => {
    try {
      tellChanges();
    } catch (error) {
      if (process.env['STEVEDORE_DEBUG'] === '1') console.error(error);
    }
  };
  const tellChanges = (): void => {
    if (settingsChanged) {
      settingsChanged = false;
      tell('settings', settingsView(engine));
      tell(
        'servers',
        servers.all().map((saved) => serverView(engine, saved)),
      );
    }
    if (listeners.size === 0) {
      told = store.transfers.change();
      return;
    }
    const rows = store.transfers.changedSince(told, rowsMost);
    const known = new Set(rows.map((row) => row.id));
    const moving = queue.moving.filter((id) => !known.has(id)).flatMap((id) => store.transfers.get(id) ?? []);
    const removed = store.transfers.removedSince(told);
    told = rows.length === rowsMost ? (rows.at(-1)?.change ?? told) : store.transfers.change();
    if (rows.length + moving.length + removed.length > 0)
      tell('transfers', {
        rows: [...rows, ...moving].map((row) => transferView(engine, row)),
        removed: [...removed],
        ...foldersPart(engine, [...rows, ...moving]),
        totals: totalsView(store.transfers.totals()),
        change: told,
      });
    if (rows.length === rowsMost) wake();
    const groups = store.groups.recent(20).map(groupView);
    const groupsNow = JSON.stringify(groups);
    if (groupsNow !== lastGroups && groups.length > 0) tell('groups', { rows: groups });
    lastGroups = groupsNow;
    const drops = store.drops.ready();
    const dropsNow = JSON.stringify(drops.map((row) => row.id));
    if (dropsNow !== lastDrops && drops.length > 0) tell('drops', { rows: drops.map((row) => dropView(engine, row)) });
    lastDrops = dropsNow;
    const { running, problem: reason } = queue.status;
    const status = reason === undefined ? { running } : { running, problem: problemView(reason) };
    const queueNow = JSON.stringify(status);
    if (queueNow !== lastQueue) tell('queue', status);
    lastQueue = queueNow;
  };
  const next = new Later(message, messageEvery);
  const wake = (): void => {
    if (!closed) next.soon();
  };
  // What is found later than at opening, as by the check of the database.
  store.onNotice((notice) => tell('notice', { problem: problemView(notice) }));
  const stopQueue = queue.onChange(wake);
  const stopSettings = settings.onChange(() => {
    settingsChanged = true;
    wake();
  });

  return {
    answer: async (name, input, signal) => {
      const began = performance.now();
      const reply = await answer(name, input, signal);
      host.log?.write({
        event: 'call',
        call: Object.hasOwn(calls, name) ? name : 'unknown',
        ms: Math.round(performance.now() - began),
        problem: reply.ok ? undefined : reply.error.code,
      });
      wake();
      return reply;
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush: () => {
      next.stop();
      message();
    },
    close: () => {
      closed = true;
      closing.abort();
      signIns.close();
      revocations.close();
      next.stop();
      stopQueue();
      stopSettings();
      listeners.clear();
    },
  };
};
