/** `stevedore web` as it ships, and a browser that is signed in to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from '@playwright/test';
import { findChromium } from '../electron/stand-in/chromium.ts';
import { linesOf } from '../dev/children.ts';
import type { Setting } from './bench.ts';

export type BenchWindow = {
  /** The window's address; ends with a slash. */
  readonly url: string;
  readonly pid: number;
  readonly browser: Browser;
  /** A browser that is signed in; its cache has what the window consists of. */
  readonly context: BrowserContext;
  readonly stop: () => Promise<void>;
};

/** Serves a profile's window and signs a browser in. Rejects where one of them does not start. */
export const openWindow = async ({ built }: Setting, profile: string, root: string): Promise<BenchWindow> => {
  const words = ['web', '--json', '--port', '0', '--profile', profile, '--root', root];
  const host = spawn(process.execPath, [join(built, 'cli.js'), ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
  const gone = once(host, 'exit');
  const endHost = async (): Promise<void> => {
    host.kill('SIGKILL');
    await gone;
  };
  try {
    const ready = await linesOf<{ readonly url?: string }>(host).next();
    const link = ready.done === true ? undefined : ready.value.url;
    if (link === undefined || host.pid === undefined) throw new Error('the window did not start');
    host.stdout.resume();
    const browser = await chromium.launch({
      executablePath: findChromium(),
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
    const context = await browser.newContext({ viewport: { width: 1100, height: 720 } });
    const page = await context.newPage();
    await page.goto(link);
    await page.getByRole('heading', { level: 1, name: 'Queue' }).waitFor();
    await page.close();
    return {
      url: link.replace(/#.*$/, ''),
      pid: host.pid,
      browser,
      context,
      stop: async () => {
        await browser.close();
        await endHost();
      },
    };
  } catch (error) {
    await endHost();
    throw error;
  }
};
