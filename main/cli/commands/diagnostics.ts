/** `diagnostics [FILE]`. */
import { writeFile } from 'node:fs/promises';
import { ContractError, type CallOutput } from '../../../preload/contract.ts';
import { m } from '../../../preload/paraglide/messages.js';
import { codeOf } from '../../engine/error-code.ts';
import { exits, UsageError } from '../exits.ts';
import { Out } from '../out.ts';
import type { Common, Host } from '../session.ts';
import { sentence } from '../words.ts';

/** The report by the owner of the profile. Where the profile cannot be opened, it covers what can be read without opening it. */
const reportOf = async (host: Host, { profile }: Common, out: Out): Promise<CallOutput<'app.diagnostics'>> => {
  const connection = await host
    .connect({ serve: false, ...(profile === undefined ? {} : { profile }) })
    .catch((error: unknown) => {
      if (error instanceof ContractError) return error;
      throw error;
    });
  if (connection instanceof ContractError) {
    const { problem } = connection;
    if (!out.json) out.aside(sentence(problem), 'note');
    const [{ startFailureReport }, { defaultProfile }] = await Promise.all([
      import('../../api/diagnostics.ts'),
      import('../../engine/profile/paths.ts'),
    ]);
    return await startFailureReport(profile ?? defaultProfile(), problem.code);
  }
  try {
    return await connection.client.call('app.diagnostics', {});
  } finally {
    await connection.stop('chunk');
  }
};

/** Writes the report to a new file that only its owner can read, or to standard output where the file is `-`. */
export const diagnostics = async (host: Host, file: string | undefined, options: Common): Promise<number> => {
  const out = new Out(host.io, options.json === true);
  const { name, text } = await reportOf(host, options, out);
  if (file === '-') {
    if (out.json) out.object({ event: 'diagnostics', text });
    else for (const line of text.trimEnd().split('\n')) out.line(line);
    return exits.done;
  }
  const path = file ?? name;
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = codeOf(error);
    throw new UsageError(code === 'EEXIST' ? m.usage_file_exists({ path }) : m.usage_file_unwritable({ path, code }));
  }
  if (out.json) out.object({ event: 'diagnostics', path });
  else out.line(m.terminal_diagnostics_saved({ path }));
  return exits.done;
};
