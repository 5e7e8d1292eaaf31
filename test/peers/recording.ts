import { createCipheriv } from 'node:crypto';
import { codeAt } from './totp.ts';

/** A scenario as it was played against a real server and written down. */
export interface Recording {
  readonly system: string;
  readonly server: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly scenario: string;
  readonly says: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly note?: string;
  /** What is done to the server before the step. */
  readonly after?: string;
  /** Milliseconds before the step. */
  readonly wait?: number;
  /** The request is begun, and its answer awaited by the step that ends it. */
  readonly begin?: string;
  readonly end?: string;
  /** Left out in a step that only ends one. */
  readonly request?: RecordedRequest;
  /** Left out in a step that only begins one. */
  readonly response?: RecordedResponse;
  /** Name → JSON pointer into the answer, or `header:name`. */
  readonly captures?: Readonly<Record<string, string>>;
  /** Pointers to what differs from play to play: only its type is compared. */
  readonly volatile?: readonly string[];
}

export interface RecordedRequest {
  readonly method: string;
  readonly path?: string;
  readonly url?: string;
  /** Null: the header is not sent. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: RecordedBody;
  readonly pause?: { readonly at: number; readonly ms: number };
  readonly cutAfter?: number;
}

export type RecordedBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'form'; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: 'raw'; readonly bytes: ByteRange }
  | Encrypted
  | { readonly kind: 'multipart'; readonly parts: readonly RecordedPart[] };

/** Bytes encrypted with a captured key and vector (base64), as those at an offset of a file. */
interface Encrypted {
  readonly kind: 'aes256ctr';
  readonly key: string;
  readonly iv: string;
  readonly offset?: number;
  readonly bytes?: ByteRange;
  readonly value?: string;
}

interface RecordedPart {
  readonly name: string;
  readonly filename?: string;
  readonly type?: string;
  readonly bytes?: ByteRange;
  readonly value?: string;
}

export interface RecordedResponse {
  readonly broken?: string;
  readonly status: number;
  /** Null: the header is absent. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body: unknown;
}

/** A slice of the endless stream of bytes that a seed stands for. */
interface ByteRange {
  readonly seed: number;
  readonly from: number;
  readonly length: number;
}

/** The bytes of a range. The byte at offset i is `(31 i + 17 (i >> 8) + 7 (i >> 16) + seed) & 255`. */
export function bytesOf({ seed, from, length }: ByteRange): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let n = 0; n < length; n++) {
    const i = from + n;
    bytes[n] = (i * 31 + (i >>> 8) * 17 + (i >>> 16) * 7 + seed) & 255;
  }
  return bytes;
}

export type Names = Readonly<Record<string, unknown>>;

/** Puts captured values in the place of `{{name}}`, in every string of a value. A string that is a name takes its type. */
export function fill(value: unknown, names: Names): unknown {
  if (typeof value === 'string') {
    const whole = /^\{\{([\w.-]+)\}\}$/.exec(value)?.[1];
    return whole !== undefined && whole in names ? names[whole] : fillText(value, names);
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [fillText(key, names), fill(item, names)]));
}

/** The same for a text that stays one. `{{enc name}}` is percent-encoded, `{{totp name}}` a one-time code. */
export function fillText(text: string, names: Names): string {
  return text.replace(/\{\{(enc |totp )?([\w.-]+)\}\}/g, (whole, how: string | undefined, name: string) => {
    if (!(name in names)) return whole;
    const value = String(names[name]);
    if (how === 'totp ') return codeAt(value, Date.now());
    return how ? encodeURIComponent(value) : value;
  });
}

/** What a JSON pointer leads to. */
export function follow(document: unknown, pointer: string): unknown {
  let at = document;
  for (const step of pointer.split('/').slice(1)) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return at;
}

/** A recorded body in the form in which it is sent, and its content type. */
export function encodeBody(
  body: RecordedBody | undefined,
  names: Names,
): { readonly bytes: Buffer; readonly type: string } | undefined {
  switch (body?.kind) {
    case undefined:
    case 'none':
      return undefined;
    case 'json':
      return { bytes: Buffer.from(JSON.stringify(fill(body.value, names))), type: 'application/json' };
    case 'text':
      return { bytes: Buffer.from(fillText(body.value, names)), type: 'text/plain' };
    case 'raw':
      return { bytes: bytesOf(body.bytes), type: 'application/octet-stream' };
    case 'aes256ctr':
      return { bytes: encrypt(body, names), type: 'application/octet-stream' };
    case 'form': {
      const fields = fill(body.fields, names) as Record<string, string>;
      return { bytes: Buffer.from(String(new URLSearchParams(fields))), type: 'application/x-www-form-urlencoded' };
    }
    case 'multipart': {
      const boundary = '----replayed-recording';
      const pieces = body.parts.flatMap((part) => encodePart(part, boundary, names));
      const bytes = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
      return { bytes, type: `multipart/form-data; boundary=${boundary}` };
    }
  }
}

function encrypt({ key, iv, offset = 0, bytes, value = '' }: Encrypted, names: Names): Buffer {
  const vector = BigInt(`0x${Buffer.from(fillText(iv, names), 'base64').toString('hex')}`);
  const counter = (vector + BigInt(Math.floor(offset / 16))) & ((1n << 128n) - 1n);
  const start = Buffer.from(counter.toString(16).padStart(32, '0'), 'hex');
  const cipher = createCipheriv('aes-256-ctr', Buffer.from(fillText(key, names), 'base64'), start);
  cipher.update(Buffer.alloc(offset % 16));
  return cipher.update(bytes ? bytesOf(bytes) : Buffer.from(fillText(value, names)));
}

function encodePart({ name, filename, type, bytes, value }: RecordedPart, boundary: string, names: Names): Buffer[] {
  const disposition = [`form-data; name="${fillText(name, names)}"`];
  if (filename !== undefined) disposition.push(`filename="${fillText(filename, names)}"`);
  const head = [`--${boundary}`, `content-disposition: ${disposition.join('; ')}`];
  if (type) head.push(`content-type: ${type}`);
  const content = bytes ? bytesOf(bytes) : Buffer.from(fillText(value ?? '', names));
  return [Buffer.from(`${head.join('\r\n')}\r\n\r\n`), content, Buffer.from('\r\n')];
}
