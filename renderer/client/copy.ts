import { clipboardText } from '../../preload/bounds.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { App } from './app.svelte.ts';

/** For pages that are not served securely, where a browser has no other clipboard: needs a click just before. */
const copyBySelection = (text: string): boolean => {
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.className = 'vh';
  area.readOnly = true;
  area.value = text;
  // A modal dialog makes everything beside it unreachable.
  (before?.closest('dialog') ?? document.body).append(area);
  area.select();
  try {
    // Out of favour, but nothing else is there on such pages.
    return (document as { execCommand(command: string): boolean }).execCommand('copy');
  } finally {
    area.remove();
    if (before instanceof HTMLElement) before.focus();
  }
};

/** Puts text into the clipboard of the machine that shows the window. Rejects in words where that is not let. */
export const copyText = async (app: Pick<App, 'info' | 'client'>, wanted: string): Promise<void> => {
  const text = clipboardText(wanted);
  if (app.info?.host === 'app') {
    await app.client.call('window.copy', { text });
    return;
  }
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copyBySelection(text)) throw new Error(m.copy_refused());
  }
};
