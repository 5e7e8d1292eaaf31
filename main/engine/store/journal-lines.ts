/** The lines of the journal of delete keys: what each says, and how a journal of any size is read. */
import * as fs from 'node:fs';
import { z } from 'zod';

/** Lines since this format are accompanied by end lines: a key without one is still in use. */
export const lineFormat = 2;

/** Longest line that is read, bytes; a longer one is damaged. */
const longestLine = 64 * 1024;
const pieceBytes = 1024 * 1024;

/** Whatever a server issued was written, so it is read: at least what `revealed` takes (providers/bounds.ts). */
const key = z.string().min(1).max(4_096);
const time = z.number().int().min(0).max(8.64e15);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const name = z.string().max(10_000);

const keyLine = z.object({
  at: time,
  serverId: key,
  transferId: count,
  shareKey: key,
  deleteKey: key,
  name,
  size: count,
  v: z.number().int().optional(),
});
/** The keys of a line are worth more than its other fields: 0 and '' where those are damaged. */
const keysOfLine = keyLine.extend({
  at: time.catch(0),
  transferId: count.catch(0),
  name: name.catch(''),
  size: count.catch(0),
  v: z.number().int().optional().catch(undefined),
});
const endLine = z.object({
  ended: z.object({ serverId: key, shareKey: key, deleteKey: key.optional() }),
});

/** A delete key as the journal has it. `at`: ms since the epoch. `v` is absent in lines of versions without end lines. */
export type JournalEntry = z.infer<typeof keyLine>;
/** A key whose file is not on its server any more; without `deleteKey`: any that was issued for the share so far. */
export type EndedKey = z.infer<typeof endLine>['ended'];

export type JournalLine =
  | { readonly type: 'key'; readonly entry: JournalEntry; readonly damaged: boolean }
  | { readonly type: 'end'; readonly ended: EndedKey }
  | { readonly type: 'bad' };

const utf8 = new TextDecoder('utf-8', { fatal: true });

const read = (bytes: Uint8Array): JournalLine => {
  try {
    const json: unknown = JSON.parse(utf8.decode(bytes));
    const whole = keyLine.safeParse(json);
    if (whole.success) return { type: 'key', entry: whole.data, damaged: false };
    const end = endLine.safeParse(json);
    if (end.success) return { type: 'end', ended: end.data.ended };
    const keys = keysOfLine.safeParse(json);
    if (keys.success) return { type: 'key', entry: keys.data, damaged: true };
  } catch {
    // Neither JSON nor text.
  }
  return { type: 'bad' };
};

export type Reading = {
  /** Where a line begins, bytes from the start. */
  readonly from?: number;
  /** Only lines with one of these texts in them are parsed; the others are skipped. */
  readonly about?: readonly string[];
};

/**
 * Reads the lines of an open file, the oldest first, in constant memory. Empty lines are skipped.
 *
 * @param fd stays open, and its position does not matter
 */
export function* journalLines(fd: number, { from: start = 0, about }: Reading = {}): Generator<JournalLine> {
  const piece = Buffer.alloc(pieceBytes);
  const needles = about?.map((text) => Buffer.from(text));
  let rest = Buffer.alloc(0);
  let isTooLong = false;
  const lineOf = (tail: Buffer): JournalLine | undefined => {
    if (isTooLong || rest.length + tail.length > longestLine) return { type: 'bad' };
    const bytes = rest.length === 0 ? tail : Buffer.concat([rest, tail]);
    if (bytes.length === 0 || needles?.some((needle) => bytes.includes(needle)) === false) return undefined;
    return read(bytes);
  };
  for (let position = start; ;) {
    const length = fs.readSync(fd, piece, 0, piece.length, position);
    if (length === 0) break;
    position += length;
    let from = 0;
    for (let to = piece.indexOf(10); to !== -1 && to < length; to = piece.indexOf(10, from)) {
      const line = lineOf(piece.subarray(from, to));
      from = to + 1;
      rest = Buffer.alloc(0);
      isTooLong = false;
      if (line !== undefined) yield line;
    }
    isTooLong ||= rest.length + length - from > longestLine;
    rest = isTooLong ? Buffer.alloc(0) : Buffer.concat([rest, piece.subarray(from, length)]);
  }
  const last = lineOf(Buffer.alloc(0));
  if (last !== undefined) yield last;
}
