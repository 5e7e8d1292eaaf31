/** The app on the real Electron. Nobody plays the system there: what needs a hand throws. */
import { _electron, type ElectronApplication } from '@playwright/test';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type App, type Ended, type LaunchOptions, until, words } from './app.ts';
import type { CommandName, Commands } from './stand-in/control.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

type InMain = (electron: ElectronApplication, args: readonly unknown[]) => Promise<unknown>;

/** The few things that the main process itself can do in a person's place. */
const inMain: Partial<Record<CommandName, InMain>> = {
  power: (electron, [event]) =>
    electron.evaluate(({ powerMonitor }, name) => {
      let isPrevented = false;
      powerMonitor.emit(name, { preventDefault: () => (isPrevented = true) });
      return isPrevented;
    }, String(event)),
  activate: (electron) => electron.evaluate(({ app }) => app.emit('activate', {}, false)),
  quit: (electron) => electron.evaluate(({ app }) => app.quit()),
  clickMenu: (electron, [labels]) =>
    electron.evaluate(
      ({ Menu, BrowserWindow }, words) => {
        let items = Menu.getApplicationMenu()?.items ?? [];
        for (const [index, label] of words.entries()) {
          const item = items.find((entry) => entry.label.replaceAll('&', '') === label);
          if (!item) throw new Error(`The menu has no '${label}'.`);
          if (index === words.length - 1)
            (item.click as (event: object, window: object | null) => void)({}, BrowserWindow.getFocusedWindow());
          items = item.submenu?.items ?? [];
        }
      },
      labels as readonly string[],
    ),
};

export const launchElectron = async (executablePath: string, options: LaunchOptions): Promise<App> => {
  const { app: folder = project, env } = options;
  const root = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const all = [...root, folder, ...words(options)];
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...process.env, ...env }))
    if (value !== undefined) environment[name] = value;
  const electron = await _electron.launch({ executablePath, args: all, env: environment });
  const child = electron.process();
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('Electron did not start.');
  const windows = () => Promise.resolve(electron.windows().filter((page) => page.url() !== 'about:blank'));
  const command = async <C extends CommandName>(
    name: C,
    ...args: Parameters<Commands[C]>
  ): Promise<ReturnType<Commands[C]>> => {
    const work = inMain[name];
    if (!work) throw new Error(`${name} needs a hand on the real Electron: ask isSimulated first.`);
    return (await work(electron, args)) as ReturnType<Commands[C]>;
  };
  return {
    kind: 'electron',
    isSimulated: false,
    pid,
    userData: options.userData,
    ended,
    output: () => output,
    command,
    windows,
    firstWindow: () =>
      until(
        async () => (await windows())[0],
        () => `No window came:\n${output}`,
      ),
    addressOf: (page) => page.evaluate<string>('location.href'),
    clipboardText: () => electron.evaluate(({ clipboard }) => clipboard.readText()),
    startSecond: (args) => {
      const second = spawn(executablePath, [...root, folder, ...words({ ...options, args })], { env: environment });
      let said = '';
      for (const stream of [second.stdout, second.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (said += text));
      return new Promise((resolve) => {
        second.on('close', (code, signal) => resolve({ code, signal, output: said }));
      });
    },
    kill: async () => {
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
      await ended;
    },
    close: () => electron.close(),
  };
};
