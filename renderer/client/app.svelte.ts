import type { ProblemView, ServerView, SettingsView } from '../../preload/contract.ts';
import type { WindowInfo } from '../../preload/window.ts';
import { problemOf, type Client } from './client.ts';
import type { LinkState, Transport } from './transport.ts';

export const viewNames = ['queue', 'history', 'shares', 'servers', 'settings'] as const;
export type ViewName = (typeof viewNames)[number];

/** `keeps`: the line stays after it: what it shows has been seen, not dealt with. */
type SlipAction = { readonly label: string; readonly act: () => void; readonly keeps?: boolean };

/**
 * A line at the foot of the window. What was done, and its undo, goes by itself; what went wrong stays until the person
 * has dismissed it.
 */
export type Slip = {
  readonly id: number;
  readonly tone: 'good' | 'plain' | 'warn';
  readonly text: string;
  readonly actions: readonly SlipAction[];
  /** Until the person answers or dismisses it: what they have to do something about. */
  readonly stays: boolean;
  /** Called once, when it has gone by whatever way. */
  readonly gone: () => void;
};

/** ms that a slip stays, once nobody looks at it. */
const slipStays = 8_000;
/** ms that are left at least to one that was looked at. */
const slipStaysAfter = 3_000;

/** What every view shares: who answers, the saved servers, the settings, where the person is. */
export class App {
  readonly client: Client;
  readonly #transport: Transport;
  link = $state<LinkState>('connecting');
  info = $state<WindowInfo>();
  servers = $state.raw<readonly ServerView[]>([]);
  settings = $state.raw<SettingsView>();
  /** Why nothing is sent at all, where that is so. */
  stopped = $state.raw<ProblemView>();
  /** What the person should know of this start. */
  notices = $state.raw<readonly ProblemView[]>([]);
  view = $state<ViewName>('queue');
  /** A server chosen in the sidebar filters every view. */
  serverId = $state<string>();
  slips = $state.raw<readonly Slip[]>([]);
  /** Sheets that are open; views open them by name. */
  sheet = $state<'add-server' | 'shortcuts' | 'add-files' | undefined>();
  /** What was typed elsewhere of the address that a server is added by. */
  addAddress = $state('');
  #nextSlip = 1;
  /** When each of them goes, ms since the epoch; those that stay are not among them. */
  readonly #slipEnds = new Map<number, { readonly at: number; readonly timer: ReturnType<typeof setTimeout> }>();
  readonly #reconnected = new Set<() => void>();
  /** Resolves when the servers are known: before that there only seem to be none. */
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

  /** Called after the connection came back, when what was missed has to be asked for. Returns the way to stop. */
  onReconnect(listener: () => void): () => void {
    this.#reconnected.add(listener);
    return () => this.#reconnected.delete(listener);
  }

  retryLink(): void {
    this.#transport.retry();
  }

  /** Shows a line at the foot of the window. Gives its id. */
  slip(text: string, more: Partial<Omit<Slip, 'id' | 'text'>> = {}): number {
    const { tone = 'good', actions = [], stays = more.tone === 'warn', gone = () => undefined } = more;
    const slip: Slip = { id: this.#nextSlip++, tone, text, actions, stays, gone };
    const [last] = this.slips.filter((one) => !one.stays).slice(-1);
    const before = this.slips;
    // The same words once more take the place of those that are there.
    const isSame = (one: Slip): boolean => one.stays && stays && one.text === text;
    this.slips = [...before.filter((one) => (one.stays || one === last) && !isSame(one)), slip];
    if (!stays) this.#endSlip(slip.id, slipStays);
    for (const one of before) if (!this.slips.includes(one)) this.#ended(one);
    return slip.id;
  }

  dropSlip(id: number): void {
    const slip = this.slips.find((one) => one.id === id);
    if (slip === undefined) return;
    this.slips = this.slips.filter((one) => one !== slip);
    this.#ended(slip);
  }

  /** Somebody looks at the slips, or has the focus in them: none goes meanwhile. */
  holdSlips(): void {
    for (const { timer } of this.#slipEnds.values()) clearTimeout(timer);
  }

  /** Nobody looks any more: they go when their time is over, but not at once. */
  releaseSlips(): void {
    for (const [id, { at, timer }] of this.#slipEnds) {
      clearTimeout(timer);
      this.#endSlip(id, Math.max(slipStaysAfter, at - Date.now()));
    }
  }

  #endSlip(id: number, inMs: number): void {
    this.#slipEnds.set(id, { at: Date.now() + inMs, timer: setTimeout(() => this.dropSlip(id), inMs) });
  }

  #ended(slip: Slip): void {
    clearTimeout(this.#slipEnds.get(slip.id)?.timer);
    this.#slipEnds.delete(slip.id);
    slip.gone();
  }

  /** The person has read it. */
  dropNotice(notice: ProblemView): void {
    this.notices = this.notices.filter((one) => one !== notice);
  }

  /** Says what went wrong with something the person did. */
  tellError(error: unknown): void {
    this.slip(problemOf(error).message, { tone: 'warn' });
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
      this.#tellKnown();
      if (!again) this.notices = app.notices;
      else for (const listener of this.#reconnected) listener();
    } catch (error) {
      this.tellError(error);
    }
  }
}
