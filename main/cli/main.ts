/** From a command line to an exit status. */
import { CommanderError } from 'commander';
import { exits, UsageError } from './exits.ts';
import { Out } from './out.ts';
import type { Action } from './program-parts.ts';
import { createProgram, FieldWanted } from './program.ts';
import { tellError, type Host } from './session.ts';

/** `words`: the arguments without the program. Never rejects. */
export const main = async (words: readonly string[], host: Host): Promise<number> => {
  const { io } = host;
  const json = words.includes('--json');
  const verbose = words.includes('--verbose') || words.includes('-v');
  let complaint = '';
  const write = {
    out: (text: string): void => void io.stdout.write(text),
    err: (text: string): void => void (complaint += text),
  };
  const parse = async (kinds?: Parameters<typeof createProgram>[3]): Promise<Action> => {
    complaint = '';
    const noted = Promise.withResolvers<Action>();
    const program = createProgram(host, write, noted.resolve, kinds);
    await program.parseAsync(words, { from: 'user' });
    return await noted.promise;
  };
  try {
    if (words[0] === '__complete') {
      const { complete } = await import('./complete.ts');
      const typed = words.slice(words[1] === '--' ? 2 : 1);
      await complete(
        host,
        createProgram(host, write, () => undefined),
        typed,
      );
      return exits.done;
    }
    const action = await parse().catch(async (error: unknown) => {
      if (!(error instanceof FieldWanted)) throw error;
      return await parse(await kindsOf(host, error));
    });
    return await action();
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      const out = new Out(io, json);
      return tellError(out, error, { json, verbose }, io.env);
    }
    if (error.exitCode === 0) return exits.done;
    if (json) {
      const message = error.message.replace(/^error: /, '');
      new Out(io, json).object({ event: 'error', code: 'usage', message });
    } else io.stderr.write(complaint.replace(/^error: /, 'stevedore: '));
    return exits.usage;
  }
};

/** The options that kinds of servers ask for; the refusal stands where they cannot be learnt. */
const kindsOf = async (host: Host, { refusal, profile }: FieldWanted): Promise<Parameters<typeof createProgram>[3]> => {
  try {
    const connection = await host.connect({ serve: false, ...(profile === undefined ? {} : { profile }) });
    try {
      return await connection.client.call('app.kinds', {});
    } finally {
      await connection.stop('chunk');
    }
  } catch (error) {
    throw error instanceof UsageError ? error : refusal;
  }
};
