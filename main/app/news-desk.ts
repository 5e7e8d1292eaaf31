/** Shows news where a person sees it, and carries out what they choose there. */
import type { Client, SettingsView } from '../../preload/contract.ts';
import { problemOf } from '../api/from-client.ts';
import { decideAtOnce } from './decide-in-tray.ts';
import type { News, NewsAct, NewsKind } from './news.ts';
import type { Tell } from './outbox.ts';

export type NewsPorts = {
  readonly client: Client;
  readonly settings: () => SettingsView | undefined;
  readonly tell: Tell;
  /** Whether the person looks at the window. */
  readonly seen: () => boolean;
  /** Shows the window. */
  readonly show: () => void;
  readonly copy: (text: string) => Promise<void>;
  /** Opens a web page in the system's browser. */
  readonly openLink: (link: string) => void;
  /** Shows a notification. */
  readonly notify: (news: News, clicked: (action?: number) => void) => void;
  /** Whether the system's notifications have buttons. */
  readonly hasActions: boolean;
};

/** The setting that switches a kind off. */
const switches = {
  done: 'notifyDone',
  attention: 'notifyAttention',
  failed: 'notifyFailed',
  expiring: 'notifyExpiring',
  downloaded: 'notifyDownloads',
} as const satisfies Partial<Record<NewsKind, keyof SettingsView>>;

/** What the window shows already: its queue. What it does not show is a line at its foot. */
const isInWindow: ReadonlySet<NewsKind> = new Set<NewsKind>(['done', 'attention', 'failed', 'stopped']);

/** Choices that the window may still ask for. */
const choicesMost = 50;

export class NewsDesk {
  readonly #ports: NewsPorts;
  readonly #choices = new Map<number, News>();
  #next = 1;

  constructor(ports: NewsPorts) {
    this.#ports = ports;
  }

  /** Shows news as the settings and the window allow. */
  say(news: News): void {
    const { seen, notify, settings, hasActions, show } = this.#ports;
    const setting = news.kind === 'stopped' ? undefined : switches[news.kind];
    // Before the settings are known nothing is switched off.
    if (setting !== undefined && settings()?.[setting] === false) return;
    if (seen()) {
      if (!isInWindow.has(news.kind)) this.#offer(news);
      return;
    }
    notify(news, (action) => {
      if (action !== undefined) return void this.act(news, action);
      show();
      this.#view(news.view);
      if (!hasActions && news.actions.length > 0) this.#offer(news);
    });
  }

  /** What was chosen in the window, for news that it was given. Never rejects. */
  async choose(id: number, action: number): Promise<void> {
    const news = this.#choices.get(id);
    this.#choices.delete(id);
    if (news !== undefined) await this.act(news, action);
  }

  /** Carries out an action of news. What goes wrong is shown in the window. Never rejects. */
  async act(news: News, action: number): Promise<void> {
    const { tell, show } = this.#ports;
    const act = news.actions[action]?.act;
    if (act === undefined) return;
    try {
      await this.#do(act);
    } catch (error) {
      tell('notice', { problem: problemOf(error) });
      show();
    }
  }

  async #do(act: NewsAct): Promise<void> {
    const { client, tell, show, copy, openLink } = this.#ports;
    switch (act.does) {
      case 'copy':
        await copy(act.text);
        return;
      case 'open':
        openLink(act.link);
        return;
      case 'extend':
        await client.call('shares.extend', { id: act.shareId });
        return;
      case 'decide':
        if (!(await decideAtOnce(client, tell, act))) show();
        return;
      case 'show':
        show();
        this.#view(act.view);
        return;
    }
  }

  #view(view: News['view']): void {
    this.#ports.tell('command', { name: view });
  }

  /** The same choice, in the window. */
  #offer(news: News): void {
    const id = this.#next++;
    this.#choices.set(id, news);
    const [oldest] = this.#choices.keys();
    if (this.#choices.size > choicesMost && oldest !== undefined) this.#choices.delete(oldest);
    const text = `${news.title}. ${news.body}`;
    this.#ports.tell('choice', { id, text, actions: news.actions.map(({ label }) => label) });
  }
}
