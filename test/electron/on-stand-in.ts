/** The app on the stand-in: its main process under Node, its windows pages of Chromium. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from '@playwright/test';
import { type App, type Ended, type LaunchOptions, until, words } from './app.ts';
import { findChromium } from './stand-in/chromium.ts';
import type { Answer, CommandName, Commands, Order, Setting } from './stand-in/control.ts';
import { outerAddress } from './stand-in/address.ts';

const start = fileURLToPath(new URL('stand-in/start.ts', import.meta.url));
const project = fileURLToPath(new URL('../..', import.meta.url));

interface Process {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly output: () => string;
}

const run = (options: LaunchOptions, args: readonly string[]): Process => {
  const { app = project, keychain, displays, systemTheme, packaged, protocols, takenKeys, env } = options;
  const setting: Partial<Setting> = {
    ...(keychain === undefined ? {} : { keychain }),
    ...(displays === undefined ? {} : { displays }),
    ...(systemTheme === undefined ? {} : { systemTheme }),
    ...(packaged === undefined ? {} : { packaged }),
    ...(protocols === undefined ? {} : { protocols }),
    ...(takenKeys === undefined ? {} : { takenKeys }),
  };
  const child = spawn(process.execPath, [start, app, ...words({ ...options, args })], {
    // A group of its own, so that a kill takes the browser too.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '', ...env, STAND_IN: JSON.stringify(setting) },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
  if (child.pid === undefined) throw new Error('The app did not start.');
  return { child, pid: child.pid, ended, output: () => output };
};

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
};

export const launchStandIn = async (options: LaunchOptions): Promise<App> => {
  findChromium();
  const { child, pid, ended, output } = run(options, options.args ?? []);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const endpoint = Promise.withResolvers<string>();
  endpoint.promise.catch(() => undefined);
  let last = 0;
  let gone = false;
  child.on('message', (message) => {
    const answer = message as Answer;
    if (answer.kind === 'browser') {
      endpoint.resolve(answer.endpoint);
      return;
    }
    const made = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.kind === 'done') made?.resolve(answer.value);
    else made?.reject(new Error(answer.message));
  });
  void ended.then(({ code, signal }) => {
    gone = true;
    const error = new Error(`The app has ended with ${signal ?? code ?? 'nothing'}:\n${output()}`);
    endpoint.reject(error);
    for (const made of waiting.values()) made.reject(error);
  });
  let browser: Browser;
  try {
    browser = await chromium.connectOverCDP(await endpoint.promise, { isLocal: true, noDefaults: true });
  } catch (error) {
    killGroup(pid);
    await ended;
    throw error;
  }

  const command = async <C extends CommandName>(
    name: C,
    ...args: Parameters<Commands[C]>
  ): Promise<ReturnType<Commands[C]>> => {
    if (gone) throw new Error(`The app has ended; ${name} came too late:\n${output()}`);
    const id = ++last;
    const made = Promise.withResolvers<unknown>();
    waiting.set(id, made);
    child.send({ id, name, args } satisfies Order);
    return (await made.promise) as ReturnType<Commands[C]>;
  };

  const windows = async (): Promise<readonly Page[]> => {
    const state = await command('state');
    const pages = browser.contexts().flatMap((context) => context.pages());
    const named = new Map<string, Page>();
    for (const page of pages) {
      if (page.isClosed() || page.url() === 'about:blank') continue;
      try {
        const session = await page.context().newCDPSession(page);
        const { targetInfo } = await session.send('Target.getTargetInfo');
        named.set(targetInfo.targetId, page);
        await session.detach();
      } catch {
        // It went while it was asked.
      }
    }
    return state.windows.flatMap(({ target }) => named.get(target) ?? []);
  };

  const app: App = {
    kind: 'stand-in',
    isSimulated: true,
    pid,
    userData: options.userData,
    ended,
    output,
    command,
    windows,
    firstWindow: () =>
      until(
        async () => (await windows())[0],
        () => `No window came:\n${output()}`,
      ),
    addressOf: async (page) => outerAddress(await page.evaluate<string>('location.href')),
    clipboardText: async () => (await command('state')).clipboard.at(-1) ?? '',
    startSecond: async (args) => {
      const second = run(options, args);
      const late = setTimeout(() => killGroup(second.pid), 30_000);
      return second.ended.finally(() => clearTimeout(late));
    },
    kill: async () => {
      killGroup(pid);
      await ended;
      await browser.close().catch(() => undefined);
    },
    close: async () => {
      const { faults } = gone ? { faults: [] } : await command('state');
      if (!gone) {
        await command('quit').catch(() => undefined);
        const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), 10_000).unref());
        if ((await Promise.race([ended, late])) === 'late') {
          await app.kill();
          throw new Error(`The app did not let itself be quit:\n${output()}`);
        }
      }
      await browser.close().catch(() => undefined);
      if (faults.length > 0) throw new Error(`Rules of Electron were broken:\n${faults.join('\n')}`);
    },
  };
  return app;
};
