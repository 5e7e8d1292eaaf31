/** `web`: the window in a browser, for this machine, or for a network behind a password. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { problem } from '../../../preload/problems.ts';
import { m } from '../../../preload/paraglide/messages.js';
import { defaultProfile } from '../../engine/profile/paths.ts';
import { askRunning } from '../../web/control.ts';
import { isLoopback } from '../../web/guard.ts';
import { endSignIns, startWeb } from '../../web/host.ts';
import { openLink } from '../../web/open-link.ts';
import { builtWindow } from '../../web/static.ts';
import { exits, UsageError } from '../exits.ts';
import { Out } from '../out.ts';
import { readPassword } from '../password.ts';
import { wordsError } from '../problem-error.ts';
import { parseWhole } from '../quantities.ts';
import { withSession, type Common, type Host } from '../session.ts';

export type WebCommand = Common & {
  readonly port?: string;
  readonly listen?: string;
  readonly publicUrl?: string;
  readonly root?: string;
  readonly open?: boolean;
  readonly passwordStdin?: boolean;
  readonly vault?: 'file' | 'env';
  readonly newLink?: boolean;
  readonly endSignIns?: boolean;
};

const usualPort = 7420;

/** The address that a proxy gives the window: its path, with a slash at the end, and nothing more. */
const readPublicUrl = (text: string): URL => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '')
    throw new UsageError(m.usage_public_url({ text }));
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
};

/** Asks the window that runs for another link. */
const askForLink = async (out: Out, profile: string): Promise<number> => {
  const running = await askRunning(profile, 'new-link');
  if (running?.link === undefined) throw wordsError(problem('web-not-running'));
  if (out.json) out.object({ url: running.link });
  else out.line(running.link);
  return exits.done;
};

/**
 * Serves the window, and sends what is queued, until it is interrupted.
 *
 * @param assets the window's own files
 */
export const web = async (host: Host, options: WebCommand, assets = builtWindow()): Promise<number> => {
  const port = options.port === undefined ? usualPort : parseWhole(options.port, '--port', 0, 65_535);
  const publicUrl = options.publicUrl === undefined ? {} : { publicUrl: readPublicUrl(options.publicUrl) };
  const out = new Out(host.io, options.json === true);
  const profile = options.profile ?? defaultProfile();
  if (options.endSignIns === true) {
    await endSignIns(profile);
    if (!out.json && options.newLink !== true) out.aside(m.terminal_web_signed_out(), 'done');
  }
  if (options.newLink === true) return await askForLink(out, profile);
  if (options.endSignIns === true) return exits.done;

  const password = options.passwordStdin === true ? { password: await readPassword(host.io) } : {};
  const listen = options.listen ?? '127.0.0.1';
  return await withSession(host, options, { serve: true }, async (session) => {
    const { client, connection } = session;
    const served = await startWeb({
      connection,
      listen,
      port,
      root: resolve(host.io.cwd, options.root ?? homedir()),
      assets,
      log: (line) => session.out.aside(line, 'note'),
      ...publicUrl,
      ...password,
    });
    session.atEnd(() => served.close());
    const { running, problem: reason } = await client.call('queue.start', {});
    if (!running && reason !== undefined) session.out.aside(reason.message, 'attention');
    const link = served.newLink();
    if (session.out.json) session.out.object({ url: link });
    else {
      session.out.line(link);
      session.out.aside(m.terminal_web_link());
      if (!isLoopback(listen) && publicUrl.publicUrl?.protocol !== 'https:')
        session.out.aside(m.terminal_web_open_network(), 'attention');
      session.out.aside(m.terminal_web_sending(), 'note');
    }
    if (options.open === true) {
      const opened = openLink(link, homedir());
      session.atEnd(() => {
        opened.close();
        return Promise.resolve();
      });
    }
    // An interrupt ends it: see withSession.
    return await new Promise<never>(() => undefined);
  });
};
