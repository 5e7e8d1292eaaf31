/** The app as a spec holds it, on either host. */
import type { Page } from '@playwright/test';
import type { CommandName, Commands, DisplaySize, Setting } from './stand-in/control.ts';

export interface LaunchOptions {
  /** The folder of the app's package.json; this project by default. */
  readonly app?: string;
  /** The profile of the app and its pages: a folder of the test's own. */
  readonly userData: string;
  /** Words that the app is started with. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly locale?: string;
  /** The stand-in even where Electron is there. */
  readonly host?: 'stand-in';
  /** What the stand-in's system keeps secrets with. `system` by default. */
  readonly keychain?: Setting['keychain'];
  readonly displays?: readonly DisplaySize[];
  readonly systemTheme?: 'light' | 'dark';
  /** Whether the stand-in says that the app was installed. */
  readonly packaged?: boolean;
  /** Other programs of the stand-in's system that open links, by their scheme. */
  readonly protocols?: Setting['protocols'];
  /** Shortcuts that other programs have. */
  readonly takenKeys?: Setting['takenKeys'];
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Everything that the process wrote. */
  readonly output: string;
}

export interface App {
  readonly kind: 'electron' | 'stand-in';
  /** Whether a spec may play the person and the system by `command`. On real Electron most of that needs a hand. */
  readonly isSimulated: boolean;
  readonly pid: number;
  readonly userData: string;
  /** The windows that show a page, the oldest first. Their addresses differ by host: use `addressOf`. */
  windows(): Promise<readonly Page[]>;
  /** Waits for the first window that shows a page. */
  firstWindow(): Promise<Page>;
  /** The address of a window as the app knows it (`app://…`), on either host. */
  addressOf(page: Page): Promise<string>;
  /**
   * What the person or the system does. On the real Electron only `power`, `clickMenu`, `quit` and `activate` work;
   * the others throw, so ask `isSimulated` first.
   */
  command<C extends CommandName>(name: C, ...args: Parameters<Commands[C]>): Promise<ReturnType<Commands[C]>>;
  /** The text in the clipboard, on either host. */
  clipboardText(): Promise<string>;
  /** Starts the app once more on the same profile, in a real second process, and waits for its end. */
  startSecond(args: readonly string[]): Promise<Ended>;
  /** What it has written so far. */
  output(): string;
  readonly ended: Promise<Ended>;
  /** SIGKILL for the app and everything it started, at once. */
  kill(): Promise<void>;
  /** Quits as a person does. Rejects where a window or the app does not let it, and where a rule of Electron was broken. */
  close(): Promise<void>;
}

/** Waits until something is there. Rejects with `what` after `patience` ms. */
export const until = async <T>(
  look: () => Promise<T | undefined>,
  what: () => string,
  patience = 30_000,
): Promise<T> => {
  for (const began = Date.now(); Date.now() - began < patience; await new Promise((wake) => setTimeout(wake, 25))) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(what());
};

/** The words every start of an app has, on both hosts. */
export const words = ({ userData, locale = 'en-US', args = [] }: LaunchOptions): readonly string[] => [
  `--user-data-dir=${userData}`,
  `--lang=${locale}`,
  ...args,
];
