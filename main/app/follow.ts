/** What the app does beside its window while a queue runs: it counts, tells news, and hands out links. */
import type { Client, SettingsView } from '../../preload/contract.ts';
import { endedStates } from '../../preload/states.ts';
import { watchDrops, type DropPorts } from './drops.ts';
import { FlowWatch, type Flow } from './flow.ts';
import { NewsWatch, stopNews } from './news.ts';

export type FollowPorts = DropPorts & {
  /** Called with every change of it. */
  readonly flow: (flow: Flow) => void;
  /** Called with the settings, and with every change of them. */
  readonly settings: (settings: SettingsView) => void;
};

/** Questions of earlier runs that are remembered as known; more are no news either way, but may be told again. */
const questionsMost = 500;

/**
 * Follows a queue and starts it. What the queue holds already is shown, but causes no notifications. Rejects as its calls do,
 * with the queue started all the same.
 */
export const followQueue = async (client: Client, ports: FollowPorts): Promise<void> => {
  const { seen, notify, flow: tellFlow, settings: tellSettings } = ports;
  const since = Date.now();
  client.on('settings', tellSettings);
  try {
    const [settings, whole, over, asking] = await Promise.all([
      client.call('settings.get', {}),
      client.call('transfers.list', { limit: 1 }),
      client.call('transfers.list', { filter: { states: [...endedStates] }, limit: 1 }),
      client.call('transfers.sections', { pages: [{ section: 'needs-you', limit: questionsMost }] }),
    ]);
    tellSettings(settings);
    const rows = asking.pages[0] ?? [];
    const flow = new FlowWatch(whole.totals, over.totals, rows);
    const watch = new NewsWatch(
      rows.map(({ id }) => id),
      since,
    );
    tellFlow(flow.flow);
    client.on('transfers', (change) => {
      flow.take(change);
      tellFlow(flow.flow);
      const news = watch.take(change, performance.now());
      // A person who looks at the window sees it there.
      if (!seen()) news.forEach(notify);
    });
    client.on('queue', ({ problem }) => {
      if (problem !== undefined && !seen()) notify(stopNews(problem));
    });
    watchDrops(client, ports);
  } finally {
    await client.call('queue.start', {});
  }
};

/** Pauses or resumes all transfers. The filter is empty, so that the engine decides for every host which ones that means. */
export const wishForAll = async (client: Client, wish: 'pause' | 'resume'): Promise<void> => {
  await client.call('transfers.wish', { filter: {}, wish });
};
