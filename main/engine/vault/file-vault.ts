import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { problem, type Problem } from '../../../preload/problems.ts';
import { ok, type Outcome } from '../outcome.ts';
import { secretsFile } from './secrets-file.ts';
import type { Vault } from './vault.ts';

/** Secrets by server id; other fields are kept as they are. */
const contents = z.looseObject({ version: z.literal(1), secrets: z.record(z.string(), z.string()) });
type Contents = z.infer<typeof contents>;

/**
 * A file `secrets.json` in the profile, 0600, not encrypted. Where others could read it, its mode is corrected, and `tell` is
 * called with secrets-were-open. Fails with secrets-broken (the file stays as it is), disk-full, profile-unwritable;
 * no failure carries a secret.
 */
export const fileVault = (folder: string, tell: (notice: Problem) => void): Vault => {
  const file = path.join(folder, 'secrets.json');

  const { read, write } = secretsFile<Contents>(file, contents, { version: 1, secrets: {} }, () => {
    if (process.platform === 'win32' || (fs.statSync(file).mode & 0o077) === 0) return;
    fs.chmodSync(file, 0o600);
    tell(problem('secrets-were-open', { path: file }));
  });

  const change = (edit: (secrets: Map<string, string>) => void): Outcome<void> => {
    const present = read();
    if (!present.ok) return present;
    const secrets = new Map(Object.entries(present.value.secrets));
    edit(secrets);
    return write({ ...present.value, secrets: Object.fromEntries(secrets) });
  };

  return {
    kind: 'file',
    get: (serverId) => {
      const present = read();
      return Promise.resolve(present.ok ? ok(new Map(Object.entries(present.value.secrets)).get(serverId)) : present);
    },
    set: (serverId, _serverName, secret) => Promise.resolve(change((secrets) => secrets.set(serverId, secret))),
    remove: (serverId) => Promise.resolve(change((secrets) => secrets.delete(serverId))),
    ids: () => {
      const present = read();
      return Promise.resolve(present.ok ? ok(Object.keys(present.value.secrets)) : present);
    },
  };
};
