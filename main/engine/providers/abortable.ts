/** A call that can be given up: its requests and its waits end with its signal. */
import type { Http } from '../http/http.ts';
import type { ProviderContext } from './provider.ts';

/** What `work` comes to; rejects with the signal's reason as soon as that is aborted, and leaves `work` to itself. */
export const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });

/**
 * The same HTTP, whose requests end when `signal` is aborted. A body that its server needs to its end is cut by `now`
 * alone. A request with a signal of its own is left to that.
 */
export const abortableHttp = (http: Http, signal: AbortSignal, now: AbortSignal = signal): Http => ({
  send: (request) => http.send({ ...request, signal: request.signal ?? (request.finishBody === true ? now : signal) }),
});

/** A server's context for one call. See `abortableHttp`. */
export const abortable = <Settings>(
  context: ProviderContext<Settings>,
  signal: AbortSignal,
  now: AbortSignal = signal,
): ProviderContext<Settings> => ({
  ...context,
  signal,
  http: abortableHttp(context.http, signal, now),
  // A keyring may ask the person first.
  secret: () => unlessAborted(context.secret(), signal),
});
