/** Reads a password: a line of standard input, or typed at a terminal without being shown. Never an argument. */
import { m } from '../../preload/paraglide/messages.js';
import { InterruptedError, UsageError } from './exits.ts';
import type { Io } from './out.ts';

/** Longest that is read, characters. */
const most = 10_000;

/**
 * One line, with its spaces, without its end. Throws `UsageError` where nothing comes, `InterruptedError` at Ctrl-C.
 */
export const readPassword = (io: Io, prompt: string = m.ask_password()): Promise<string> =>
  io.stdin.isTTY ? typed(io, prompt) : piped(io);

const piped = async (io: Io): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const data of io.stdin as AsyncIterable<Uint8Array | string>) {
    text += typeof data === 'string' ? data : decoder.decode(data, { stream: true });
    if (text.includes('\n') || text.length > most) break;
  }
  const line = /^[^\n]*/.exec(text)?.[0].replace(/\r$/, '') ?? '';
  if (line === '') throw new UsageError(m.usage_password_stdin_empty());
  if (line.length > most) throw new UsageError(m.usage_password_stdin_long({ most }));
  return line;
};

const typed = ({ stdin, stderr }: Io, prompt: string): Promise<string> =>
  new Promise((resolve, reject) => {
    stderr.write(prompt);
    stdin.setRawMode(true);
    stdin.setEncoding('utf8');
    stdin.resume();
    let text: string[] = [];
    const end = (char: string): void => {
      stdin.off('data', hear);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      if (char === '\x03') reject(new InterruptedError());
      else if (text.length === 0) reject(new UsageError(m.usage_password_none()));
      else resolve(text.join(''));
    };
    const hear = (data: string): void => {
      for (const char of data) {
        // Ctrl-C and Ctrl-D too: raw mode hands them over as characters.
        if (char === '\x04') text = [];
        if ('\r\n\x03\x04'.includes(char)) {
          end(char);
          return;
        }
        if (char === '\x7f' || char === '\b') text.pop();
        else if (char === '\x15') text = [];
        else if (text.length < most) text.push(char);
      }
    };
    stdin.on('data', hear);
  });

/** Asks y/N at a terminal; everything but yes is no. */
export const confirm = (io: Io, question: string): Promise<boolean> =>
  new Promise((resolve) => {
    io.stderr.write(m.ask_yes_no({ question }));
    io.stdin.setEncoding('utf8');
    io.stdin.resume();
    const answer = (data = ''): void => {
      io.stdin.off('data', answer);
      io.stdin.off('end', gone);
      io.stdin.pause();
      resolve(/^y(es)?$/i.test(data.trim()));
    };
    // Ctrl-D, or a terminal that went away.
    const gone = (): void => answer();
    io.stdin.on('data', answer);
    io.stdin.on('end', gone);
  });
