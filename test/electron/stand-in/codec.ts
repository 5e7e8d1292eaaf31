/**
 * Carries values between the processes as Electron's structured clone does: what that carries arrives, the rest throws.
 * One function without anything from outside, because its source is also laid into the page.
 */

export interface Codec {
  /** Throws `An object could not be cloned.` */
  readonly encode: (value: unknown) => string;
  readonly decode: (text: string) => unknown;
}

type Tagged = readonly [tag: string, value?: unknown];

export const codec = (): Codec => {
  const refuse = (): never => {
    throw new Error('An object could not be cloned.');
  };
  const views: Readonly<Record<string, new (buffer: ArrayBuffer) => ArrayBufferView>> = {
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
  };
  const base64 = (bytes: Uint8Array): string => {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  };
  const bytes = (text: string): ArrayBuffer => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;

  const encode = (value: unknown): string => {
    const seen = new Map<object, number>();
    const put = (item: unknown): Tagged => {
      switch (typeof item) {
        case 'string':
        case 'boolean':
          return ['v', item];
        case 'number':
          return Number.isFinite(item) && !Object.is(item, -0)
            ? ['v', item]
            : ['n', Object.is(item, -0) ? '-0' : String(item)];
        case 'undefined':
          return ['u'];
        case 'bigint':
          return ['b', String(item)];
        case 'object':
          return item === null ? ['v', null] : object(item);
        case 'function':
        case 'symbol':
          return refuse();
      }
    };
    const object = (item: object): Tagged => {
      const known = seen.get(item);
      if (known !== undefined) return ['ref', known];
      seen.set(item, seen.size);
      if (Array.isArray(item)) return ['a', Array.from(item, put)];
      if (item instanceof Date) return ['d', item.getTime()];
      if (item instanceof RegExp) return ['r', [item.source, item.flags]];
      if (item instanceof Error) return ['e', [item.name, item.message]];
      if (item instanceof Map) return ['m', Array.from(item, ([key, entry]) => [put(key), put(entry)])];
      if (item instanceof Set) return ['s', Array.from(item, put)];
      if (item instanceof ArrayBuffer) return ['ab', base64(new Uint8Array(item))];
      if (ArrayBuffer.isView(item))
        return ['av', [item.constructor.name, base64(new Uint8Array(item.buffer, item.byteOffset, item.byteLength))]];
      if (Object.getPrototypeOf(item) !== Object.prototype) return refuse();
      return ['o', Object.entries(item).map(([key, entry]) => [key, put(entry)])];
    };
    // The engine's own clone goes first: it refuses functions, symbols, promises and nodes, and flattens classes.
    let cloned: unknown;
    try {
      cloned = structuredClone(value);
    } catch {
      return refuse();
    }
    return JSON.stringify(put(cloned));
  };

  const decode = (text: string): unknown => {
    const seen: object[] = [];
    const note = <T extends object>(item: T): T => {
      seen.push(item);
      return item;
    };
    const get = ([tag, value]: Tagged): unknown => {
      switch (tag) {
        case 'v':
          return value;
        case 'n':
          return Number(value);
        case 'u':
          return undefined;
        case 'b':
          return BigInt(value as string);
        case 'ref':
          return seen[value as number];
        case 'a': {
          const list = note<unknown[]>([]);
          for (const item of value as readonly Tagged[]) list.push(get(item));
          return list;
        }
        case 'd':
          return note(new Date(value as number));
        case 'r': {
          const [source = '', flags] = value as readonly string[];
          return note(new RegExp(source, flags));
        }
        case 'e': {
          const [name = 'Error', message] = value as readonly string[];
          return note(Object.assign(new Error(message), { name }));
        }
        case 'm': {
          const map = note(new Map<unknown, unknown>());
          for (const [key, item] of value as readonly (readonly [Tagged, Tagged])[]) map.set(get(key), get(item));
          return map;
        }
        case 's': {
          const set = note(new Set());
          for (const item of value as readonly Tagged[]) set.add(get(item));
          return set;
        }
        case 'ab':
          return note(bytes(value as string));
        case 'av': {
          const [name = '', text64 = ''] = value as readonly string[];
          const View = views[name];
          return View ? note(new View(bytes(text64))) : refuse();
        }
        default: {
          const record = note<Record<string, unknown>>({});
          for (const [key, item] of value as readonly (readonly [string, Tagged])[]) record[key] = get(item);
          return record;
        }
      }
    };
    return get(JSON.parse(text) as Tagged);
  };

  return { encode, decode };
};
