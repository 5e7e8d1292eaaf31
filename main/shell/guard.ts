/** What no page may do in this app: ask for permissions, leave, open windows, load from elsewhere. */
import { app, session, shell } from 'electron';
import { outsideLink, type Page } from '../desktop/page.ts';

/** Holds for every session's requests and every page, also for one that slips in. Once the app is ready. */
export const guard = (page: Page): void => {
  const own = session.defaultSession;
  own.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  own.setPermissionCheckHandler(() => false);
  own.setDevicePermissionHandler(() => false);
  own.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !page.mayLoad(details.url) }));
  app.on('web-contents-created', (_created, contents) => {
    contents.on('will-navigate', (event) => {
      // A developer's server reloads its page.
      if (contents.getURL() !== event.url || !page.owns(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      const link = outsideLink(url);
      if (link !== undefined) void shell.openExternal(link);
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
