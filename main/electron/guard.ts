/** What no page may do in this app: ask for permissions, leave, open windows, load from elsewhere. */
import { app, session, shell, type Session } from 'electron';
import { outsideLink, type Page } from '../app/page.ts';

/** Opens a web page in the system's browser; anything else is ignored. */
export const openOutside = async (url: string): Promise<void> => {
  const link = outsideLink(url);
  if (link !== undefined) await shell.openExternal(link);
};

/** Sessions of pages that are not the app's own. */
const elsewhere = new WeakSet<Session>();

/** Lets the pages of a session go where its owner says, instead of nowhere. All else holds for them, too. */
export const ruleElsewhere = (own: Session): void => void elsewhere.add(own);

/** Holds for every session's requests and every page, also for one that slips in. Once the app is ready. */
export const guard = (page: Page): void => {
  const own = session.defaultSession;
  own.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  own.setPermissionCheckHandler(() => false);
  own.setDevicePermissionHandler(() => false);
  own.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !page.mayLoad(details.url) }));
  // Electron would show the first one that the system has, and with it somebody's name.
  app.on('select-client-certificate', (event, _contents, _url, _list, callback) => {
    event.preventDefault();
    callback();
  });
  app.on('web-contents-created', (_created, contents) => {
    contents.on('will-navigate', (event) => {
      if (elsewhere.has(contents.session)) return;
      // A developer's server reloads its page.
      if (contents.getURL() !== event.url || !page.owns(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      void openOutside(url);
      return { action: 'deny' };
    });
  });
};

/** A developer's server sends no policy of its own. */
export const addPolicy = (page: Page): void => {
  session.defaultSession.webRequest.onHeadersReceived((details, callback) =>
    callback({ responseHeaders: { ...details.responseHeaders, 'Content-Security-Policy': [page.policy] } }),
  );
};
