/** Whether the key that stands for commands is held: Ctrl, or Cmd on a Mac. */
export const mod = (event: KeyboardEvent | MouseEvent): boolean => event.ctrlKey || event.metaKey;

/** Whether keys go into a field. */
export const inField = ({ target }: Event): boolean =>
  target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select, [contenteditable]');

/** Whether a sheet or a menu is open and gets the keys. */
export const isCovered = (): boolean => document.querySelector('dialog[open], [popover]:popover-open') !== null;

/** Whether the person has marked text on the page, which is what they want to copy. */
export const hasMarkedText = (): boolean => getSelection()?.isCollapsed === false;

/** Which option of a list box an event is about, from 0; -1: none. */
export const optionAt = (target: EventTarget | null): number => {
  const option = target instanceof Element ? target.closest('[role=option]') : null;
  return option === null ? -1 : [...(option.parentElement?.children ?? [])].indexOf(option);
};

/** Letters that are typed soon one after the other make one word. */
export class TypedWord {
  readonly #within: number;
  #letters = '';
  #at = 0;

  /** @param within ms between two letters of a word */
  constructor(within: number) {
    this.#within = within;
  }

  /** Whether what is typed now belongs to a word that was begun: a space, too. */
  get isOpen(): boolean {
    return this.#letters !== '' && performance.now() - this.#at <= this.#within;
  }

  /** The word, with the letter that was typed now. */
  add(letter: string): string {
    this.#letters = this.isOpen ? this.#letters + letter : letter;
    this.#at = performance.now();
    return this.#letters;
  }
}

/** Puts the focus on what can be pressed next in a row, the row itself first, as a right or left arrow says. */
export const goAlongRow = (row: HTMLElement, key: 'ArrowRight' | 'ArrowLeft'): void => {
  const stops = [row, ...row.querySelectorAll<HTMLElement>('button, input, a')];
  const here = stops.indexOf(document.activeElement as HTMLElement);
  const forward = (key === 'ArrowRight') === (getComputedStyle(row).direction === 'ltr');
  stops[Math.min(stops.length - 1, Math.max(0, here + (forward ? 1 : -1)))]?.focus();
};
