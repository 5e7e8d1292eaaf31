import * as fs from 'node:fs';
import * as path from 'node:path';
import type { z } from 'zod';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import { codeOf } from '../error-code.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import { isDiskFull } from '../store/errors.ts';
import { replaceFile } from '../store/files.ts';

export type SecretsFile<T> = {
  /** Fails with secrets-broken where the file cannot be read, or is not of its schema; it stays as it is. */
  readonly read: () => Outcome<T>;
  /** Replaces the file as a whole, mode 0600. Fails with disk-full or profile-unwritable; the old file stays then. */
  readonly write: (next: T) => Outcome<void>;
};

/**
 * One JSON file of secrets. No failure carries a secret.
 *
 * @param file its path; the folder is made when it is written
 * @param empty what it holds while there is no file
 * @param beforeRead called before each read; what it throws counts as a read that failed
 */
export const secretsFile = <T>(
  file: string,
  schema: z.ZodType<T>,
  empty: T,
  beforeRead: () => void = () => undefined,
): SecretsFile<T> => ({
  read: () => {
    const broken = fail('attention', problem('secrets-broken', { path: file }));
    let text: string;
    try {
      beforeRead();
      text = fs.readFileSync(file, 'utf8');
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? ok(empty) : broken;
    }
    try {
      return ok(schema.parse(JSON.parse(text)));
    } catch {
      // The parser's message quotes the text, and so a secret.
      return broken;
    }
  },
  write: (next) => {
    const finished = `${file}.tmp`;
    try {
      fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      fs.rmSync(finished, { force: true });
      fs.writeFileSync(finished, `${JSON.stringify(next, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
      replaceFile(finished, file);
      return ok(undefined);
    } catch (error) {
      fs.rmSync(finished, { force: true });
      const refusal = isDiskFull(error)
        ? problem('disk-full', { path: file })
        : problem('profile-unwritable', { path: file, reason: asSaid(codeOf(error)) });
      return fail('attention', refusal);
    }
  },
});
