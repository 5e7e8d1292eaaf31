import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a stand-in is started with. */
export interface ChildOptions {
  /** What it stands for, as recordings name it: "stend-api 2.2.3". Absent: its newest version. */
  readonly as?: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** All its state is in here: it finds it again after it was killed. */
  readonly folder: string;
  readonly port: number;
  /** How far its clock is ahead, ms. */
  readonly ahead: number;
  /** What only this kind knows. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Asks what the peer keeps beside the program, and what outlives it: a store behind it. */
  readonly ask?: (name: string, args: readonly unknown[]) => Promise<unknown>;
}

/** What the peer tells the program. A program that has left what it was may be started as another one. */
export type ChildOrder =
  | { readonly do: 'start'; readonly options: ChildOptions }
  | { readonly do: 'leave' }
  | { readonly do: 'end' }
  | { readonly do: 'clock'; readonly ahead: number }
  | { readonly do: 'hear'; readonly id: number; readonly value?: unknown; readonly error?: string };

/** What the program tells the peer. */
export type ChildNews =
  | { readonly is: 'ready'; readonly port: number; readonly vars: Readonly<Record<string, string>> }
  | { readonly is: 'clock set' }
  | { readonly is: 'left' }
  | { readonly is: 'asking'; readonly id: number; readonly name: string; readonly args: readonly unknown[] };

/** What a program does on its peer's behalf. */
export interface ChildServer {
  readonly port: number;
  readonly vars?: Readonly<Record<string, string>>;
  /** Makes time pass, to this many ms ahead of the machine's clock, with all that the server does in that time. */
  readonly setClock: (ahead: number) => void | Promise<void>;
  readonly close: () => Promise<void>;
  /** Resolves when nothing is left of what closing has cut, unless the program ends of it. */
  readonly settled?: () => Promise<unknown>;
}

/** Runs a stand-in as the child of a peer: it ends with its peer, in whatever way that ends, and then cleans up. */
export function runChild(start: (options: ChildOptions) => Promise<ChildServer>): void {
  const tell = (news: ChildNews): void => void process.send?.(news);
  const questions = new Questions(tell);
  let running: { readonly server: Promise<ChildServer>; readonly folder: string } | undefined;
  process.on('disconnect', () => {
    if (running) rmSync(running.folder, { recursive: true, force: true });
    process.exit();
  });
  const obey = async (order: ChildOrder): Promise<void> => {
    switch (order.do) {
      case 'start': {
        const server = start({ ...order.options, ask: (name, args) => questions.ask(name, args) });
        running = { server, folder: order.options.folder };
        const { port, vars = {} } = await server;
        tell({ is: 'ready', port, vars });
        return;
      }
      case 'hear':
        questions.hear(order);
        return;
      case 'clock':
        await (await running?.server)?.setClock(order.ahead);
        tell({ is: 'clock set' });
        return;
      case 'end':
        await (await running?.server)?.close();
        process.exit();
        return;
      case 'leave': {
        const left = await running?.server;
        await left?.close();
        running = undefined;
        // whatever was cut is over by then, with all that the server does about it
        await sleep(10);
        await left?.settled?.();
        tell({ is: 'left' });
      }
    }
  };
  process.on('message', (order: ChildOrder) => void obey(order));
}

/** Questions to the peer that are not answered yet. */
class Questions {
  readonly #tell: (news: ChildNews) => void;
  readonly #open = new Map<
    number,
    { readonly resolve: (value: unknown) => void; readonly reject: (why: Error) => void }
  >();
  #last = 0;

  constructor(tell: (news: ChildNews) => void) {
    this.#tell = tell;
  }

  ask(name: string, args: readonly unknown[]): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.#tell({ is: 'asking', id, name, args });
    });
  }

  hear({ id, value, error }: Extract<ChildOrder, { readonly do: 'hear' }>): void {
    const question = this.#open.get(id);
    this.#open.delete(id);
    if (error === undefined) question?.resolve(value);
    else question?.reject(new Error(error));
  }
}
