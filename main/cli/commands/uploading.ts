/** Sends: `upload PATH…` until those have ended, `run` whatever is queued. */
import { m } from '../../../preload/paraglide/messages.js';
import { tellCauses } from '../causes.ts';
import { exits } from '../exits.ts';
import { follow, type Followed } from '../follow.ts';
import { parseRate } from '../quantities.ts';
import { createReporter } from '../reporter.ts';
import { runPassword, withSession, type Host, type SecretOptions, type Session } from '../session.ts';
import { countBefore } from '../uploaded-before.ts';
import { addPaths, readAddOptions, type AddOptions } from './adding.ts';

type SendOptions = SecretOptions & { readonly limitRate?: string };
export type UploadOptions = AddOptions & SendOptions;
export type RunOptions = SendOptions & { readonly untilIdle?: boolean };

/** Limits the rate for as long as this command runs; what is saved stays as it is. */
const limitRate = async ({ client, atEnd }: Session, rate: string | undefined): Promise<void> => {
  if (rate === undefined) return;
  await client.call('queue.limit', { bytesPerSecond: parseRate(rate) });
  atEnd(async () => {
    await client.call('queue.limit', {});
  });
};

/** Starts the queue and follows it. A queue that cannot start (a full disk) needs a person; on battery it is waited for. */
const send = async (session: Session, options: SendOptions, followed: Followed): Promise<number> => {
  const { client, out } = session;
  await limitRate(session, options.limitRate);
  const reporter = createReporter(out);
  session.atEnd(() => {
    reporter.close();
    return Promise.resolve();
  });
  const { running, problem } = await client.call('queue.start', {});
  if (running || problem === undefined) return await follow(client, reporter, followed);
  reporter.queue(running, problem);
  return problem.code === 'on-battery'
    ? await follow(client, reporter, { ...followed, onBattery: true })
    : exits.person;
};

/** `upload PATH…` */
export const upload = async (host: Host, paths: readonly string[], options: UploadOptions): Promise<number> => {
  readAddOptions(paths, options);
  if (options.limitRate !== undefined) parseRate(options.limitRate);
  const password = await runPassword(host, options);
  return await withSession(host, options, { serve: true, ...password }, async (session) => {
    const { change } = await session.client.call('app.info', {});
    const { added, groupId, refused, before = [] } = await addPaths(session, paths, options);
    if (added.length === 0) {
      countBefore(session.out, before);
      return before.length > 0 && refused.length === 0 ? exits.done : exits.failed;
    }
    const group = groupId === undefined ? {} : { groupId };
    const exit = await send(session, options, { ids: added, from: change, ...group });
    if (exit !== exits.done) await tellCauses(session, added);
    countBefore(session.out, before);
    return exit === exits.done && refused.length > 0 ? exits.failed : exit;
  });
};

/** `run [--until-idle]` */
export const run = async (host: Host, options: RunOptions): Promise<number> => {
  if (options.limitRate !== undefined) parseRate(options.limitRate);
  const password = await runPassword(host, options);
  return await withSession(host, options, { serve: true, ...password }, async (session) => {
    const { change } = await session.client.call('app.info', {});
    if (!session.out.json && options.untilIdle !== true) session.out.aside(m.terminal_sending(), 'note');
    return await send(session, options, { from: change, untilIdle: options.untilIdle === true });
  });
};
