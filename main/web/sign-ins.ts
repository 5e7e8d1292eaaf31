/**
 * Who is signed in: browsers that have shown a link's secret, or the password. Only hashes are kept, in a file of the
 * profile, so that sign-ins outlive a restart and nobody who reads the file can use them.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { privateFile, replaceFile } from '../engine/store/files.ts';
import { isPassword, keepPassword, keptPassword, type KeptPassword } from './password.ts';

const day = 24 * 60 * 60_000;
/** A sign-in that was not used for so long is over, ms. */
const idleMost = 90 * day;
/** How long a link may be used, ms. */
const linkLasts = 15 * 60_000;
/** Its use is noted that often, ms. */
const noteEvery = 60 * 60_000;
/** The oldest goes where there are more. */
const signInsMost = 1000;
const linksMost = 100;

const file = z.object({
  version: z.literal(1),
  signIns: z.array(z.object({ hash: z.string(), createdAt: z.number(), usedAt: z.number() })),
  password: keptPassword.optional(),
});

type SignIn = { readonly createdAt: number; usedAt: number };

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
const newSecret = (): string => randomBytes(32).toString('base64url');

/** What cannot be read signs nobody in. */
const read = (path: string): z.infer<typeof file> => {
  try {
    return file.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return { version: 1, signIns: [] };
  }
};

export class SignIns {
  readonly #path: string;
  readonly #now: () => number;
  readonly #signIns: Map<string, SignIn>;
  /** Hashes of links that were not used yet, and until when they may be. */
  readonly #links = new Map<string, number>();
  readonly #onEnd = new Set<(hash: string) => void>();
  #password: KeptPassword | undefined;

  constructor(profile: string, now: () => number) {
    this.#path = join(profile, 'sign-ins.json');
    this.#now = now;
    const { signIns, password } = read(this.#path);
    this.#signIns = new Map(signIns.map(({ hash, createdAt, usedAt }) => [hash, { createdAt, usedAt }]));
    this.#password = password;
  }

  get hasPassword(): boolean {
    return this.#password !== undefined;
  }

  /** Makes the secret of a link: good once, for 15 minutes. */
  newLink(): string {
    const secret = newSecret();
    this.#links.set(hashOf(secret), this.#now() + linkLasts);
    for (const [hash, until] of this.#links)
      if (until < this.#now() || this.#links.size > linksMost) this.#links.delete(hash);
    return secret;
  }

  /** Exchanges a link's secret for the token of a new sign-in; `undefined` where it is used, over or unknown. */
  useLink(secret: string): string | undefined {
    const hash = hashOf(secret);
    const until = this.#links.get(hash);
    this.#links.delete(hash);
    return until === undefined || until < this.#now() ? undefined : this.#add();
  }

  /** Exchanges the password for the token of a new sign-in; `undefined` where it is wrong, or none is set. */
  async usePassword(password: string): Promise<string | undefined> {
    const kept = this.#password;
    if (kept === undefined || !(await isPassword(password, kept))) return undefined;
    // It may have been changed meanwhile.
    return kept === this.#password ? this.#add() : undefined;
  }

  /** Sets the password. A new one ends every sign-in. */
  async setPassword(password: string): Promise<void> {
    const before = this.#password;
    if (before !== undefined && (await isPassword(password, before))) return;
    this.#password = await keepPassword(password);
    this.#save();
    if (before !== undefined) this.endAll();
  }

  /** The id of the sign-in that a token stands for; it was used now. */
  find(token: string | undefined): string | undefined {
    if (token === undefined) return undefined;
    const hash = hashOf(token);
    return this.holds(hash) ? hash : undefined;
  }

  /** Whether a sign-in, by its id, has not ended; it was used now. */
  holds(hash: string): boolean {
    const signIn = this.#signIns.get(hash);
    if (signIn === undefined) return false;
    const now = this.#now();
    if (now - signIn.usedAt > idleMost) {
      this.end(hash);
      return false;
    }
    // A time in the future comes from a clock that was wrong: left alone, the sign-in would last until then.
    if (now - signIn.usedAt > noteEvery || signIn.usedAt > now) {
      signIn.usedAt = now;
      try {
        this.#save();
      } catch {
        // A full disk signs nobody out; it is noted the next time.
      }
    }
    return true;
  }

  end(hash: string): void {
    if (this.#forget(hash)) this.#save();
  }

  /** Ends all of them, and the links that were not used yet. */
  endAll(): void {
    const ended = [...this.#signIns.keys()];
    this.#signIns.clear();
    this.#links.clear();
    for (const hash of ended) for (const listener of this.#onEnd) listener(hash);
    this.#save();
  }

  /** Calls back with the id of each sign-in that ends. */
  onEnd(listener: (hash: string) => void): void {
    this.#onEnd.add(listener);
  }

  #forget(hash: string): boolean {
    const known = this.#signIns.delete(hash);
    if (known) for (const listener of this.#onEnd) listener(hash);
    return known;
  }

  #add(): string {
    const token = newSecret();
    const now = this.#now();
    for (const [hash, { usedAt }] of [...this.#signIns])
      if (now - usedAt > idleMost || this.#signIns.size >= signInsMost) this.#forget(hash);
    this.#signIns.set(hashOf(token), { createdAt: now, usedAt: now });
    try {
      this.#save();
    } catch {
      // A full disk must not keep the user out: this sign-in is kept in memory alone.
    }
    return token;
  }

  #save(): void {
    const fresh = `${this.#path}.new`;
    privateFile(fresh);
    const signIns = [...this.#signIns].map(([hash, signIn]) => ({ hash, ...signIn }));
    const password = this.#password === undefined ? {} : { password: this.#password };
    writeFileSync(fresh, JSON.stringify({ version: 1, signIns, ...password } satisfies z.infer<typeof file>));
    replaceFile(fresh, this.#path);
  }
}
