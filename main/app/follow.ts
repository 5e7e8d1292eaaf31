/** What the app does beside its window while a queue runs: it counts, tells news, and hands out links. */
import type { Client, SettingsView } from '../../preload/contract.ts';
import { FlowWatch, type Flow } from '../../preload/flow.ts';
import { watchDrops, type DropPorts } from './drops.ts';
import { NewsWatch, stopNews } from './news.ts';
import { watchShares } from './share-news.ts';

export type FollowPorts = DropPorts & {
  /** Called with every change of it. */
  readonly flow: (flow: Flow) => void;
  /** Called with the settings, and with every change of them. */
  readonly settings: (settings: SettingsView) => void;
};

/** Questions of earlier runs that are remembered as known; more are no news either way, but may be told again. */
const questionsMost = 500;

/** Shows news, also that which is collected and is due when nothing else happens. */
const tellNews = (client: Client, watch: NewsWatch, notify: FollowPorts['notify']): void => {
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    clearTimeout(timer);
    const due = watch.nextDue(performance.now());
    if (due === undefined) return;
    timer = setTimeout(() => {
      watch.due(performance.now()).forEach(notify);
      later();
    }, due);
    timer.unref();
  };
  client.on('transfers', (change) => {
    watch.take(change, performance.now()).forEach(notify);
    later();
  });
};

/**
 * Follows a queue and starts it. What the queue holds already is shown, but causes no notifications. Rejects as its calls do,
 * with the queue started all the same. Resolves with a look at the shares, for when the machine wakes up.
 */
export const followQueue = async (client: Client, ports: FollowPorts): Promise<() => void> => {
  const { notify, flow: tellFlow, settings: tellSettings } = ports;
  const since = Date.now();
  let known: SettingsView | undefined;
  const noteSettings = (settings: SettingsView): void => {
    known = settings;
    tellSettings(settings);
  };
  client.on('settings', noteSettings);
  try {
    const [settings, whole, asking] = await Promise.all([
      client.call('settings.get', {}),
      client.call('transfers.list', { limit: 1 }),
      client.call('transfers.sections', { pages: [{ section: 'needs-you', limit: questionsMost }] }),
    ]);
    noteSettings(settings);
    const rows = asking.pages[0] ?? [];
    const flow = new FlowWatch(whole.totals, rows);
    const watch = new NewsWatch(
      rows.map(({ id }) => id),
      since,
    );
    tellFlow(flow.flow);
    client.on('transfers', (change) => {
      flow.take(change);
      tellFlow(flow.flow);
    });
    tellNews(client, watch, notify);
    client.on('queue', ({ problem }) => {
      // The user set it, and the window and the tray show it.
      if (problem !== undefined && problem.code !== 'on-battery') notify(stopNews(problem));
    });
    watchDrops(client, ports);
    return watchShares({ client, settings: () => known, say: notify }).look;
  } finally {
    await client.call('queue.start', {});
  }
};

/** Pauses or resumes all transfers. The filter is empty, so that the engine decides for every host which ones that means. */
export const wishForAll = async (client: Client, wish: 'pause' | 'resume'): Promise<void> => {
  await client.call('transfers.wish', { filter: {}, wish });
};
