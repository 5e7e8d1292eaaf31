/**
 * The way to a profile's engine: this process owns it, or the one that does is asked over its local socket. When
 * that one ends, this process takes the queue over, and its callers notice nothing but a moment's silence.
 */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ContractError,
  type CallInput,
  type CallName,
  type CallOutput,
  type Client,
  type EventName,
  type EventPayload,
} from '../../preload/contract.ts';
import { problem, type Problem } from '../../preload/problems.ts';
import { repeatable } from '../../preload/repeatable.ts';
import { asSaid, type Reason } from '../../preload/problems/reasons.ts';
import { problemView } from '../../preload/problem-view.ts';
import type { Battery } from '../engine/battery.ts';
import type { Engine } from '../engine/engine.ts';
import { codeOf } from '../engine/error-code.ts';
import { holdProfile, type Held, type Hold } from '../engine/profile/lock.ts';
import { defaultProfile, socketPath } from '../engine/profile/paths.ts';
import type { KeyValueFile } from '../engine/profile/settings.ts';
import { DiskFullError, isDiskFull, isInUse, StoreRefusedError, unwritable } from '../engine/store/errors.ts';
import type { Vault } from '../engine/vault/vault.ts';
import { tellAll } from '../last-net.ts';
import { version } from '../version.ts';
import { createApi, type Api } from './api.ts';
import { useSession, vaultsFor, type RunSecrets } from './run-secrets.ts';
import { connectOwner } from './socket-client.ts';
import { serveSocket, type SocketServer } from './socket-server.ts';

export type ConnectOptions = {
  /** Folder of the profile; the app's own userData folder by default. */
  readonly profile?: string;
  readonly secrets?: RunSecrets;
  /** What the app brings: a place for secrets that only it can open. */
  readonly vaults?: { readonly app: Vault };
  /** A host's own way to the settings' file; conf where it is absent. */
  readonly settingsFile?: (folder: string) => KeyValueFile;
  /** The host's own way to know whether the machine runs on its battery; the engine's where it is absent. */
  readonly battery?: Battery;
  /** Long-lived commands answer other processes over the socket; short ones do not. */
  readonly serve: boolean;
  /** How long another process may hold the profile without answering, ms. */
  readonly patience?: number;
};

export type Connection = {
  readonly client: Client;
  readonly profile: string;
  /** True while this process owns the queue. */
  readonly owns: () => boolean;
  /** Uploads for which `stop('chunk')` waits, and which `stop('now')` would harm; none where another process owns the queue. */
  readonly waitsFor: () => readonly Waited[];
  /** Ends: as owner stops sending at a chunk's end or now, saves, and frees the profile. */
  readonly stop: (at: 'chunk' | 'now') => Promise<void>;
};

/** An upload whose chunk is on its way in such a manner that cutting it costs the delete key, or the file's progress. */
export type Waited = { readonly name: string; readonly serverName: string };

/** What a connection leads to at a time. */
type Way = {
  readonly owned: boolean;
  readonly waitsFor: () => readonly Waited[];
  readonly call: (name: CallName, input: unknown, signal?: AbortSignal) => Promise<unknown>;
  readonly close: (at: 'chunk' | 'now') => Promise<void>;
  /** Of the owner: the queue stands still for a reason, until it is started. */
  readonly halt?: (reason: Problem) => void;
};

const usualPatience = 5_000;

type Listeners = Map<EventName, Set<(payload: never) => void>>;

const reasonOf = (error: unknown): Reason => {
  const code = codeOf(error);
  if (code === 'ENOENT') return 'socket-none';
  if (code === 'ECONNREFUSED') return 'socket-closed';
  return error instanceof Error ? asSaid(error.message) : 'unknown';
};

/** Looks whether the local socket's file is still there so often, ms. */
const ensureEvery = 1_000;

/** Rejects with ContractError: owner-silent, owner-ending, settings-broken, store-newer, profile-unwritable, disk-full. */
export const connect = async (options: ConnectOptions): Promise<Connection> => {
  const { profile = defaultProfile(), patience = usualPatience } = options;
  const listeners: Listeners = new Map();
  let lastChange = 0;
  let started = false;
  let limit: CallInput<'queue.limit'> | undefined;
  let ended = false;
  let way: Promise<Way>;
  /** The way to the next owner was not found: it may be slow to begin, and is looked for again. */
  let lost = false;
  /** Why this process gave the profile up that it had. */
  let gaveUp: Problem | undefined;

  const tell = <E extends EventName>(name: E, payload: EventPayload<E>): void => {
    if (name === 'transfers') lastChange = Math.max(lastChange, (payload as EventPayload<'transfers'>).change);
    tellAll(listeners.get(name) ?? [], (listener) => (listener as (p: EventPayload<E>) => void)(payload));
  };

  const findWay = async (how: 'start' | 'takeover'): Promise<Way> => {
    const until = Date.now() + patience;
    let found: Reason;
    do {
      // A folder that was moved or removed is not made again in its place: the queue would look empty.
      if (gaveUp !== undefined && !existsSync(profile)) throw new ContractError(problemView(gaveUp));
      const lock = hold(profile);
      if (lock.owned) {
        try {
          await predecessorEnded(socketPath(profile), until - Date.now());
          const next = await own(profile, options, lock, tell, onLost, how);
          // Nothing is sent before the person has seen why it stopped.
          if (gaveUp !== undefined) next.halt?.(gaveUp);
          gaveUp = undefined;
          return next;
        } catch (error) {
          lock.release();
          // An owner whose lock was removed may still be closing it.
          if (!isInUse(error)) throw error;
          found = 'database-in-use';
          await sleep(50);
          continue;
        }
      }
      try {
        // An owner that was not taken is left without looking back.
        let taken = false;
        const gone = (): void => {
          if (taken) onGone();
        };
        const owner = await connectOwner(socketPath(profile), { event: tell, gone }, Math.max(1, until - Date.now()));
        taken = owner.version === version;
        if (taken)
          return {
            owned: false,
            waitsFor: () => [],
            call: owner.call,
            close: () => {
              owner.close();
              return Promise.resolve();
            },
          };
        owner.close();
        throw new ContractError(problemView(problem('owner-older', { version, running: owner.version })));
      } catch (error) {
        if (error instanceof ContractError) throw error;
        found = reasonOf(error);
        await sleep(50);
      }
    } while (Date.now() < until);
    throw new ContractError(problemView(problem('owner-silent', { path: profile, found })));
  };

  /** This process has lost its profile: it has stopped, and does not start again automatically. */
  const onLost = (reason: Problem): void => {
    if (ended) return;
    gaveUp = reason;
    started = false;
    tell('queue', { running: false, problem: problemView(reason) });
    onGone();
    const say = async (next: Way): Promise<void> => {
      const { queue } = (await next.call('app.info', {})) as CallOutput<'app.info'>;
      tell('queue', queue);
      // Where another process sends now, nothing else says what happened here.
      if (!next.owned) tell('notice', { problem: problemView(reason) });
    };
    // Where there is no way, each call says so.
    way.then(say).catch(() => undefined);
  };

  /** The owner ended. The first process to notice takes over, and clients get what they missed. */
  const onGone = (): void => {
    if (ended) return;
    const since = lastChange;
    way = findWay('takeover').then(async (next) => {
      present = next;
      // What fails here, in a queue that has stopped or an owner that died as well, is told by its events or by the next.
      await catchUp(next, since).catch(() => undefined);
      return next;
    });
    // Met by the next call.
    way.catch(() => (lost = true));
  };

  const catchUp = async (next: Way, since: number): Promise<void> => {
    if (limit !== undefined) await next.call('queue.limit', limit);
    if (started) await next.call('queue.start', {});
    // What this process found when it opened the profile itself.
    if (next.owned) {
      const { notices } = (await next.call('app.info', {})) as CallOutput<'app.info'>;
      for (const notice of notices) tell('notice', { problem: notice });
    }
    // A client that has seen no change has missed none.
    if (since === 0) return;
    const { totals } = (await next.call('transfers.list', { limit: 1 })) as CallOutput<'transfers.list'>;
    for (let change = since, more = true; more;) {
      const missed = (await next.call('transfers.since', { change })) as CallOutput<'transfers.since'>;
      tell('transfers', { rows: missed.rows, removed: missed.removed, change: missed.change, totals });
      ({ change, more } = missed);
    }
  };

  /** Where the owner could not be reached, the call fails, and the next call tries again. */
  const lookAgain = (): Promise<Way> => {
    if (lost) {
      lost = false;
      onGone();
    }
    return way;
  };

  way = findWay('start');
  let present = await way;
  const stop = async (at: 'chunk' | 'now'): Promise<void> => {
    ended = true;
    // Where the way to the next owner was not found there is nothing to end.
    const last = await way.catch(() => undefined);
    await last?.close(at);
  };
  const client: Client = {
    call: async <C extends CallName>(name: C, input: CallInput<C>, signal?: AbortSignal) => {
      if (name === 'queue.start') started = true;
      if (name === 'queue.limit') limit = input as CallInput<'queue.limit'>;
      for (;;) {
        present = await lookAgain();
        try {
          const output = (await present.call(name, input, signal)) as CallOutput<C>;
          if ('change' in output) lastChange = Math.max(lastChange, output.change);
          return output;
        } catch (error) {
          const died = error instanceof ContractError && error.problem.code === 'owner-gone';
          if (!died || ended || !repeatable.has(name)) throw error;
          await sleep(10);
        }
      }
    },
    on: (event, listener) => {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      set.add(listener);
      return () => set.delete(listener);
    },
    close: () => stop('chunk'),
  };
  return { client, profile, owns: () => present.owned, waitsFor: () => present.waitsFor(), stop };
};

const hold = (profile: string): Hold => {
  try {
    return holdProfile(profile);
  } catch (error) {
    throw refusal(profile, error);
  }
};

/** What keeps a profile from being opened, in words where there are some. */
const refusal = (profile: string, error: unknown): unknown => {
  if (error instanceof StoreRefusedError || error instanceof DiskFullError)
    return new ContractError(problemView(error.problem));
  if (isDiskFull(error)) return new ContractError(problemView(problem('disk-full', { path: profile })));
  const reason = unwritable(error);
  return reason === undefined
    ? error
    : new ContractError(problemView(problem('profile-unwritable', { path: profile, reason: asSaid(reason) })));
};

/** The port that browsers come back to after a sign-in, where another program has the usual one. */
const signInPort = (text = ''): { readonly signInPort?: number } => {
  const port = Number(text);
  return Number.isInteger(port) && port >= 1024 && port <= 65_535 ? { signInPort: port } : {};
};

const own = async (
  profile: string,
  options: ConnectOptions,
  lock: Held,
  tell: <E extends EventName>(name: E, payload: EventPayload<E>) => void,
  onLost: (reason: Problem) => void,
  how: 'start' | 'takeover',
): Promise<Way> => {
  // Only the owner pays for loading all of it.
  const [{ openEngine }, { openLog }, { followEngine, levelInEnv, logStartFailure }] = await Promise.all([
    import('../engine/engine.ts'),
    import('../log/log-file.ts'),
    import('./owner-log.ts'),
  ]);
  // A process that sends needs it soon: it loads while the store is checked.
  if (options.serve) void import('../engine/http/client.ts').then(({ loadHttp }) => loadHttp());
  // The settings, which have the level, are not known yet.
  const log = openLog({ folder: profile, level: levelInEnv(process.env) ?? 'error', isLost: lock.isLost });
  let engine: Engine;
  try {
    const vaults = vaultsFor(profile, options.secrets?.vault, options.vaults ?? {});
    const machine = options.battery === undefined ? {} : { battery: options.battery };
    const agent = `Stevedore/${version}`;
    const opened = openEngine(profile, vaults, agent, options.settingsFile, lock.isLost, log, machine);
    if (!opened.ok) throw new ContractError(problemView(opened.failure.problem));
    engine = opened.value;
  } catch (error) {
    const reason = refusal(profile, error);
    logStartFailure(log, how, reason);
    throw reason;
  }
  const endLog = followEngine(log, engine, how);
  const api: Api = createApi(engine, { version, profile, log, ...signInPort(process.env['STEVEDORE_SIGN_IN_PORT']) });
  api.listen(tell);
  let server: SocketServer | undefined;
  try {
    const session = options.secrets?.session;
    if (session !== undefined) await useSession(engine, session);
    if (options.serve) server = await serveSocket(socketPath(profile), api, version);
  } catch (error) {
    api.close();
    await engine.close('now');
    endLog('now');
    throw refusal(profile, error);
  }
  const ensure =
    server === undefined ? undefined : setInterval(() => void server.ensure().catch(() => undefined), ensureEvery);
  ensure?.unref();
  const end = async (at: 'chunk' | 'now'): Promise<void> => {
    clearInterval(ensure);
    await engine.queue.stop(at);
    api.flush();
    api.close();
    await server?.close();
    await engine.close(at);
    endLog(at);
    lock.release();
  };
  let ending: Promise<void> | undefined;
  engine.onLost((reason) => {
    api.flush();
    ending ??= end('chunk');
    void ending.then(() => onLost(reason));
  });
  return {
    owned: true,
    waitsFor: () =>
      engine.queue.waitedFor
        .flatMap((id) => engine.store.transfers.get(id) ?? [])
        .map(({ name, serverId }) => ({ name, serverName: engine.servers.nameOf(serverId) })),
    call: async (name, input, signal) => {
      const reply = await api.answer(name, input, signal);
      signal?.throwIfAborted();
      if (!reply.ok) throw new ContractError(reply.error);
      return reply.value;
    },
    close: async (at) => {
      // A stop at the chunk's end may be under way already: it is made to stop now, too.
      if (ending !== undefined && at === 'now') await engine.queue.stop('now');
      await (ending ??= end(at));
    },
    halt: (reason) => engine.queue.halt(reason),
  };
};

/**
 * Waits until no process answers on the profile's socket. One that still does has lost the lock that this process now holds:
 * it notices, and stops sending. Rejects with owner-ending where that takes too long.
 */
const predecessorEnded = async (path: string, withinMs: number): Promise<void> => {
  const gone = Promise.withResolvers<boolean>();
  const owner = await connectOwner(
    path,
    { event: () => undefined, gone: () => gone.resolve(true) },
    Math.max(1, withinMs),
  ).catch(() => undefined);
  if (owner === undefined) return;
  const timer = setTimeout(() => gone.resolve(false), Math.max(1, withinMs));
  const isGone = await gone.promise;
  clearTimeout(timer);
  owner.close();
  if (!isGone) throw new ContractError(problemView(problem('owner-ending', { pid: owner.pid })));
};
