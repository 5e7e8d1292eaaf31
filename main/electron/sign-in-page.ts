/** The window of a server's own sign-in page: the one place of the app that shows something from elsewhere. */
import { randomUUID } from 'node:crypto';
import { app, BrowserWindow, screen, session, type Session } from 'electron';
import type { Client } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { asSaid, reasonWith, type Reason } from '../../preload/problems/reasons.ts';
import type { WindowParsedInput } from '../../preload/window.ts';
import { problemError } from '../api/window-api.ts';
import { signInBounds, signInPage, smallestSignIn, type SignInPage } from '../app/sign-in-page.ts';
import { SignInTurns, type Opened } from '../app/sign-in-turns.ts';
import { SignInWatch, type SignInEnd } from '../app/sign-in-watch.ts';
import { ruleElsewhere } from './guard.ts';

/** How often the page is looked at, ms: not everything that a page keeps comes with an event. */
const every = 500;
/** A look that a page never answers is given up after that, ms. */
const patience = 2_000;
/** A world of scripts beside the page's own, which cannot reach what is read there. */
const world = 1;
/** Of a navigation that another one took the place of. */
const aborted = -3;

/** Nothing of it outlives the sign-in, and nothing of others is in it. */
const ownSession = (page: SignInPage): Session => {
  const own = session.fromPartition(`sign-in-${randomUUID()}`);
  ruleElsewhere(own);
  own.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  own.setPermissionCheckHandler(() => false);
  own.setDevicePermissionHandler(() => false);
  own.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !page.mayLoad(details) }));
  own.on('will-download', (event) => event.preventDefault());
  return own;
};

const clear = (own: Session): void =>
  void Promise.allSettled([own.closeAllConnections(), own.clearAuthCache(), own.clearData()]);

const openWindow = (asker: BrowserWindow, page: SignInPage, own: Session): BrowserWindow => {
  const window = new BrowserWindow({
    ...signInBounds(asker.getBounds(), screen.getDisplayMatching(asker.getBounds()).workArea),
    minWidth: smallestSignIn.width,
    minHeight: smallestSignIn.height,
    parent: asker,
    title: page.title,
    fullscreenable: false,
    minimizable: false,
    // A page that says nothing of its ground counts on a white one.
    backgroundColor: '#ffffff',
    webPreferences: {
      session: own,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      devTools: false,
      disableDialogs: true,
      spellcheck: false,
    },
  });
  window.removeMenu();
  window.on('page-title-updated', (event) => event.preventDefault());
  return window;
};

type Bounds = {
  readonly window: BrowserWindow;
  readonly page: SignInPage;
  /** The page cannot be used. */
  readonly fail: (reason: Reason) => void;
};

/** Keeps the window on the server's page, and whatever else a page can ask for from it. */
const bind = ({ window, page, fail }: Bounds): void => {
  const contents = window.webContents;
  let shown = false;
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!page.mayShow(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!event.isMainFrame || page.mayShow(event.url)) return;
    event.preventDefault();
    // Nothing stands there to go on with.
    if (!shown) fail(reasonWith('page-leads-to', URL.parse(event.url)?.host ?? '?'));
  });
  contents.on('did-navigate', (_event, url) => {
    shown = true;
    if (!page.mayShow(url)) fail('page-went-elsewhere');
  });
  contents.on('did-fail-load', (_event, code, reason, _url, isMainFrame) => {
    if (isMainFrame && code !== aborted) fail(asSaid(reason));
  });
  contents.on('render-process-gone', (_gone, { reason }) => fail(asSaid(reason)));
  // A page may not keep its window open.
  contents.on('will-prevent-unload', (event) => event.preventDefault());
};

const lookIn = async ({ webContents }: BrowserWindow, page: SignInPage): Promise<string | undefined> => {
  if (!page.mayShow(webContents.getURL())) return undefined;
  const stop = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => stop.resolve(undefined), patience);
  try {
    const looked = webContents.executeJavaScriptInIsolatedWorld(world, [{ code: page.script }]) as Promise<unknown>;
    return page.textIn(await Promise.race([looked, stop.promise]));
  } finally {
    clearTimeout(timer);
  }
};

/** Shows the page until its sign-in is over; then nothing of it is left. */
const open = (
  asker: BrowserWindow,
  page: SignInPage,
  watchOf: (look: () => Promise<string | undefined>) => SignInWatch,
): Opened => {
  const own = ownSession(page);
  const window = openWindow(asker, page, own);
  const watch = watchOf(() => lookIn(window, page));
  const fail = (reason: Reason): void =>
    watch.fail(problemError(problem('sign-in-page-failed', { page: new URL(page.url).host, reason })));
  bind({ window, page, fail });

  const look = (): void => void watch.look();
  const timer = setInterval(look, every);
  window.webContents.on('did-finish-load', look);
  window.webContents.on('did-navigate-in-page', look);
  const leave = (): void => watch.leave();
  window.on('closed', leave);
  // The page that asked is gone: nobody gets the answer.
  const shown = asker.webContents;
  asker.on('close', leave);
  asker.on('closed', leave);
  shown.on('did-navigate', leave);
  shown.on('render-process-gone', leave);
  app.on('before-quit', leave);
  const end = (): void => {
    clearInterval(timer);
    asker.off('close', leave);
    asker.off('closed', leave);
    shown.off('did-navigate', leave);
    shown.off('render-process-gone', leave);
    app.off('before-quit', leave);
    // A navigation may be asking whether it may go on: its page is not taken from under it.
    setImmediate(() => {
      if (!window.isDestroyed()) window.destroy();
      clear(own);
    });
  };
  watch.ended.then(end, end);
  // What did not come is told by `did-fail-load`.
  window.loadURL(page.url).catch(() => undefined);
  return { watch, focus: () => window.show() };
};

export type SignInPages = {
  /** Answers `window.signInPage` of a window. */
  readonly show: (asked: WindowParsedInput<'window.signInPage'>) => Promise<SignInEnd>;
  /** The client for that window's own calls: with a sign-in that it gives up, the page goes. */
  readonly client: Client;
};

/** The sign-in pages of a window. */
export const signInPages = (asker: BrowserWindow, client: Client): SignInPages => {
  const turns = new SignInTurns();
  const take = (carry: string, page: string) => client.call('servers.signIn', { carry, answers: { page } });
  return {
    show: async ({ carry, address, stored }) =>
      await turns.answer(carry, (carryNow, renewed) =>
        open(asker, signInPage(address, stored), (look) => new SignInWatch({ look, take, carry: carryNow, renewed })),
      ),
    client: turns.following(client),
  };
};
