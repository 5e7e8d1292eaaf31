/** What closing the window and quitting mean, and what is asked before. */

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

const uploads = (count: number): string => (count === 1 ? '1 upload is' : `${count} uploads are`);

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

const goesOn = (count: number): string =>
  count === 1 ? 'it goes on at the next start where it stopped.' : 'they go on at the next start where they stopped.';

export const closeQuestion = (underWay: number): Question => ({
  message: `${uploads(underWay)} under way.`,
  detail: `Stevedore can keep uploading in the tray. If you quit, ${goesOn(underWay)}`,
  buttons: ['Keep uploading in the tray', 'Quit', 'Cancel'],
  defaultId: 0,
  cancelId: 2,
  checkbox: 'Do the same every time',
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
  message: `${uploads(underWay)} under way.`,
  detail: [
    goesOn(underWay).replace(/^./, (first) => first.toUpperCase()),
    ...(waitsFor.length === 0
      ? []
      : [`Stevedore hides and quits when ${waitsFor.join(' and ')} has stored the current chunk.`]),
  ].join(' '),
  buttons: ['Quit', 'Keep running'],
  defaultId: 1,
  cancelId: 1,
});

export const quits = ({ button }: Answer): boolean => button === 0;

/** Asked where the page has died again as soon as it was opened again. */
export const deadQuestion: Question = {
  message: 'The window stopped working, and stopped again when it was opened anew.',
  detail: 'Uploads go on without it. It can be opened again now, or later from the tray.',
  buttons: ['Open it again', 'Hide it'],
  defaultId: 0,
  cancelId: 1,
};

export const opensAgain = ({ button }: Answer): boolean => button === 0;

/** Asked before the first secret is kept on a system that can only hide it. */
export const basicQuestion: Question = {
  message: 'This system has no keyring to protect passwords.',
  detail:
    'Stevedore can keep them, hidden but not encrypted: whoever can read your files could read them. ' +
    'A keyring such as GNOME Keyring or KWallet would protect them.',
  buttons: ['Keep them unprotected', 'Do not keep'],
  defaultId: 1,
  cancelId: 1,
};

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
