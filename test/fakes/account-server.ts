/** A kind of server with accounts, in memory: signing in by steps, folders, shares, leftovers. */
import { z } from 'zod';
import { problem } from '../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../main/engine/outcome.ts';
import type { Leftover, RemoteShare, SignInField, SignInGiven } from '../../main/engine/providers/account.ts';
import { unlessAborted } from '../../main/engine/providers/abortable.ts';
import type { AnyProvider, ProviderContext } from '../../main/engine/providers/provider.ts';
import { MemoryServer } from './memory-server.ts';

export const address = 'https://account.example';
/** One pixel. */
export const picture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const remoteSchema = z.object({ session: z.string() });

export class AccountServer {
  readonly files = new MemoryServer('account');
  /** Tokens that are let in. */
  readonly tokens = new Set<string>();
  readonly folders = new Set(['/Films', '/Music', '/Films/Old']);
  readonly shared = new Map<string, RemoteShare>();
  leftovers: Leftover[] = [];
  /** Asked for after the password. */
  otp: string | undefined;
  captcha: string | undefined;
  readonly account = 'Me@example.org';
  readonly password = 'hunter2 of the account';
  /** Codes that the site gave; each is good once. */
  readonly codes = new Set<string>();
  state = '';
  /** In place of the state, where the site sends none back: its browser brings a token. */
  nonce: string | undefined;
  /** What the next step fails with. */
  breaks: Outcome<never> | undefined;
  /** Each step, without what was answered. */
  readonly steps: string[] = [];
  /** What every revocation fails with. */
  refusesRevoke: Outcome<never> | undefined;
  /** Asked for a list, or what it is, it never answers. */
  hangs = false;
  /** Of each such question: whether anybody still waits for the answer. */
  readonly unanswered: AbortSignal[] = [];
  #tokens = 0;
  #shares = 0;

  token(): string {
    const token = `secret-token-${++this.#tokens}`;
    this.tokens.add(token);
    return token;
  }

  async #let<T>(ctx: ProviderContext<unknown>, work: () => T | Promise<T>): Promise<Outcome<T>> {
    const secret = await ctx.secret();
    if (!secret.ok) return secret;
    if (this.hangs) {
      this.unanswered.push(ctx.signal);
      await unlessAborted(new Promise(() => undefined), ctx.signal);
    }
    if (secret.value === undefined || !this.tokens.has(secret.value))
      return fail('attention', problem('signed-out', { server: ctx.server.name }));
    return ok(await work());
  }

  #fields(): SignInField[] {
    const text: SignInField[] = [
      { key: 'email', type: 'email', label: 'E-mail' },
      { key: 'password', type: 'password', label: 'Password' },
    ];
    return this.captcha === undefined
      ? text
      : [...text, { key: 'captcha', type: 'image-text', label: 'Text of the picture', image: picture }];
  }

  readonly #step: NonNullable<AnyProvider['signIn']> = ({ way, answers, carry, redirect }: SignInGiven, server) => {
    this.steps.push(`${way} ${Object.keys(answers).join(' ')}`.trim());
    if (this.breaks !== undefined) {
      const broken = this.breaks;
      this.breaks = undefined;
      return Promise.resolve(broken);
    }
    const ways = (['password', 'browser', 'token'] as const).filter((other) => other !== way);
    const signedIn = (secret: string) =>
      Promise.resolve(ok({ signedIn: { secret, settings: {}, account: this.account } }));
    const wrong = problem('password-wrong', { server: server.name });
    if (way === 'token') {
      const token = answers['token'];
      if (typeof token === 'string' && this.tokens.has(token)) return signedIn(token);
      const ask = [{ key: 'token', type: 'token', label: 'Token' }] as const;
      return Promise.resolve(ok({ ask, carry: {}, ways, ...(token === undefined ? {} : { notice: wrong }) }));
    }
    if (way === 'browser') {
      const { id } = answers;
      const code = this.nonce === undefined ? answers['code'] : answers['token'];
      if (code !== undefined) {
        const good =
          typeof code === 'string' &&
          this.codes.delete(code) &&
          carry['verifier'] === 'a verifier' &&
          carry['to'] === redirect;
        return good ? signedIn(this.token()) : Promise.resolve(fail('attention', wrong));
      }
      if (id === undefined) {
        const ask = [
          { key: 'id', type: 'text', label: 'Client id' },
          { key: 'app-secret', type: 'password', label: 'Client secret' },
        ] as const;
        return Promise.resolve(ok({ ask, carry: {}, ways }));
      }
      const page = `${address}/authorize?state=${this.state}`;
      const authorize = this.nonce === undefined ? { page, state: this.state } : { page, nonce: this.nonce };
      return Promise.resolve(ok({ ask: [], carry: { verifier: 'a verifier', to: redirect }, ways, authorize }));
    }
    if (carry['session'] === 'second') {
      if (answers['otp'] === this.otp) return signedIn(this.token());
      const ask = [{ key: 'otp', type: 'otp', label: 'Code' }] as const;
      return Promise.resolve(ok({ ask, carry, ways: [], notice: wrong }));
    }
    const first = { ask: this.#fields(), carry: { ticket: 'a ticket of the captcha' }, ways };
    if (Object.keys(answers).length === 0) return Promise.resolve(ok(first));
    const right =
      answers['email'] === this.account && answers['password'] === this.password && answers['captcha'] === this.captcha;
    if (!right) return Promise.resolve(ok({ ...first, notice: wrong }));
    if (this.otp === undefined) return signedIn(this.token());
    const ask = [{ key: 'otp', type: 'otp', label: 'Code' }] as const;
    return Promise.resolve(ok({ ask, carry: { session: 'second' }, ways: [] }));
  };

  provider(): AnyProvider {
    const port = this.files.port();
    if (!port.ok) throw new Error('no provider');
    const { provider } = port.value;
    return {
      ...provider,
      kind: 'account',
      title: 'Account',
      capabilities: {
        ...provider.capabilities,
        shares: { needsDeleteKey: false, revoke: 'keeps-file' },
        signIn: 'steps',
        conflict: ['ask', 'skip', 'rename', 'version'],
      },
      transferFields: [
        { key: 'to', type: 'folder', label: () => 'Folder', help: () => 'folder there' },
        {
          key: 'policy',
          type: 'text',
          label: () => 'Policy',
          help: () => 'Letters and digits.',
          pattern: '[a-z0-9]*',
          misfit: 'forbidden-characters',
        },
        {
          key: 'conflict',
          role: 'conflict',
          type: 'choice',
          label: () => 'Conflict',
          help: () => 'what to do about a name that is taken',
          choices: ['ask', 'skip', 'rename', 'version'],
        },
        {
          key: 'share-downloads',
          role: 'share-downloads',
          type: 'number',
          label: () => 'Downloads',
          help: () => 'so many',
        },
      ],
      recognise: async (given, _fields, http) => {
        if (this.hangs) await http.send({ method: 'GET', url: given });
        return ok(
          given.startsWith(address) ? { address, settings: {}, title: 'Site', needsPassword: true } : undefined,
        );
      },
      check: (ctx) => this.#let(ctx, () => ({ settings: {}, notices: [] })),
      open: async (call) => {
        const inside = await this.#let(call.context, () => undefined);
        if (!inside.ok) return inside;
        await call.context.uploadSecrets.set('key', `secret-key-of-${call.job.name}`);
        return await provider.open(call);
      },
      revoke: async (share, ctx) =>
        this.refusesRevoke ??
        (await this.#let(ctx, () => {
          this.shared.delete(share.key);
        })),
      signIn: this.#step,
      signOut: async (ctx) => {
        const secret = await ctx.secret();
        if (secret.ok && secret.value !== undefined) this.tokens.delete(secret.value);
        return ok(undefined);
      },
      folders: {
        list: (path, cursor, ctx) =>
          this.#let(ctx, () => {
            const base = path === '/' ? '/' : `${path}/`;
            const below = [...this.folders]
              .filter((folder) => folder.startsWith(base) && !folder.slice(base.length).includes('/'))
              .sort();
            // One a page.
            const at = Number(cursor ?? 0);
            const folders = below.slice(at, at + 1).map((one) => ({ name: one.slice(base.length), path: one }));
            return { folders, canWrite: true, ...(at + 1 < below.length ? { next: String(at + 1) } : {}) };
          }),
        make: (path, ctx) =>
          this.#let(ctx, () => {
            this.folders.add(path);
          }),
        capacity: (ctx) => this.#let(ctx, () => ({ total: 1000, used: 10 })),
      },
      shares: {
        lists: (key) => !key.startsWith('direct/'),
        create: ({ path }, { expirySeconds, downloads, password }, ctx) =>
          this.#let(ctx, () => {
            const id = `s${++this.#shares}`;
            const share: RemoteShare = {
              id,
              link: `${address}/s/${id}`,
              name: path.split('/').at(-1) ?? '',
              path,
              createdAt: 1_000,
              expired: false,
              ...(typeof expirySeconds === 'number' ? { expiresAt: 1_000 + expirySeconds * 1_000 } : {}),
              ...(typeof downloads === 'number' ? { downloads: { left: downloads, counted: 0 } } : {}),
              password: typeof password === 'string',
            };
            this.shared.set(id, share);
            return share;
          }),
        list: (cursor, ctx) =>
          this.#let(ctx, () => {
            const all = [...this.shared.values()].reverse();
            const at = Number(cursor ?? 0);
            return { shares: all.slice(at, at + 2), ...(at + 2 < all.length ? { next: String(at + 2) } : {}) };
          }),
        edit: (share, terms, ctx) =>
          this.#let(ctx, () => {
            const { downloads, expiresAt, ...rest } = share;
            const next: RemoteShare = {
              ...rest,
              ...(typeof terms.expirySeconds === 'number'
                ? { expiresAt: 1_000 + terms.expirySeconds * 1_000 }
                : expiresAt === undefined || terms.expirySeconds === null
                  ? {}
                  : { expiresAt }),
              ...(typeof terms.downloads === 'number' ? { downloads: { left: terms.downloads, counted: 0 } } : {}),
              ...(terms.downloads === undefined && downloads !== undefined ? { downloads } : {}),
            };
            this.shared.set(share.id, next);
            return next;
          }),
      },
      leftovers: {
        find: (ctx) => this.#let(ctx, () => this.leftovers),
        idOf: (remote) => remoteSchema.parse(remote).session,
        clean: (leftover, ctx) =>
          this.#let(ctx, () => {
            this.leftovers = this.leftovers.filter(({ id }) => id !== leftover.id);
          }),
      },
    };
  }
}
