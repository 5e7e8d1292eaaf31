/** `server add|list|test|update|remove|kinds`. */
import { resolve } from 'node:path';
import type { CallInput, ProblemView, ServerView } from '../../../preload/contract.ts';
import { m } from '../../../preload/paraglide/messages.js';
import { exits, UsageError } from '../exits.ts';
import { fieldValues } from '../fields.ts';
import type { Out } from '../out.ts';
import { confirm, readPassword } from '../password.ts';
import { WordsError } from '../problem-error.ts';
import {
  runPassword,
  tellNotice,
  withSession,
  type Common,
  type Host,
  type SecretOptions,
  type Session,
} from '../session.ts';
import { findServer } from '../targets.ts';
import { fromStdin, signInBySteps, wantsSteps, type SignInOptions } from '../signing-in.ts';
import { readTemplate } from '../template.ts';
import { shellWord } from '../text.ts';
import { limitWords, sentenceOfTry } from '../words.ts';

type ConnectionOptions = { readonly proxy?: string; readonly ca?: string; readonly pin?: string };

export type ServerAddOptions = SignInOptions &
  ConnectionOptions & {
    readonly name?: string;
    readonly kind?: string;
    readonly set?: readonly string[];
    readonly default?: boolean;
  };

const connectionOf = (
  { io }: Host,
  options: ConnectionOptions,
): { connection?: NonNullable<CallInput<'servers.add'>['connection']> } => {
  const { proxy, ca, pin } = options;
  if (proxy !== undefined && URL.parse(proxy)?.password) throw new UsageError(m.usage_proxy_password());
  if (proxy !== undefined && proxy !== 'system' && proxy !== 'none' && !/^https?:\/\/./.test(proxy))
    throw new UsageError(m.usage_proxy({ proxy }));
  if (pin !== undefined && !/^([0-9A-Fa-f]{2}:?){32}$/.test(pin)) throw new UsageError(m.usage_pin());
  const connection = {
    ...(proxy === undefined ? {} : { proxy }),
    // The process that uploads later may run in another folder.
    ...(ca === undefined ? {} : { caFile: resolve(io.cwd, ca) }),
    ...(pin === undefined ? {} : { pin }),
  };
  return Object.keys(connection).length === 0 ? {} : { connection };
};

/** A server on lines of its own: what it allows, whose account is used, where its password is. */
export const tellServer = (out: Out, server: ServerView, mark: 'done' | 'none'): void => {
  if (out.json) {
    out.object({ event: 'server', ...server });
    return;
  }
  const { address, kindTitle: kind, vault } = server;
  const at = server.isDefault
    ? m.terminal_server_at_default({ kind, address })
    : m.terminal_server_at({ kind, address });
  out.line(`${server.name}  ${at}`, mark);
  const limits = limitWords(server);
  if (limits !== '') out.line(`    ${limits}`);
  const bySteps = server.capabilities.signIn === 'steps';
  // Some servers do not say whose a token is.
  const { account } = server;
  if (bySteps && vault === 'none')
    out.line(`    ${m.terminal_account_signed_out({ account: account ?? m.terminal_account_none() })}`);
  else if (bySteps)
    out.line(`    ${account === undefined ? m.terminal_signed_in() : m.terminal_account_signed_in({ account })}`);
  if (vault !== 'none')
    out.line(`    ${bySteps ? m.terminal_sign_in_kept({ vault }) : m.terminal_password_kept({ vault })}`);
  if (server.pending > 0) out.line(`    ${m.terminal_server_pending({ count: server.pending })}`);
};

const asksPassword = (error: unknown): boolean =>
  error instanceof Error &&
  'problem' in error &&
  ['password-missing', 'password-wrong'].includes((error.problem as ProblemView).code);

/** A try of a server is over when it failed, whatever its words promise to uploads: `outcome` is said instead. */
const tried = async <T>(outcome: string, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error && 'problem' in error)) throw error;
    const problem = error.problem as ProblemView;
    throw new WordsError({ ...problem, message: sentenceOfTry(problem, outcome), parts: undefined });
  }
};

/** Tries; where a password is asked for and a person sits at a terminal, they may type it, three times. */
const withPassword = async <T>(
  { host, out }: Session,
  given: string | undefined,
  work: (secret: string | undefined) => Promise<T>,
): Promise<T> => {
  const canType = given === undefined && host.io.stdin.isTTY && !out.json;
  let secret = given;
  for (let tries = 0; ; tries++)
    try {
      return await work(secret);
    } catch (error) {
      if (!canType || tries === 3 || !asksPassword(error)) throw error;
      if (secret !== undefined) out.aside(m.terminal_password_wrong(), 'failed');
      secret = await readPassword(host.io);
    }
};

/** Wants an account where the person took it for a password. */
const asksSteps = (error: unknown): boolean =>
  error instanceof Error && 'problem' in error && (error.problem as ProblemView).code === 'sign-in-asked';

/** `server add ADDRESS` */
export const serverAdd = async (host: Host, address: string, options: ServerAddOptions): Promise<number> => {
  const connection = connectionOf(host, options);
  const stdin = await fromStdin(host.io, options);
  return await withSession(host, options, { serve: false }, async (session) => {
    const { client, out, atEnd } = session;
    atEnd(() => Promise.resolve(stdin.lines?.end()));
    const kinds = await client.call('app.kinds', {});
    const values = fieldValues(
      kinds.flatMap((kind) => kind.serverFields),
      options,
      options.set,
    );
    const wanted = {
      address,
      ...connection,
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.kind === undefined ? {} : { kind: options.kind }),
      ...(Object.keys(values).length === 0 ? {} : { fields: values }),
      ...(options.vault === undefined ? {} : { vault: options.vault }),
      ...(options.default === true ? { makeDefault: true } : {}),
    };
    const bySteps = async (): Promise<number> => {
      const way = options.way === undefined ? {} : { way: options.way };
      const signed = signInBySteps(session, { ...wanted, ...way }, options, stdin);
      tellServer(out, await tried(m.terminal_nothing_saved(), signed), 'done');
      return exits.done;
    };
    const known = kinds.find((kind) => kind.kind === options.kind);
    if (known?.signIn === 'steps' || wantsSteps(options)) return await bySteps();
    const add = withPassword(session, stdin.secret, (secret) =>
      client.call('servers.add', { ...wanted, ...(secret === undefined ? {} : { secret }) }),
    );
    let added: Awaited<typeof add>;
    try {
      added = await tried(m.terminal_nothing_saved(), add);
    } catch (error) {
      if (asksSteps(error)) return await bySteps();
      throw error;
    }
    tellServer(out, added.server, 'done');
    for (const notice of added.notices) tellNotice(out, notice);
    return exits.done;
  });
};

/** `server list` */
export const serverList = (host: Host, options: Common): Promise<number> =>
  withSession(host, options, { serve: false }, async ({ client, out }) => {
    const servers = await client.call('servers.list', {});
    for (const server of servers) tellServer(out, server, 'none');
    if (servers.length === 0 && !out.json) out.aside(m.terminal_servers_none(), 'note');
    return exits.done;
  });

/** `server test NAME` */
export const serverTest = async (host: Host, name: string, options: SecretOptions): Promise<number> => {
  const password = await runPassword(host, { ...options, server: name });
  return await withSession(host, options, { serve: false, ...password }, async ({ client, out }) => {
    const { id } = await findServer(client, name);
    const { server, notices } = await tried(m.terminal_nothing_changed(), client.call('servers.test', { id }));
    tellServer(out, server, 'done');
    for (const notice of notices) tellNotice(out, notice);
    return exits.done;
  });
};

export type ServerUpdateOptions = SecretOptions &
  ConnectionOptions & {
    readonly name?: string;
    readonly address?: string;
    readonly sameServer?: boolean;
    readonly default?: boolean;
    readonly set?: readonly string[];
    readonly template?: string;
    readonly copyLinks?: 'yes' | 'no' | 'default';
  };

/** How links of a server are written and whether they are copied; `default`: as in the settings. */
const linksOf = ({ template, copyLinks }: ServerUpdateOptions): Partial<CallInput<'servers.update'>> => ({
  ...(template === undefined ? {} : { linkTemplate: template === 'default' ? null : readTemplate(template) }),
  ...(copyLinks === undefined ? {} : { linkToClipboard: copyLinks === 'default' ? null : copyLinks === 'yes' }),
});

/** Options of `server update` that change nothing by themselves. */
const changesNothing: ReadonlySet<string> = new Set(['profile', 'json', 'verbose', 'vault']);

/** `server update NAME` */
export const serverUpdate = async (host: Host, name: string, options: ServerUpdateOptions): Promise<number> => {
  const connection = connectionOf(host, options);
  if (options.vault !== undefined && options.passwordStdin !== true) throw new UsageError(m.usage_vault_alone());
  if (Object.keys(options).every((key) => changesNothing.has(key)))
    throw new UsageError(m.usage_server_update_nothing());
  const links = linksOf(options);
  const secret = options.passwordStdin === true ? await readPassword(host.io) : undefined;
  return await withSession(host, options, { serve: false }, async ({ client, out }) => {
    const kinds = await client.call('app.kinds', {});
    const fields = fieldValues(
      kinds.flatMap((kind) => kind.serverFields),
      options,
      options.set,
    );
    const { id } = await findServer(client, name);
    const server = await client.call('servers.update', {
      id,
      ...connection,
      ...(Object.keys(fields).length === 0 ? {} : { fields }),
      ...links,
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.address === undefined ? {} : { address: options.address }),
      ...(options.sameServer === true ? { sameServer: true } : {}),
      ...(options.default === true ? { makeDefault: true } : {}),
      ...(secret === undefined ? {} : { secret }),
      ...(options.vault === undefined ? {} : { vault: options.vault }),
    });
    tellServer(out, server, 'done');
    return exits.done;
  });
};

export type ServerRemoveOptions = Common & { readonly yes?: boolean };

/** `server remove NAME` */
export const serverRemove = (host: Host, name: string, options: ServerRemoveOptions): Promise<number> =>
  withSession(host, options, { serve: false }, async ({ client, out }) => {
    const server = await findServer(client, name);
    const asks = options.yes !== true && !out.json && host.io.stdin.isTTY;
    if (asks && !(await confirm(host.io, m.ask_server_forget({ name: shellWord(server.name) })))) return exits.usage;
    await client.call('servers.remove', { id: server.id });
    if (out.json) out.object({ event: 'changed', what: 'removed', ids: [server.id] });
    else out.line(m.terminal_server_removed({ name: server.name }));
    return exits.done;
  });

/** `server kinds` */
export const serverKinds = (host: Host, options: Common): Promise<number> =>
  withSession(host, options, { serve: false }, async ({ client, out }) => {
    for (const kind of await client.call('app.kinds', {})) {
      if (out.json) {
        out.object({ event: 'kind', ...kind });
        continue;
      }
      out.line(`${kind.kind}  ${kind.title}`);
      for (const field of kind.serverFields) out.line(`    server add --${field.key}  ${field.help}`);
      for (const field of kind.transferFields) out.line(`    upload --${field.key}  ${field.help}`);
    }
    return exits.done;
  });
