/** What every command has: a connection to the profile's engine, the terminal, and an orderly end. */
import type { Client, ProblemView } from '../../preload/contract.ts';
import { firstNames, list } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { Connection, ConnectOptions, Waited } from '../api/connect.ts';
import type { RunSecrets } from '../api/run-secrets.ts';
import { logFaultsIn, onFault } from '../last-net.ts';
import { exits, InterruptedError, UsageError } from './exits.ts';
import { Out, type Io } from './out.ts';
import { readPassword } from './password.ts';
import { problemOf } from './json-lines.ts';
import { wordsError } from './problem-error.ts';
import { sentence } from './words.ts';

/** The surroundings of a command line; a test has its own. */
export type Host = {
  readonly io: Io;
  readonly connect: (options: ConnectOptions) => Promise<Connection>;
  /** Calls back at Ctrl-C and at every other request to end. Returns the way to stop listening. */
  readonly onInterrupt: (listener: () => void) => () => void;
};

/** Options that every command takes. */
export type Common = {
  readonly profile?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
};

/** Options of commands that talk to a server. */
export type SecretOptions = Common & {
  readonly vault?: 'file' | 'env';
  readonly passwordStdin?: boolean;
};

export type Session = {
  readonly host: Host;
  readonly client: Client;
  readonly connection: Connection;
  readonly out: Out;
  /** Has something done before the connection ends, however the command ends. */
  readonly atEnd: (work: () => Promise<void>) => void;
};

/** Says a problem beside the results, and as an event with `--json`. */
export const tellNotice = (out: Out, problem: ProblemView): void => {
  if (out.json) out.object({ event: 'notice', ...problemOf(problem) });
  else out.aside(sentence(problem), 'note');
};

/** Reports faults that nobody caught. Returns the end of it. */
const listenToFaults = (out: Out): (() => Promise<void>) => {
  const stop = onFault((reason) => tellNotice(out, wordsError(reason).problem));
  return () => {
    stop();
    return Promise.resolve();
  };
};

/** Says that a path was not taken, and why. */
export const tellRefused = (
  out: Out,
  what: { readonly path: string } | { readonly id: number | string },
  problem: ProblemView,
): void => {
  if (out.json) out.object({ event: 'refused', ...what, ...problemOf(problem) });
  else out.aside(sentence(problem), 'failed');
};

/** Says why a command failed, and returns its exit status. Never a stack trace, but with STEVEDORE_DEBUG=1. */
export const tellError = (out: Out, error: unknown, options: Common, env: Io['env']): number => {
  const { code, message, exit } = explain(error);
  if (out.json) out.object({ event: 'error', code, message });
  else out.aside(`stevedore: ${message}${options.verbose === true ? ` (${code})` : ''}`);
  if (env['STEVEDORE_DEBUG'] === '1' && error instanceof Error)
    for (const line of error.stack?.split('\n') ?? []) out.aside(line);
  return exit;
};

type Explained = { readonly code: string; readonly message: string; readonly exit: number };

const explain = (error: unknown): Explained => {
  if (error instanceof UsageError) return { code: 'usage', message: error.message, exit: exits.usage };
  if (error instanceof InterruptedError)
    return { code: 'interrupted', message: m.terminal_interrupted(), exit: exits.interrupted };
  if (error instanceof Error && 'problem' in error) {
    const problem = error.problem as ProblemView;
    return { code: problem.code, message: sentence(problem), exit: exitOf(problem) };
  }
  const what = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: m.terminal_unexpected({ what }), exit: exits.failed };
};

const personActions: readonly (string | undefined)[] = ['sign-in', 'start-app', 'trust-certificate', 'free-space'];

/** The exit status that a problem deserves where it ends a whole command. */
const exitOf = (problem: ProblemView): number => {
  // The command line left something out that only it can say.
  if (problem.code === 'vault-unchosen' || problem.code === 'input-invalid') return exits.usage;
  return personActions.includes(problem.action) ? exits.person : exits.failed;
};

/** A password for this run alone, and whose it is: the default server's where none is named. */
export type RunSecret = NonNullable<RunSecrets['session']>;

/**
 * Connects, does the work, and ends in an orderly way. `serve`: other processes are answered meanwhile. `session`: a
 * password for this run alone. Returns the exit status; an error is told in words.
 *
 * At the first interrupt the work stays where it is, and ends when every chunk that a cut would harm has been answered; at
 * the second it ends at once.
 */
export const withSession = async (
  host: Host,
  options: SecretOptions,
  how: { readonly serve: boolean; readonly session?: RunSecret },
  work: (session: Session) => Promise<number>,
): Promise<number> => {
  const out = new Out(host.io, options.json === true);
  const ends: (() => Promise<void>)[] = [];
  let connection: Connection | undefined;
  let finishing: Promise<void> | undefined;
  const finish = async (at: 'chunk' | 'now'): Promise<void> => {
    for (const end of ends.splice(0)) await end().catch(() => undefined);
    await connection?.stop(at);
  };
  let interrupts = 0;
  const interrupted = Promise.withResolvers<number>();
  const stopListening = host.onInterrupt(() => {
    interrupts++;
    if (connection === undefined) {
      interrupted.resolve(exits.interrupted);
      return;
    }
    if (interrupts > 1) {
      const cut = connection.waitsFor();
      // The command's own output is closed by now.
      if (how.serve && cut.length > 0)
        new Out(host.io, options.json === true).aside(m.terminal_stopped_early(namesOf(cut)), 'attention');
      // Everything that counts was written ahead: whatever does not end by itself ends with the process.
      finish('now').catch(() => undefined);
      interrupted.resolve(exits.interrupted);
      return;
    }
    out.draw([]);
    if (how.serve) out.aside(farewell(connection, true), 'note');
    out.close();
    void (finishing ??= finish('chunk')).then(() => interrupted.resolve(exits.interrupted));
  });
  const worked = async (): Promise<number> => {
    const { vault } = options;
    const session = how.session;
    connection = await host.connect({
      serve: how.serve,
      ...(options.profile === undefined ? {} : { profile: options.profile }),
      secrets: { ...(vault === undefined ? {} : { vault }), ...(session === undefined ? {} : { session }) },
    });
    const { client } = connection;
    logFaultsIn(connection.profile);
    ends.push(listenToFaults(out));
    const { notices } = await client.call('app.info', {});
    for (const notice of notices) tellNotice(out, notice);
    client.on('notice', ({ problem }) => tellNotice(out, problem));
    if (session !== undefined && !connection.owns()) throw new UsageError(m.usage_password_elsewhere());
    return await work({ host, client, connection, out, atEnd: (end) => ends.push(end) });
  };
  try {
    return await Promise.race([
      interrupted.promise,
      worked().catch((error: unknown) => {
        out.draw([]);
        return tellError(out, error, options, host.io.env);
      }),
    ]);
  } finally {
    const isOver = interrupts === 0;
    if (isOver && how.serve && connection !== undefined && connection.waitsFor().length > 0)
      out.aside(farewell(connection, false), 'note');
    out.close();
    // What the servers of other transfers still store is waited for; the next interrupt ends that.
    if (isOver) {
      interrupts++;
      await Promise.race([(finishing ??= finish('chunk')), interrupted.promise]);
    }
    stopListening();
  }
};

/** The files that are waited for, and their servers, by name. */
const namesOf = (waited: readonly Waited[]): { readonly servers: string; readonly files: string } => ({
  servers: list([...new Set(waited.map(({ serverName }) => serverName))]),
  files: firstNames(waited.map(({ name }) => name)),
});

/** `pressed`: Ctrl-C was pressed, and pressed again it ends at once what is waited for. */
const farewell = (connection: Connection, pressed: boolean): string => {
  if (!connection.owns()) return m.terminal_watching_ended();
  const waited = connection.waitsFor();
  if (waited.length === 0) return pressed ? m.terminal_stopping_again() : m.terminal_stopping();
  const what = namesOf(waited);
  return pressed ? m.terminal_stopping_waits_again(what) : m.terminal_stopping_waits(what);
};

/** The password for this run, where `--password-stdin` asks for one. */
export const runPassword = async (
  host: Host,
  options: SecretOptions & { readonly server?: string },
): Promise<{ readonly session?: RunSecret }> => {
  if (options.passwordStdin !== true) return {};
  const secret = await readPassword(host.io);
  return { session: { secret, ...(options.server === undefined ? {} : { server: options.server }) } };
};
