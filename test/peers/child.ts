import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StandIn, StandInOptions, StartStandIn } from './stand-in.ts';

/** Options of a stand-in, as they travel to its process. */
export type ChildOptions = Omit<StandInOptions, 'ask' | 'crash'>;

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

/** Runs a stand-in as the child of a peer: it ends with its peer, in whatever way that ends, and then cleans up. */
export function runChild(start: StartStandIn): void {
  const tell = (news: ChildNews): void => void process.send?.(news);
  const questions = new Questions(tell);
  let running: { readonly server: Promise<StandIn>; readonly folder: string } | undefined;
  process.on('disconnect', () => {
    if (running) rmSync(running.folder, { recursive: true, force: true });
    process.exit();
  });
  const obey = async (order: ChildOrder): Promise<void> => {
    switch (order.do) {
      case 'start': {
        const server = start({
          ...order.options,
          ask: (name, args) => questions.ask(name, args),
          crash: () => void process.kill(process.pid, 'SIGKILL'),
        });
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
