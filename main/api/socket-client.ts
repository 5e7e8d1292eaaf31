import { connect, type Socket } from 'node:net';
import type { CallName, CallOutput, EventName, EventPayload } from '../../preload/contract.ts';
import { ContractError } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { event, hello, lines, parse, reply } from './frames.ts';

/** The owner of a profile, over its local socket. */
export type Owner = {
  readonly version: string;
  readonly pid: number;
  /** `signal`: see `Client.call`. */
  readonly call: <C extends CallName>(name: C, input: unknown, signal?: AbortSignal) => Promise<CallOutput<C>>;
  readonly close: () => void;
};

export type OwnerListener = {
  readonly event: <E extends EventName>(name: E, payload: EventPayload<E>) => void;
  /** The connection ended, by either side. */
  readonly gone: () => void;
};

type Waiting = { readonly resolve: (value: never) => void; readonly reject: (error: Error) => void };

/** Connects and waits for the owner's first line. Rejects where nobody listens, or nothing is said in `withinMs`. */
export const connectOwner = (path: string, listener: OwnerListener, withinMs: number): Promise<Owner> =>
  new Promise((resolve, reject) => {
    const socket: Socket = connect(path);
    const waiting = new Map<number, Waiting>();
    let next = 0;
    let met = false;
    const timer = setTimeout(() => socket.destroy(new Error('silent')), withinMs);
    socket.on('error', (error) => {
      if (!met) reject(error);
    });
    socket.on('close', () => {
      clearTimeout(timer);
      // What was said before the end counts.
      for (const text of said.splice(0)) take(text);
      if (!met) reject(new Error('closed'));
      for (const { reject: refuse } of waiting.values()) refuse(new ContractError(problemView(problem('owner-gone'))));
      waiting.clear();
      if (met) listener.gone();
    });

    const call = <C extends CallName>(name: C, input: unknown, signal?: AbortSignal): Promise<CallOutput<C>> =>
      new Promise((answered, refused) => {
        signal?.throwIfAborted();
        if (socket.destroyed) {
          refused(new ContractError(problemView(problem('owner-gone'))));
          return;
        }
        const id = next++;
        const cancel = (): void => {
          waiting.delete(id);
          if (!socket.destroyed) socket.write(`${JSON.stringify({ cancel: id })}\n`);
          refused(signal?.reason as Error);
        };
        const settled = (): void => signal?.removeEventListener('abort', cancel);
        waiting.set(id, {
          resolve: (value) => {
            settled();
            answered(value);
          },
          reject: (error) => {
            settled();
            refused(error);
          },
        });
        signal?.addEventListener('abort', cancel);
        socket.write(`${JSON.stringify({ id, call: name, input })}\n`);
      });

    /** Takes a line. Tells whether somebody waited for it. */
    const take = (text: string): boolean => {
      const message = parse(text);
      if (!met) {
        const first = hello.safeParse(message);
        if (!first.success) {
          socket.destroy(new Error('not Stevedore'));
          return false;
        }
        met = true;
        clearTimeout(timer);
        const { stevedore: version, pid } = first.data;
        resolve({ version, pid, call, close: () => socket.destroy() });
        return true;
      }
      const answer = reply.safeParse(message);
      if (answer.success) {
        const asked = waiting.get(answer.data.id);
        waiting.delete(answer.data.id);
        if (answer.data.ok) asked?.resolve(answer.data.value as never);
        else asked?.reject(new ContractError(answer.data.error));
        return true;
      }
      const told = event.safeParse(message);
      if (told.success) listener.event(told.data.event as EventName, told.data.payload as never);
      return false;
    };
    /** Lines that came together with a reply. */
    const said: string[] = [];
    let pausing = false;
    // The reply is delivered before events that came after it, so that nothing older is shown last.
    const takeNext = (): void => {
      pausing = false;
      while (!pausing && said.length > 0) pausing = take(said.shift() ?? '');
      if (pausing) setImmediate(takeNext);
    };
    socket.on(
      'data',
      lines(
        (text) => {
          said.push(text);
          if (!pausing) takeNext();
        },
        () => socket.destroy(),
      ),
    );
  });
