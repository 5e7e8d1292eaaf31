/** The window in a browser: its files, its socket, its sign-in and its inbox, on one port beside a profile's engine. */
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { ContractError, type Client, type ProblemView } from '../../preload/contract.ts';
import { firstNames } from '../../preload/format.ts';
import { problem, type Problem } from '../../preload/problems.ts';
import { asSaid } from '../../preload/problems/reasons.ts';
import { problemView } from '../../preload/problem-view.ts';
import { codeOf } from '../engine/error-code.ts';
import { onFault } from '../last-net.ts';
import { resumePractice } from '../practice/hosted.ts';
import { Attempts } from './attempts.ts';
import { calmLog } from './calm-log.ts';
import { createCalls } from './calls.ts';
import { askRunning, offerControl } from './control.ts';
import { openFolders } from './folders.ts';
import { createGuard, isLoopback, windowAddress } from './guard.ts';
import { createInbox, inboxOf, type Patience } from './inbox.ts';
import { Kept } from './kept.ts';
import { listenFrom, serve } from './listener.ts';
import { createSignIn } from './sign-in.ts';
import { SignIns } from './sign-ins.ts';
import { createSockets } from './socket.ts';
import { createStatic } from './static.ts';

export type WebOptions = {
  readonly connection: { readonly client: Client; readonly profile: string };
  /** Where to listen; a port that is taken gives way to the next free one, 0 is any. */
  readonly listen: string;
  readonly port: number;
  /** How browsers reach the window where a proxy stands before it; its path ends with a slash. */
  readonly publicUrl?: URL;
  /** Set as the one to sign in with; absent: as it was. */
  readonly password?: string;
  /** Nothing outside of it is shown to a browser. */
  readonly root: string;
  /** The window's own files, as they were built. */
  readonly assets: string;
  /** Is given one line for each thing that was refused, without secrets. */
  readonly log: (line: string) => void;
  /** For tests. */
  readonly now?: () => number;
  readonly patience?: Partial<Patience>;
  readonly freeSpace?: () => Promise<number>;
};

export type Web = {
  /** The address of the window; ends with a slash. */
  readonly url: string;
  readonly port: number;
  /** Makes a link that signs a browser in, once, within 15 minutes. */
  readonly newLink: () => string;
  /** Stops serving. The engine is the caller's. */
  readonly close: () => Promise<void>;
};

/** Notices that wait for a browser. */
const noticesMost = 20;

/**
 * Starts serving. Rejects with `ContractError`: window-not-built, web-running, owner-silent, web-password-missing,
 * web-cannot-listen, folder-unreadable.
 */
export const startWeb = async (options: WebOptions): Promise<Web> => {
  const { connection, listen, publicUrl, assets, now = Date.now } = options;
  // Waits within this process use a clock that nobody can set: one that jumps would cut off what is arriving.
  const ticks = options.now ?? (() => performance.now());
  const { client, profile } = connection;
  const refuse = (reason: Problem): ContractError => new ContractError(problemView(reason));
  if (!existsSync(join(assets, 'index.html'))) throw refuse(problem('window-not-built', { path: assets }));
  const other = await askRunning(profile, 'nothing');
  if (other !== undefined) throw refuse(problem('web-running', { url: other.url }));

  const signIns = new SignIns(profile, now);
  if (options.password !== undefined) await signIns.setPassword(options.password);
  if (!isLoopback(listen) && !signIns.hasPassword) throw refuse(problem('web-password-missing', { address: listen }));

  const log = calmLog(options.log, ticks);
  const inboxFolder = inboxOf(profile);
  const folders = await openFolders(options.root, profile, inboxFolder).catch((error: unknown) => {
    throw refuse(problem('folder-unreadable', { path: options.root, reason: asSaid(codeOf(error)) }));
  });
  const kept = new Kept(client, inboxFolder);
  /** What has to end, in this order, however far the start came. */
  const ends: (() => Promise<unknown>)[] = [() => kept.close()];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0)) await end();
  };

  try {
    const practice = await resumePractice(profile, client);
    ends.push(() => practice.close());
    const api = createCalls({
      client,
      folders,
      practice: practice.use,
      whileNaming: (paths, work) => kept.whileNaming(paths, work),
      isGone: (path) => kept.isGone(path),
    });

    const waiting: ProblemView[] = [];
    const notice = (reason: Problem): void => {
      const view = problemView(reason);
      if (api.tell('notice', { problem: view }) > 0) return;
      waiting.push(view);
      if (waiting.length > noticesMost) waiting.shift();
    };
    const stopFaults = onFault(notice);
    ends.push(() => {
      stopFaults();
      return Promise.resolve();
    });
    // What the last run left half is gone before anything new can come.
    const { count, names } = await kept.start();
    if (count > 0) notice(problem('drop-broken', { count, names: firstNames(names, count) }));

    // Nothing is awaited between this and `serve`: a request that came in between would never be answered.
    const { server, port } = await listenFrom(listen, options.port).catch((error: unknown) => {
      const address = `${listen}:${options.port}`;
      throw refuse(problem('web-cannot-listen', { address, reason: codeOf(error) }));
    });
    ends.unshift(() => closeServer(server));
    const sockets = createSockets({
      side: api,
      holds: (signIn) => signIns.holds(signIn),
      onOpen: (say) => {
        for (const view of waiting.splice(0)) say({ event: 'notice', payload: { problem: view } });
      },
    });
    signIns.onEnd((signIn) => sockets.endSignIn(signIn));
    const { patience = {}, freeSpace } = options;
    const inbox = createInbox({
      client,
      folder: inboxFolder,
      kept,
      log,
      notice,
      now: ticks,
      patience,
      ...(freeSpace === undefined ? {} : { freeSpace }),
    });
    const place = { listen, port, publicUrl };
    const url = windowAddress(place);
    const newLink = (): string => `${url}#sign-in=${signIns.newLink()}`;
    const control = offerControl(
      profile,
      { window: url, local: windowAddress({ ...place, publicUrl: undefined }) },
      { newLink, endSignIns: () => signIns.endAll() },
    );
    ends.unshift(() => {
      control.close();
      sockets.close();
      return inbox.close();
    });

    serve(server, {
      guard: createGuard(place),
      signIn: createSignIn({ profile, signIns, attempts: new Attempts(ticks), publicUrl, log }),
      control,
      sockets,
      inbox,
      files: createStatic(assets),
      base: publicUrl?.pathname ?? '/',
      log,
    });
    return { url, port, newLink, close };
  } catch (error) {
    await close();
    throw error;
  }
};

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/**
 * Ends every sign-in of a profile, by the window that runs or where none does in the file itself. Rejects as `askRunning`
 * does.
 */
export const endSignIns = async (profile: string): Promise<void> => {
  if ((await askRunning(profile, 'end-sign-ins')) !== undefined || !existsSync(profile)) return;
  new SignIns(profile, Date.now).endAll();
};
