/** Messages of the local socket: one JSON value a line, UTF-8. */
import { z } from 'zod';

export const request = z.strictObject({ id: z.int().nonnegative(), call: z.string().max(100), input: z.unknown() });
/** Nobody waits for the answer to a request any more. */
export const cancellation = z.strictObject({ cancel: z.int().nonnegative() });
export const reply = z.union([
  z.object({ id: z.number(), ok: z.literal(true), value: z.unknown() }),
  z.object({
    id: z.number(),
    ok: z.literal(false),
    error: z.object({
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      message: z.string(),
      action: z.string().optional(),
    }),
  }),
]);
export const event = z.object({ event: z.string(), payload: z.unknown() });
/** The first line that the owner says: who it is. */
export const hello = z.object({ stevedore: z.string(), pid: z.number() });

/** Longest line that is read, bytes: 100,000 paths fit. Longer ones end the connection. */
export const longestLine = 64 * 1024 * 1024;

/** Splits a byte stream into lines; `tooLong` is called once where a line does not end in time. */
export const lines = (line: (text: string) => void, tooLong: () => void): ((data: Buffer) => void) => {
  let parts: Buffer[] = [];
  let held = 0;
  return (data) => {
    let from = 0;
    for (let at = data.indexOf(10); at !== -1; at = data.indexOf(10, from)) {
      const text = Buffer.concat([...parts, data.subarray(from, at)]).toString('utf8');
      parts = [];
      held = 0;
      from = at + 1;
      if (text !== '') line(text);
    }
    if (from === data.length) return;
    parts.push(data.subarray(from));
    held += data.length - from;
    if (held > longestLine) {
      parts = [];
      held = 0;
      tooLong();
    }
  };
};

/** Parses JSON; `undefined` where it is none. */
export const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
