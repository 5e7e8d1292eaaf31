/** A drop of real files, as the system makes it: the page gets `File` objects, and the app their paths. */
import type { Page } from '@playwright/test';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Keys that are held meanwhile. */
export type Keys = { readonly alt?: boolean };

/**
 * Drags files and folders over a place and lets them go there. `at` is a selector or a point of the page in CSS px.
 * Works on a window of the app and on a page of a browser; `paths` are absolute, on the browser's machine.
 */
export const dropFiles = async (
  page: Page,
  at: string | Point,
  paths: readonly string[],
  keys: Keys = {},
): Promise<void> => {
  const { drop } = await dragFiles(page, at, paths, keys);
  await drop();
};

/** Drags files over a place and leaves them hanging there, so that a spec can see what the page says of it. Gives the way to go on. */
export const dragFiles = async (
  page: Page,
  at: string | Point,
  paths: readonly string[],
  { alt = false }: Keys = {},
): Promise<{ readonly drop: () => Promise<void>; readonly leave: () => Promise<void> }> => {
  const { x, y } = typeof at === 'string' ? await middle(page, at) : at;
  const session = await page.context().newCDPSession(page);
  // 1: the drag may be taken as a copy.
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  const send = (type: 'dragEnter' | 'dragOver' | 'drop' | 'dragCancel') =>
    session.send('Input.dispatchDragEvent', { type, x, y, data, modifiers: alt ? 1 : 0 });
  await send('dragEnter');
  await send('dragOver');
  const end = (type: 'drop' | 'dragCancel') => async (): Promise<void> => {
    await send(type);
    await session.detach();
  };
  return { drop: end('drop'), leave: end('dragCancel') };
};

const middle = async (page: Page, selector: string): Promise<Point> => {
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`Nothing is shown at ${selector}.`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};
