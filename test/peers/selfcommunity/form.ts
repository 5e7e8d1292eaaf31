import type { IncomingMessage } from 'node:http';
import { arriving } from '../arriving.ts';

/** The fields of a body, and the bytes of its one file. */
export interface Form {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: { readonly field: string; readonly bytes: Buffer } | undefined;
}

const BLANK_LINE = '\r\n\r\n';

/** As much of a form as has come: what breaks off inside a file has the bytes before. Other bodies have no fields. */
export function parseForm(contentType: string, body: Buffer): Form {
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return { fields: Object.fromEntries(new URLSearchParams(body.toString())), file: undefined };
  if (contentType.startsWith('application/json')) return { fields: jsonFields(body.toString()), file: undefined };
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)/i.exec(contentType)?.[1];
  const fields: Record<string, string> = {};
  let file: Form['file'];
  if (boundary === undefined) return { fields, file };
  const mark = `\r\n--${boundary}`;
  for (const part of `\r\n${body.toString('latin1')}`.split(mark).slice(1)) {
    const end = part.indexOf(BLANK_LINE);
    if (end < 0) continue;
    const head = Buffer.from(part.slice(0, end), 'latin1').toString();
    const bytes = Buffer.from(part.slice(end + BLANK_LINE.length), 'latin1');
    const field = /\bname="([^"]*)"/.exec(head)?.[1] ?? '';
    if (/\bfilename="/.test(head)) file = { field, bytes };
    else fields[field] = bytes.toString();
  }
  return { fields, file };
}

function jsonFields(text: string): Form['fields'] {
  try {
    return Object.fromEntries(Object.entries(JSON.parse(text) as object).map(([key, value]) => [key, String(value)]));
  } catch {
    return {};
  }
}

/**
 * Reads a form to its end, and says when the first byte of a file has come. Throws when it breaks off. A file's bytes
 * are kept in memory: the files of this kind of server are small.
 */
export async function readForm(request: IncomingMessage, onFile: (form: Form) => void): Promise<Form> {
  const contentType = request.headers['content-type'] ?? '';
  const pieces: Buffer[] = [];
  let hasFile = false;
  for await (const piece of arriving(request)) {
    pieces.push(piece);
    if (hasFile) continue;
    const form = parseForm(contentType, Buffer.concat(pieces));
    hasFile = (form.file?.bytes.length ?? 0) > 0;
    if (hasFile) onFile(form);
  }
  return parseForm(contentType, Buffer.concat(pieces));
}
