/** Answers the calls about accounts: signing in and out, folders, shares, and what broken uploads left. */
import type { RemoteShareView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import type { Engine } from '../engine/engine.ts';
import { folderIn, withFolder } from '../engine/field-values.ts';
import type { JsonObject } from '../engine/json.ts';
import { cleanLeftovers, findLeftovers } from '../engine/actions/clean-leftovers.ts';
import { abortable } from '../engine/providers/abortable.ts';
import type { Account, RemoteShare } from '../engine/providers/account.ts';
import type { ProviderContext } from '../engine/providers/provider.ts';
import { revokeRemote, type Revocations } from '../engine/actions/revoke-shares.ts';
import { createShare, editShare, listShares, storedBy } from '../engine/actions/share-files.ts';
import { defined } from './defined.ts';
import { must, noticesView, ProblemError, serverOf, type Handlers } from './handling.ts';
import type { SignIns } from './sign-ins.ts';
import { serverView } from './views.ts';

type AccountCalls =
  | `servers.${'signIn' | 'endSignIn' | 'signOut'}`
  | `folders.${'list' | 'make' | 'capacity'}`
  | `shares.${'create' | 'remote' | 'edit' | 'revokeRemote'}`
  | `leftovers.${'list' | 'clean'}`;

type Folders = NonNullable<Account<unknown, unknown>['folders']>;

const shareView = (share: RemoteShare): RemoteShareView => {
  const { downloads, ...rest } = share;
  return defined({ ...rest, downloads: downloads === undefined ? undefined : defined(downloads) });
};
const shareOf = (view: RemoteShareView): RemoteShare => {
  const { downloads, ...rest } = defined(view);
  return downloads === undefined ? rest : { ...rest, downloads: defined(downloads) };
};

/** The folder of an upload is offered the next time. */
export const rememberFolder = (engine: Engine, serverId: string, extra: JsonObject | undefined): void => {
  const port = engine.servers.port(serverId);
  const saved = engine.servers.get(serverId);
  if (!port.ok || saved === undefined) return;
  const folder = folderIn(port.value.provider.transferFields, extra);
  if (folder !== undefined && folder !== saved.folder) engine.settings.saveServer({ ...saved, folder });
};

/** What was chosen for a drop, with the folder that was chosen last where it names none. */
export const withLastFolder = (
  engine: Engine,
  serverId: string,
  extra: JsonObject | undefined,
): JsonObject | undefined => {
  const port = engine.servers.port(serverId);
  const folder = engine.servers.get(serverId)?.folder;
  return port.ok ? withFolder(port.value.provider.transferFields, extra, folder) : extra;
};

export const createAccountHandlers = (
  engine: Engine,
  signIns: SignIns,
  revocations: Revocations,
): Pick<Handlers, AccountCalls> => {
  /** Throws option-unsupported where the server has none. */
  const foldersOf = (serverId: string): { readonly part: Folders; readonly context: ProviderContext<unknown> } => {
    const { provider, context } = must(engine.servers.port(serverId));
    if (provider.folders === undefined)
      throw new ProblemError(problem('option-unsupported', { option: 'folders', server: context.server.name }));
    return { part: provider.folders, context };
  };

  return {
    'servers.signIn': (input) => signIns.answer(input),
    'servers.endSignIn': ({ carry }) => {
      signIns.end(carry);
      return {};
    },
    'servers.signOut': async ({ id }) => {
      const before = serverOf(engine, id);
      const { provider, context } = must(engine.servers.port(id));
      if (provider.capabilities.signIn !== 'steps')
        throw new ProblemError(problem('option-unsupported', { option: 'sign-in', server: before.name }));
      // Nothing is forgotten in a place that is out of reach.
      if (!engine.vaults.reaches(before.secret.vault))
        throw new ProblemError(problem('secret-in-app', { server: before.name }));
      const there = await provider.signOut?.(context);
      must(await engine.vaults.forget(before));
      const saved = { ...serverOf(engine, id), secret: { vault: 'none' as const } };
      engine.settings.saveServer(saved);
      // Signed out already is what was wanted.
      const failed = there === undefined || there.ok || there.failure.problem.code === 'signed-out';
      return { server: serverView(engine, saved), notices: failed ? [] : noticesView([there.failure.problem]) };
    },

    'folders.list': async ({ serverId, path, after }, signal) => {
      const { part, context } = foldersOf(serverId);
      const { folders, next, canWrite } = must(await part.list(path, after, abortable(context, signal)));
      return { folders: folders.map((folder) => ({ ...folder })), canWrite, ...defined({ next }) };
    },
    'folders.make': async ({ serverId, path }) => {
      const { part, context } = foldersOf(serverId);
      must(await part.make(path, context));
      return {};
    },
    'folders.capacity': async ({ serverId }) => {
      const { part, context } = foldersOf(serverId);
      return defined({ capacity: must(await part.capacity(context)) });
    },

    'shares.create': async (input) => {
      const what = 'path' in input ? input : must(storedBy(engine, input.transferId));
      return { share: shareView(must(await createShare(engine, what, defined(input.terms)))) };
    },
    'shares.remote': async ({ serverId, after }) => {
      const { shares, next } = must(await listShares(engine, serverId, after));
      return { rows: shares.map(shareView), ...defined({ next }) };
    },
    'shares.edit': async ({ serverId, share, terms }) => ({
      share: shareView(must(await editShare(engine, serverId, shareOf(share), defined(terms)))),
    }),
    'shares.revokeRemote': async ({ serverId, ids }) => {
      const revoked: string[] = [];
      const refused: { id: string; problem: ReturnType<typeof problemView> }[] = [];
      for (const id of ids) {
        const done = await revokeRemote(engine, serverId, id);
        if (done.ok) revoked.push(id);
        else refused.push({ id, problem: problemView(done.failure.problem) });
      }
      if (refused.length > 0) revocations.later();
      return { revoked, refused };
    },

    'leftovers.list': async ({ serverId }, signal) => ({
      rows: must(await findLeftovers(engine, serverId, signal)).map((row) => defined({ ...row })),
    }),
    'leftovers.clean': async ({ serverId, ids }) => {
      const { cleaned, refused } = must(await cleanLeftovers(engine, serverId, ids));
      return {
        cleaned: [...cleaned],
        refused: refused.map(({ id, problem: reason }) => ({ id, problem: problemView(reason) })),
      };
    },
  };
};
