/**
 * The window while it is worked on: Vite serves its sources and tells the page what changed; the calls, the sign-in
 * and the inbox go through Vite to a host of the window that runs from the sources too.
 */
import type { ChildProcess } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type ProxyOptions } from 'vite';
import { Children, linesOf } from './children.ts';

export type DevOptions = {
  /** The project whose window is served: a folder with a vite.config.ts. */
  readonly root: string;
  /** Where the host of the window is taken from. */
  readonly host: string;
  readonly profile: string;
  /** What the window's picker shows. */
  readonly files: string;
  /** 0 takes any. */
  readonly port: number;
  /** Where Vite keeps what it prepares. */
  readonly cache: string;
};

export type Dev = {
  /** Vite's own address; ends with a slash. */
  readonly url: string;
  /** Signs a browser in on Vite's port, once. */
  readonly link: string;
  readonly host: ChildProcess;
  readonly close: () => Promise<void>;
};

type Header = { readonly setHeader: (name: string, value: string) => unknown };

/**
 * The host of the window takes requests for its own address only. What comes from Vite's page is said to come from
 * there; what comes from any other page keeps its origin, and is refused.
 */
const proxyTo = (target: string, own: () => string): ProxyOptions => {
  const adopt = (outgoing: Header, incoming: IncomingMessage): void => {
    if (incoming.headers.origin === own()) outgoing.setHeader('origin', target);
  };
  return {
    target,
    changeOrigin: true,
    ws: true,
    configure: (proxy) => {
      proxy.on('proxyReq', adopt);
      proxy.on('proxyReqWs', adopt);
    },
  };
};

/** Starts both. Rejects where one of them does not start. */
export const startDev = async (options: DevOptions): Promise<Dev> => {
  const { root, host: from, profile, files, port, cache } = options;
  const children = new Children();
  try {
    const cli = join(from, 'main/cli/index.ts');
    const words = ['web', '--json', '--port', '0', '--profile', profile, '--root', files];
    const host = children.start(process.execPath, [cli, ...words]);
    const ready = await linesOf<{ readonly url?: string }>(host).next();
    const link = ready.done === true ? undefined : ready.value.url;
    if (link === undefined) throw new Error('the host of the window did not start');
    host.stdout?.resume();

    const { origin, hash } = new URL(link);
    const vite = await createServer({
      root: join(root, 'renderer'),
      configFile: join(root, 'vite.config.ts'),
      cacheDir: cache,
      logLevel: 'warn',
      server: {
        host: '127.0.0.1',
        port,
        // Of the same name as a call is a folder of sources: renderer/sign-in.
        proxy: { '^/(socket|sign-in|inbox(/.*)?)([?]|$)': proxyTo(origin, () => own) },
      },
    });
    const own = await vite.listen().then(
      ({ httpServer }) => `http://127.0.0.1:${(httpServer?.address() as AddressInfo | undefined)?.port}`,
      async (error: unknown) => {
        await vite.close();
        throw error;
      },
    );
    return {
      url: `${own}/`,
      link: `${own}/${hash}`,
      host,
      close: async () => {
        await Promise.all([vite.close(), children.end()]);
      },
    };
  } catch (error) {
    await children.end();
    throw error;
  }
};
