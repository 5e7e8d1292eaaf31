import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './app.ts';
import { launch } from './launch.ts';
import { temporary, writeApp } from './small-app.ts';
import { readPreload } from './stand-in/page-source.ts';
import { held, type Main } from './stand-in/types.ts';

type Rule = readonly [name: string, code: string, says: RegExp];

/** Code that runs while the main module is evaluated. */
const tooEarly: readonly Rule[] = [
  ['a window', 'new e.BrowserWindow()', /Cannot create BrowserWindow before app is ready/],
  ['a tray', 'new e.Tray("x.png")', /Cannot create Tray before app is ready/],
  ['safeStorage', 'await e.safeStorage.isAsyncEncryptionAvailable()', /before app is ready/],
  ['encryption', 'await e.safeStorage.encryptStringAsync("x")', /before app is ready/],
  ['the screen', 'e.screen.getPrimaryDisplay()', /before the app 'ready' event/],
  ['a dialog', 'await e.dialog.showMessageBox({ message: "x" })', /after app is ready/],
  ['a shortcut', 'e.globalShortcut.register("F2", () => 1)', /before the app is ready/],
  ['a session', 'e.session.defaultSession', /when app is ready/],
  ['a partition', 'e.session.fromPartition("x")', /when app is ready/],
  ['a scheme’s handler', 'e.protocol.handle("app", () => new Response())', /before app is ready/],
  ['a notification', 'new e.Notification({ title: "x" })', /before app is ready/],
  ['the clipboard', 'await e.clipboard.writeText("x")', /before app is ready/],
];

/** Code that runs when the app is ready. */
const broken: readonly Rule[] = [
  [
    'a scheme that is registered too late',
    'e.protocol.registerSchemesAsPrivileged([{ scheme: "late" }])',
    /before app is ready/,
  ],
  ['a second handler for a scheme', 'e.protocol.handle("app", () => new Response())', /Failed to register protocol/],
  [
    'a second handler for a channel',
    'e.ipcMain.handle("x", () => 1); e.ipcMain.handle("x", () => 1)',
    /second handler for 'x'/,
  ],
  ['a handler that is none', 'e.ipcMain.handle("y", 1)', /to be a function/],
  ['a relative preload', 'new e.BrowserWindow({ webPreferences: { preload: "preload.cjs" } })', /absolute path/],
  ['a window without a sandbox', 'new e.BrowserWindow({ webPreferences: { sandbox: false } })', /sandbox: false/],
  ['a window with Node', 'new e.BrowserWindow({ webPreferences: { nodeIntegration: true } })', /nodeIntegration: true/],
  [
    'a session that is none',
    'new e.BrowserWindow({ webPreferences: { session: {} } })',
    /conversion failure from session/,
  ],
  ['a parent that is none', 'new e.BrowserWindow({ parent: {} })', /conversion failure from parent/],
  [
    'a parent that is gone',
    'const w = new e.BrowserWindow({ show: false }); w.destroy(); new e.BrowserWindow({ parent: w })',
    /conversion failure from parent/,
  ],
  [
    'a window that went with its parent',
    'const w = new e.BrowserWindow({ show: false }), c = new e.BrowserWindow({ parent: w }); w.destroy(); c.show()',
    /Object has been destroyed/,
  ],
  [
    'a window without the web’s rules',
    'new e.BrowserWindow({ webPreferences: { webSecurity: false } })',
    /webSecurity: false/,
  ],
  ['a partition that is kept', 'e.session.fromPartition("persist:x")', /partitions that are kept/],
  ['a partition of no name', 'e.session.fromPartition(1)', /conversion failure/],
  ['a scheme of a partition', 'e.session.fromPartition("x").protocol', /protocol of a partition/],
  ['clearing what the app itself keeps', 'await e.session.defaultSession.clearData()', /of the default session/],
  [
    'clearing what a window still shows',
    'const session = e.session.fromPartition("y"); new e.BrowserWindow({ show: false, webPreferences: { session } }); await session.clearData()',
    /while a window shows pages of it/,
  ],
  [
    'an event that no session has',
    'e.session.fromPartition("x").on("will-upload", () => 1)',
    /the event 'will-upload' of session/,
  ],
  [
    'a script in the page’s own world',
    'await window.webContents.executeJavaScript("1")',
    /does not provide webContents\.executeJavaScript/,
  ],
  [
    'a script in the world of a preload',
    'await window.webContents.executeJavaScriptInIsolatedWorld(999, [{ code: "1" }])',
    /the world 999/,
  ],
  ['a script that is none', 'await window.webContents.executeJavaScriptInIsolatedWorld(1, "1")', /conversion failure/],
  [
    'a script that throws',
    'const w = new e.BrowserWindow({ show: false }); await w.webContents.executeJavaScriptInIsolatedWorld(1, [{ code: "null.x" }])',
    /Script failed to execute/,
  ],
  ['an option that is not provided', 'new e.BrowserWindow({ kiosk: true })', /the option kiosk/],
  ['an argument that cannot be cloned', 'window.webContents.send("x", () => 1)', /could not be cloned/],
  [
    'a window that is gone',
    'const w = new e.BrowserWindow({ show: false }); w.destroy(); w.show()',
    /Object has been destroyed/,
  ],
  [
    'contents that are gone',
    'const w = new e.BrowserWindow({ show: false }), c = w.webContents; w.destroy(); c.send("x")',
    /Object has been destroyed/,
  ],
  ['a tray without an image', 'new e.Tray(e.nativeImage.createEmpty())', /a tray needs an image/],
  ['a tray with an image that is not there', 'new e.Tray("/nowhere.png")', /a tray needs an image/],
  ['a template that is no list', 'e.Menu.buildFromTemplate({})', /must be an array/],
  ['an item without a label', 'e.Menu.buildFromTemplate([{}])', /needs a label/],
  ['a menu of one’s own making', 'e.Menu.setApplicationMenu({ items: [] })', /Invalid menu/],
  ['a shortcut of no keys', 'e.globalShortcut.register("Nothing+", () => 1)', /conversion failure/],
  ['a scheme with its slashes', 'e.app.setAsDefaultProtocolClient("x://")', /is no scheme/],
  ['a scheme in place of an address', 'e.app.getApplicationNameForProtocol("x")', /is no address/],
  ['an address without a scheme', 'await e.shell.openExternal("example.org")', /Invalid URL/],
  ['a scheme that nobody knows', 'await window.loadURL("unknown://x/")', /ERR_UNKNOWN_URL_SCHEME/],
  ['a page that is not there', 'await window.loadURL("http://127.0.0.1:9/")', /ERR_(CONNECTION_REFUSED|UNSAFE_PORT)/],
  ['text that is none', 'await e.clipboard.writeText(1)', /must be a string/],
  ['secrets of another keychain', 'await e.safeStorage.decryptStringAsync(Buffer.from("x"))', /decrypting/],
  ['a profile that moves too late', 'e.app.setPath("userData", "/tmp")', /before app is ready/],
  [
    'a switch that comes too late',
    'e.commandLine ?? e.app.commandLine.appendSwitch("x")',
    /does not provide electron.commandLine/,
  ],
  ['bounds that are no numbers', 'window.setBounds({ width: "wide" })', /conversion failure/],
  ['a module that is not provided', 'e.net', /does not provide electron\.net/],
  ['a function that is not provided', 'e.app.setJumpList([])', /does not provide app\.setJumpList/],
  ['a method that is not provided', 'window.setKiosk(true)', /does not provide BrowserWindow\.setKiosk/],
  [
    'a static one that is not provided',
    'e.BrowserWindow.fromBrowserView()',
    /does not provide BrowserWindow\.fromBrowserView/,
  ],
  ['a property that is not provided', 'window.kiosk = true', /does not provide setting BrowserWindow\.kiosk/],
  ['an event that never comes', 'window.on("swipe", () => 1)', /the event 'swipe' of BrowserWindow/],
  ['clipboard functions that Electron gave up', 'e.clipboard.readHTML()', /does not provide clipboard\.readHTML/],
];

const preloads: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  ['an ES module', `import { contextBridge } from 'electron';`, /Cannot use import statement outside a module/],
  ['an error of syntax', `const = 1;`, /SyntaxError/],
  ['a module of Node', `require('fs');`, /module not found: fs/],
  ['a file of its own', `require('./other.cjs');`, /module not found: \.\/other\.cjs/],
  [
    'a member that is not provided',
    `require('electron').ipcRenderer.sendSync('x');`,
    /does not provide ipcRenderer\.sendSync/,
  ],
  ['a module of the main process', `require('electron').app;`, /does not provide electron\.app/],
  ['a name that is taken', `require('electron').contextBridge.exposeInMainWorld('location', {});`, /existing property/],
  ['a symbol', `require('electron').contextBridge.exposeInMainWorld('x', Symbol('x'));`, /could not be cloned/],
];

const main = `
import { join } from 'node:path';
import e from 'electron';
const rules = ${JSON.stringify({ tooEarly, broken })};
const Run = (async () => undefined).constructor;
const told = {};
const run = (list, window) => Promise.all(list.map(async ([name, code]) => {
  try { await new Run('e', 'window', code)(e, window); told[name] = 'nothing was thrown'; } catch (error) { told[name] = error.message; }
}));
e.protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
await run(rules.tooEarly);
e.app.on('window-all-closed', () => undefined);
e.app.whenReady().then(async () => {
  e.protocol.handle('app', () => new Response('<title>x</title>', { headers: { 'content-type': 'text/html' } }));
  const window = new e.BrowserWindow({ show: false });
  await run(rules.broken, window);
  for (const [index, [name]] of ${JSON.stringify(preloads)}.entries()) {
    const preload = join(import.meta.dirname, index + '.cjs');
    const broken = new e.BrowserWindow({ show: false, webPreferences: { preload } });
    const failed = new Promise((resolve) => broken.webContents.once('preload-error', (_event, path, error) => resolve(error.message + error.stack)));
    await broken.loadURL('app://bundle/');
    told[name] = await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 30_000, 'no preload-error'))]);
    broken.destroy();
  }
  process.stdout.write('TOLD ' + JSON.stringify(told) + '\\n');
  e.app.exit();
});
`;

describe('a rule of Electron that is broken on purpose', () => {
  let folder: Awaited<ReturnType<typeof temporary>>;
  let told: Readonly<Record<string, string>> = {};
  const profile = () => join(folder.path, 'profile');
  const small = (text: string, files?: Readonly<Record<string, string>>) => writeApp(folder.path, text, files);

  beforeAll(async () => {
    folder = await temporary();
    const files = Object.fromEntries(preloads.map(([, text], index) => [`${index}.cjs`, text]));
    const app = await launch({ app: await small(main, files), userData: profile(), host: 'stand-in' });
    const { output } = await app.ended;
    told = JSON.parse(/^TOLD (.*)$/m.exec(output)?.[1] ?? 'null') as typeof told;
    await app.kill();
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it.each(tooEarly)('is caught before the app is ready: %s', (name, _code, says) => expect(told[name]).toMatch(says));
  it.each(broken)('is caught: %s', (name, _code, says) => expect(told[name]).toMatch(says));
  it.each(preloads)('is caught in a preload: %s', (name, _text, says) => expect(told[name]).toMatch(says));

  it('is caught in a preload’s text even where nobody runs it', async () => {
    await small('', { 'good.cjs': `require('electron');`, 'bad.cjs': 'export {};' });
    expect(readPreload(join(folder.path, 'good.cjs'))).toContain('require');
    expect(() => readPreload(join(folder.path, 'bad.cjs'))).toThrow(SyntaxError);
  });

  it.each([
    ['a named import that is not provided', `import { net } from 'electron'; net.fetch;`, /does not provide net/],
    [
      'a main module that waits for itself',
      `import { app } from 'electron'; await app.whenReady();`,
      /awaits at its top level/,
    ],
    ['a main module that throws', `throw new Error('at the start');`, /at the start/],
    [
      'schemes that are registered twice',
      `import { protocol } from 'electron';
      protocol.registerSchemesAsPrivileged([{ scheme: 'a' }]); protocol.registerSchemesAsPrivileged([{ scheme: 'b' }]);`,
      /once only/,
    ],
  ])('ends the app: %s', async (_name, text, says) => {
    const app = await small(text);
    await expect(launch({ app, userData: profile(), host: 'stand-in' })).rejects.toThrow(says);
  });

  it('fails the spec that closes the app where an exception would reach nobody', async () => {
    const app = await launch({
      app: await small(`import { app, BrowserWindow, protocol } from 'electron';
        protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
        app.whenReady().then(() => {
          protocol.handle('app', () => 'no response');
          new BrowserWindow().loadURL('app://bundle/').catch(() => process.stdout.write('not loaded'));
        });`),
      userData: profile(),
      host: 'stand-in',
    });
    while (!app.output().includes('not loaded')) await new Promise((wake) => setTimeout(wake, 20));
    await expect(app.close()).rejects.toThrow(
      'the handler of app failed for app://bundle/: TypeError: it gave no Response',
    );
  });
});

describe('a page from elsewhere', () => {
  it('is told of where it opened a window and kept a file, and nobody hindered it', async () => {
    await using folder = await temporary();
    const text = `import { app, BrowserWindow, session } from 'electron';
      app.whenReady().then(() => {
        const window = new BrowserWindow({ webPreferences: { session: session.fromPartition('x') } });
        window.loadURL(process.env.SITE).catch(() => undefined);
      });`;
    const site = createServer((request, response) => {
      response.setHeader('content-type', request.url === '/' ? 'text/html' : 'application/octet-stream');
      response.end(request.url === '/' ? '<title>x</title>' : 'bytes');
    });
    await new Promise<void>((resolve) => void site.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
    const options = { userData: join(folder.path, 'profile'), host: 'stand-in', env: { SITE: url } } as const;
    const app = await launch({ app: await writeApp(folder.path, text), ...options });
    try {
      const page = await app.firstWindow();
      await page.evaluate(() => void window.open('/popup'));
      await page.evaluate(() => void (location.href = '/file.bin'));
      const faults = async () => (await app.command('state')).faults;
      await until(
        async () => ((await faults()).length === 2 ? true : undefined),
        () => 'nothing was told',
      );
      expect(await faults()).toEqual([
        expect.stringContaining(`a page opened ${url}popup and was not denied`),
        expect.stringContaining(`a page downloads ${url}file.bin and was not hindered`),
      ]);
    } finally {
      await app.kill();
      site.close();
    }
  });
});

describe('what is provided', () => {
  it('is Electron’s to the type, else it does not compile', () => {
    held<{ readText: () => Promise<string> }, Main['clipboard']>();
    // @ts-expect-error Electron 45 reads the clipboard asynchronously.
    held<{ readText: () => string }, Main['clipboard']>();
    // @ts-expect-error Fewer parameters would be let pass by `satisfies`.
    held<{ openExternal: (url: string) => Promise<void> }, Main['shell']>();
    // @ts-expect-error No such member.
    held<{ readHTML: () => string }, Main['clipboard']>();
    expect(held.length).toBe(0);
  });
});
