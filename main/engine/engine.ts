/** The engine of one profile: settings, store, servers and queue, put together. Runs in any host. */
import { problem, type Problem } from '../../preload/problems.ts';
import { isFinal } from '../../preload/states.ts';
import { systemBattery, type Battery } from './battery.ts';
import type { Lookup } from './http/connect.ts';
import { noLog, type Log } from './log.ts';
import { ok, type Outcome } from './outcome.ts';
import { openSettings, type KeyValueFile, type Settings } from './profile/settings.ts';
import { Bandwidth } from './queue/bandwidth.ts';
import { Power } from './queue/power.ts';
import { Queue } from './queue/queue.ts';
import type { ServerPort } from './queue/server-port.ts';
import { Servers } from './servers.ts';
import { StoreLostError } from './store/errors.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';
import type { Vaults } from './vault/vaults.ts';

export type Engine = {
  readonly settings: Settings;
  readonly store: Store;
  readonly servers: Servers;
  readonly queue: Queue;
  /** Starts the queue, and pauses it on battery where the user wants that. */
  readonly power: Power;
  readonly vaults: Vaults;
  /** What the person should know of this start. */
  readonly notices: () => readonly Problem[];
  /** Bytes/s for as long as this engine lives, in place of the saved limit; null: none; `undefined`: the saved one. */
  readonly limit: (bytesPerSecond: number | null | undefined) => void;
  /** Called once when this process does not have its profile any more. Nothing new is sent from then on. */
  readonly onLost: (listener: (reason: Problem) => void) => void;
  /** Ends sending at a chunk's end or now, then closes store and connections. */
  readonly close: (at: 'chunk' | 'now') => Promise<void>;
};

/** What an engine takes from the machine it runs on, in place of the machine's own. */
export type Machine = {
  /** ms since the epoch. */
  readonly now?: () => number;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  /** How names become addresses. */
  readonly lookup?: Lookup;
  /** What the queue is given of a server; default: that server as it is. */
  readonly serve?: (port: ServerPort) => ServerPort;
  readonly battery?: Battery;
};

/** How often it is looked whether the profile is still this process's own, ms; every write looks as well. */
const watchEvery = 1_000;

/**
 * Opens the engine of a profile whose lock is held. Nothing is sent before `queue.start()`.
 * Fails with settings-broken; throws StoreRefusedError and DiskFullError as `openStore` does.
 *
 * @param settingsFile the host's own way to the settings' file
 * @param isLost whether the lock of the profile is not held any more
 * @param log gets requests and changes of state
 * @param machine clock, chance, names and battery of another machine than this one, or asked for in another way
 */
export const openEngine = (
  folder: string,
  vaults: Vaults,
  userAgent: string,
  settingsFile?: (folder: string) => KeyValueFile,
  isLost: () => boolean = () => false,
  log: Log = noLog,
  { serve = (port) => port, battery = systemBattery(), ...machine }: Machine = {},
): Outcome<Engine> => {
  const opened = openSettings(folder, settingsFile);
  if (!opened.ok) return opened;
  const settings = opened.value;
  const store = openStore({
    folder,
    lost: () => (isLost() ? problem('profile-lost', { path: folder }) : undefined),
    log,
    ...(machine.now === undefined ? {} : { now: machine.now }),
  });
  store.drops.endAll();
  const servers = new Servers({ settings, store, vaults, userAgent, log, ...machine });
  let present: number | null | undefined;
  const limitNow = (): number | undefined =>
    (present === undefined ? settings.get().limitBytesPerSecond : present) ?? undefined;
  const bandwidth = new Bandwidth(limitNow());
  const queue = new Queue({
    store,
    bandwidth,
    limits: () => {
      const { atOnce, perServer } = settings.get();
      return { atOnce, perServer: (serverId) => servers.get(serverId)?.atOnce ?? perServer };
    },
    server: (serverId) => {
      const port = servers.port(serverId);
      return port.ok ? ok(serve(port.value)) : port;
    },
    learnt: (serverId, learnt) => servers.learnt(serverId, learnt),
    over: (transferId) => void vaults.uploads.forgetTransfer(transferId),
    ...machine,
  });
  // What cannot be looked through now is looked through at the next start.
  void store.sound
    .then(() => vaults.uploads.sweep((id) => !isFinal(store.transfers.get(id)?.state ?? 'cancelled')))
    .catch(() => undefined);
  const losses = new Set<(reason: Problem) => void>();
  const watch = setInterval(() => {
    try {
      store.check();
    } catch (error) {
      if (!(error instanceof StoreLostError)) return;
      clearInterval(watch);
      queue.halt(error.problem);
      // A database that was removed is still whole where it is open: the next start finds it in the backup.
      if (!isLost()) void store.backup().catch(() => undefined);
      for (const listener of losses) listener(error.problem);
    }
  }, watchEvery);
  watch.unref();
  const power = new Power({ queue, battery, pauses: () => settings.get().onBattery === 'pause' });
  settings.onChange(() => {
    bandwidth.set(limitNow());
    power.look();
    queue.pump();
  });
  return ok({
    settings,
    store,
    servers,
    queue,
    power,
    vaults,
    notices: () => [...store.notices, ...vaults.notices],
    limit: (bytesPerSecond) => {
      present = bytesPerSecond;
      bandwidth.set(limitNow());
    },
    onLost: (listener) => {
      losses.add(listener);
    },
    close: async (at) => {
      clearInterval(watch);
      power.stop();
      await queue.stop(at);
      servers.close();
      await store.close();
    },
  });
};
