import { rmSync } from 'node:fs';

/** What a stand-in's program is started with, as JSON in its first argument. */
export interface ChildOptions {
  /** What it stands for, as recordings name it: "stend-api 2.2.3". Absent: its newest version. */
  readonly as?: string;
  readonly config: Readonly<Record<string, string | number>>;
  /** All its state is in here: it finds it again after it was killed. */
  readonly folder: string;
  readonly port: number;
  /** How far its clock is ahead, ms. */
  readonly ahead: number;
  /** What only this kind knows. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** What the peer tells the program. */
export type ChildOrder = { readonly do: 'end' } | { readonly do: 'clock'; readonly ahead: number };

/** What the program tells the peer. */
export type ChildNews =
  | { readonly is: 'ready'; readonly port: number; readonly vars: Readonly<Record<string, string>> }
  | { readonly is: 'clock set' };

/** What a program does on its peer's behalf. */
export interface ChildServer {
  readonly port: number;
  readonly vars?: Readonly<Record<string, string>>;
  /** Makes time pass, to this many ms ahead of the machine's clock, with all that the server does in that time. */
  readonly setClock: (ahead: number) => void | Promise<void>;
  readonly close: () => Promise<void>;
}

/** Runs a stand-in as the child of a peer: it ends with its peer, in whatever way that ends, and then cleans up. */
export async function runChild(start: (options: ChildOptions) => Promise<ChildServer>): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '') as ChildOptions;
  process.on('disconnect', () => {
    rmSync(options.folder, { recursive: true, force: true });
    process.exit();
  });
  const server = await start(options);
  const tell = (news: ChildNews): void => void process.send?.(news);
  process.on('message', (order: ChildOrder) => {
    void (async () => {
      if (order.do === 'clock') {
        await server.setClock(order.ahead);
        tell({ is: 'clock set' });
      } else {
        await server.close();
        process.exit();
      }
    })();
  });
  tell({ is: 'ready', port: server.port, vars: server.vars ?? {} });
}
