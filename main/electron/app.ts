/** The running app: its window first, then the engine, and the parts of the system that show what it does. */
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { app, clipboard } from 'electron';
import type { Connection } from '../api/connect.ts';
import type { WindowSide } from '../api/from-client.ts';
import type { SettingsView } from '../../preload/contract.ts';
import { allowsBasic, basicQuestion } from '../app/closing.ts';
import { followQueue } from '../app/follow.ts';
import { wordsFor, type Handed } from '../app/arguments.ts';
import { NewsDesk } from '../app/news-desk.ts';
import { Outbox } from '../app/outbox.ts';
import { appScheme, type Page } from '../app/page.ts';
import type { PastedFiles } from '../app/pasted-files.ts';
import { PendingClient } from '../app/pending-client.ts';
import type { TrayCommand } from '../app/tray.ts';
import type { HostedPractice } from '../practice/hosted.ts';
import { codeOf } from '../engine/error-code.ts';
import { logFaultsIn, onFault } from '../last-net.ts';
import { problem, type Problem } from '../../preload/problems.ts';
import { asSaid } from '../../preload/problems/reasons.ts';
import { clipboardText } from '../../preload/bounds.ts';
import { ask } from './ask.ts';
import { chooseFiles } from './choose.ts';
import { systemCipher } from './cipher.ts';
import { systemClipboard } from './clipboard.ts';
import { followDownloads } from './downloads.ts';
import { takeCharge } from './ending.ts';
import { addPolicy, guard, openOutside } from './guard.ts';
import { serveWindow } from './ipc.ts';
import { claimLinks } from './links.ts';
import { setMenu } from './menu.ts';
import { hasActions, notify } from './notify.ts';
import { battery, onWake, sessionStarts } from './system.ts';
import { places } from './places.ts';
import { serveFiles } from './scheme.ts';
import { holdShortcuts, openShortcuts } from './shortcuts.ts';
import { statusOf } from './status.ts';
import { openTray, type AppTray } from './tray.ts';
import { openWindow, type MainWindow } from './window.ts';

/** `hidden`: the window is not shown before somebody wants it. */
export type Opening = { readonly profile: string; readonly page: Page; readonly hidden: boolean };

/** What fails beside the window is told to nobody but who looks for it. */
const report = (error: unknown): void => {
  if (process.env['STEVEDORE_DEBUG'] === '1') console.error(error);
};

/** The way to the engine; what it needs is loaded when the window is on its way. */
const connectWith = async (profile: string, main: MainWindow): Promise<Connection> => {
  const [{ connect }, { appVault }, { openSettingsFile }] = await Promise.all([
    import('../api/connect.ts'),
    import('../app/app-vault.ts'),
    import('./settings-file.ts'),
  ]);
  const consent = async (): Promise<boolean> => {
    main.show();
    return allowsBasic(await ask(main.window, basicQuestion()));
  };
  const vault = appVault(profile, systemCipher, consent);
  return await connect({ profile, serve: true, vaults: { app: vault }, settingsFile: openSettingsFile, battery });
};

/**
 * The way in for what comes from outside, also for nothing. `quiet`: the window is shown only where it has to ask or to
 * report something.
 */
type Arrive = (handed: Handed, quiet?: 'quiet') => void;

/** Opens the app, once it is ready. */
export const openApp = ({ profile, page, hidden }: Opening): Arrive => {
  const developing = !page.owns(`${appScheme}://bundle/`);
  guard(page);
  if (developing) addPolicy(page);
  else serveFiles(page, places.renderer);
  const main = openWindow(profile, page, hidden);
  const { window, show } = main;

  let connection: Connection | undefined;
  let underWay = 0;
  let tray: AppTray | undefined;
  const outbox = new Outbox();
  logFaultsIn(profile);
  const notice = (reason: Problem): void =>
    void import('../../preload/problem-view.ts').then(({ problemView }) =>
      outbox.tell('notice', { problem: problemView(reason) }),
    );
  onFault(notice);
  const client = new PendingClient(
    () => connectWith(profile, main),
    (made) => {
      connection = made;
      claimLinks();
      // A practice server that is among the servers runs before uploads to it go on.
      void practice()
        .catch(report)
        .then(() => follow(made))
        .catch(report);
      // What is uploaded by now is removed.
      if (existsSync(path.join(profile, 'pasted'))) void pastedFiles().catch(report);
    },
  );
  let pasted: Promise<PastedFiles> | undefined;
  const pastedFiles = async (): Promise<PastedFiles> => {
    pasted ??= import('../app/pasted-files.ts').then(({ openPastedFiles }) => openPastedFiles(profile, client));
    pasted.catch(() => {
      pasted = undefined;
    });
    return await pasted;
  };
  const keepPasted = async (name: string, content: Uint8Array): Promise<string> =>
    await (await pastedFiles()).keep(name, content);
  let practising: Promise<HostedPractice> | undefined;
  const practice = async (): Promise<HostedPractice> => {
    const { resumePractice } = await import('../practice/hosted.ts');
    practising ??= resumePractice(profile, client);
    practising.catch(() => {
      practising = undefined;
    });
    return await practising;
  };

  const copy = (text: string): Promise<void> => clipboard.writeText(clipboardText(text));
  let trayWork: Promise<(command: TrayCommand) => Promise<void>> | undefined;
  const trayDoes = async (command: TrayCommand): Promise<void> => {
    trayWork ??= import('../app/tray-work.ts').then(({ trayWorkOf }) =>
      trayWorkOf({
        client,
        tell: outbox.tell,
        show,
        choose: chooseFiles,
        upload: (handed) => arrive(handed, 'quiet'),
        uploadClipboard: async () => {
          const { uploadClipboard } = await import('../app/paste.ts');
          await uploadClipboard({
            clipboard: systemClipboard,
            keep: keepPasted,
            upload: (paths) => arrive({ paths, links: [] }, 'quiet'),
            refuse: (reason) => {
              notice(reason);
              show();
            },
          });
        },
        copy,
        quit: () => app.quit(),
        quitNow: () => charge.endNow(),
      }),
    );
    await (
      await trayWork
    )(command);
  };
  const shortcuts = openShortcuts((name) => {
    void trayDoes({ does: name === 'files' ? 'upload' : 'upload-clipboard' }).catch(report);
  });
  let settings: SettingsView | undefined;
  const startAtLogin = sessionStarts(profile, (error) =>
    notice(problem('login-refused', { reason: asSaid(codeOf(error)) })),
  );
  const news = new NewsDesk({
    client,
    settings: () => settings,
    tell: outbox.tell,
    seen: main.seen,
    show,
    copy,
    openLink: (link) => void openOutside(link),
    notify,
    hasActions,
  });
  const showStatus = statusOf(window);
  const follow = ({ client: engine }: Connection): Promise<void> =>
    followQueue(engine, {
      flow: (flow) => {
        underWay = flow.underWay;
        showStatus(flow);
        if (tray === undefined) {
          tray = openTray(flow, {
            does: (command) => void trayDoes(command).catch(report),
            dropped: (paths) => arrive({ paths, links: [] }, 'quiet'),
          });
          const { showFacts } = tray;
          void import('../app/tray-facts.ts').then(({ watchTrayFacts }) => watchTrayFacts(engine, showFacts));
        }
        tray.show(flow);
      },
      settings: (present) => {
        settings = present;
        main.useTheme(present.theme);
        startAtLogin(present);
        shortcuts.follow(present).forEach(notice);
      },
      notify: (one) => news.say(one),
      copy,
      tell: outbox.tell,
    }).then(onWake);

  const windowSide = async (): Promise<WindowSide> => {
    const [{ windowApi }, { windowHandlers }, { signInPages }] = await Promise.all([
      import('../api/window-api.ts'),
      import('./window-calls.ts'),
      import('./sign-in-page.ts'),
    ]);
    const pages = signInPages(window, client);
    const api = windowApi(
      pages.client,
      windowHandlers({
        window,
        pages,
        practice: async () => await (await practice()).use(),
        owns: () => connection?.owns() ?? true,
        client,
        shortcuts,
        choose: (id, action) => news.choose(id, action),
        keep: keepPasted,
        // What was kept for the window goes after the answer.
        onInfo: () => void setImmediate(() => outbox.open((event, payload) => void api.tell(event, payload))),
      }),
    );
    return api;
  };
  serveWindow(window, page, windowSide());
  followDownloads(window.webContents.session, outbox.tell);
  // A page that goes records no keys any more.
  const pageGoes = (): void => {
    outbox.shut();
    holdShortcuts(false);
  };
  window.webContents.on('did-navigate', pageGoes);
  window.webContents.on('render-process-gone', pageGoes);
  setMenu(developing, (name) => {
    show();
    outbox.tell('command', { name });
  });
  const charge = takeCharge({
    main,
    client,
    // What another process sends goes on without this one.
    underWay: () => (connection?.owns() === true ? underWay : 0),
    // Read again, so that a setting changed a moment ago counts.
    closeToTray: async () => (await connection?.client.call('settings.get', {}).catch(report))?.closeToTray ?? null,
    stop: async (at) => {
      await client.stop(at);
      await (await practising)?.close();
      await (await pasted)?.close();
    },
    waitsFor: () => [...new Set((connection?.waitsFor() ?? []).map(({ serverName }) => serverName))],
    showWaiting: (servers) => tray?.waitFor(servers),
    clear: () => {
      tray?.remove();
      shortcuts.end();
    },
  });
  app.on('activate', show);
  // The window is asked for by now: loading the engine takes it no time.
  setImmediate(() => client.start());

  const arrive: Arrive = (handed, quiet) => {
    if (charge.isEnding()) {
      // The second process has ended after handing its files over: the app starts again to take them.
      const entry = app.isPackaged ? [] : [app.getAppPath()];
      app.relaunch({ args: [...entry, '--profile', profile, ...wordsFor(handed)] });
      return;
    }
    if (handed.choose === true) void trayDoes({ does: 'upload' }).catch(report);
    else if (quiet === undefined) show();
    for (const link of handed.links) outbox.tell('link', { link });
    if (handed.paths.length > 0)
      void import('../app/incoming.ts').then(async ({ takeIn }) => {
        const isQueued = await takeIn(client, outbox.tell, handed);
        if (!isQueued) show();
      });
  };
  return arrive;
};
