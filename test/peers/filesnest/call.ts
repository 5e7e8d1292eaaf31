import { type Ask, header, type Reply } from '../cloudreve-stores/http.ts';
import type { FileRow, UploadRow } from './store.ts';

/** A request whose body has come whole. */
export interface Call extends Ask {
  /** Whose token it brings; undefined where it is none. */
  readonly user: number | undefined;
  /** Its JSON; a body that is none counts as empty. */
  readonly body: Readonly<Record<string, unknown>>;
}

export const json = (status: number, body: unknown, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** protocol: an error is JSON where the client wants it, else a page. */
export function refuse(ask: Ask, status: number, message: string, headers: Reply['headers'] = {}): Reply {
  if (/[/+]json/.test(header(ask, 'accept') ?? '')) return json(status, { message }, headers);
  return { status, headers: { 'content-type': 'text/html; charset=UTF-8', ...headers }, body: page(message) };
}

/** protocol: no token, a bad one and another user's file are answered alike. */
export const unauthorized = (ask: Ask): Reply => refuse(ask, 403, 'This action is unauthorized.');
export const noModel = (ask: Ask, model: 'File' | 'Upload'): Reply =>
  refuse(ask, 404, `No query results for model [App\\Models\\${model}].`);
export const serverError = (ask: Ask): Reply => refuse(ask, 500, 'Server Error');

export const invalid = (errors: Readonly<Record<string, readonly string[]>>): Reply => {
  const messages = Object.values(errors).flat();
  const more = messages.length - 1;
  const rest = more > 0 ? ` (and ${more} more error${more > 1 ? 's' : ''})` : '';
  return json(422, { message: `${messages[0]}${rest}`, errors });
};

/** The refusal of an include that is not known. */
export function badInclude({ query }: Ask, known: readonly string[]): Reply | undefined {
  const unknown = (query.get('include') ?? '').split(',').find((name) => name !== '' && !known.includes(name));
  return unknown === undefined ? undefined : invalid({ include: [`The ${unknown} field is not whitelisted.`] });
}

export const escape = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

export const page = (body: string): string =>
  `<!DOCTYPE html>\n<html lang="en"><head><title>FilesNest</title></head><body>${body}</body></html>\n`;

/** protocol: `2026-11-20T20:19:59.000000Z`. */
const timeOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, '.000000Z');

export const uploadData = ({ id, number, created, updated, isCompleted }: UploadRow): object => ({
  id,
  number,
  created_at: timeOf(created),
  updated_at: timeOf(updated),
  status_name: isCompleted ? 'completed' : 'in_progress',
});

export const fileData = (
  { id, name, create_datetime, checksum, created, updated, status }: FileRow,
  uploads?: readonly UploadRow[],
): object => ({
  id,
  name,
  create_datetime,
  checksum,
  created_at: timeOf(created),
  updated_at: timeOf(updated),
  status_name: status,
  ...(uploads && { uploads: uploads.map(uploadData) }),
});
