/** Leaving requests behind when the program ends: a server that answers slowly must not hold that up. */
import type { Http } from '../http/http.ts';

/** ms that an answer is waited for when the program ends. What is left behind is asked again at the next start. */
export const answerPatience = 2_000;

/**
 * The same HTTP, whose requests end when `left` is aborted: those that carry no byte of a file. Cutting a body may harm its
 * server: one with a signal of its own is left to that signal, any other ends when `now` is aborted.
 */
export const leavable = (http: Http, left: AbortSignal, now: AbortSignal): Http => ({
  send: (request) => {
    if (request.body !== undefined && 'stream' in request.body)
      return http.send(request.signal === undefined ? { ...request, signal: now } : request);
    const signal = request.signal === undefined ? left : AbortSignal.any([request.signal, left]);
    return http.send({ ...request, signal });
  },
});
