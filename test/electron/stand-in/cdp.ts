/** Chromium's DevTools protocol over the two pipes of a browser that this process started. */
import type { Readable, Writable } from 'node:stream';
import type { CDPSession } from '@playwright/test';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

interface Waiting {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** What is said to one page, or to the browser as a whole. */
export interface Session {
  readonly send: CDPSession['send'];
  readonly on: CDPSession['on'];
}

export class Cdp {
  readonly #write: Writable;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, ((params: unknown) => void)[]>();
  #last = 0;
  #closed = false;

  constructor(write: Writable, read: Readable) {
    this.#write = write;
    write.on('error', () => undefined);
    let rest = '';
    read.setEncoding('utf8').on('data', (text: string) => {
      rest += text;
      const messages = rest.split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.#receive(JSON.parse(message) as Message);
    });
    read.on('close', () => {
      this.#closed = true;
      for (const { method, reject } of this.#waiting.values()) reject(new Error(`Chromium ended during ${method}.`));
      this.#waiting.clear();
    });
  }

  /** The browser where no id is given. */
  session(id = ''): Session {
    return {
      send: ((method: string, params?: object) => this.#send(method, params ?? {}, id)) as CDPSession['send'],
      on: ((event: string, listener: (params: unknown) => void) => {
        const key = `${id} ${event}`;
        this.#listeners.set(key, [...(this.#listeners.get(key) ?? []), listener]);
      }) as unknown as CDPSession['on'],
    };
  }

  #send(method: string, params: object, sessionId: string): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error(`Chromium has ended; ${method} was not sent.`));
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject });
      this.#write.write(`${JSON.stringify({ id, method, params, ...(sessionId === '' ? {} : { sessionId }) })}\0`);
    });
  }

  #receive(message: Message): void {
    if (message.id === undefined) {
      const key = `${message.sessionId ?? ''} ${message.method ?? ''}`;
      for (const listener of this.#listeners.get(key) ?? []) listener(message.params);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) waiting?.reject(new Error(`${waiting.method}: ${message.error.message}`));
    else waiting?.resolve(message.result);
  }
}
