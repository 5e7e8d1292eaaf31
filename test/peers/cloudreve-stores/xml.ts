import { randomBytes } from 'node:crypto';
import type { Reply } from './http.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const ENTITIES: Readonly<Record<string, string>> = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&', '#34': '"' };

const escape = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const unescape = (text: string): string => text.replace(/&([\w#]+);/g, (all, name: string) => ENTITIES[name] ?? all);

/** Elements that hold text, in their order. */
export const elements = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `<${name}>${escape(String(value))}</${name}>`)
    .join('');

export const xml = (status: number, body: string): Reply => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: HEAD + body,
});

/** An error as every store of this family tells it. */
export function xmlError(
  status: number,
  code: string,
  message: string,
  more: Readonly<Record<string, string>> = {},
): Reply {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  return xml(status, `<Error>${elements({ Code: code, Message: message, ...more, RequestId: requestId })}</Error>`);
}

export interface ListedPart {
  readonly number: number;
  /** Without its quotes. */
  readonly etag: string;
}

/** Reads `<CompleteMultipartUpload>`; undefined where it is none. An empty body is a list of nothing. */
export function readPartList(text: string): readonly ListedPart[] | undefined {
  if (text.trim() === '') return [];
  const list =
    /^\s*(?:<\?xml[^>]*\?>\s*)?<CompleteMultipartUpload(?:\s[^>]*)?>([\s\S]*)<\/CompleteMultipartUpload>\s*$/.exec(
      text,
    );
  const inner = list?.[1];
  if (inner === undefined) return undefined;
  const parts: ListedPart[] = [];
  for (const [, part = ''] of inner.matchAll(/<Part>([\s\S]*?)<\/Part>/g)) {
    const number = /<PartNumber>\s*(\d+)\s*<\/PartNumber>/.exec(part)?.[1];
    const etag = /<ETag>\s*([\s\S]*?)\s*<\/ETag>/.exec(part)?.[1];
    if (number === undefined || etag === undefined) return undefined;
    parts.push({ number: Number(number), etag: unescape(etag).replace(/^"|"$/g, '') });
  }
  return inner.replace(/<Part>[\s\S]*?<\/Part>/g, '').trim() === '' ? parts : undefined;
}
