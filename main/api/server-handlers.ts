/** Answers the calls about saved servers. */
import type { ParsedInput } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import type { Engine } from '../engine/engine.ts';
import { judgeFields } from '../engine/field-values.ts';
import type { SavedServer } from '../engine/profile/settings.ts';
import { abortableHttp } from '../engine/providers/abortable.ts';
import { providerOf } from '../engine/providers/registry.ts';
import { withoutSecret } from '../engine/servers.ts';
import { testServer } from '../engine/actions/test-server.ts';
import { defined } from './defined.ts';
import {
  changedTo,
  lookAtCa,
  must,
  noticesView,
  ProblemError,
  refuseTaken,
  serverOf,
  type Handlers,
} from './handling.ts';
import { linkedTo } from './links.ts';
import { atAddress, refuseBegun } from './server-address.ts';
import { recogniseNew } from './new-server.ts';
import { limitsView, serverView } from './views.ts';

type ServerCalls = `servers.${'recognise' | 'add' | 'list' | 'test' | 'update' | 'remove'}`;

export const createServerHandlers = (engine: Engine): Pick<Handlers, ServerCalls> => {
  const { queue, servers, settings } = engine;

  /** Saves a secret where the person said; refuses in words what could never work. */
  const keepSecret = async (
    saved: SavedServer,
    vault: SavedServer['secret']['vault'] | undefined,
    secret: string,
  ): Promise<SavedServer> => {
    const provider = providerOf(saved.kind);
    if (provider?.capabilities.signIn === 'steps')
      throw new ProblemError(problem('sign-in-asked', { server: saved.name }));
    const never = provider?.refuseSecret(secret);
    if (never !== undefined) throw new ProblemError(never);
    if (vault === undefined || vault === 'none') throw new ProblemError(problem('vault-unchosen'));
    const next = { ...saved, secret: { vault } };
    must(await engine.vaults.keep(next, secret));
    return next;
  };

  /** The server with another way to it. */
  const reachedBy = (
    { caFile, pin, ...rest }: SavedServer,
    connection: ParsedInput<'servers.update'>['connection'],
  ): SavedServer => ({
    ...rest,
    ...defined({
      proxy: connection?.proxy,
      caFile: changedTo(caFile, connection?.caFile),
      pin: changedTo(pin, connection?.pin),
    }),
  });

  return {
    'servers.recognise': async (given, signal) => {
      const { address, kind, fields, connection } = linkedTo(engine, given);
      const http = servers.connect(withoutSecret(address), defined(connection ?? {}));
      try {
        const asked = abortableHttp(http, signal);
        const { provider, found } = must(await servers.recognise(address, kind, fields ?? {}, asked));
        return {
          kind: provider.kind,
          kindTitle: provider.title,
          address: found.address,
          title: found.title,
          needsPassword: found.needsPassword,
          signIn: provider.capabilities.signIn,
          limits: limitsView(provider.limits(found.settings)),
        };
      } finally {
        http.close();
      }
    },
    'servers.add': async (input) => {
      const { secret: given, vault, makeDefault } = input;
      const linked = linkedTo(engine, input);
      const { name } = linked;
      const { provider, found, server: draft, http } = await recogniseNew(engine, linked);
      try {
        if (provider.capabilities.signIn === 'steps')
          throw new ProblemError(problem('sign-in-asked', { server: name ?? found.title }));
        const secret = given ?? linked.secret;
        if (found.needsPassword && secret === undefined)
          throw new ProblemError(problem('password-missing', { server: draft.name }));
        const never = secret === undefined ? undefined : provider.refuseSecret(secret);
        if (never !== undefined) throw new ProblemError(never);
        if (found.needsPassword && (vault === undefined || vault === 'none'))
          throw new ProblemError(problem('vault-unchosen'));
        const checked = must(await servers.check(draft, secret, http));
        const saved =
          found.needsPassword && secret !== undefined ? await keepSecret(checked.saved, vault, secret) : checked.saved;
        settings.saveServer(saved);
        if (makeDefault === true || servers.all().length === 1) settings.set({ defaultServerId: saved.id });
        return { server: serverView(engine, saved), notices: noticesView(checked.notices) };
      } finally {
        http.close();
      }
    },
    'servers.list': () => servers.all().map((saved) => serverView(engine, saved)),
    'servers.test': async ({ id }) => {
      const { saved, notices } = must(await testServer(engine, id));
      return { server: serverView(engine, saved), notices: noticesView(notices) };
    },
    'servers.update': async (input) => {
      const { id, name, address, connection, secret, vault, makeDefault, defaultExpirySeconds: expiry } = input;
      await lookAtCa(connection?.caFile ?? undefined);
      const before = serverOf(engine, id);
      const fields = input.fields ?? {};
      const unknown = judgeFields(providerOf(before.kind)?.serverFields ?? [], fields, before.name);
      if (unknown !== undefined) throw new ProblemError(unknown);
      refuseTaken(engine, name, id);
      const kept = vault ?? (before.secret.vault === 'none' ? undefined : before.secret.vault);
      const isSame = input.sameServer === true;
      const named = { ...before, ...defined({ name }) };
      const moved =
        address === undefined
          ? undefined
          : await atAddress(engine, reachedBy(named, connection), { address, isSame }, secret);
      const holder = secret === undefined ? undefined : await keepSecret(named, kept, secret);
      // It may have been changed, or removed, while the person was asked about the secret.
      const { defaultExpirySeconds, linkTemplate, linkToClipboard, ...present } = reachedBy(
        serverOf(engine, id),
        connection,
      );
      // Uploads may have begun since.
      if (moved !== undefined) refuseBegun(engine, before, moved.address, isSame);
      const rest = { ...present, ...moved };
      const saved: SavedServer = {
        ...rest,
        ...(Object.keys(fields).length === 0 ? {} : { settings: servers.withFields(rest, fields) }),
        ...defined({
          name,
          secret: holder?.secret,
          defaultExpirySeconds: changedTo(defaultExpirySeconds, expiry),
          linkTemplate: changedTo(linkTemplate, input.linkTemplate),
          linkToClipboard: changedTo(linkToClipboard, input.linkToClipboard),
        }),
      };
      settings.saveServer(saved);
      // What was open in a file does not stay there; a place that cannot be opened any more keeps nobody from leaving it.
      if (saved.secret.vault !== before.secret.vault) await engine.vaults.forget(before).catch(() => undefined);
      // A CA file may have changed under its name.
      if (connection !== undefined || moved !== undefined) servers.refresh(id);
      if (makeDefault === true) settings.set({ defaultServerId: id });
      // Uploads that waited for a password, a certificate or a proxy can resume.
      if (secret !== undefined || connection !== undefined || moved !== undefined) {
        queue.revive(id);
        await queue.wish({ serverId: id, states: ['attention'] }, 'retry');
      }
      return serverView(engine, saved);
    },
    'servers.remove': async ({ id }) => {
      const saved = serverOf(engine, id);
      const count = servers.pending(id);
      if (count > 0) throw new ProblemError(problem('server-in-use', { name: saved.name, count }));
      must(await engine.vaults.forget(saved));
      await engine.vaults.uploads.forgetServer(id);
      settings.removeServer(id);
      engine.store.uploaded.forgetServer(id);
      servers.refresh(id);
      return {};
    },
  };
};
