/** Signs in step by step: by options, by lines of standard input, or asking a person at a terminal. */
import type { CallInput, ProblemView, ServerView, SignInView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { m } from '../../preload/paraglide/messages.js';
import { UsageError } from './exits.ts';
import type { Io } from './out.ts';
import { readPassword } from './password.ts';
import { inlinePicture, savePicture } from './picture.ts';
import { WordsError, wordsError } from './problem-error.ts';
import { tellNotice, type SecretOptions, type Session } from './session.ts';
import { askLine, typedLines, type TypedLines } from './typed-lines.ts';

export type SignInOptions = SecretOptions & {
  readonly way?: 'password' | 'browser' | 'token';
  readonly email?: string;
  readonly otp?: string;
  readonly captcha?: string;
  readonly answer?: readonly string[];
};

type Step = Extract<SignInView, { readonly ask: unknown }>;
type Field = Step['ask'][number];

/** What opens an account is never an argument: other programs could see it. */
const hidden: readonly Field['type'][] = ['password', 'token'];

/** Whether the command line says anything that only an account needs. */
export const wantsSteps = (options: SignInOptions): boolean =>
  [options.way, options.email, options.otp, options.captcha, options.answer].some((one) => one !== undefined);

/** What `--password-stdin` brings: the password, and lines that may answer what else is asked. */
export type FromStdin = { readonly secret: string | undefined; readonly lines: TypedLines | undefined };

/** Reads the password where `--password-stdin` asks for one. Throws `UsageError` where none comes. */
export const fromStdin = async (io: Io, options: SecretOptions): Promise<FromStdin> => {
  if (options.passwordStdin !== true) return { secret: undefined, lines: undefined };
  if (io.stdin.isTTY) return { secret: await readPassword(io), lines: undefined };
  const lines = typedLines(io);
  const secret = await lines.next();
  if (secret !== undefined && secret !== '') return { secret, lines };
  throw new UsageError(m.usage_password_stdin_empty());
};

/** Answers by the fields' own keys, once each: what was wrong is not said again. */
const givenBy = (options: SignInOptions, secret: string | undefined): ((field: Field) => string | undefined) => {
  const byType = new Map<Field['type'], string>();
  if (options.email !== undefined) byType.set('email', options.email);
  if (options.otp !== undefined) byType.set('otp', options.otp);
  if (options.captcha !== undefined) byType.set('image-text', options.captcha);
  let password = secret;
  const byKey = new Map((options.answer ?? []).map((word) => [word.split('=')[0], word.slice(word.indexOf('=') + 1)]));
  return ({ key, type }) => {
    const named = byKey.get(key);
    if (named !== undefined && hidden.includes(type)) throw new UsageError(m.usage_answer_secret({ key }));
    byKey.delete(key);
    if (hidden.includes(type)) {
      const once = password;
      password = undefined;
      return once;
    }
    const typed = byType.get(type);
    byType.delete(type);
    return named ?? typed;
  };
};

class Asking {
  readonly #session: Session;
  readonly #lines: TypedLines | undefined;
  readonly #given: (field: Field) => string | undefined;
  #said = false;

  constructor(session: Session, options: SignInOptions, { secret, lines }: FromStdin) {
    this.#session = session;
    this.#lines = lines;
    this.#given = givenBy(options, secret);
  }

  /** Answers one step. Throws where nobody can. */
  async answer(step: Step): Promise<Record<string, string>> {
    const known = new Map(step.ask.map((field) => [field.key, this.#given(field)]));
    const missing = step.ask.filter(({ key }) => known.get(key) === undefined);
    if (missing.length > 0) await this.#show(step, missing);
    for (const field of missing) known.set(field.key, await this.#ask(field, step));
    return Object.fromEntries([...known].map(([key, value]) => [key, value ?? '']));
  }

  /** Says what is asked for: pictures as files, and drawn where the terminal can. */
  async #show(step: Step, missing: readonly Field[]): Promise<void> {
    const { host, out, atEnd } = this.#session;
    const { io } = host;
    const paths = new Map<string, string>();
    for (const { key, hint, image } of missing) {
      if (hint !== undefined && !out.json) out.aside(hint, 'note');
      const saved = image === undefined ? undefined : await savePicture(image);
      if (saved === undefined || image === undefined) continue;
      atEnd(saved.remove);
      paths.set(key, saved.path);
      const drawn = out.live ? inlinePicture(image, io.env) : undefined;
      // Made of base64 alone: nothing of the server's steers the terminal.
      if (drawn !== undefined) io.stderr.write(drawn);
      if (!out.json) out.aside(m.terminal_sign_in_picture({ path: saved.path }), 'note');
    }
    if (!out.json && step.redirect !== undefined && !this.#said)
      out.aside(m.terminal_sign_in_redirect({ redirect: step.redirect }), 'note');
    this.#said = true;
    if (!out.json) return;
    const ask = missing.map(({ key, type, label }) => ({ key, type, label, picture: paths.get(key) ?? null }));
    out.object({
      event: 'sign-in',
      ask,
      ways: step.ways,
      redirect: step.redirect ?? null,
      page: step.page?.address ?? null,
    });
  }

  async #ask({ label, type }: Field, step: Step): Promise<string> {
    const { host, out } = this.#session;
    if (this.#lines !== undefined) {
      const line = await this.#lines.next();
      if (line !== undefined) return line;
    } else if (host.io.stdin.isTTY && !out.json)
      return await (hidden.includes(type) ? readPassword : askLine)(host.io, m.ask_field({ label }));
    // Nobody is there to say it again.
    if (step.notice !== undefined) throw new WordsError(step.notice);
    throw wordsError(problem('sign-in-unanswered', { wanted: step.ask.map((field) => field.label).join(', ') }));
  }
}

/** The problem of an address that was copied from elsewhere: the sign-in itself goes on. */
const anotherSignIn = (error: unknown): ProblemView | undefined => {
  const found = error instanceof Error && 'problem' in error ? (error.problem as ProblemView) : undefined;
  return found?.code === 'sign-in-mismatch' ? found : undefined;
};

/** Waits for the browser; where a person sits at a terminal, they may give the address that it came to instead. */
const waitForBrowser = async ({ host, client, out }: Session, step: Step): Promise<SignInView> => {
  const { carry, authorize, ask, redirect } = step;
  const page = authorize?.page ?? '';
  if (out.json) out.object({ event: 'sign-in', ask: [], ways: step.ways, redirect: redirect ?? null, page });
  else out.line(m.terminal_sign_in_page({ page }));
  const stop = new AbortController();
  const [field] = ask;
  const came = async (): Promise<SignInView> => {
    for (;;) {
      const next = await client.call('servers.signIn', { carry });
      if (!('ask' in next) || next.carry !== carry) return next;
    }
  };
  const typed = async (): Promise<SignInView> => {
    for (;;) {
      const address = await askLine(
        host.io,
        m.ask_redirected({ label: field?.label ?? m.sign_in_field_redirected() }),
        stop.signal,
      );
      try {
        return await client.call('servers.signIn', { carry, answers: { [field?.key ?? '']: address } });
      } catch (error) {
        const wrong = anotherSignIn(error);
        if (wrong === undefined) throw error;
        tellNotice(out, wrong);
      }
    }
  };
  const canType = host.io.stdin.isTTY && !out.json && field !== undefined;
  try {
    return await (canType ? Promise.race([came(), typed()]) : came());
  } finally {
    stop.abort();
  }
};

/** Signs in to the end. Returns the server as it is saved then. */
export const signInBySteps = async (
  session: Session,
  beginning: CallInput<'servers.signIn'>,
  options: SignInOptions,
  stdin: FromStdin,
): Promise<ServerView> => {
  const { client, out, atEnd } = session;
  const asking = new Asking(session, options, stdin);
  let view = await client.call('servers.signIn', beginning);
  // The owner of the profile may outlive this command, and would keep waiting at its port.
  atEnd(async () => {
    if ('ask' in view) await client.call('servers.endSignIn', { carry: view.carry });
  });
  while ('ask' in view) {
    if (view.notice !== undefined) tellNotice(out, view.notice);
    if (view.authorize !== undefined) {
      view = await waitForBrowser(session, view);
      continue;
    }
    if (view.page !== undefined) throw wordsError(problem('sign-in-page', { page: view.page.address }));
    view = await client.call('servers.signIn', { carry: view.carry, answers: await asking.answer(view) });
  }
  for (const notice of view.notices) tellNotice(out, notice);
  return view.server;
};
