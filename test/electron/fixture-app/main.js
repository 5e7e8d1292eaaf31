// A small app that uses what a real one does. What a test wants broken, it names in BREAK.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
} from 'electron';

const folder = import.meta.dirname;
const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const types = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
const events = [];
const requests = [];
let tray;
let keep = false;

protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
]);

const answer = async (request) => {
  const { pathname, host } = new URL(request.url);
  requests.push([request.method, request.url, request.headers.get('range')]);
  if (host !== 'bundle') return new Response('', { status: 404 });
  if (pathname === '/echo') return new Response(await request.text(), { headers: { 'content-type': 'text/plain' } });
  if (pathname === '/broken') throw new Error('broken on purpose');
  const body = await readFile(join(folder, 'page', pathname)).catch(() => undefined);
  if (!body) return new Response('missing', { status: 404 });
  const headers = {
    'content-type': types[pathname.split('.').at(-1)] ?? 'application/octet-stream',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src app: 'self'; worker-src 'self'",
  };
  const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.get('range') ?? '') ?? [];
  if (from === undefined) return new Response(body, { headers });
  return new Response(body.subarray(Number(from), Number(to) + 1), { status: 206, headers });
};

const open = (options = {}) => {
  const window = new BrowserWindow({
    width: 640,
    height: 480,
    minWidth: 320,
    show: false,
    ...options,
    webPreferences: {
      preload: join(folder, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      ...options.webPreferences,
    },
  });
  window.once('ready-to-show', () => window.show());
  window.on('close', (event) => {
    events.push('close');
    if (!keep) return;
    event.preventDefault();
    window.hide();
  });
  window.on('closed', () => events.push('closed'));
  window.webContents.on('will-navigate', (event) => {
    events.push(`will-navigate ${event.url}`);
    if (!event.url.startsWith('app://bundle/')) event.preventDefault();
  });
  window.webContents.setWindowOpenHandler(({ url }) => {
    void shell.openExternal(url);
    return { action: 'deny' };
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    events.push(`gone ${reason}`);
    window.reload();
  });
  void window.loadURL('app://bundle/index.html').catch((error) => events.push(`failed ${error.code}`));
  return window;
};

const calls = {
  add: (a, b) => a + b,
  echo: (value) => value,
  unclonable: () => () => 1,
  throws: () => {
    throw new Error('no such thing');
  },
  sender: (event) => [event.senderFrame.url, event.senderFrame.origin, event.senderFrame === event.sender.mainFrame],
  events: () => events,
  requests: () => requests,
  tell: (event, ...args) => event.sender.send('told', ...args),
  choose: () => dialog.showOpenDialog({ properties: ['openFile', 'multiSelections'] }),
  ask: async (event) =>
    (
      await dialog.showMessageBox(BrowserWindow.fromWebContents(event.sender), {
        message: 'Really?',
        buttons: ['Yes', 'No'],
      })
    ).response,
  copy: (text) => clipboard.writeText(text),
  notify: (title) => {
    const note = new Notification({ title, body: 'body' });
    note.on('click', () => events.push(`clicked ${title}`));
    note.show();
  },
  held: () => {
    globalShortcut.setSuspended(true);
    const registered = globalShortcut.register('Alt+Shift+X', () => undefined);
    globalShortcut.setSuspended(false);
    return registered;
  },
  claim: () => [
    app.isDefaultProtocolClient('small'),
    app.setAsDefaultProtocolClient('small'),
    app.isDefaultProtocolClient('small'),
    app.getApplicationNameForProtocol('other://'),
  ],
  shortcut: () => [
    globalShortcut.register('CommandOrControl+Shift+U', () => events.push('shortcut')),
    globalShortcut.register('CommandOrControl+Shift+U', () => undefined),
  ],
  hide: (text) => safeStorage.encryptStringAsync(text).then((bytes) => bytes.toString('base64')),
  reveal: (text) => safeStorage.decryptStringAsync(Buffer.from(text, 'base64')).then(({ result }) => result),
  vault: async () => [await safeStorage.isAsyncEncryptionAvailable(), safeStorage.getSelectedStorageBackend()],
  theme: (source) => {
    nativeTheme.themeSource = source;
    return nativeTheme.shouldUseDarkColors;
  },
  displays: () => screen.getAllDisplays().map(({ bounds }) => bounds),
  bounds: (event) => BrowserWindow.fromWebContents(event.sender).getBounds(),
  open: () => open({ width: 400, height: 300 }).id,
  // Two pages of one site, each with a place of its own for what it keeps.
  apart: (name, url) => {
    const own = session.fromPartition(name);
    own.setPermissionCheckHandler(() => false);
    own.on('will-download', (event, item) => {
      events.push(`download ${name} ${item.getURL()}`);
      event.preventDefault();
    });
    own.webRequest.onBeforeRequest((details, decide) => decide({ cancel: details.url.endsWith('/no') }));
    const window = new BrowserWindow({ parent: BrowserWindow.getAllWindows()[0], webPreferences: { session: own } });
    window.webContents.on('will-redirect', (event) => {
      events.push(`will-redirect ${event.url} ${event.isMainFrame}`);
      event.preventDefault();
    });
    window.on('closed', () => own.clearData().then(() => events.push(`cleared ${name}`)));
    window.loadURL(url).catch(() => undefined);
    return window.id;
  },
  inWorld: (id, code) => BrowserWindow.fromId(id).webContents.executeJavaScriptInIsolatedWorld(7, [{ code }]),
  keep: (wish) => {
    keep = wish;
  },
  allow: (wish) => {
    session.defaultSession.setPermissionCheckHandler(() => wish);
    session.defaultSession.setPermissionRequestHandler((_contents, _permission, decide) => decide(wish));
  },
  watch: () => {
    session.defaultSession.webRequest.onBeforeRequest((details, decide) =>
      decide({ cancel: details.url.endsWith('/no') }),
    );
    session.defaultSession.webRequest.onHeadersReceived((details, decide) =>
      decide({ responseHeaders: { ...details.responseHeaders, 'x-added': ['yes'] } }),
    );
  },
  exit: (code) => app.exit(code),
  facts: () => [app.getName(), app.getVersion(), app.getLocale(), app.isPackaged, process.argv.slice(2), process.type],
};
const needEvent = new Set(['sender', 'tell', 'ask', 'bounds']);

if (!app.requestSingleInstanceLock({ from: process.pid })) app.quit();
else {
  app.on('second-instance', (_event, argv, cwd, data) =>
    events.push(`second ${argv.at(-1)} ${cwd} ${typeof data.from}`),
  );
  app.on('open-file', (_event, path) => events.push(`open-file ${path}`));
  app.on('open-url', (_event, url) => events.push('open-url ' + url));
  app.on('window-all-closed', () => {
    events.push('all closed');
    app.quit();
  });
  for (const name of ['before-quit', 'will-quit', 'quit'])
    app.on(name, () =>
      process.stdout.write(`event ${name} after ${events.filter((entry) => entry === 'closed').length} closed\n`),
    );
  powerMonitor.on('suspend', () => events.push('suspend'));
  nativeTheme.on('updated', () => events.push('theme'));
  void app.whenReady().then(() => {
    protocol.handle('app', answer);
    ipcMain.handle('call', (event, name, args) => calls[name](...(needEvent.has(name) ? [event] : []), ...args));
    const menu = Menu.buildFromTemplate([
      {
        label: '&File',
        submenu: [
          { label: 'Note', click: () => events.push('menu') },
          { label: 'Grey', enabled: false },
        ],
      },
      {
        label: 'Speed',
        submenu: [
          { label: 'Slow', type: 'radio', checked: true },
          { label: 'Fast', type: 'radio', click: ({ checked }) => events.push('fast ' + checked) },
          { type: 'separator' },
          { label: 'Loud', type: 'radio', checked: true },
        ],
      },
      { role: 'editMenu' },
    ]);
    Menu.setApplicationMenu(menu);
    tray = new Tray(nativeImage.createFromDataURL(pixel));
    tray.setToolTip('Fixture');
    tray.on('click', () => events.push('tray'));
    tray.on('drop-files', (_event, files) => events.push('dropped ' + files.join()));
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Open', click: () => BrowserWindow.getAllWindows()[0]?.show() },
        { type: 'separator' },
        { label: 'Quit', role: 'quit' },
      ]),
    );
    open();
  });
}
