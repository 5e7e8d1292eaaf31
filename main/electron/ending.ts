/**
 * How the window closes and the app ends. It asks first where uploads are running. It ends soon, except for chunks that a cut
 * would harm: then the app hides and waits for their servers, and its tray can end the wait.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { app, powerMonitor } from 'electron';
import type { Client } from '../../preload/contract.ts';
import { closeAnswer, closeQuestion, onClose, quitQuestion, quits, stopUntil } from '../app/closing.ts';
import { onEndSignal } from '../app/signals.ts';
import { ask } from './ask.ts';
import type { MainWindow } from './window.ts';

/** ms in which chunks that a cut does not harm may reach their end. */
const patience = 4_000;
/** ms that a shutdown of the system is held up for chunks that a cut would harm; the system may end the app sooner. */
const shutdownPatience = 10_000;
/** ms between two looks at what is waited for. */
const lookEvery = 200;

export type Ending = {
  readonly main: MainWindow;
  readonly client: Client;
  /** Transfers under way that would stop with this app. */
  readonly underWay: () => number;
  /** The setting; null: not asked yet. */
  readonly closeToTray: () => Promise<boolean | null>;
  /** Ends the connection to the engine. */
  readonly stop: (at: 'chunk' | 'now') => Promise<void>;
  /** Names of servers that have a chunk which a cut would harm. */
  readonly waitsFor: () => readonly string[];
  /** Shows outside the window that the app ends when those servers have answered, and how to end it now. */
  readonly showWaiting: (servers: readonly string[]) => void;
  /** Takes down what is outside the window. */
  readonly clear: () => void;
};

export type Charge = {
  /** Whether the app is about to end. */
  readonly isEnding: () => boolean;
  /** Ends what the app waits for, whatever that costs. */
  readonly endNow: () => void;
};

/** Takes charge of closing and quitting. */
export const takeCharge = (ending: Ending): Charge => {
  const { main, client, underWay, closeToTray, stop, waitsFor, showWaiting, clear } = ending;
  const { window } = main;
  let phase: 'running' | 'asking' | 'ending' | 'ended' = 'running';
  const hurry = Promise.withResolvers<undefined>();

  /** Resolves when the rest has had its time, counted from when no chunk is left that a cut would harm. */
  const outOfPatience = async (): Promise<void> => {
    for (let idle = 0; idle < patience; idle += lookEvery) {
      const servers = phase === 'ending' ? waitsFor() : [];
      if (servers.length > 0) {
        idle = 0;
        showWaiting(servers);
      }
      await sleep(lookEvery);
    }
  };

  const end = async (): Promise<void> => {
    if (phase === 'ending' || phase === 'ended') return;
    phase = 'ending';
    main.keep();
    if (waitsFor().length === 0) clear();
    if (!window.isDestroyed()) window.hide();
    await stopUntil(stop, [hurry.promise, outOfPatience()]);
    phase = 'ended';
    clear();
    app.quit();
  };

  const asking = async (question: () => Promise<void>): Promise<void> => {
    if (phase !== 'running') return;
    phase = 'asking';
    main.show();
    await question().finally(() => {
      if (phase === 'asking') phase = 'running';
    });
  };

  const quit = async (): Promise<void> => {
    const count = underWay();
    if (count === 0) await end();
    else
      await asking(async () => {
        if (quits(await ask(window, quitQuestion(count, waitsFor())))) await end();
      });
  };

  const close = async (): Promise<void> => {
    const chosen = await closeToTray();
    const count = underWay();
    const does = onClose(chosen, count, process.platform);
    if (does === 'hide') window.hide();
    if (does === 'quit') await quit();
    if (does !== 'ask') return;
    await asking(async () => {
      const answer = closeAnswer(await ask(window, closeQuestion(count)));
      if (answer.closeToTray !== undefined)
        await client.call('settings.set', { closeToTray: answer.closeToTray }).catch(() => undefined);
      if (answer.does === 'hide') window.hide();
      if (answer.does === 'quit') await end();
    });
  };

  window.on('close', (event) => {
    main.keep();
    if (phase === 'ended') return;
    event.preventDefault();
    if (phase === 'running') void close();
  });
  app.on('before-quit', (event) => {
    if (phase === 'ended') return;
    event.preventDefault();
    if (phase === 'running') void quit();
  });
  // The window is closed by what is above; without it the app goes on in the tray.
  app.on('window-all-closed', () => undefined);
  /** Nobody can be asked. Chunks that a cut would harm have their time where the system gives it; the rest is written ahead. */
  const shutDown = (event?: { readonly preventDefault: () => void }): void => {
    if (phase === 'ended') return;
    if (phase === 'ending' || underWay() > 0) event?.preventDefault();
    setTimeout(() => hurry.resolve(undefined), shutdownPatience).unref();
    void end();
  };
  powerMonitor.on('shutdown', shutDown);
  window.on('query-session-end', shutDown);
  window.on('session-end', () => void stop('now').catch(() => undefined));
  onEndSignal((times) => {
    if (times > 1) hurry.resolve(undefined);
    void end();
  }, process);
  return { isEnding: () => phase === 'ending' || phase === 'ended', endNow: () => hurry.resolve(undefined) };
};
