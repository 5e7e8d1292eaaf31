/**
 * A person's desk: a profile, files, servers, and the window on one of its hosts. Specs say what the person does; which
 * host shows the window is the project's business.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test as base, chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { electronBinary } from '../../electron/host.ts';
import { dropFiles, launch, type App, type LaunchOptions } from '../../electron/launch.ts';
import { runHere } from '../cli-here.ts';
import { startPeer, type Peer, type PeerOptions } from '../../peers/peer.ts';
import { browserAddress } from './one-browser.ts';
import { startWebHost, type WebHost } from './web-host.ts';

type StartOptions = {
  readonly args?: readonly string[];
  readonly port?: number;
  readonly system?: Pick<LaunchOptions, 'packaged' | 'protocols' | 'takenKeys'>;
};

export type DeskOptions = { readonly host: 'web' | 'app' };

export class Desk {
  readonly host: 'web' | 'app';
  readonly folder: string;
  readonly profile: string;
  readonly #browser: Browser;
  readonly #peers: Peer[] = [];
  readonly #contexts: BrowserContext[] = [];
  #web: WebHost | undefined;
  #app: App | undefined;
  #context: BrowserContext | undefined;
  /** What the hosts are started with, beside the environment of the tests. */
  readonly env: Record<string, string> = {};
  /** What a page complained of; a spec that expects none finds it empty. */
  readonly complaints: string[] = [];

  private constructor(host: 'web' | 'app', folder: string, browser: Browser) {
    this.host = host;
    this.folder = folder;
    this.profile = join(folder, 'profile');
    this.#browser = browser;
  }

  static async open(host: 'web' | 'app', browser: Browser): Promise<Desk> {
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-desk-'));
    // Hosts and commands find each other there. A worker of Playwright runs one spec at a time.
    process.env['XDG_RUNTIME_DIR'] = folder;
    return new Desk(host, folder, browser);
  }

  get #env(): NodeJS.ProcessEnv {
    return { ...process.env, ...this.env };
  }

  /** The app; only where it is the host. */
  get app(): App {
    if (this.#app === undefined) throw new Error('The app does not run.');
    return this.#app;
  }

  /** Whether a spec can play the person before the system's own dialogs and menus. */
  get simulates(): boolean {
    return electronBinary() === undefined;
  }

  get web(): WebHost {
    if (this.#web === undefined) throw new Error('No window is served to browsers.');
    return this.#web;
  }

  /** A server to upload to, on this machine. */
  async peer(options: PeerOptions = {}): Promise<Peer> {
    const peer = await startPeer('stend', { front: 'nginx', ...options });
    this.#peers.push(peer);
    return peer;
  }

  /** A stand-in of another kind of server, on this machine. */
  async standIn(kind: 'selfcommunity' | 'filesnest', config: Readonly<Record<string, unknown>> = {}): Promise<Peer> {
    const peer = await startPeer(kind, { config });
    this.#peers.push(peer);
    return peer;
  }

  /** A site with accounts, on this machine: `email` and `password` of its first one are among its vars. */
  async site(config: Readonly<Record<string, unknown>> = {}): Promise<Peer> {
    const peer = await startPeer('cloudreve', { config });
    this.#peers.push(peer);
    return peer;
  }

  /** Saves a server as the command line does. The window must not run yet. */
  async saveServer(peer: Peer, name: string, password?: string): Promise<void> {
    const words = ['server', 'add', peer.url, '--web', `${peer.url}/web/`, '--name', name];
    const secret = password === undefined ? [] : ['--password-stdin', '--vault', 'file'];
    await this.run([...words, ...secret], password);
  }

  /** Runs the command line in the profile, in this process. Rejects with what it said where it fails. */
  async run(words: readonly string[], input = ''): Promise<string> {
    const { code, out, err } = await runHere([...words, '--profile', this.profile], this.folder, input);
    if (code !== 0) throw new Error(`stevedore ${words.join(' ')}: ${err}`);
    return out;
  }

  /** The share keys of what is done, the oldest first. */
  async keys(): Promise<readonly string[]> {
    const out = await this.run(['share', 'list', '--json']);
    const rows = out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { readonly id?: number; readonly shareKey?: string });
    return rows.toSorted((a, b) => (a.id ?? 0) - (b.id ?? 0)).flatMap(({ shareKey }) => shareKey ?? []);
  }

  /** Names of the profile's own files that hold a text as it is. What a browser engine keeps of its own is left out. */
  async filesWith(text: string): Promise<readonly string[]> {
    const found: string[] = [];
    const entries = await readdir(this.profile, { withFileTypes: true });
    const logs = await readdir(join(this.profile, 'logs'), { withFileTypes: true });
    for (const entry of [...entries, ...logs]) {
      if (!entry.isFile()) continue;
      const bytes = await readFile(join(entry.parentPath, entry.name)).catch(() => undefined);
      // It took the place of another one meanwhile, which may have been looked into before that.
      if (bytes === undefined) return await this.filesWith(text);
      if (bytes.includes(text)) found.push(entry.name);
    }
    return found.sort();
  }

  /** A file of random bytes. Returns its path. */
  async file(name: string, size: number): Promise<string> {
    const path = join(this.folder, 'files', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, randomBytes(size));
    return path;
  }

  /**
   * Opens the window. `args`: what the app is started with; `port`: where a browser finds it, any where it is 0; `system`: what
   * the stand-in's system is like.
   */
  async start({ args = [], port = 0, system = {} }: StartOptions = {}): Promise<Page> {
    if (this.host === 'app') {
      this.#app = await launch({ userData: this.profile, env: this.#env, args, ...system });
      return await this.#shown(this.#watch(await this.#app.firstWindow()));
    }
    this.#web = await startWebHost({ profile: this.profile, root: this.folder, env: this.#env }, port);
    return await this.openWindow();
  }

  /** One more window, in a browser of its own, on what runs already. */
  async openWindow(link = this.web.link): Promise<Page> {
    this.#context = await this.#browser.newContext({
      permissions: ['clipboard-read', 'clipboard-write'],
      viewport: { width: 1100, height: 720 },
    });
    this.#contexts.push(this.#context);
    const page = this.#watch(await this.#context.newPage());
    await page.goto(link);
    return await this.#shown(page);
  }

  /** A second browser, signed in by a link of its own. */
  async openSecond(): Promise<Page> {
    return await this.openWindow((JSON.parse(await this.run(['web', '--new-link', '--json'])) as { url: string }).url);
  }

  /** The host of the window starts anew where it was; the page that is open is left alone. */
  async serveAgain(port: number): Promise<void> {
    this.#web = await startWebHost({ profile: this.profile, root: this.folder, env: this.#env }, port);
  }

  /** Serves the profile to browsers beside whatever else runs on it. */
  async serveToo(): Promise<Page> {
    this.#web = await startWebHost({ profile: this.profile, root: this.folder, env: this.#env });
    return await this.openWindow();
  }

  /** Waits until the window is there: what is pressed before that reaches nobody. */
  async #shown(page: Page): Promise<Page> {
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  }

  #watch(page: Page): Page {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      // A connection that was cut on purpose is logged by the browser itself.
      if (message.type() === 'error' && !/WebSocket|ERR_CONNECTION|Failed to load resource/.test(message.text()))
        this.complaints.push(message.text());
    });
    return page;
  }

  /** Drops files on the window, as the system does. */
  async drop(page: Page, paths: readonly string[], at = 'main'): Promise<void> {
    await dropFiles(page, at, paths);
  }

  /** What lies in the clipboard. */
  async clipboard(page: Page): Promise<string> {
    if (this.host === 'app') return await this.app.clipboardText();
    return await page.evaluate<string>('navigator.clipboard.readText()');
  }

  /** SIGKILL for everything: host and window. */
  async kill(): Promise<void> {
    await this.#app?.kill();
    await this.#web?.kill();
    await this.#context?.close();
    this.#context = undefined;
    this.#app = undefined;
    this.#web = undefined;
  }

  async close(): Promise<void> {
    for (const context of this.#contexts) await context.close().catch(() => undefined);
    await this.#app?.kill();
    await this.#web?.kill();
    for (const peer of this.#peers) await peer.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export const test = base.extend<{ desk: Desk } & DeskOptions, { desktop: Browser }>({
  host: ['web', { option: true }],
  desktop: [
    async ({}, use) => {
      const browser = await chromium.connect(process.env[browserAddress] ?? '');
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  desk: async ({ host, desktop }, use) => {
    const desk = await Desk.open(host, desktop);
    await use(desk);
    await desk.close();
  },
});

export { expect } from '@playwright/test';
