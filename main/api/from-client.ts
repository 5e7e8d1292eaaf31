/** Passes the calls of a window on to the process that owns the profile, through a client. */
import {
  calls,
  ContractError,
  events,
  type CallName,
  type Client,
  type EventName,
  type ProblemView,
} from '../../preload/contract.ts';
import { problem, type Problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import type { Reply } from '../../preload/window.ts';

/** Events as they cross a transport: the receiving side parses. */
export type AnyListener = (event: string, payload: unknown) => void;

/** What a transport needs to serve a window: it knows no call's name. */
export type WindowSide = {
  /** Answers one call; never rejects. `name` and `input` come from outside and are not trusted. */
  readonly answer: (name: string, input: unknown, signal?: AbortSignal) => Promise<Reply>;
  /** Tells every event to a listener. Returns the way to stop. */
  readonly listen: (listener: AnyListener) => () => void;
};

/** An answer that refuses, in words. */
export const refusal = (reason: Problem): Reply => ({ ok: false, error: problemView(reason) });

/** The answer for a call that nobody knows. */
const unknownCall = (name: string): Reply => refusal(problem('method-unknown', { method: name.slice(0, 100) }));

/** The problem of what a call threw: that of a `ContractError`, else its name alone. */
export const problemOf = (error: unknown): ProblemView => {
  if (error instanceof ContractError) return error.problem;
  // Its name says where to look; a message may hold what a person typed.
  return problemView(problem('internal', { what: error instanceof Error ? error.name : 'unknown' }));
};

/** The answer for what a call threw. */
export const failure = (error: unknown): Reply => ({ ok: false, error: problemOf(error) });

/** Serves the contract from a client. Inputs are parsed where they are answered: by the owner of the profile. */
export const clientApi = (client: Client): WindowSide => ({
  answer: async (name, input, signal) => {
    if (!Object.hasOwn(calls, name)) return unknownCall(name);
    try {
      return { ok: true, value: await client.call(name as CallName, input as never, signal) };
    } catch (error) {
      return failure(error);
    }
  },
  listen: (listener) => {
    const stops = (Object.keys(events) as EventName[]).map((event) =>
      client.on(event, (payload) => listener(event, payload)),
    );
    return () => {
      for (const stop of stops) stop();
    };
  },
});
