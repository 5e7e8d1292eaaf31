/** All that a window can call and hear: the contract by a client, and what the host that shows it answers itself. */
import { z } from 'zod';
import { ContractError, type Client } from '../../preload/contract.ts';
import type { Problem } from '../../preload/problems.ts';
import {
  windowCalls,
  type WindowCallName,
  type WindowCallOutput,
  type WindowEventName,
  type WindowEventPayload,
  type WindowParsedInput,
} from '../../preload/window.ts';
import { invalidInput } from '../../preload/problems/invalid-input.ts';
import { problemView } from '../../preload/problem-view.ts';
import { clientApi, failure, refusal, type AnyListener, type WindowSide } from './from-client.ts';

/** How a host answers: one handler a call, by `refuse` where it cannot. A missing one does not compile. */
export type WindowHandlers = {
  readonly [C in WindowCallName]: (input: WindowParsedInput<C>) => WindowCallOutput<C> | Promise<WindowCallOutput<C>>;
};

export type WindowApi = WindowSide & {
  /** Tells every window something that only a host knows. Returns how many heard it. */
  readonly tell: <E extends WindowEventName>(event: E, payload: WindowEventPayload<E>) => number;
};

/** A problem as handlers fail with it. */
export const problemError = (reason: Problem): ContractError => new ContractError(problemView(reason));

/** Ends a handler with a problem. */
export const refuse = (reason: Problem): never => {
  throw problemError(reason);
};

/** Serves the contract from a client, and the window's own calls from the handlers of a host. */
export const windowApi = (client: Client, handlers: WindowHandlers): WindowApi => {
  const contract = clientApi(client);
  const listeners = new Set<AnyListener>();
  const own = handlers as Readonly<Record<WindowCallName, (input: unknown) => unknown>>;
  return {
    answer: async (name, input, signal) => {
      if (!Object.hasOwn(windowCalls, name)) return await contract.answer(name, input, signal);
      const call = name as WindowCallName;
      const parsed = z.safeParse(windowCalls[call].input, input);
      if (!parsed.success) {
        return refusal(invalidInput(parsed.error));
      }
      try {
        return { ok: true, value: await own[call](parsed.data) };
      } catch (error) {
        return failure(error);
      }
    },
    listen: (listener) => {
      listeners.add(listener);
      const stop = contract.listen(listener);
      return () => {
        listeners.delete(listener);
        stop();
      };
    },
    tell: (event, payload) => {
      for (const listener of listeners) listener(event, payload);
      return listeners.size;
    },
  };
};
