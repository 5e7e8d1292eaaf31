/** One window in a browser of its own, at a time that stands still. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { Still } from './still.ts';

export type Theme = 'light' | 'dark';
export const themes: readonly Theme[] = ['light', 'dark'];

/** The time of every picture. */
export const now = Date.UTC(2026, 10, 21, 13, 10);

export type View = {
  readonly theme: Theme;
  /** CSS px. */
  readonly width: number;
  readonly height: number;
  /** Device px for one CSS px. */
  readonly zoom: number;
};

/** Seconds that the curve of the flow shows. */
const curveSeconds = 60;

/** ms for a word from the host to the page. */
const patience = 2_000;

/** How fast things went in a second, of the usual: calm, with a dent. */
const flowAt = (second: number): number => {
  const calm = 1 + 0.06 * Math.sin(second / 3) + 0.05 * Math.sin(second * 1.7);
  const dent = Math.exp(-(((second - 26) / 3) ** 2));
  return calm - 0.45 * dent;
};

export class Scene {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly still: Still;
  /** ms on the page's clock. */
  #at: number;
  /** Called when the page is told of transfers. */
  #told: () => void = () => undefined;

  private constructor(page: Page, context: BrowserContext, still: Still, at: number) {
    this.page = page;
    this.#context = context;
    this.still = still;
    this.#at = at;
  }

  #listen(): void {
    this.page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).startsWith('{"event":"transfers"')) this.#told();
      }),
    );
  }

  /** Opens the window. `address`: a sign-in link, or the window's own address for a browser that is a stranger. */
  static async open(browser: Browser, still: Still, view: View, address: string): Promise<Scene> {
    const { theme, width, height, zoom } = view;
    const context = await browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: zoom,
      colorScheme: theme,
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    const at = now - (curveSeconds + 4) * 1000;
    const scene = new Scene(page, context, still, at);
    scene.#listen();
    // Loading takes its own time, which the clock then leaps over.
    const began = now - (curveSeconds + 120) * 1000;
    await page.clock.install({ time: began });
    await page.goto(address);
    await page.locator('h1').first().waitFor();
    await page.clock.pauseAt(at);
    return scene;
  }

  /** Lets so much time pass for the page. */
  async pass(ms: number): Promise<void> {
    await this.page.clock.runFor(ms);
    this.#at += ms;
  }

  /** A minute in which things move, up to a moment before the picture. */
  async flow(): Promise<void> {
    for (let second = 0; second < curveSeconds; second++) {
      const told = new Promise<void>((resolve) => (this.#told = resolve));
      await this.still.tellFlow(second === curveSeconds - 1 ? 1 : flowAt(second));
      // A connection that began anew meanwhile has not been told.
      await Promise.race([told, sleep(patience)]);
      await this.pass(1000);
    }
  }

  /** Waits until what the last step asked for has come, and for the time of every picture. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) {
      await this.page.waitForLoadState('networkidle');
      await this.pass(300);
    }
    await this.pass(Math.max(0, now - this.#at));
  }

  async take(): Promise<Buffer> {
    await this.page.clock.runFor(50);
    await this.page.evaluate(() => document.fonts.ready);
    return await this.page.screenshot({ animations: 'disabled', caret: 'hide' });
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}
