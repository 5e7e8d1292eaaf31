/** `diagnostics [FILE]`. */
import { writeFile } from 'node:fs/promises';
import { exits, UsageError } from '../exits.ts';
import { withSession, type Common, type Host } from '../session.ts';

/** Writes the report to a new file that only its owner can read, or to standard output where the file is `-`. */
export const diagnostics = (host: Host, file: string | undefined, options: Common): Promise<number> =>
  withSession(host, options, { serve: false }, async ({ client, out }) => {
    const { name, text } = await client.call('app.diagnostics', {});
    if (file === '-') {
      if (out.json) out.object({ event: 'diagnostics', text });
      else for (const line of text.trimEnd().split('\n')) out.line(line);
      return exits.done;
    }
    const path = file ?? name;
    try {
      await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      throw new UsageError(
        code === 'EEXIST'
          ? `${path} exists and was not changed. Name another file.`
          : `${path} cannot be written (${code}). Name another file.`,
      );
    }
    if (out.json) out.object({ event: 'diagnostics', path });
    else out.line(`Saved ${path}. Read it before you send it.`);
    return exits.done;
  });
