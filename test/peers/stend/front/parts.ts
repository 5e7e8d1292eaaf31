import type { PartReader } from '../../../../main/practice/receive-file.ts';
import { type Refusal, refuse } from '../../../../main/practice/refusal.ts';
import { frameworkError, internalError } from './framework-error.ts';

/** What a part says of itself. `name` is absent where its header has none. */
export interface Part {
  readonly isFile: boolean;
  readonly name?: string;
  readonly type: string;
}

const MAX_PARTS = 1000;
const MAX_FIELD = 1024 * 1024;

/**
 * Finds the file in a body as the framework does, and keeps what is refused if there is none.
 *
 * @param missingChunk whether the version checks that a chunk came
 */
export class Parts implements PartReader {
  readonly #missingChunk: boolean;
  #current: Part | undefined;
  #count = 0;
  #json = '';
  #refusal: Refusal | undefined;

  constructor(missingChunk: boolean) {
    this.#missingChunk = missingChunk;
  }

  readonly isFile = (header: string): boolean => {
    const part = readPart(header);
    this.#current = part;
    this.#json = '';
    if (!part) return false;
    const tooMany = ++this.#count > MAX_PARTS;
    if (tooMany) this.#refusal = frameworkError(413, 'FST_PARTS_LIMIT', 'reach parts limit');
    else if (isReserved(part)) {
      const message = 'prototype property is not allowed as field name';
      this.#refusal = frameworkError(400, 'FST_PROTO_VIOLATION', message);
    }
    return part.isFile && !tooMany && !isReserved(part);
  };

  readonly data = (bytes: Buffer): void => {
    if (this.#isJson() && this.#json.length < MAX_FIELD) this.#json += bytes.toString();
  };

  readonly end = (): void => {
    if (!this.#isJson() || isJson(this.#json)) return;
    const message = 'a request field is not a valid JSON as declared by its Content-Type';
    this.#refusal = frameworkError(406, 'FST_INVALID_JSON_FIELD_ERROR', message);
  };

  readonly missing = (): Refusal => {
    if (this.#refusal) return this.#refusal;
    if (!this.#missingChunk) return internalError("Cannot read properties of undefined (reading 'file')");
    return refuse(400, 'Chunk manquant', 'Vous devez envoyer le chunk dans le body');
  };

  #isJson(): boolean {
    return this.#current?.isFile === false && this.#current.type.startsWith('application/json');
  }
}

/** protocol: names that every object has are refused, unless a file comes all the same. */
const isReserved = ({ name = '' }: Part): boolean => Object.hasOwn(Object.prototype, name);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** protocol: a part is a file when it has a file name, an empty one too, or is of the type application/octet-stream. */
export function readPart(header: string): Part | undefined {
  const lines = header.replace(/\r\n(?=[\t ])/g, '').split('\r\n');
  const valueOf = (name: string): string | undefined =>
    lines.find((line) => line.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1);
  const [kind, ...parameters] = readParameters(valueOf('content-disposition') ?? '');
  if (kind?.[0].toLowerCase() !== 'form-data') return undefined;
  const parameter = (name: string): string | undefined => parameters.findLast(([key]) => key === name)?.[1];
  const type = readParameters(valueOf('content-type') ?? '')[0]?.[0].toLowerCase() || 'text/plain';
  const name = parameter('name');
  const isFile = type === 'application/octet-stream' || parameter('filename') !== undefined;
  return { isFile, ...(name !== undefined && { name }), type };
}

/** The boundary that a content type names. */
export const boundaryOf = (contentType: string): string | undefined =>
  readParameters(contentType).find(([key, value]) => key === 'boundary' && value !== undefined)?.[1];

/** Splits `value; key=text; key="quoted"`: keys in lower case, a key without "=" has no value. */
function readParameters(text: string): readonly (readonly [key: string, value?: string])[] {
  const found: [string, string?][] = [];
  for (const [item] of text.matchAll(/(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g)) {
    const equals = found.length ? item.indexOf('=') : -1;
    const key = (equals < 0 ? item : item.slice(0, equals)).replace(/[\t ]|\*$/g, '');
    if (equals < 0) found.push([found.length ? key.toLowerCase() : key]);
    else found.push([key.toLowerCase(), unquote(item.slice(equals + 1))]);
  }
  return found;
}

const unquote = (text: string): string =>
  text.replace(/"((?:[^"\\]|\\.)*)"?|[\t ]/g, (_, quoted: string | undefined) => quoted?.replace(/\\(.)/g, '$1') ?? '');
