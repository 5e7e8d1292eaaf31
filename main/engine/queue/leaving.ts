/** Leaving requests behind when the program ends: a server that answers slowly must not hold that up. */
import type { Http } from '../http/http.ts';

/** ms that an answer is waited for when the program ends. What is left behind is asked again at the next start. */
export const answerPatience = 2_000;

/**
 * The same HTTP, whose requests end when `left` is aborted: those that carry no byte of a file. A body is ended by whoever
 * sends it, since a cut one may harm its server.
 */
export const leavable = (http: Http, left: AbortSignal): Http => ({
  send: (request) => {
    if (request.body !== undefined && 'stream' in request.body) return http.send(request);
    const signal = request.signal === undefined ? left : AbortSignal.any([request.signal, left]);
    return http.send({ ...request, signal });
  },
});
