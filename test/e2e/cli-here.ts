/** The command line in this process: what `main/cli/index.ts` does, without a process for each command. */
import { Readable, Writable } from 'node:stream';
import { connect } from '../../main/api/connect.ts';
import { main } from '../../main/cli/main.ts';
import type { Io } from '../../main/cli/out.ts';

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

class Kept extends Writable {
  text = '';
  override _write(data: Buffer, _encoding: string, done: () => void): void {
    this.text += data.toString();
    done();
  }
}

/** `cwd`: the folder in which it is given. Standard input holds `stdin` and ends; nothing is a terminal. */
export const runHere = async (words: readonly string[], cwd: string, stdin = ''): Promise<Ended> => {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const input = Object.assign(Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]), { isTTY: false });
  const io = { stdin: input as unknown as Io['stdin'], stdout, stderr, env: process.env, cwd };
  const code = await main(words, { io, connect, onInterrupt: () => () => undefined });
  return { code, out: stdout.text, err: stderr.text };
};
