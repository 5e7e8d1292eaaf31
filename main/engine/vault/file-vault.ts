import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { problem, type Problem } from '../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import { isDiskFull } from '../store/errors.ts';
import { replaceFile } from '../store/files.ts';
import type { Vault } from './vault.ts';

/** Secrets by server id; other fields are kept as they are. */
const contents = z.looseObject({ version: z.literal(1), secrets: z.record(z.string(), z.string()) });
type Contents = z.infer<typeof contents>;

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');

/**
 * A file `secrets.json` in the profile, 0600, not encrypted. Where others could read it, that is mended, and `tell` is
 * called with secrets-were-open. Fails with secrets-broken (the file stays as it is), disk-full, profile-unwritable;
 * no failure carries a secret.
 */
export const fileVault = (folder: string, tell: (notice: Problem) => void): Vault => {
  const file = path.join(folder, 'secrets.json');

  const read = (): Outcome<Contents> => {
    let text: string;
    try {
      if (process.platform !== 'win32' && (fs.statSync(file).mode & 0o077) !== 0) {
        fs.chmodSync(file, 0o600);
        tell(problem('secrets-were-open', { path: file }));
      }
      text = fs.readFileSync(file, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return ok({ version: 1, secrets: {} });
      return fail('attention', problem('secrets-broken', { path: file }));
    }
    try {
      return ok(contents.parse(JSON.parse(text)));
    } catch {
      // What the parser says quotes the text, and so a secret.
      return fail('attention', problem('secrets-broken', { path: file }));
    }
  };

  const write = (next: Contents): Outcome<void> => {
    const finished = `${file}.tmp`;
    try {
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
      fs.rmSync(finished, { force: true });
      fs.writeFileSync(finished, `${JSON.stringify(next, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
      replaceFile(finished, file);
      return ok(undefined);
    } catch (error) {
      fs.rmSync(finished, { force: true });
      const refusal = isDiskFull(error)
        ? problem('disk-full', { path: file })
        : problem('profile-unwritable', { path: file, reason: codeOf(error) });
      return fail('attention', refusal);
    }
  };

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
