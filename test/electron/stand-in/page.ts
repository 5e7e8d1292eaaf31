/** One page of Chromium: made, fed with its scripts, listened to. Knows nothing of Electron's objects. */
import { randomBytes } from 'node:crypto';
import type { Session } from './cdp.ts';
import type { Download } from './downloads.ts';
import { fault } from './record.ts';
import { browser } from './lifecycle.ts';
import { pageSource, pathFunction, preloadSource } from './page-source.ts';
import type { FromPage, ToPage } from './preload-world.ts';
import { answerRequests, type RequestRules } from './requests.ts';
import { isDark } from './theme.ts';

export interface PageEvents {
  readonly message: (message: FromPage) => void;
  /** The main frame shows another document; the address is Chromium's. */
  readonly navigated: (url: string) => void;
  readonly navigatedWithin: (url: string) => void;
  readonly domReady: () => void;
  readonly loaded: () => void;
  readonly console: (level: string, text: string, line: number, source: string) => void;
  /** The page wants to open another one by a link or a form. */
  readonly open: (url: string, name: string, features: string) => void;
  /** The page saves a file. */
  readonly download: (download: Download) => void;
  readonly crashed: () => void;
}

export interface PageOptions {
  /** Chromium's name for where the page keeps what it keeps; undefined for the usual place. */
  readonly context: () => Promise<string | undefined>;
  readonly width: number;
  readonly height: number;
  /** The preload's text; '' for none. */
  readonly preload: string;
  readonly backgroundColor: string | undefined;
  readonly rules: RequestRules;
  readonly events: PageEvents;
}

interface Standing {
  readonly session: Session;
  readonly target: string;
}

/** The pages of the windows, by Chromium's id; any other page is a stray that a page opened. */
const known = new Map<string, Page>();
let making = 0;
let watching: Promise<void> | undefined;

/** A page opens another one: told to its window, and closed. */
const watchTargets = (session: Session): Promise<void> => {
  const close = (targetId: string): void =>
    void session.send('Target.closeTarget', { targetId }).catch(() => undefined);
  const stray = (targetId: string): void => {
    if (making > 0) setTimeout(() => stray(targetId), 20);
    else if (!known.has(targetId)) close(targetId);
  };
  session.on('Target.targetCreated', ({ targetInfo }) => {
    if (targetInfo.type === 'page') stray(targetInfo.targetId);
  });
  return session.send('Target.setDiscoverTargets', { discover: true }).then(() => undefined);
};

/** Shows every page in the light or the dark theme. */
export const themePages = (dark: boolean): void => {
  for (const page of known.values()) page.theme(dark);
};

export class Page {
  readonly #options: PageOptions;
  readonly #secret = `s${randomBytes(12).toString('hex')}`;
  readonly #standing: Promise<Standing>;
  /** The preload's world of the document that is shown. */
  #context: number | undefined;
  #mainFrame = '';
  #target = '';
  #closed = false;

  constructor(options: PageOptions) {
    this.#options = options;
    this.#standing = this.#make();
    this.#standing.catch((error: unknown) => fault(`a window did not open: ${String(error)}`));
  }

  /** Chromium's id of the page; '' until it stands. */
  get target(): string {
    return this.#target;
  }

  async #make(): Promise<Standing> {
    const { cdp } = await browser;
    const root = cdp.session();
    await (watching ??= watchTargets(root));
    const { width, height } = this.#options;
    making++;
    const browserContextId = await this.#options.context();
    const apart = browserContextId === undefined ? {} : { browserContextId };
    // Chromium's shell reports no download otherwise. Those of the default session are kept (`downloads.ts`).
    if (browserContextId !== undefined)
      await root.send('Browser.setDownloadBehavior', { behavior: 'deny', eventsEnabled: true, browserContextId });
    const { targetId } = await root
      .send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height, ...apart })
      .finally(() => making--);
    known.set(targetId, this);
    this.#target = targetId;
    const { sessionId } = await root.send('Target.attachToTarget', { targetId, flatten: true });
    const session = cdp.session(sessionId);
    await this.#prepare(session);
    return { session, target: targetId };
  }

  async #prepare(session: Session): Promise<void> {
    const { preload, backgroundColor, rules, events, width, height } = this.#options;
    const secret = this.#secret;
    session.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name !== secret) return;
      const { frameId } = context.auxData as { readonly frameId: string };
      if (frameId === this.#mainFrame) this.#context = context.id;
    });
    session.on('Runtime.executionContextsCleared', () => (this.#context = undefined));
    session.on('Runtime.bindingCalled', ({ payload }) => events.message(JSON.parse(payload) as FromPage));
    session.on('Runtime.consoleAPICalled', ({ type, args, stackTrace }) => {
      const text = args.map((item) => String(item.value ?? item.description ?? item.type)).join(' ');
      events.console(type, text, stackTrace?.callFrames[0]?.lineNumber ?? 0, stackTrace?.callFrames[0]?.url ?? '');
    });
    session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId === undefined) events.navigated(`${frame.url}${frame.urlFragment ?? ''}`);
    });
    session.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      if (frameId === this.#mainFrame) events.navigatedWithin(url);
    });
    session.on('Page.domContentEventFired', () => events.domReady());
    session.on('Page.loadEventFired', () => events.loaded());
    session.on('Page.windowOpen', ({ url, windowName, windowFeatures }) =>
      events.open(url, windowName, windowFeatures.join(',')),
    );
    session.on('Page.downloadWillBegin', ({ url, guid, suggestedFilename }) =>
      events.download({ url, id: guid, name: suggestedFilename }),
    );
    session.on('Inspector.targetCrashed', () => events.crashed());
    this.#answerPaths(session);
    const frame = await session.send('Page.getFrameTree');
    this.#mainFrame = frame.frameTree.frame.id;
    answerRequests(session, this.#mainFrame, rules);
    await Promise.all([
      session.send('Page.enable'),
      session.send('Runtime.enable'),
      session.send('Inspector.enable'),
      session.send('Debugger.enable'),
      session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      session.send('Runtime.addBinding', { name: `${secret}-send`, executionContextName: secret }),
      session.send('Page.addScriptToEvaluateOnNewDocument', { source: pageSource(secret) }),
      session.send('Page.addScriptToEvaluateOnNewDocument', {
        source: preloadSource(secret, preload),
        worldName: secret,
      }),
      this.#size(session, width, height),
      this.#theme(session, isDark()),
      backgroundColor === undefined || this.#background(session, backgroundColor),
    ]);
  }

  /** The page's script stands still meanwhile, so that the preload has the path at once, as in Electron. */
  #answerPaths(session: Session): void {
    session.on('Debugger.paused', ({ callFrames }) => {
      const frame = callFrames[0];
      const resume = () => session.send('Debugger.resume').catch(() => undefined);
      if (frame?.functionName !== pathFunction(this.#secret)) {
        void resume();
        return;
      }
      const evaluate = (expression: string) =>
        session.send('Debugger.evaluateOnCallFrame', { callFrameId: frame.callFrameId, expression });
      const tellPath = async (): Promise<void> => {
        const { result } = await evaluate('file');
        if (result.objectId === undefined) return;
        const { path } = await session.send('DOM.getFileInfo', { objectId: result.objectId });
        await evaluate(`path = ${JSON.stringify(path)}`);
      };
      void tellPath()
        .catch((error: unknown) => {
          fault(`the path of a file could not be had: ${String(error)}`);
        })
        .then(resume);
    });
  }

  /** Loads an address of Chromium's. Rejects with the net error's name where nothing came. */
  async navigate(url: string): Promise<void> {
    const { session } = await this.#standing;
    const { errorText } = await session.send('Page.navigate', { url });
    if (errorText !== undefined && errorText !== '') throw new Error(errorText);
  }

  async reload(): Promise<void> {
    const { session } = await this.#standing;
    await session.send('Page.reload');
  }

  /** Runs a script beside the page's own, in a world of that name. Rejects as Electron does where it throws. */
  async evaluate(worldName: string, expression: string): Promise<unknown> {
    const { session } = await this.#standing;
    const { executionContextId } = await session.send('Page.createIsolatedWorld', {
      frameId: this.#mainFrame,
      worldName,
    });
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      contextId: executionContextId,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined)
      throw new Error('Script failed to execute, this normally means an error was thrown.');
    return result.value as unknown;
  }

  /** Lost where no preload runs, as in Electron. */
  async post(message: ToPage): Promise<void> {
    const { session } = await this.#standing;
    const contextId = this.#context;
    if (contextId === undefined || this.#closed) return;
    const expression = `globalThis[${JSON.stringify(this.#secret)}](${JSON.stringify(message)})`;
    // The document may go while this is on its way.
    await session.send('Runtime.evaluate', { expression, contextId }).catch(() => undefined);
  }

  resize(width: number, height: number): void {
    this.#later((session) => this.#size(session, width, height));
  }

  theme(dark: boolean): void {
    this.#later((session) => this.#theme(session, dark));
  }

  background(color: string): void {
    this.#later((session) => this.#background(session, color));
  }

  crash(): void {
    this.#later((session) => session.send('Page.crash'));
  }

  close(): void {
    this.#closed = true;
    this.#standing
      .then(async ({ target }) => {
        const { cdp } = await browser;
        await cdp.session().send('Target.closeTarget', { targetId: target });
        known.delete(target);
      })
      .catch(() => undefined);
  }

  #later(work: (session: Session) => Promise<unknown>): void {
    this.#standing.then(({ session }) => work(session)).catch(() => undefined);
  }

  #size(session: Session, width: number, height: number): Promise<unknown> {
    return session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 0, mobile: false });
  }

  #theme(session: Session, dark: boolean): Promise<unknown> {
    return session.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }],
    });
  }

  #background(session: Session, color: string): Promise<unknown> {
    const [r = 255, g = 255, b = 255] = (/^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color) ?? [])
      .slice(1)
      .map((part) => parseInt(part, 16));
    return session.send('Emulation.setDefaultBackgroundColorOverride', { color: { r, g, b } });
  }
}
