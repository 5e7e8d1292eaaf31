/** Objects that throw, with the name, on every member that is not provided, and on every event that never comes. */
import { EventEmitter } from 'node:events';

/** A method of this name is asked before a member is used; it throws where it may not be. */
export const used = Symbol('used');

/** What JavaScript itself asks of any object: promises, JSON, module loaders. */
const asked = new Set(['then', 'toJSON', '__esModule', 'asymmetricMatch']);

const missing = (name: string): Error => new Error(`The stand-in for Electron does not provide ${name}.`);

const traps = <T extends object>(name: string): ProxyHandler<T> => ({
  get(target, key, receiver) {
    if (typeof key === 'symbol') return Reflect.get(target, key, receiver);
    if (!(key in target)) {
      if (asked.has(key)) return undefined;
      throw missing(`${name}.${key}`);
    }
    (Reflect.get(target, used) as ((key: string) => void) | undefined)?.call(receiver, key);
    return Reflect.get(target, key, receiver);
  },
  set(target, key, value, receiver) {
    if (typeof key === 'string' && !(key in target)) throw missing(`setting ${name}.${key}`);
    return Reflect.set(target, key, value, receiver);
  },
});

/** A module made of functions. */
export const strict = <T extends object>(name: string, members: T): T => new Proxy(members, traps<T>(name));

/** The parent returns the proxy, so that private fields of the classes below lie on it. */
export class Strict {
  readonly [Symbol.toStringTag]: string = '';

  constructor(name: string) {
    this[Symbol.toStringTag] = name;
    return new Proxy(this, traps<this>(name));
  }
}

class Proxied extends EventEmitter {
  constructor(name: string) {
    super();
    return new Proxy(this, traps<this>(name));
  }
}

/** An emitter of a known list of events; waiting for another one throws. */
export class StrictEmitter extends Proxied {
  readonly #name: string;
  readonly #events: ReadonlySet<string>;

  constructor(name: string, events: readonly string[]) {
    super(name);
    this.#name = name;
    this.#events = new Set(events);
  }

  #check(event: string | symbol): void {
    if (typeof event === 'string' && !this.#events.has(event)) throw missing(`the event '${event}' of ${this.#name}`);
  }

  override on(event: string | symbol, listener: (...args: unknown[]) => void): this {
    this.#check(event);
    return super.on(event, listener);
  }

  override once(event: string | symbol, listener: (...args: unknown[]) => void): this {
    this.#check(event);
    return super.once(event, listener);
  }

  override addListener(event: string | symbol, listener: (...args: unknown[]) => void): this {
    return this.on(event, listener);
  }

  override prependListener(event: string | symbol, listener: (...args: unknown[]) => void): this {
    this.#check(event);
    return super.prependListener(event, listener);
  }
}

/** For members that do nothing here, and are Electron's to the type all the same. */
export const nothing = (): void => undefined;

/** What Electron hands to a listener that may forbid what is about to happen. */
export class Preventable {
  defaultPrevented = false;
  readonly preventDefault = (): void => {
    this.defaultPrevented = true;
  };
}
