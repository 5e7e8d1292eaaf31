/** `server sign-in` and `server sign-out`. */
import { m } from '../../../preload/paraglide/messages.js';
import { exits } from '../exits.ts';
import { tellNotice, withSession, type Common, type Host } from '../session.ts';
import { fromStdin, signInBySteps, type SignInOptions } from '../signing-in.ts';
import { findServer } from '../targets.ts';
import { sentenceOfTry } from '../words.ts';
import { tellServer } from './servers.ts';

/** `server sign-in NAME` */
export const serverSignIn = async (host: Host, name: string, options: SignInOptions): Promise<number> => {
  // `--vault` says where it is kept from now on; nothing is to be opened there.
  const { vault, ...rest } = options;
  const stdin = await fromStdin(host.io, options);
  return await withSession(host, rest, { serve: false }, async (session) => {
    const { id } = await findServer(session.client, name);
    session.atEnd(() => Promise.resolve(stdin.lines?.end()));
    const beginning = {
      serverId: id,
      ...(options.way === undefined ? {} : { way: options.way }),
      ...(vault === undefined ? {} : { vault }),
    };
    tellServer(session.out, await signInBySteps(session, beginning, options, stdin), 'done');
    return exits.done;
  });
};

/** `server sign-out NAME` */
export const serverSignOut = (host: Host, name: string, options: Common): Promise<number> =>
  withSession(host, options, { serve: false }, async ({ client, out }) => {
    const { id } = await findServer(client, name);
    const { server, notices } = await client.call('servers.signOut', { id });
    if (out.json) out.object({ event: 'server', ...server });
    else out.line(m.terminal_signed_out({ name: server.name }), 'done');
    // Nobody asks again there.
    const outcome = m.steps_out_not_there();
    for (const notice of notices)
      tellNotice(out, { ...notice, message: sentenceOfTry(notice, outcome), parts: undefined });
    return exits.done;
  });
