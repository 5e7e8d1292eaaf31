/** Whether the key that stands for commands is held: Ctrl, or Cmd on a Mac. */
export const mod = (event: KeyboardEvent | MouseEvent): boolean => event.ctrlKey || event.metaKey;

/** Whether keys go into a field. */
export const inField = ({ target }: Event): boolean =>
  target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select, [contenteditable]');

/** Whether something lies over the view and has the keys. */
export const isCovered = (): boolean => document.querySelector('dialog[open], [popover]:popover-open') !== null;

/** Whether the person has marked text on the page, which is what they want to copy. */
export const hasMarkedText = (): boolean => getSelection()?.isCollapsed === false;
