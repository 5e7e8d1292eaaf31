import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildNews, ChildOptions, ChildOrder } from './child.ts';
import { KINDS } from './kinds.ts';
import { endProcess } from './own-program.ts';
import { leaveProgram, takeProgram } from './programs.ts';
import type { StandInOptions } from './stand-in.ts';

/** One life of a stand-in: from its start until it ends, is killed or crashes. */
export interface Life {
  readonly port: number;
  readonly vars: Readonly<Record<string, string>>;
  /** Resolves when it has ended, in whatever way. */
  readonly gone: Promise<void>;
  readonly end: (how: 'SIGKILL' | 'orderly') => Promise<void>;
  /** Ends it for good. */
  readonly leave: () => Promise<void>;
  /** Sets its clock, to this many ms ahead of the machine's. */
  readonly clock: (ahead: number) => Promise<void>;
}

export type StartLife = (kind: string, options: ChildOptions, ask: NonNullable<StandInOptions['ask']>) => Promise<Life>;

/**
 * A life in this process. Nothing is killed then: every connection ends at once and what the server had in memory is
 * lost, but the system does not do it. A body that is under way at that moment is one that was cut, for the code that
 * was receiving it.
 */
export const liveHere: StartLife = async (kind, options, ask) => {
  const start = await KINDS[kind]?.();
  if (!start) throw new Error(`There is no stand-in for "${kind}".`);
  const ended = Promise.withResolvers<undefined>();
  let isOver = false;
  const crash = (): void => void endBy('drop');
  const server = await start({ ...options, ask, crash });
  const endBy = async (way: 'close' | 'drop'): Promise<void> => {
    if (!isOver) {
      isOver = true;
      await server[way]();
      ended.resolve(undefined);
    }
    await ended.promise;
  };
  return {
    port: server.port,
    vars: server.vars ?? {},
    gone: ended.promise,
    end: (how) => endBy(how === 'orderly' ? 'close' : 'drop'),
    leave: async () => {
      await endBy('drop');
      // What was cut is over by then, with all that the server does about it.
      await sleep(0);
      await server.settled?.();
    },
    clock: async (ahead) => {
      if (!isOver) await server.setClock(ahead);
    },
  };
};

/** A life as a process of its own, which the system can kill. */
export const liveApart: StartLife = async (kind, options, ask) => {
  const child = takeProgram(kind);
  /** Answers what the program asks of its companion. */
  const hear = async (news: ChildNews): Promise<void> => {
    if (news.is !== 'asking') return;
    const { id, name, args } = news;
    let order: ChildOrder;
    try {
      order = { do: 'hear', id, value: await ask(name, args) };
    } catch (error) {
      order = { do: 'hear', id, error: String(error) };
    }
    // It may have been killed by then.
    if (child.connected) child.send(order, () => {});
  };
  child.on('message', (news: ChildNews) => void hear(news));
  const gone = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  // It may have asked something before, or said the last word of what it was before.
  const ready = new Promise<Extract<ChildNews, { is: 'ready' }>>((resolve) => {
    child.on('message', (news: ChildNews) => {
      if (news.is === 'ready') resolve(news);
    });
  });
  child.send({ do: 'start', options } satisfies ChildOrder, () => {});
  const news = await Promise.race([ready, gone]);
  if (!news) throw new Error('The stand-in ended before it was ready.');
  return {
    port: news.port,
    vars: news.vars,
    gone,
    end: async (how) => {
      if (how === 'SIGKILL' || !child.connected) return endProcess(child, 'SIGKILL');
      child.send({ do: 'end' } satisfies ChildOrder, () => {});
      return gone;
    },
    leave: () => leaveProgram(kind, child),
    clock: async (ahead) => {
      if (!child.connected) return;
      const set = new Promise<void>((resolve) => {
        const look = ({ is }: ChildNews): void => {
          if (is !== 'clock set') return;
          child.off('message', look);
          resolve();
        };
        child.on('message', look).once('exit', () => resolve());
      });
      child.send({ do: 'clock', ahead } satisfies ChildOrder, () => {});
      await set;
    },
  };
};
