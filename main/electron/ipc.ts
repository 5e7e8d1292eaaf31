/** The transport of the app's window: one channel for calls, one for events. It knows no call's name. */
import { ipcMain, type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import { Running } from '../api/running.ts';
import type { WindowSide } from '../api/from-client.ts';
import type { Page } from '../app/page.ts';

const isOurs = (
  { sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent,
  window: BrowserWindow,
  page: Page,
): boolean =>
  !window.isDestroyed() &&
  sender === window.webContents &&
  senderFrame !== null &&
  senderFrame === sender.mainFrame &&
  page.owns(senderFrame.url);

/**
 * Answers the window's own page, in its main frame. Calls from anywhere else are refused without a reason.
 *
 * @param side may still be on its way: calls wait for it
 */
export const serveWindow = (window: BrowserWindow, page: Page, side: Promise<WindowSide>): void => {
  const running = new Running();
  ipcMain.handle('stevedore', async (event, name: unknown, input: unknown, id: unknown) => {
    if (!isOurs(event, window, page)) throw new Error('refused');
    // What is no name is answered as a name that nobody knows.
    const call = typeof name === 'string' ? name : '';
    return await running.run(typeof id === 'number' ? id : undefined, async (signal) =>
      (await side).answer(call, input, signal),
    );
  });
  ipcMain.on('stevedore:cancel', (event, id: unknown) => {
    if (isOurs(event, window, page) && typeof id === 'number') running.cancel(id);
  });
  // The page that waited for the answers is gone.
  const leave = (): void => running.cancelAll();
  window.once('closed', leave);
  window.webContents.on('did-navigate', leave);
  window.webContents.on('render-process-gone', leave);
  void side.then(({ listen }) => {
    const stop = listen((event, payload) => {
      if (!window.isDestroyed()) window.webContents.send('stevedore:event', event, payload);
    });
    window.once('closed', stop);
  });
};
