/** The app's own place for secrets: encrypted by the system, kept in a file that is worth nothing without it. */
import * as path from 'node:path';
import { z } from 'zod';
import { problem } from '../../preload/problems.ts';
import { fail, ok, type Outcome } from '../engine/outcome.ts';
import { secretsFile } from '../engine/vault/secrets-file.ts';
import type { Vault } from '../engine/vault/vault.ts';

/** What the system does; the app's is Electron's safeStorage. */
export type Cipher = {
  /** `basic`: with a key that everyone knows, so that it only hides. Asks the system nothing. */
  readonly strength: () => 'system' | 'basic';
  /** Has `basic` used from now on; before anything below. */
  readonly useBasic: () => void;
  readonly available: () => Promise<boolean>;
  /** `basic`: what came out is only hidden, whatever `strength` promised. Rejects where the system fails. */
  readonly seal: (secret: string) => Promise<{ readonly sealed: Buffer; readonly basic: boolean }>;
  /** `stale`: the system's key has changed, and the secret has to be sealed again. Rejects where it cannot be opened. */
  readonly open: (sealed: Buffer) => Promise<{ readonly secret: string; readonly stale: boolean }>;
};

/** `basic`: the person allowed secrets that are only hidden. Other fields are kept as they are. */
const contents = z.looseObject({
  version: z.literal(1),
  basic: z.boolean(),
  secrets: z.record(z.string(), z.string()),
});
type Contents = z.infer<typeof contents>;

/**
 * The vault of a profile, in `vault.json`, 0600, with ciphertexts only. `consent` asks the person, before the first
 * secret is kept on a system that can only hide it; a yes is remembered beside the secrets. Fails with vault-refused,
 * vault-unavailable, vault-locked, secret-unreadable, secrets-broken (the file stays as it is), disk-full and
 * profile-unwritable; no failure carries a secret.
 */
export const appVault = (folder: string, cipher: Cipher, consent: () => Promise<boolean>): Vault => {
  const file = path.join(folder, 'vault.json');

  const { read, write } = secretsFile<Contents>(file, contents, { version: 1, basic: false, secrets: {} });

  const withSecret = (present: Contents, id: string, sealed: Buffer, basic: boolean): Outcome<void> =>
    write({ ...present, basic, secrets: { ...present.secrets, [id]: sealed.toString('base64') } });

  const get = async (id: string, server: string): Promise<Outcome<string | undefined>> => {
    const present = read();
    if (!present.ok) return present;
    const kept = new Map(Object.entries(present.value.secrets)).get(id);
    if (kept === undefined) return ok(undefined);
    if (present.value.basic) cipher.useBasic();
    if (!(await cipher.available().catch(() => false))) return fail('attention', problem('vault-locked', { server }));
    try {
      const { secret, stale } = await cipher.open(Buffer.from(kept, 'base64'));
      // If sealing it again fails, the old seal still opens, and the next start tries again.
      if (stale) await set(id, server, secret, () => Promise.resolve(false));
      return ok(secret);
    } catch {
      return fail('attention', problem('secret-unreadable', { server }));
    }
  };

  const set = async (id: string, server: string, secret: string, ask = consent): Promise<Outcome<void>> => {
    const present = read();
    if (!present.ok) return present;
    let { basic } = present.value;
    const refused = fail('attention', problem('vault-refused', { server }));
    if (cipher.strength() === 'basic') {
      basic ||= await ask();
      if (!basic) return refused;
    }
    if (basic) cipher.useBasic();
    if (!(await cipher.available().catch(() => false)))
      return fail('attention', problem('vault-unavailable', { server }));
    try {
      const made = await cipher.seal(secret);
      if (made.basic) basic ||= await ask();
      if (made.basic && !basic) return refused;
      return withSecret(present.value, id, made.sealed, basic);
    } catch {
      return fail('attention', problem('vault-unavailable', { server }));
    }
  };

  // One after the other: each reads the file, waits for the system or the person, and writes the file.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  return {
    kind: 'app',
    get: (id, server) => inTurn(() => get(id, server)),
    set: (id, server, secret) => inTurn(() => set(id, server, secret)),
    remove: (id) =>
      inTurn(() => {
        const present = read();
        if (!present.ok || !Object.hasOwn(present.value.secrets, id))
          return Promise.resolve(present.ok ? ok(undefined) : present);
        const secrets = Object.fromEntries(Object.entries(present.value.secrets).filter(([other]) => other !== id));
        return Promise.resolve(write({ ...present.value, secrets }));
      }),
    ids: () =>
      inTurn(() => {
        const present = read();
        return Promise.resolve(present.ok ? ok(Object.keys(present.value.secrets)) : present);
      }),
  };
};
