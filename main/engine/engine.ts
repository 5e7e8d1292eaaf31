/** The engine of one profile: settings, store, servers and queue, put together. Runs in any host. */
import type { Problem } from '../../preload/problems.ts';
import { ok, type Outcome } from './outcome.ts';
import { openSettings, type KeyValueFile, type Settings } from './profile/settings.ts';
import { Bandwidth } from './queue/bandwidth.ts';
import { Queue } from './queue/queue.ts';
import { Servers } from './servers.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';
import type { Vaults } from './vault/vaults.ts';

export type Engine = {
  readonly settings: Settings;
  readonly store: Store;
  readonly servers: Servers;
  readonly queue: Queue;
  readonly vaults: Vaults;
  /** What the person should know of this start. */
  readonly notices: () => readonly Problem[];
  /** Bytes/s for as long as this engine lives, in place of the saved limit; null: none; `undefined`: the saved one. */
  readonly limit: (bytesPerSecond: number | null | undefined) => void;
  /** Ends sending at a chunk's end or now, then closes store and connections. */
  readonly close: (at: 'chunk' | 'now') => Promise<void>;
};

/**
 * Opens the engine of a profile whose lock is held. Nothing is sent before `queue.start()`.
 * Fails with settings-broken; throws StoreRefusedError and DiskFullError as `openStore` does.
 *
 * @param settingsFile the host's own way to the settings' file
 */
export const openEngine = (
  folder: string,
  vaults: Vaults,
  userAgent: string,
  settingsFile?: (folder: string) => KeyValueFile,
): Outcome<Engine> => {
  const opened = openSettings(folder, settingsFile);
  if (!opened.ok) return opened;
  const settings = opened.value;
  const store = openStore({ folder });
  store.drops.endAll();
  const servers = new Servers({ settings, store, vaults, userAgent });
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
    server: (serverId) => servers.port(serverId),
    learnt: (serverId, learnt) => servers.learnt(serverId, learnt),
    over: (transferId) => void vaults.uploads.forgetTransfer(transferId),
  });
  // What cannot be looked through now is looked through at the next start.
  void store.sound
    .then(() =>
      vaults.uploads.sweep((id) => !['done', 'cancelled'].includes(store.transfers.get(id)?.state ?? 'cancelled')),
    )
    .catch(() => undefined);
  settings.onChange(() => {
    bandwidth.set(limitNow());
    queue.pump();
  });
  return ok({
    settings,
    store,
    servers,
    queue,
    vaults,
    notices: () => [...store.notices, ...vaults.notices],
    limit: (bytesPerSecond) => {
      present = bytesPerSecond;
      bandwidth.set(limitNow());
    },
    close: async (at) => {
      await queue.stop(at);
      servers.close();
      await store.close();
    },
  });
};
