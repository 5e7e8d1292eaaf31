/** What closing the window and quitting mean, and what is asked before. */
import { list } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';

export type Question = {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
  readonly defaultId: number;
  /** The button that Escape stands for. */
  readonly cancelId: number;
  readonly checkbox?: string;
};

/** What the person answered: the number of a button, and whether the box is checked. */
export type Answer = { readonly button: number; readonly checked: boolean };

/**
 * What closing the window does. Nobody is asked where nothing is under way, nor on macOS, where an app stays in the
 * dock without its window.
 *
 * @param closeToTray the person's setting; null: not asked yet
 */
export const onClose = (closeToTray: boolean | null, underWay: number, platform: string): 'hide' | 'quit' | 'ask' => {
  if (closeToTray !== null) return closeToTray ? 'hide' : 'quit';
  if (platform === 'darwin') return 'hide';
  return underWay > 0 ? 'ask' : 'quit';
};

export const closeQuestion = (underWay: number): Question => ({
  message: m.ask_under_way({ count: underWay }),
  detail: m.ask_close_detail({ count: underWay }),
  buttons: [m.ask_close_hide(), m.ask_close_quit(), m.ask_close_cancel()],
  defaultId: 0,
  cancelId: 2,
  checkbox: m.ask_close_always(),
});

/** What the answer means; `closeToTray` is what to remember, where the person wants that. */
export const closeAnswer = ({
  button,
  checked,
}: Answer): { readonly does: 'hide' | 'quit' | 'nothing'; readonly closeToTray?: boolean } => {
  if (button !== 0 && button !== 1) return { does: 'nothing' };
  const does = button === 0 ? 'hide' : 'quit';
  return checked ? { does, closeToTray: does === 'hide' } : { does };
};

/**
 * Asked before quitting while something is under way.
 *
 * @param waitsFor names of servers that have a chunk which is not to be cut
 */
export const quitQuestion = (underWay: number, waitsFor: readonly string[] = []): Question => ({
  message: m.ask_under_way({ count: underWay }),
  detail: [
    m.ask_quit_detail({ count: underWay }),
    ...(waitsFor.length === 0 ? [] : [m.ask_quit_waits({ servers: list(waitsFor) })]),
  ].join(' '),
  buttons: [m.ask_quit_yes(), m.ask_quit_no()],
  defaultId: 1,
  cancelId: 1,
});

export const quits = ({ button }: Answer): boolean => button === 0;

/** Asked where the page has died again as soon as it was opened again. */
export const deadQuestion = (): Question => ({
  message: m.ask_dead(),
  detail: m.ask_dead_detail(),
  buttons: [m.ask_dead_open(), m.ask_dead_hide()],
  defaultId: 0,
  cancelId: 1,
});

export const opensAgain = ({ button }: Answer): boolean => button === 0;

/** Asked before the first secret is kept on a system that can only hide it. */
export const basicQuestion = (): Question => ({
  message: m.ask_basic(),
  detail: m.ask_basic_detail(),
  buttons: [m.ask_basic_keep(), m.ask_basic_refuse()],
  defaultId: 1,
  cancelId: 1,
});

export const allowsBasic = ({ button }: Answer): boolean => button === 0;

/**
 * Resolves when sending has ended in an orderly way, or at the first of `limits`. Nothing is waited for after those:
 * everything that counts was written ahead, and what is still on its way ends with the process.
 */
export const stopUntil = async (
  stop: (at: 'chunk' | 'now') => Promise<void>,
  limits: readonly Promise<unknown>[],
): Promise<void> => {
  const whole = stop('chunk').then(
    () => 'whole',
    () => 'whole',
  );
  if ((await Promise.race([whole, ...limits])) !== 'whole') stop('now').catch(() => undefined);
};
