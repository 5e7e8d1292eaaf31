/**
 * The way between the two worlds of a page, the preload's and its own: secretly named events, whose detail Chromium
 * clones. Copies values by the rules of Electron's context bridge. One function, because its source is laid into both.
 */

interface World {
  addEventListener(name: string, listener: (event: { readonly detail: Message }) => void): void;
  dispatchEvent(event: Event): boolean;
}

interface Message {
  readonly kind: 'call' | 'answer' | 'settled' | 'expose';
  readonly id?: number;
  readonly key?: string;
  readonly ok?: boolean;
  readonly value?: unknown;
}

interface Packed {
  readonly tag: 'plain' | 'list' | 'record' | 'function' | 'promise' | 'error';
  readonly value?: unknown;
}

export interface Bridge {
  /** Lays a value into the other world. Throws where it cannot. */
  readonly expose: (key: string, value: unknown) => void;
}

/** `accept` takes what the other world exposes. */
export const contextBridge = (
  out: string,
  into: string,
  accept: (key: string, value: unknown) => void,
  isForbidden: (value: object) => boolean,
): Bridge => {
  const world = globalThis as unknown as World;
  const ours = new Map<number, (...args: readonly unknown[]) => unknown>();
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  let answer: Message | undefined;
  const dispatch = world.dispatchEvent.bind(world);
  const Carrier = CustomEvent;
  const clone = structuredClone;
  const say = (message: Message): void => void dispatch(new Carrier(out, { detail: message }));
  /** The other world answers before this returns; undefined where it is gone. */
  const ask = (message: Message): Message | undefined => {
    answer = undefined;
    say(message);
    return taken();
  };
  const taken = (): Message | undefined => answer;

  const pack = (value: unknown, depth = 0): Packed => {
    if (depth > 1000)
      throw new Error(
        'Electron contextBridge recursion depth exceeded.  Nested objects deeper than 1000 are not supported.',
      );
    if (typeof value === 'function') {
      const id = ++last;
      ours.set(id, value as () => unknown);
      return { tag: 'function', value: id };
    }
    if (typeof value !== 'object' || value === null) {
      if (typeof value === 'symbol') throw new Error('An object could not be cloned.');
      return { tag: 'plain', value };
    }
    if (value instanceof Promise) {
      const id = ++last;
      const settle = (ok: boolean) => (result: unknown) => {
        try {
          say({ kind: 'settled', id, ok, value: pack(result) });
        } catch (error) {
          say({ kind: 'settled', id, ok: false, value: pack(error) });
        }
      };
      value.then(settle(true), settle(false));
      return { tag: 'promise', value: id };
    }
    if (value instanceof Error) return { tag: 'error', value: value.message };
    if (Array.isArray(value)) return { tag: 'list', value: value.map((item) => pack(item, depth + 1)) };
    const kind = Object.prototype.toString.call(value);
    if (kind !== '[object Object]') {
      try {
        clone(value);
      } catch {
        throw new Error('An object could not be cloned.');
      }
      return { tag: 'plain', value };
    }
    if (isForbidden(value)) return { tag: 'record', value: [] };
    return { tag: 'record', value: Object.entries(value).map(([key, item]) => [key, pack(item, depth + 1)]) };
  };

  const unpack = ({ tag, value }: Packed): unknown => {
    switch (tag) {
      case 'plain':
        return value;
      case 'list':
        return (value as readonly Packed[]).map(unpack);
      case 'record':
        return Object.fromEntries(
          (value as readonly (readonly [string, Packed])[]).map(([key, item]) => [key, unpack(item)]),
        );
      case 'error':
        return new Error(value as string);
      case 'promise': {
        const made = Promise.withResolvers<unknown>();
        waiting.set(value as number, made);
        return made.promise;
      }
      case 'function':
        return (...args: readonly unknown[]): unknown => {
          const told = ask({ kind: 'call', id: value as number, value: pack(args) });
          if (!told) throw new Error('The other world is gone.');
          const back = unpack(told.value as Packed);
          if (told.ok === true) return back;
          throw back as Error;
        };
    }
  };

  const reply = (work: () => unknown): void => {
    try {
      say({ kind: 'answer', ok: true, value: pack(work()) });
    } catch (error) {
      say({ kind: 'answer', ok: false, value: pack(error instanceof Error ? error : new Error(String(error))) });
    }
  };

  world.addEventListener(into, ({ detail: message }) => {
    const value = (): unknown => unpack(message.value as Packed);
    if (message.kind === 'answer') answer = message;
    else if (message.kind === 'call') reply(() => ours.get(message.id ?? 0)?.(...(value() as readonly unknown[])));
    else if (message.kind === 'expose') reply(() => accept(message.key ?? '', value()));
    else {
      const made = waiting.get(message.id ?? 0);
      waiting.delete(message.id ?? 0);
      const result = value();
      if (message.ok === true) made?.resolve(result);
      else made?.reject(result);
    }
  });

  return {
    expose: (key, value) => {
      const told = ask({ kind: 'expose', key, value: pack(value) });
      if (told?.ok === false) throw unpack(told.value as Packed) as Error;
    },
  };
};
