import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, dropFiles, launch } from './launch.ts';
import { until } from './app.ts';
import { temporary } from './small-app.ts';

const fixture = fileURLToPath(new URL('fixture-app', import.meta.url));
const pixels = { x: 100, y: 80, width: 700, height: 500 };

describe('the stand-in for Electron', () => {
  let folder: Awaited<ReturnType<typeof temporary>>;
  let app: App;
  let page: Page;

  const call = <T>(name: string, ...args: readonly unknown[]): Promise<T> =>
    page.evaluate<T>(`fixture.call(...${JSON.stringify([name, ...args])})`);
  const seen = <T>(): Promise<T> => page.evaluate<T>('window.seen');
  const happened = (event: string): Promise<string> =>
    until(
      async () => (await call<string[]>('events')).find((entry) => entry.startsWith(event)),
      () => `no event ${event}`,
    );

  beforeAll(async () => {
    folder = await temporary();
    app = await launch({ app: fixture, userData: join(folder.path, 'profile'), host: 'stand-in', locale: 'fr' });
    page = await app.firstWindow();
    await until(
      () => seen<object | undefined>(),
      () => 'the page did not run',
    );
  });

  afterAll(async () => {
    await app.kill();
    await folder[Symbol.asyncDispose]();
  });

  it('serves a page of the app’s own scheme, its modules and a worker, under its policy', async () => {
    expect(await seen()).toMatchObject({ greeting: 'hello from a module', early: true, secure: true });
    expect(await page.evaluate('window.work()')).toBe(40);
    expect(
      await page.evaluate(`new Promise((done) => {
      addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));
      document.body.append(Object.assign(document.createElement('img'), { src: '/none.png' }));
    })`),
    ).toBe('img-src');
    expect(await app.addressOf(page)).toBe('app://bundle/index.html');
  });

  it('hands methods, bodies and ranges to the scheme’s handler', async () => {
    expect(await page.evaluate(`fetch('/echo', { method: 'POST', body: 'posted' }).then((r) => r.text())`)).toBe(
      'posted',
    );
    expect(
      await page.evaluate(
        `fetch('/style.css', { headers: { range: 'bytes=0-4' } }).then(async (r) => [r.status, await r.text()])`,
      ),
    ).toEqual([206, '#drop']);
    expect(await call('requests')).toContainEqual(['GET', 'app://bundle/style.css', 'bytes=0-4']);
  });

  it('keeps Node out of the page', async () => {
    expect(await seen()).toMatchObject({ node: 'undefinedundefined' });
    expect(await page.evaluate('fixture.facts')).toEqual({ sandboxed: true, hasRequire: true, list: [1, 'two'] });
    expect(await page.evaluate('Object.isFrozen(fixture) && Object.isFrozen(fixture.facts)')).toBe(true);
    expect(await page.evaluate(`Object.keys(window).filter((key) => /^s[0-9a-f]{24}/.test(key))`)).toEqual([]);
  });

  it('clones what crosses, both ways', async () => {
    const code = `fixture.call('echo', { map: new Map([['a', new Date(5)]]), bytes: new Uint8Array([1, 2]), big: 3n, none: undefined, nan: NaN })
      .then((v) => [v.map.get('a').getTime(), v.bytes instanceof Uint8Array, v.bytes[1], String(v.big), 'none' in v, Number.isNaN(v.nan)])`;
    expect(await page.evaluate(code)).toEqual([5, true, 2, '3', true, true]);
    expect(await call('add', 1, 2)).toBe(3);
  });

  it('gives a handler’s error as Electron words it', async () => {
    await expect(call('throws')).rejects.toThrow("Error invoking remote method 'call': Error: no such thing");
    expect(await page.evaluate(`(() => { try { fixture.fail(); } catch (error) { return error.message; } })()`)).toBe(
      'from the preload',
    );
  });

  it('tells a handler who asks', async () => {
    expect(await call('sender')).toEqual(['app://bundle/index.html', 'app://bundle', true]);
  });

  it('sends events to the page', async () => {
    await call('tell', 'news', { rows: [1] });
    await until(
      async () => ((await seen<{ told: unknown[] }>()).told.length > 0 ? true : undefined),
      () => 'nothing told',
    );
    expect(await seen()).toMatchObject({ told: [['news', { rows: [1] }]] });
  });

  it('tells the real paths of dropped and chosen files and folders', async () => {
    const file = join(folder.path, 'a file ü.txt');
    await writeFile(file, 'text');
    const inner = join(folder.path, 'a folder');
    await mkdir(inner);
    await dropFiles(page, '#drop', [file, inner]);
    await until(
      async () => (await page.locator('#said').textContent()) || undefined,
      () => 'nothing dropped',
    );
    expect(await seen()).toMatchObject({ trusted: true, dropped: [file, inner] });
    await page.locator('#choose').setInputFiles(file);
    expect(await seen()).toMatchObject({ chosen: [file] });
  });

  it('has no path for a file that was made by the page', async () => {
    expect(await page.evaluate(`fixture.pathOf(new File(['x'], 'made.txt'))`)).toBe('');
    expect(
      await page.evaluate(`(() => { try { fixture.pathOf({}); } catch (error) { return error.message; } })()`),
    ).toMatch('File');
  });

  it('lets the app forbid where a page goes, and hands links to the system', async () => {
    await page.click('#away');
    await happened('will-navigate http://127.0.0.1:9/away');
    await page.click('#blank');
    await page.evaluate(`window.open('https://example.org/by-script')`);
    await until(
      async () => ((await app.command('state')).opened.length > 1 ? true : undefined),
      () => 'nothing opened',
    );
    expect((await app.command('state')).opened).toEqual(['https://example.org/', 'https://example.org/by-script']);
    await until(
      () => Promise.resolve(page.context().pages().length === 1 || undefined),
      () => 'a stray page stays',
    );
    expect(await app.addressOf(page)).toBe('app://bundle/index.html');
  });

  it('goes where the app lets a page go', async () => {
    await page.click('#other');
    await page.waitForURL('**/other.html');
    expect(await call('sender')).toEqual(['app://bundle/other.html', 'app://bundle', true]);
    await until(
      async () => ((await app.command('state')).windows[0]?.title === 'Other' ? true : undefined),
      () => 'no title',
    );
    await page.goBack();
    await until(
      () => seen<object | undefined>(),
      () => 'the page did not come back',
    );
  });

  it('reaches nothing but loopback', async () => {
    await expect(page.goto('http://192.0.2.1/')).rejects.toThrow('ERR_NAME_NOT_RESOLVED');
    await page.waitForURL('chrome-error://**');
    await page.goto('http://bundle.app.localhost/index.html');
    await until(
      () => seen<object | undefined>(),
      () => 'the page did not come back',
    );
  });

  it('plays the person: menus, tray, dialogs, notifications, shortcuts, power', async () => {
    await app.command('clickMenu', ['File', 'Note']);
    await happened('menu');
    await expect(app.command('clickMenu', ['File', 'Grey'])).rejects.toThrow('disabled');
    await expect(app.command('clickMenu', ['File', 'None'])).rejects.toThrow("no 'None', only Note, Grey");
    await app.command('clickMenu', ['Speed', 'Fast']);
    await happened('fast true');
    const speeds = (await app.command('state')).menu.find(({ label }) => label === 'Speed')?.submenu;
    expect(speeds?.filter(({ checked }) => checked).map(({ label }) => label)).toEqual(['Fast', 'Loud']);
    await app.command('clickTray');
    await happened('tray');
    await app.command('dropOnTray', ['/tmp/a', '/tmp/b']);
    await happened('dropped /tmp/a,/tmp/b');
    await app.command('answerOpen', { canceled: false, filePaths: ['/tmp/x'] });
    expect(await call('choose')).toEqual({ canceled: false, filePaths: ['/tmp/x'] });
    const asked = call('ask');
    await app.command('answerMessage', 'No', false);
    expect(await asked).toBe(1);
    await call('notify', 'Done');
    await app.command('clickNotification', 'Done');
    await happened('clicked Done');
    // While shortcuts are suspended none can be registered.
    expect(await call('held')).toBe(false);
    expect(await call('claim')).toEqual([false, true, true, '']);
    expect(await call('shortcut')).toEqual([true, false]);
    await app.command('pressShortcut', 'CommandOrControl+Shift+U');
    await happened('shortcut');
    await app.command('power', 'suspend');
    await happened('suspend');
    await app.command('openUrl', 'small://x');
    await happened('open-url small://x');
    await app.command('openFile', '/tmp/opened');
    await happened('open-file /tmp/opened');
    await call('copy', 'a link');
    expect(await app.clipboardText()).toBe('a link');
    expect((await app.command('state')).dialogs.map(({ kind, message }) => [kind, message])).toEqual([
      ['open', ''],
      ['message', 'Really?'],
    ]);
  });

  it('shows the theme of the app, else of the system', async () => {
    const dark = (): Promise<boolean> => page.evaluate<boolean>(`matchMedia('(prefers-color-scheme: dark)').matches`);
    expect(await dark()).toBe(false);
    await app.command('systemTheme', 'dark');
    await happened('theme');
    await until(
      async () => (await dark()) || undefined,
      () => 'not dark',
    );
    expect(await call('theme', 'light')).toBe(false);
    await until(
      async () => !(await dark()) || undefined,
      () => 'not light',
    );
  });

  it('keeps sizes and displays', async () => {
    await app.command('resizeWindow', 1, pixels);
    expect(await call('bounds')).toEqual(pixels);
    await until(
      async () => (await page.evaluate('innerWidth')) === 700 || undefined,
      () => 'not resized',
    );
    await app.command('resizeWindow', 1, { ...pixels, width: 10 });
    expect(await call('bounds')).toEqual({ ...pixels, width: 320 });
    await app.command('displays', [{ bounds: { x: 0, y: 0, width: 800, height: 600 } }]);
    expect(await call('displays')).toEqual([{ x: 0, y: 0, width: 800, height: 600 }]);
  });

  it('asks the app’s handlers for every permission', async () => {
    expect(await app.command('permission', 1, 'geolocation')).toBe(true);
    expect(await page.evaluate(`window.permission('geolocation')`)).toBe('granted');
    await call('allow', false);
    expect(await app.command('permission', 1, 'geolocation')).toBe(false);
  });

  it('passes requests and answers through the app’s filters', async () => {
    await call('watch');
    expect(await page.evaluate(`fetch('/no').catch((error) => error.message)`)).toBe('Failed to fetch');
    expect(await page.evaluate(`fetch('/style.css').then((r) => r.headers.get('x-added'))`)).toBe('yes');
  });

  it('tells the app of itself', async () => {
    expect(await call('facts')).toEqual([
      'Fixture',
      '1.2.3',
      'fr',
      false,
      [`--user-data-dir=${app.userData}`, '--lang=fr'],
      'browser',
    ]);
  });

  it('hands a second start over, in a process of its own', async () => {
    const second = await app.startSecond(['/tmp/handed over.bin']);
    expect(second).toMatchObject({ code: 0 });
    expect(await happened('second')).toBe(`second /tmp/handed over.bin ${process.cwd()} number`);
    expect(await app.windows()).toHaveLength(1);
  });

  it('has several windows', async () => {
    const id = await call<number>('open');
    await until(
      async () => ((await app.windows()).length === 2 ? true : undefined),
      () => 'no second window',
    );
    await app.command('closeWindow', id);
    await happened('closed');
    expect(await app.windows()).toHaveLength(1);
  });

  it('keeps apart what the pages of partitions keep, and lets each one’s rules hold there alone', async () => {
    const site = createServer((request, response) => {
      if (request.url === '/leads') response.writeHead(302, { location: '/elsewhere' });
      else response.setHeader('content-type', request.url === '/file' ? 'application/octet-stream' : 'text/html');
      response.end('<title>Site</title>');
    });
    await new Promise<void>((resolve) => void site.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
    const kept = `[localStorage.getItem('who'), document.cookie]`;
    const ids = [await call<number>('apart', 'one', url), await call<number>('apart', 'two', url)] as const;
    const pages = await until(
      async () => ((await app.windows()).length === 3 ? (await app.windows()).slice(1) : undefined),
      () => 'no two windows',
    );
    await pages[0]?.evaluate(`localStorage.setItem('who', 'me'); document.cookie = 'who=me'; var mine = 1;`);
    // Beside the page: what the page keeps is there, what its scripts made is not.
    expect(await call('inWorld', ids[0], `[typeof mine, ...${kept}]`)).toEqual(['undefined', 'me', 'who=me']);
    expect(await call('inWorld', ids[1], kept)).toEqual([null, '']);
    expect((await app.command('state')).windows.slice(1)).toMatchObject([
      { partition: 'one', parent: 1 },
      { partition: 'two', parent: 1 },
    ]);
    expect((await app.command('state')).partitions).toEqual(['one', 'two']);
    expect(await app.command('permission', ids[0], 'midi')).toBe(false);
    const reached = `Promise.all(['/no', '/yes'].map((path) => fetch(path).then(() => true, () => false)))`;
    expect(await pages[0]?.evaluate(reached)).toEqual([false, true]);
    await pages[0]?.evaluate(`location.href = '/file'`);
    await happened(`download one ${url}file`);
    await pages[0]?.evaluate(`location.href = '/leads'`);
    await happened(`will-redirect ${url}elsewhere true`);
    expect(pages[0]?.url()).toBe(url);
    for (const id of ids) await app.command('closeWindow', id);
    await happened('cleared one');
    await happened('cleared two');
    expect((await app.command('state')).partitions).toEqual([]);
    const again = await call<number>('apart', 'one', url);
    await until(
      async () => ((await app.windows()).length === 2 ? true : undefined),
      () => 'no window',
    );
    expect(await call('inWorld', again, kept)).toEqual([null, '']);
    await app.command('closeWindow', again);
    site.close();
  });

  it('closes to a hidden window where the app wants it', async () => {
    await call('keep', true);
    await app.command('closeWindow', 1);
    expect((await app.command('state')).windows).toMatchObject([{ id: 1, visible: false, focused: false }]);
    await app.command('clickTrayMenu', ['Open']);
    expect((await app.command('state')).windows).toMatchObject([{ visible: true, focused: true }]);
    await call('keep', false);
  });

  it('tells of a page that crashed, and brings it back', async () => {
    await app.command('crash', 1);
    page = await until(
      async () => {
        const found = (await app.windows())[0];
        return found && found !== page ? found : undefined;
      },
      () => 'no new page',
    );
    await until(
      () => seen<object | undefined>(),
      () => 'the page did not run',
    );
    await happened('gone crashed');
    expect((await app.command('state')).faults).toEqual([]);
  });
});
