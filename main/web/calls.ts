/**
 * What a browser may call: the contract, with paths only where a browser may reach, and the window's own calls as far
 * as a browser needs the host for them.
 */
import { z } from 'zod';
import { calls, type CallOutput, type Client, type ProblemView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { failure, refusal } from '../api/from-client.ts';
import { refuse, windowApi, type WindowApi } from '../api/window-api.ts';
import { version } from '../version.ts';
import type { Folders } from './folders.ts';

const reachesServer = z.object({ connection: z.object({ caFile: z.string() }) });

const retried = z.strictObject({
  filter: z.strictObject({ ids: z.array(z.int().positive()).min(1) }),
  wish: z.literal('retry'),
});

type Hosted = {
  readonly client: Client;
  readonly folders: Folders;
  readonly practice: () => Promise<{ readonly serverId: string }>;
  /** Keeps files of the inbox that a browser names in place while they are queued once more. */
  readonly whileNaming: <T>(paths: readonly string[], work: () => Promise<T>) => Promise<T>;
  /** Whether a path is a file of the inbox that is there no more. */
  readonly isGone: (path: string) => boolean;
};

type Refused = CallOutput<'transfers.wish'>['refused'];
/** Ids in one question. */
const askedAtOnce = 1_000;

/** Makes what the sockets of browsers are answered by. */
export const createCalls = ({ client, folders, practice, whileNaming, isGone }: Hosted): WindowApi => {
  const api = windowApi(client, {
    'window.info': () => ({
      host: 'web',
      platform: process.platform,
      version,
      vaults: ['file', 'env'],
      vaultStrength: 'plain',
      browses: true,
      signInPages: false,
    }),
    'window.browse': ({ path }) => folders.browse(path),
    'window.signInPage': ({ address }) => refuse(problem('sign-in-page', { page: address })),
    'window.practice': practice,
    'window.choose': () => refuse(problem('not-in-browser', { what: 'system-dialog' })),
    // Only the app has news of its own.
    'window.choice': () => ({}),
    'window.keepPasted': () => refuse(problem('not-in-browser', { what: 'host-clipboard' })),
    'window.copy': () => refuse(problem('not-in-browser', { what: 'host-clipboard' })),
    'window.openLink': () => refuse(problem('not-in-browser', { what: 'host-pages' })),
    'window.setShortcut': () => refuse(problem('not-in-browser', { what: 'shortcuts' })),
    'window.holdShortcuts': () => refuse(problem('not-in-browser', { what: 'shortcuts' })),
    'window.reveal': () => refuse(problem('not-in-browser', { what: 'host-files' })),
  });

  /** Paths that may be reached, each as what it really is; of the others, why not. */
  const judgeAll = async (
    paths: readonly string[],
  ): Promise<{ readonly allowed: string[]; readonly refused: { path: string; problem: ProblemView }[] }> => {
    const allowed: string[] = [];
    const refused: { path: string; problem: ProblemView }[] = [];
    for (const path of paths) {
      const judged = await folders.judge(path);
      if ('path' in judged) allowed.push(judged.path);
      else refused.push({ path, problem: problemView(judged.problem) });
    }
    return { allowed, refused };
  };

  const add = async (input: unknown): Promise<CallOutput<'transfers.add'>> => {
    const parsed = calls['transfers.add'].input.safeParse(input);
    // The owner says what is wrong with it, as with every other input.
    if (!parsed.success) return await client.call('transfers.add', input as never);
    // Links in a folder lead anywhere; who follows them is not stopped at the root.
    if (parsed.data.followLinks === true) return refuse(problem('not-in-browser', { what: 'following-links' }));
    const { allowed, refused } = await judgeAll(parsed.data.paths);
    if (allowed.length === 0) return { added: [], refused, notices: [] };
    const added = await whileNaming(allowed, () => client.call('transfers.add', { ...parsed.data, paths: allowed }));
    return { ...added, refused: [...refused, ...added.refused] };
  };

  /** Those whose file came through a browser and was removed when they were cancelled: they cannot be uploaded again. */
  const withoutFile = async (ids: readonly number[]): Promise<Refused> => {
    const found: Refused = [];
    for (let n = 0; n < ids.length; n += askedAtOnce) {
      const filter = { ids: ids.slice(n, n + askedAtOnce), states: ['cancelled' as const] };
      const { rows } = await client.call('transfers.list', { filter, limit: askedAtOnce });
      for (const { id, state, path, name } of rows)
        if (isGone(path)) found.push({ id, state, problem: problemView(problem('inbox-file-gone', { name })) });
    }
    return found;
  };

  const retry = async (ids: readonly number[]): Promise<CallOutput<'transfers.wish'>> => {
    const refused = await withoutFile(ids);
    const gone = new Set(refused.map(({ id }) => id));
    const there = ids.filter((id) => !gone.has(id));
    if (there.length === 0) return { changed: [], refused };
    const done = await client.call('transfers.wish', { filter: { ids: there }, wish: 'retry' });
    return { ...done, refused: [...refused, ...done.refused] };
  };

  return {
    ...api,
    answer: async (name, input, signal) => {
      const again = retried.safeParse(input);
      if (name === 'transfers.wish' && again.success)
        try {
          return { ok: true, value: await retry(again.data.filter.ids) };
        } catch (error) {
          return failure(error);
        }
      if (name === 'transfers.add')
        try {
          return { ok: true, value: await add(input) };
        } catch (error) {
          return failure(error);
        }
      // A certificate is a file of the host as well.
      const reached = reachesServer.safeParse(input);
      if (reached.success) {
        const judged = await folders.judge(reached.data.connection.caFile);
        if ('problem' in judged) return refusal(judged.problem);
      }
      return await api.answer(name, input, signal);
    },
  };
};
