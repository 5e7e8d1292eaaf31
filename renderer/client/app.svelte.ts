import type { ProblemView, ServerView, SettingsView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { WindowInfo } from '../../preload/window.ts';
import type { Client } from './client.ts';
import { Navigation } from './navigation.svelte.ts';
import { Sheets } from './sheets.svelte.ts';
import { Slips } from './slips.svelte.ts';
import type { LinkState, Transport } from './transport.ts';

/** What every view shares: the state of the engine, the saved servers and settings, and the parts of the window. */
export class App {
  readonly client: Client;
  readonly slips = new Slips();
  readonly navigation = new Navigation();
  readonly sheets = new Sheets();
  readonly #transport: Transport;
  link = $state<LinkState>('connecting');
  info = $state<WindowInfo>();
  servers = $state.raw<readonly ServerView[]>([]);
  settings = $state.raw<SettingsView>();
  /** The log level that the environment of the engine sets in place of the setting. */
  fixedLogLevel = $state<SettingsView['logLevel']>();
  /** Why nothing is uploaded at all; `undefined` where uploads run. */
  stopped = $state.raw<ProblemView>();
  /** What the user should know about this start. */
  notices = $state.raw<readonly ProblemView[]>([]);
  readonly #reconnected = new Set<() => void>();
  /** Resolves when the servers are loaded: before that the list is empty. */
  readonly known: Promise<void>;
  #tellKnown: () => void = () => undefined;

  constructor(client: Client, transport: Transport) {
    this.client = client;
    this.#transport = transport;
    this.known = new Promise((resolve) => (this.#tellKnown = resolve));
    client.on('servers', (servers) => {
      this.servers = servers;
    });
    client.on('settings', (settings) => {
      this.settings = settings;
    });
    client.on('queue', ({ problem }) => {
      this.stopped = problem;
    });
    client.on('notice', ({ problem }) => (this.notices = [...this.notices, problem]));
    client.on('saved', ({ path }) => this.slips.show(m.window_saved({ path })));
    client.on('choice', ({ id, text, actions }) => {
      const act = (action: number) => (): void => {
        void client.call('window.choice', { id, action }).catch((error: unknown) => this.slips.error(error));
      };
      this.slips.show(text, {
        tone: 'plain',
        stays: true,
        actions: actions.map((label, n) => ({ label, act: act(n) })),
      });
    });
    transport.onState((state) => {
      const before = this.link;
      this.link = state;
      if (state === 'open') void this.#load(before === 'lost');
    });
  }

  get defaultServer(): ServerView | undefined {
    return this.servers.length === 1 ? this.servers[0] : this.servers.find((server) => server.isDefault);
  }

  server(id: string): ServerView | undefined {
    return this.servers.find((server) => server.id === id);
  }

  /** Called when the connection is back, to load what was missed. Returns a function that stops it. */
  onReconnect(listener: () => void): () => void {
    this.#reconnected.add(listener);
    return () => this.#reconnected.delete(listener);
  }

  retryLink(): void {
    this.#transport.retry();
  }

  /** The user has dismissed it. */
  dropNotice(notice: ProblemView): void {
    this.notices = this.notices.filter((one) => one !== notice);
  }

  async #load(again: boolean): Promise<void> {
    try {
      const ask = this.client;
      const [info, servers, settings, app] = await Promise.all([
        ask.call('window.info', {}),
        ask.call('servers.list', {}),
        ask.call('settings.get', {}),
        ask.call('app.info', {}),
      ]);
      this.info = info;
      this.servers = servers;
      this.settings = settings;
      this.stopped = app.queue.problem;
      this.fixedLogLevel = app.fixedLogLevel;
      this.#tellKnown();
      // What was told while this was asked for stays.
      if (!again) {
        const told = this.notices.filter(({ message }) => !app.notices.some((one) => one.message === message));
        this.notices = [...app.notices, ...told];
      } else for (const listener of this.#reconnected) listener();
    } catch (error) {
      this.slips.error(error);
    }
  }
}
