/** Before all specs: says on what the app runs, and starts the one browser whose contexts are the windows of all specs. */
import { chromium } from '@playwright/test';
import { hostLine } from '../../electron/launch.ts';
import { chromiumEnvironment, findChromium } from '../../electron/stand-in/chromium.ts';

/** Where the workers find the address of the browser. */
export const browserAddress = 'STEVEDORE_SPECS_BROWSER';

/** Playwright asks for a default export, and calls what it returns after the last spec. */
const startBrowser = async (): Promise<() => Promise<void>> => {
  process.stdout.write(`${hostLine()}\n`);
  const server = await chromium.launchServer({
    executablePath: findChromium(),
    // Fewer processes, and none for a screen that nobody sees.
    args: ['--disable-gpu', '--disable-site-isolation-trials', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: chromiumEnvironment(),
  });
  process.env[browserAddress] = server.wsEndpoint();
  return () => server.close();
};
export { startBrowser as default };
