/** Lines of standard input, one after the other, and lines typed at a terminal. */
import { m } from '../../preload/paraglide/messages.js';
import { InterruptedError, UsageError } from './exits.ts';
import type { Io } from './out.ts';

/** Longest line that is read, characters. */
const most = 20_000;

export type TypedLines = {
  /** The next line, with its spaces, without its end; `undefined` where no more comes. Throws `UsageError`. */
  readonly next: () => Promise<string | undefined>;
  /** Waits for nothing any more. */
  readonly end: () => void;
};

/** Reads no further than it is asked to: who writes line by line can answer what was asked meanwhile. */
export const typedLines = ({ stdin }: Io): TypedLines => {
  const decoder = new TextDecoder();
  let text = '';
  let over = false;
  let chunks: AsyncIterator<Uint8Array | string> | undefined;
  return {
    next: async () => {
      for (;;) {
        const at = text.indexOf('\n');
        if (at >= 0 || (over && text !== '')) {
          const line = at >= 0 ? text.slice(0, at) : text;
          text = at >= 0 ? text.slice(at + 1) : '';
          return line.replace(/\r$/, '');
        }
        if (text.length > most) throw new UsageError(m.usage_answer_long({ most }));
        if (over) return undefined;
        chunks ??= (stdin as AsyncIterable<Uint8Array | string>)[Symbol.asyncIterator]();
        const chunk = await chunks.next();
        if (chunk.done === true) over = true;
        else text += typeof chunk.value === 'string' ? chunk.value : decoder.decode(chunk.value, { stream: true });
      }
    },
    end: () => void chunks?.return?.(),
  };
};

/** A line typed at a terminal, seen as it is typed. Rejects with `InterruptedError` where the terminal goes away. */
export const askLine = ({ stdin, stderr }: Io, prompt: string, signal?: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    stderr.write(prompt);
    stdin.setEncoding('utf8');
    stdin.resume();
    const leave = (): void => {
      stdin.off('data', hear);
      stdin.off('end', gone);
      signal?.removeEventListener('abort', gone);
      stdin.pause();
    };
    const hear = (data: string): void => {
      leave();
      resolve(data.replace(/\r?\n[\s\S]*$/, '').trim());
    };
    const gone = (): void => {
      leave();
      reject(new InterruptedError());
    };
    stdin.on('data', hear);
    stdin.once('end', gone);
    signal?.addEventListener('abort', gone);
  });
