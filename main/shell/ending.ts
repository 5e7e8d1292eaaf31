/** How the window closes and the app ends: asked first where something is under way, in order, and soon. */
import { setTimeout as sleep } from 'node:timers/promises';
import { app, powerMonitor } from 'electron';
import type { Client } from '../../preload/contract.ts';
import { closeAnswer, closeQuestion, onClose, quitQuestion, quits } from '../desktop/closing.ts';
import { onEndSignal } from '../desktop/signals.ts';
import { ask } from './ask.ts';
import type { MainWindow } from './window.ts';

/** How long a chunk under way may take to its end, and what is cut then to its own, ms. */
const patience = { chunk: 4_000, now: 3_000 } as const;

export type Ending = {
  readonly main: MainWindow;
  readonly client: Client;
  /** Transfers under way that would stop with this app. */
  readonly underWay: () => number;
  /** The setting; null: not asked yet. */
  readonly closeToTray: () => Promise<boolean | null>;
  /** Ends the connection to the engine. */
  readonly stop: (at: 'chunk' | 'now') => Promise<void>;
  /** Takes down what stands outside the window. */
  readonly clear: () => void;
};

/** Takes charge of closing and quitting. Returns whether the app is about to end. */
export const takeCharge = ({ main, client, underWay, closeToTray, stop, clear }: Ending): (() => boolean) => {
  const { window } = main;
  let phase: 'running' | 'asking' | 'ending' | 'ended' = 'running';
  const hurry = Promise.withResolvers<undefined>();

  const end = async (): Promise<void> => {
    if (phase === 'ending' || phase === 'ended') return;
    phase = 'ending';
    main.keep();
    clear();
    if (!window.isDestroyed()) window.hide();
    const whole = stop('chunk').then(
      () => true,
      () => true,
    );
    const inTime = await Promise.race([whole, hurry.promise, sleep(patience.chunk)]);
    if (inTime !== true) await Promise.race([stop('now').catch(() => undefined), sleep(patience.now)]);
    phase = 'ended';
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
        if (quits(await ask(window, quitQuestion(count)))) await end();
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
  // The system ends: nobody is there to be asked.
  powerMonitor.on('shutdown', () => void end());
  window.on('session-end', () => void stop('now').catch(() => undefined));
  onEndSignal((times) => {
    if (times > 1) hurry.resolve(undefined);
    void end();
  }, process);
  return () => phase === 'ending' || phase === 'ended';
};
